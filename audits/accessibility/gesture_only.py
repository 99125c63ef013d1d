"""A path need not be drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from audits.accessibility._handlers import HandlerCheck, sources
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

#: Square pixels.
SMALLEST = 10_000
_FOLLOWS = re.compile(r"client[XY]|page[XY]|screen[XY]|touches")


class GestureOnly(HandlerCheck):
    """WCAG 2.5.1 (failure F105): a script follows the finger, and no control stands beside."""

    rule = Rule(
        id="check/gesture-only",
        title="Something seems to need a swipe",
        why="People whose hands tremble, or who use a head pointer, eye control or a switch, cannot draw a path "
        "with a finger.",
        fix="Add buttons that do the same: “Next”, “Closer”.",
        title_fr="Il semble falloir tracer un geste",
        why_fr="Les personnes dont les mains tremblent, ou qui pointent de la tête, des yeux ou d’un contacteur, "
        "ne peuvent pas tracer un chemin du doigt.",
        fix_fr="Ajoutez des boutons qui font de même : « Suivant », « Agrandir ».",
        impact=Impact.SERIOUS,
        criteria=("2.5.1",),
        references=("WCAG failure F105",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/pointer-gestures.html",
        before='month.addEventListener("touchmove", turn);',
        after='<button type="button">Next month</button>',
        verdicts=(Verdict.REVIEW,),
    )

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """The first such place."""
        for element in snapshot.artifacts["handlers"]["elements"]:
            if (
                element["off"]
                or element["buttons"]
                or element["holds"]
                or element["width"] * element["height"] < SMALLEST
            ):
                continue
            if any(_FOLLOWS.search(source) for source in sources(element, "touchmove", "pointermove")):
                yield self.found(
                    element,
                    Verdict.REVIEW,
                    "A script follows the finger here, and no button stands beside. Can all of it be done by single "
                    "presses?",
                )
                return
