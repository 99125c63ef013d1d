"""Nothing large may flash more than three times in a second."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._places import PlaceCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

#: Flashes in a second that WCAG 2.3.1 allows, and the square pixels of its small safe area (a quarter of 341 by 256).
ALLOWED, SAFE_AREA = 3, 21_824


class Flashing(PlaceCheck):
    """WCAG 2.3.1: large parts that grow light and dark again too often."""

    rule = Rule(
        id="check/flashing",
        title="Something flashes fast",
        why="Flashes can bring on a seizure in people with photosensitive epilepsy, before they can look away.",
        fix="Remove the flashing, or slow it to less than three times in a second.",
        title_fr="Un élément clignote vite",
        why_fr="Des éclairs peuvent provoquer une crise chez les personnes qui ont une épilepsie photosensible, avant "
        "qu’elles puissent détourner les yeux.",
        fix_fr="Retirez le clignotement, ou ralentissez-le à moins de trois fois par seconde.",
        impact=Impact.CRITICAL,
        criteria=("2.3.1",),
        references=("WCAG technique G19", "WCAG technique G176"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/three-flashes-or-below-threshold.html",
        before=".alert { animation: blink .2s infinite }",
        after=".alert { border: 4px solid }",
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = ("motion",)

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Animations by their key frames, pictures by their frames, scripts by what was seen in one second."""
        motion = snapshot.artifacts["motion"]
        for place in [*motion["places"], *motion["scripted"], *motion["pictures"]]:
            if place.get("flashes", 0) <= ALLOWED or place["area"] < SAFE_AREA or 0 <= place["lasts"] < 1000:
                continue
            yield self.found(
                place,
                Verdict.REVIEW,
                f"This seems to flash {place['flashes']:g} times in a second. Do not look at it for long; measure it "
                "with a tool such as PEAT, or take it off the page.",
            )
