"""What a field says of its purpose is what its label asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.accessibility.autocomplete_missing import READABLE, asked_for
from audits.model import Finding, Impact, Rule, Verdict

#: Of these alone: a name may be told in parts or whole, and an account's name is often an e-mail address.
_APART = frozenset({"email", "tel", "given-name", "family-name", "postal-code"})
#: What these ask for is no part of a name, an address of a street or a birthday.
_PLAIN, _OTHER = frozenset({"email", "tel", "postal-code"}), frozenset({"name", "bday"})


class AutocompleteWrong(StructureCheck):
    """WCAG 1.3.5 (failure F107): the label asks for one thing, the autocomplete value names another."""

    rule = Rule(
        id="check/autocomplete-wrong",
        title="Field tells the browser that it is for something else",
        why="The browser fills in the wrong thing, and symbols for people who read with difficulty say something else "
        "than the label. Who cannot see or read the field well sends it like that.",
        fix="Give the field the autocomplete value of what its label asks for.",
        title_fr="Un champ dit au navigateur qu’il sert à autre chose",
        why_fr="Le navigateur y met la mauvaise chose, et les symboles pour les personnes qui lisent avec peine disent "
        "autre chose que l’étiquette. Qui voit ou lit mal le champ l’envoie ainsi.",
        fix_fr="Donnez au champ la valeur autocomplete de ce que demande son étiquette.",
        impact=Impact.MODERATE,
        criteria=("1.3.5",),
        references=("WCAG failure F107",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/identify-input-purpose.html",
        before='<label for="e">E-mail</label> <input id="e" autocomplete="tel">',
        after='<label for="e">E-mail</label> <input id="e" type="email" autocomplete="email">',
        verdicts=(Verdict.FAIL,),
    )
    about: ClassVar[tuple[str, ...]] = ("fields",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each field: each is repaired by itself."""
        for field in frame["fields"]:
            if not field["shown"] or field["off"]:
                continue
            asked, told = asked_for(field["label"] or field["name"]), _told(field["autocomplete"] or "")
            apart = (asked in _APART and told in _APART) or (asked in _PLAIN and told in _OTHER)
            if apart and asked != told:
                message = f"The label asks for {READABLE[asked]}, and autocomplete says {READABLE[told]} (“{told}”)."
                yield self.found(frame, field, message, Verdict.FAIL)


def _told(value: str) -> str:
    """The purpose itself: before it may stand whose it is, and of what kind."""
    last = value.casefold().split()[-1:]
    return "tel" if last and last[0].startswith("tel-") else "".join(last)
