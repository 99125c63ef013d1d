"""A path need not be drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._handlers import Fact, HandlerCheck, hears, scripts_of, sources
from audits.accessibility._writes import Scripts, code_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

#: Square pixels.
SMALLEST = 5_000
_FOLLOWS = re.compile(r"client[XY]|page[XY]|screen[XY]|[tT]ouches")

_MOVES = ("mousemove", "pointermove", "touchmove")
#: What a drag changes.
_SETS = re.compile(r"\.style\b|transform|\.value\s*=|aria-valuenow|setAttribute\(")


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
        criteria=("2.5.1", "2.5.7", "2.1.1"),
        references=("WCAG failure F105", "WCAG failure F108"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/pointer-gestures.html",
        before='month.addEventListener("touchmove", turn);',
        after='<button type="button">Next month</button>',
        verdicts=(Verdict.REVIEW,),
    )

    needs: ClassVar[tuple[str, ...]] = ("document", "handlers")

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """The first such place."""
        page = snapshot.artifacts["handlers"]["page"]
        held = any(
            one["event"] in _MOVES and _FOLLOWS.search(one["source"]) and _SETS.search(one["source"]) for one in page
        )
        scripts = code_of(snapshot.artifacts["handlers"], scripts_of(snapshot))
        for element in snapshot.artifacts["handlers"]["elements"]:
            if _is_held(element) and (held or _is_drawn(element, scripts)):
                yield self.found(
                    element,
                    Verdict.REVIEW,
                    f"{self.quoted(element['text'])} follows the mouse or the finger while it is held, and no button "
                    "stands beside. Can all of it be done by single presses?",
                )
                return
            if (
                element["off"]
                or element["buttons"]
                or element["holds"]
                or element["width"] * element["height"] < SMALLEST
            ):
                continue
            moves = sources(element, "touchmove", "pointermove")
            if hears(element, "touchstart", "pointerdown"):
                moves += sources(element, "touchend", "pointerup")  # a swipe is known by its two ends
            if any(_FOLLOWS.search(source) for source in moves):
                yield self.found(
                    element,
                    Verdict.REVIEW,
                    "A script follows the finger here, and no button stands beside. Can all of it be done by single "
                    "presses?",
                )
                return


def _is_held(element: Fact) -> bool:
    """Whether a press down begins something on it that the page goes on with."""
    if any(element[name] for name in ("off", "native", "holds", "buttons", "large")):
        return False
    return hears(element, "mousedown", "pointerdown", "touchstart") and not hears(element, "click")


def _is_drawn(element: Fact, scripts: Scripts) -> bool:
    """Whether what is pressed down begins to listen for moves by itself."""
    bodies = [scripts.body(source) for source in sources(element, "mousedown", "pointerdown", "touchstart")]
    return any(any(move in body for move in _MOVES) and _FOLLOWS.search(body) and _SETS.search(body) for body in bodies)
