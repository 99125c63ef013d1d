"""A page must fit a narrow window: nobody should have to scroll two ways to read, or lose text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._places import MOST, PlaceCheck, kind_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict


class Reflow(PlaceCheck):
    """WCAG 1.4.10 at 320 by 256 CSS pixels, which is 1280 by 1024 at 400%."""

    rule = Rule(
        id="check/reflow",
        title="Page does not fit a narrow window",
        why="People with low vision enlarge a page to 400%, and many read on a small phone. They must scroll to "
        "and fro "
        "for every line, or never see what is cut off.",
        fix="Let widths follow the window: max-width instead of width, and columns that wrap.",
        title_fr="La page ne tient pas dans une fenêtre étroite",
        why_fr="Les personnes qui ont une basse vision agrandissent une page à 400 %, et beaucoup lisent sur un petit "
        "téléphone. Elles doivent faire défiler chaque ligne d’un côté à l’autre, ou ne voient jamais ce qui est "
        "coupé.",
        fix_fr="Laissez les largeurs suivre la fenêtre : max-width au lieu de width, et des colonnes qui passent à la "
        "ligne.",
        impact=Impact.SERIOUS,
        criteria=("1.4.10",),
        references=("WCAG technique C31", "WCAG technique C32", "WCAG failure F102"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/reflow.html",
        before=".content { width: 960px }",
        after=".content { max-width: 960px }",
    )
    needs: ClassVar[tuple[str, ...]] = ("layout",)

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """What sticks out furthest, then what is cut off, then boxes that scroll sideways on their own."""
        small = snapshot.artifacts["layout"]["small"]
        asked: set[tuple[str, str]] = set()
        for place in small["places"]:
            text = self.quoted(place["text"])
            by = f"It reaches to {place['right']} pixels in a window of 320"
            if small["shut"]:
                sure = place["cut"] >= 2 or place["long"] >= 1
                end = "and the page cannot be scrolled sideways: what is beyond the edge is lost."
                ask = "" if sure else " See in a window of 320 pixels whether anything is missing."
                verdict = Verdict.FAIL if sure else Verdict.REVIEW
                yield self.found(place, verdict, f"{text} is cut off at the side. {by}, {end}{ask}")
            elif place["long"] >= 2 and small["down"]:
                yield self.found(
                    place,
                    Verdict.FAIL,
                    f"{text} must be scrolled to and fro, line by line. {by}, longer than its lines can be.",
                )
            elif (kind := kind_of(place)) not in asked:
                asked.add(kind)
                alike = sum(kind_of(other) == kind for other in small["places"])
                others = f" ({alike} such places here.)" if alike > 1 else ""
                yield self.found(
                    place,
                    Verdict.REVIEW,
                    f"{text} sticks out of a narrow window.{others} {by}: see whether it can be read and used there "
                    "without scrolling both ways.",
                )
        for place in small["lost"][:MOST]:
            text = self.quoted(place["text"])
            sure = place["letters"] >= 10 and not (place["opens"] or place["dotted"] or place["unseen"])
            if place["gone"] and sure:
                yield self.found(
                    place, Verdict.FAIL, f"{text} is cut off in a window of 320 pixels, and cannot be scrolled to."
                )
            elif place["gone"]:
                yield self.found(
                    place,
                    Verdict.REVIEW,
                    f"{text} is cut off in a window of 320 pixels: see whether the rest can be had some other way.",
                )
        for place in small["sideways"]:
            yield self.found(
                place,
                Verdict.REVIEW,
                f"{self.quoted(place['text'])} stands in a box of its own that scrolls sideways, with lines "
                "longer than "
                "the window: see whether this has to be so.",
            )
