"""What a double click, the other button or a press down does, a keyboard must do too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
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
#: Keys that a script asks for which listens to those of the whole page; a library's listener does not say.
_KEYS = {
    "value": re.compile(r"Arrow|\b(?:3[3-9]|40)\b|keyCode|\.which|\.code\b|PageUp|Home"),
    "choice": re.compile(r"Arrow|\b(?:13|32|3[3-9]|40)\b|Enter|Space|keyCode|\.which|\.code\b|[\"'] [\"']"),
    "press": re.compile(r"\b(?:13|32)\b|Enter|Space|keyCode|\.which|\.code\b|[\"'] [\"']"),
}
_LIBRARY = re.compile(r"\.dispatch\.apply\(|\[native code\]|composedPath")
_TRY = {
    "value": "the arrow keys: does its value change?",
    "choice": "the arrow keys, Enter and Space: can everything be chosen?",
    "press": "Enter and Space: does the same happen as with a click?",
}
#: A mouse that passes over, and what tells people something: words that are written, a bubble that is shown.
_PASSES = ("mouseenter", "mouseover", "mousemove", "pointerenter", "pointerover", "pointermove")
_TELLS = re.compile(
    r"\.(?:textContent|innerText|innerHTML|nodeValue)\s*\+?=(?!=)|\.(?:text|html)\(\s*[^)\s]|insertAdjacent(?:HTML|Text)\("
    r"|\.hidden\s*=\s*(?:false|!1)|\.replaceChildren\(\s*[^)\s]|\bfillText\("
    r"|(?<![\w$])[\w$.]*(?:tip|tooltip|readout|popup|bubble|infobulle|show|detail|affiche)[\w$]*\(",
    re.IGNORECASE,
)
#: What D3 puts around the handlers of a page, which stand in its scripts.
_WRAPPED = re.compile(r"__data__|\.call\(this,\s*\w+,\s*this\.")
_BOUND = re.compile(r"\.on\(\s*[\"'](?:mouse(?:over|enter|move)|pointer(?:over|enter|move))[\w.]*[\"']\s*,")


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
        said_by=(
            "check/mouse-only-control",
            "check/drag-only",
            "check/gesture-only",
            "check/key-not-answered",
            "check/items-out-of-reach",
        ),
    )
    needs: ClassVar[tuple[str, ...]] = ("handlers", "document", "mouse")

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Alike ones are told once."""
        code, told, places = scripts_of(snapshot), set[str](), set[str]()
        for element in snapshot.artifacts["handlers"]["elements"]:
            event, source = _only(code, element)
            if event and source not in told and len(told) < MOST:
                told.add(source)
                places.add(element["selector"])
                called = self.quoted(element["text"] or element["name"])
                yield self.found(
                    element,
                    Verdict.REVIEW,
                    f"{called} answers {_HOW[event]}, and nothing here answers a key. Can the same be done with the "
                    "keyboard?",
                )
        yield from self._unkeyed(snapshot, places)
        yield from self._charts(snapshot, code)

    def _unkeyed(self, snapshot: Snapshot, told: Set[str]) -> Iterator[Finding]:
        """What gets the focus, and listens to no key, on a page where nobody listens to keys in its place."""
        page = [one["source"] for one in snapshot.artifacts["handlers"]["page"] if one["event"] in _KEYED[1:]]
        for place in snapshot.artifacts["mouse"]["unkeyed"][:MOST]:
            keyed = any(_KEYS[place["does"]].search(source) or _LIBRARY.search(source) for source in page)
            if keyed or place["selector"] in told:
                continue
            kind = f"of the role “{place['role']}”" if place["role"] else "without a role"
            many = f" ({place['many']} alike)" if place["many"] > 1 else ""
            yield self.found(
                place,
                Verdict.REVIEW,
                f"{self.quoted(place['text'])}, {kind},{many} gets the focus and answers a mouse; no script listens to "
                f"keys for it. Press Tab until it has the focus, then {_TRY[place['does']]}",
            )

    def _charts(self, snapshot: Snapshot, code: str) -> Iterator[Finding]:
        """Drawings whose values show under a mouse, and nowhere else."""
        shapes: dict[str, list[Mapping[str, Any]]] = {}
        for shape in snapshot.artifacts["handlers"]["charted"]:
            shapes.setdefault(shape["chart"]["root"], []).append(shape)
        for root, group in [*shapes.items()][:MOST]:
            chart = group[0]["chart"]
            telling = [shape for shape in group if _tells(code, shape)]
            alone = len(telling) == 1 and telling[0]["selector"] != root
            if not telling or alone or not chart["drawn"] or chart["reached"] or chart["table"]:
                continue
            if any(hears(shape, "focus", "focusin", "keydown", "keyup") for shape in group):
                continue
            many = sum(shape["chart"]["shapes"] for shape in telling)
            if sum(shape["chart"]["labelled"] for shape in telling) * 2 >= many or chart["numbers"] * 2 > many:
                continue
            called = f" {self.quoted(chart['name'])}" if chart["name"] else ""
            yield self.found(
                {**chart, "selector": root},
                Verdict.REVIEW,
                f"This drawing{called} tells something where a mouse is over it; no key comes to its parts, and no "
                "table stands beside it. Point at its parts: is what shows there to be had without a mouse?",
            )


def _tells(code: str, shape: Mapping[str, Any]) -> bool:
    """Whether a mouse that passes brings out words."""
    for source in sources(shape, *_PASSES):
        if _TELLS.search(followed(code, bare(source))):
            return True
        if _WRAPPED.search(source) and any(
            _TELLS.search(followed(code, code[bound.end() : bound.end() + 500])) for bound in _BOUND.finditer(code)
        ):
            return True
    return False


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
