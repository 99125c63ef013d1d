"""A change of colours that shows the focus can be seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._stops import Stop, StopCheck, stops_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict


class FaintFocusColour(StopCheck):
    """WCAG 2.4.7: text, ground and edges with the focus below 3:1 to those without it, and no other style changes."""

    rule = Rule(
        id="check/faint-focus-colour",
        title="Only a faint change of colour shows the keyboard focus",
        why="People who use a keyboard look for what is different. A shade that is hardly lighter or darker than the "
        "one before is not found, by people with low vision least of all.",
        fix="Give the element a clear outline while it has the focus, or colours with a contrast of 3:1 to those "
        "without it.",
        title_fr="Seul un faible changement de couleur montre le focus du clavier",
        why_fr="Les personnes qui utilisent un clavier cherchent ce qui est différent. Une teinte à peine plus claire "
        "ou plus foncée que la précédente ne se remarque pas, surtout quand on voit mal.",
        fix_fr="Donnez à l’élément un contour bien visible quand il a le focus, ou des couleurs dont le contraste avec "
        "celles d’avant est de 3:1.",
        impact=Impact.SERIOUS,
        criteria=("2.4.7",),
        references=("WCAG failure F78", "WCAG technique C45"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/focus-visible.html",
        before=".tile { background: #f1f5f9 } .tile:focus { outline: 0; background: #e2e8f0 }",
        after=".tile:focus-visible { outline: 3px solid #1a5fb4; outline-offset: 2px }",
        verdicts=(Verdict.REVIEW,),
    )
    #: From here on it stands out.
    ENOUGH: ClassVar[float] = 3.0
    #: As many styles of one page as a person looks at.
    MOST: ClassVar[int] = 3

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One question for each style, where it is seen worst; the faintest styles first."""
        faint: dict[str, list[Stop]] = {}
        for stop in stops_of(snapshot):
            if 0 < stop["tint"] < self.ENOUGH and stop["picture"] != "same":
                faint.setdefault(stop["tints"], []).append(stop)
        worst = {tints: min(alike, key=lambda stop: round(stop["tint"], 1)) for tints, alike in faint.items()}
        for tints in sorted(faint, key=lambda tints: round(worst[tints]["tint"], 1))[: self.MOST]:
            stop = worst[tints]
            others = " Other places have it as well." if len(faint[tints]) > 1 else ""
            message = (
                f"With the focus only colours of {self.called(stop)} change, and by no more than {stop['tint']:.1f} to "
                f"1.{others} Press Tab until it is there: does it stand out from those without the focus?"
            )
            yield self.found(stop, Verdict.REVIEW, message)
