"""A control that can be reached with the keyboard must answer it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from audits.accessibility._controls import ControlCheck
from audits.model import Impact, Rule, Verdict

_DOES = {
    "navigation": "leads on",
    "window": "opens a window",
    "dialog": "opens a message box",
    "shows": "shows something",
    "hides": "disappears",
    "changes": "changes the page",
}


class KeyNotAnswered(ControlCheck):
    """WCAG 2.1.1: a control made of other elements that a click operates, and neither Enter nor Space."""

    rule = Rule(
        id="check/key-not-answered",
        title="Control gets the focus and does not answer the keyboard",
        why="People who cannot use a mouse come to this control with the Tab key and press Enter or Space; nothing "
        "happens, and what it leads to stays shut to them.",
        fix="Make it a <button>, or a link with an address; or let Enter and Space do what a click does.",
        title_fr="Une commande reçoit le focus et ne répond pas au clavier",
        why_fr="Les personnes qui ne peuvent pas se servir d’une souris arrivent à cette commande avec la touche Tab "
        "et appuient sur Entrée ou Espace; rien ne se passe, et ce qu’elle ouvre leur reste fermé.",
        fix_fr="Faites-en un <button>, ou un lien qui a une adresse; ou faites faire à Entrée et à Espace ce que fait "
        "le clic.",
        impact=Impact.CRITICAL,
        criteria=("2.1.1",),
        references=("WCAG technique G90", "WCAG technique SCR29"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/keyboard.html",
        before='<div role="button" tabindex="0" onclick="openMap()">Open the map</div>',
        after='<button type="button" onclick="openMap()">Open the map</button>',
        verdicts=(Verdict.FAIL,),
    )
    kind: ClassVar[str] = "keys"
    about: ClassVar[frozenset[str]] = frozenset(_DOES)

    def says(self, called: str, control: Mapping[str, Any]) -> str:
        """What a click does."""
        return f"{called} {_DOES[control['does']]} when it is clicked; Enter and Space do nothing."
