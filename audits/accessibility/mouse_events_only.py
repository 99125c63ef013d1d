"""What a double click, the other button or a press down does, a keyboard must do too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from audits.accessibility._handlers import LEADS, OPENS, HandlerCheck, hears, scripts_of, sources
from audits.accessibility._places import MOST
from audits.accessibility._scripts import bare, followed
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

_KEYED = ("click", "keydown", "keyup", "keypress")
_HOW = {
    "click": "a click",
    "dblclick": "a double click",
    "contextmenu": "the other mouse button",
    "mousedown": "a mouse that is pressed down",
    "mouseup": "a mouse that is let go",
    "pointerdown": "a pointer that is pressed down",
    "pointerup": "a pointer that is let go",
    "touchstart": "a finger",
    "touchend": "a finger",
}
_ACTS = re.compile(
    r"\.(?:textContent|innerText|innerHTML|hidden|value|checked|contentEditable|src|open)\s*=(?!=)"
    r"|\.style\.(?:display|visibility|fontSize|transform)\s*=|classList\.(?:add|toggle|replace)\("
    r"|\.(?:show|toggle|fadeIn|slideDown|append|prepend|html|text|val|addClass|toggleClass)\s*\("
)
#: Follows a hand: drags, drawings and swipes are told by other rules.
_FOLLOWS = re.compile(r"client[XY]|page[XY]|offset[XY]|[tT]ouches|setPointerCapture|drag", re.IGNORECASE)


class MouseEventsOnly(HandlerCheck):
    """WCAG 2.1.1: handlers of a mouse that no key sets off, on what has no other."""

    rule = Rule(
        id="check/mouse-events-only",
        title="A script answers the mouse in a way that no key can",
        why="The Enter key sets off a click; it sets off no double click, no other button and no press down. People "
        "without a mouse cannot do it.",
        fix="Answer click on a <button>, and give what a double click or the other button does a button of its own.",
        title_fr="Un script répond à la souris d’une façon qu’aucune touche ne permet",
        why_fr="La touche Entrée déclenche un clic; elle ne déclenche ni double clic, ni autre bouton, ni enfoncement. "
        "Sans souris, on ne peut pas le faire.",
        fix_fr="Répondez à click sur un <button>, et donnez un bouton à ce que fait un double clic ou l’autre bouton.",
        impact=Impact.SERIOUS,
        criteria=("2.1.1",),
        references=("WCAG failure F54",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/keyboard.html",
        before='cell.addEventListener("dblclick", edit);',
        after='<button type="button" onclick="edit()">Change</button>',
        verdicts=(Verdict.REVIEW,),
        said_by=("check/mouse-only-control", "check/drag-only", "check/gesture-only"),
    )
    needs: ClassVar[tuple[str, ...]] = ("handlers", "document")

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Alike ones are told once."""
        code, told = scripts_of(snapshot), set[str]()
        for element in snapshot.artifacts["handlers"]["elements"]:
            event, source = _only(code, element)
            if event and source not in told and len(told) < MOST:
                told.add(source)
                called = self.quoted(element["text"] or element["name"])
                yield self.found(
                    element,
                    Verdict.REVIEW,
                    f"{called} answers {_HOW[event]}, and nothing here answers a key. Can the same be done with the "
                    "keyboard?",
                )


def _only(code: str, element: Mapping[str, Any]) -> tuple[str, str]:
    if element["off"] or hears(element, *_KEYED[1:]):
        return "", ""
    if hears(element, "click"):
        # The Enter key sets off no click of a text field; where nothing can be typed, nothing else fills it.
        opens = element.get("fixed") and not hears(element, "focus", "focusin")
        return ("click", sources(element, "click")[0]) if opens else ("", "")
    # A link or a field does something of its own; a group whose controls do it is left alone.
    does = element["native"] and not (element["tag"] == "button" and element["kind"] != "submit")
    for event in _HOW:
        if event == "click":
            continue
        if event not in ("dblclick", "contextmenu") and (does or element["holds"] or element["large"]):
            continue
        for source in sources(element, event):
            body = followed(code, bare(source))
            if _FOLLOWS.search(body):
                continue
            if any(sign.search(body) for sign in (_ACTS, LEADS, OPENS)):
                return event, source
    return "", ""
