"""Choosing or typing leaves people where they are, in front of what they know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from audits.accessibility._controls import ControlCheck
from audits.model import Impact, Rule, Verdict

_DID = {"list": "the next entry is chosen", "tick": "it is chosen", "text": "one letter is typed"}
_DOES = {
    "dialog": "brings up a dialog or a message box",
    "moves": "takes the focus elsewhere",
    "lost": "draws its own part of the page anew, and the focus is lost,",
    "replaces": "puts other headings or fields in the place of those that were there",
}


class ChoiceChangesPage(ControlCheck):
    """WCAG 3.2.2: the next entry of a list, a choice, or one letter changes more than what it is about."""

    rule = Rule(
        id="check/choice-changes-page",
        title="Choosing or typing changes the page around",
        why="People who do not see the whole page, or who go through choices with the arrow keys, are suddenly in "
        "front of something else and are not told.",
        fix="Let a button do it; or say before the field what will change, and keep the focus where it is.",
        title_fr="Un choix ou une saisie change la page autour",
        why_fr="Les personnes qui ne voient pas toute la page, ou qui parcourent des choix avec les flèches, se "
        "retrouvent soudain devant autre chose sans en être averties.",
        fix_fr="Laissez un bouton le faire; ou dites avant le champ ce qui va changer, et ne déplacez pas le focus.",
        impact=Impact.SERIOUS,
        criteria=("3.2.2",),
        references=("WCAG failure F37", "WCAG technique G80"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/on-input.html",
        before='<select onchange="form.innerHTML = formOf(this.value)">…</select>',
        after="<p>The questions below depend on the kind of permit.</p>\n<select>…</select> <button>Continue</button>",
        verdicts=(Verdict.REVIEW,),
    )
    kind: ClassVar[str] = "values"
    about: ClassVar[frozenset[str]] = frozenset(_DOES)
    verdict: ClassVar[Verdict] = Verdict.REVIEW

    def says(self, called: str, control: Mapping[str, Any]) -> str:
        """What was done, what came of it, and what to look at."""
        return (
            f"{called} {_DOES[control['does']]} as soon as {_DID[control['kind']]}. Is that said before, and do people "
            "who do not see the page notice it?"
        )
