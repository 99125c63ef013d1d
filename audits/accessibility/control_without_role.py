"""A control says what it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from audits.accessibility._handlers import Fact, HandlerCheck, hears
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

_CLASS = re.compile(r'^<[\w-]+[^>]*\sclass="([^"]+)"')
#: Elements that say nothing by themselves; a header cell that sorts its column says something.
PLAIN = frozenset({"div", "span", "p", "i", "b", "em", "strong", "li"})


class ControlWithoutRole(HandlerCheck):
    """WCAG 4.1.2 (failures F15 and F59): the Tab key comes to it, it answers a click, and it has no role."""

    rule = Rule(
        id="check/control-without-role",
        title="Control has no role",
        why="A screen reader reads its text and nothing more: nobody hears that it can be pressed, nor how.",
        fix="Make it a <button>, or give it the role of what it is, its state included.",
        title_fr="Une commande n’a pas de rôle",
        why_fr="Un lecteur d’écran en lit le texte et rien de plus : personne n’entend qu’on peut l’actionner, ni "
        "comment.",
        fix_fr="Faites-en un <button>, ou donnez-lui le rôle de ce qu’elle est, et son état.",
        impact=Impact.SERIOUS,
        criteria=("4.1.2",),
        references=("WCAG failure F15", "WCAG failure F59"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/name-role-value.html",
        before='<div tabindex="0" onclick="open()">Map</div>',
        after='<button type="button" onclick="open()">Map</button>',
    )

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """A hand or an answer to keys shows that it is meant as a control; like ones are one question."""
        judged = [
            (element, found)
            for element in snapshot.artifacts["handlers"]["elements"]
            if (found := self._judged(element))
        ]
        alike = Counter(_group(element) for element, _ in judged)
        for element, (verdict, message) in judged:
            many = alike.pop(_group(element), 0) if _group(element) else 1
            if many:
                what = "cells" if element["tag"] == "th" else "places"
                yield self.found(element, verdict, message + (f" ({many} such {what} here.)" if many > 1 else ""))

    def _judged(self, element: Fact) -> tuple[Verdict, str] | None:
        if element["native"] or element["role"] or element["off"] or element["large"] or element["holds"]:
            return None
        if element["tab"] is None or element["tab"] < 0 or "-" in element["tag"]:
            return None
        named = self.quoted(element["text"])
        if not hears(element, "click"):
            if element["tag"] in PLAIN and hears(element, "keydown", "keyup") and not hears(element, "focusin"):
                return Verdict.REVIEW, (
                    f"{named} answers keys and can have the focus. Is it a control, a slider or a list? Then it needs "
                    "a role, a name and its value."
                )
            return None
        meant = element["pointer"] or hears(element, "keydown", "keypress", "keyup")
        if not element["text"] and not (meant and element["tag"] in PLAIN):
            return None
        if meant and element["tag"] in PLAIN and element["text"]:
            return Verdict.FAIL, f"{named} answers a click, and nothing says that it is a control."
        return Verdict.REVIEW, (
            f"{named} listens for clicks and can have the focus. Is it a control? Then it needs a role."
        )


def _group(element: Fact) -> tuple[str, str] | None:
    """Header cells of one part; things without words that are drawn alike, as handles of a slider; None: others."""
    if element["tag"] == "th":
        return element["part"]["key"], "th"
    drawn = _CLASS.search(element["html"])
    return (element["part"]["key"], f"{element['tag']} {drawn.group(1)}") if drawn and not element["text"] else None
