"""The outline of the focus can be seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._stops import Stop, StopCheck, stops_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict


class FaintFocus(StopCheck):
    """WCAG 1.4.11: an outline below 3:1, where no other style changes with the focus."""

    rule = Rule(
        id="check/faint-focus",
        title="Outline of the keyboard focus can hardly be seen",
        why="People with low vision who use a keyboard do not see where they are when the outline is nearly as light, "
        "or as dark, as what is around it.",
        fix="Give the outline a colour with a contrast of 3:1 or more to what is around it, and a width of 2 pixels.",
        title_fr="Le contour du focus du clavier se voit à peine",
        why_fr="Les personnes malvoyantes qui utilisent un clavier ne voient pas où elles sont quand le contour est "
        "presque aussi clair, ou aussi foncé, que ce qui l’entoure.",
        fix_fr="Donnez au contour une couleur dont le contraste avec ce qui l’entoure est d’au moins 3:1, et une "
        "largeur de 2 pixels.",
        impact=Impact.SERIOUS,
        criteria=("1.4.11",),
        references=("WCAG technique G195",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/non-text-contrast.html",
        before="a:focus { outline: 1px solid #f4f4f4 }",
        after="a:focus-visible { outline: 3px solid #1a5fb4; outline-offset: 2px }",
        verdicts=(Verdict.REVIEW,),
    )
    #: From here on it stands out.
    ENOUGH: ClassVar[float] = 3.0

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One question for each outline, where it is seen worst: it comes of one style, whatever it stands on."""
        faint: dict[str, list[Stop]] = {}
        for stop in stops_of(snapshot):
            if 0 < stop["ring"] < self.ENOUGH and stop["picture"] != "same":
                faint.setdefault(stop["outline"], []).append(stop)
        for alike in faint.values():
            worst = min(alike, key=lambda stop: round(stop["ring"], 1))
            others = " Other places have it as well." if len(alike) > 1 else ""
            message = (
                f"The outline of {self.called(worst)} has a contrast of {worst['ring']:.1f} to 1 to what is around "
                f"it, and nothing else changes with the focus.{others} Press Tab until it is there: can it be seen "
                "well?"
            )
            yield self.found(worst, Verdict.REVIEW, message)
