"""Choosing in a list, or typing, must not take people elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from audits.accessibility._controls import ControlCheck
from audits.model import Impact, Rule, Verdict

_DID = {
    "list": "the next entry is chosen with an arrow key",
    "tick": "it is chosen",
    "text": "one letter is typed",
}


class ValueChangesContext(ControlCheck):
    """WCAG 3.2.2: the next entry of a list, a choice, or one letter in a field leads away."""

    rule = Rule(
        id="check/value-changes-context",
        title="Choosing in a list or typing leads away from the page",
        why="People who use the arrow keys to read a list are taken elsewhere at its first entry and never reach the "
        "others; people who do not see the page do not notice where they are.",
        fix="Add a button that does it, and let the choice alone do nothing.",
        title_fr="Un choix dans une liste ou une saisie fait quitter la page",
        why_fr="Les personnes qui lisent une liste avec les touches fléchées sont menées ailleurs dès la première "
        "entrée et n’atteignent jamais les autres; celles qui ne voient pas la page ne s’en rendent pas compte.",
        fix_fr="Ajoutez un bouton qui déclenche l’action, et que le choix seul ne fasse rien.",
        impact=Impact.SERIOUS,
        criteria=("3.2.2",),
        references=("WCAG failure F36", "WCAG failure F37", "WCAG technique G80", "WCAG technique H32"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/on-input.html",
        before='<select onchange="location = this.value">…</select>',
        after='<form action="/go"><select name="to">…</select> <button>Go</button></form>',
        verdicts=(Verdict.FAIL,),
    )
    kind: ClassVar[str] = "values"
    about: ClassVar[frozenset[str]] = frozenset({"navigation", "window"})

    def says(self, called: str, control: Mapping[str, Any]) -> str:
        """What was done, and what came of it."""
        did = _DID[control["kind"]]
        what = "opens a window" if control["does"] == "window" else "loads another page or sends its form"
        return f"{called} {what} as soon as {did}."
