"""A process asks once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict

_TYPED = frozenset({"text", "email", "tel", "url", "number"})
_AGAIN = re.compile(
    r"\b(?:confirm|re-?enter|re-?type|repeat)\b.{0,20}\b(?:e-?mail|address|phone|telephone|number|name)\b"
    r"|\b(?:e-?mail|phone|telephone)\b.{0,20}\b(?:again|confirmation)\b"
    r"|\b(?:confirme[rz]|ressaisi\w+|répéte[rz]|retape[rz])\b.{0,25}\b(?:courriel|adresse|téléphone|numéro|nom)\b"
    r"|\bcourriel\b.{0,20}(?:de nouveau|à nouveau|confirmation)",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"password|passcode|\bpin\b|mot de passe|\bnip\b|confirmation (?:number|code)|(?:numéro|code) de confirmation",
    re.IGNORECASE,
)


class AskedTwice(StructureCheck):
    """WCAG 3.3.7: a form that wants the same thing typed again. Passwords may be asked for twice."""

    rule = Rule(
        id="check/asked-twice",
        title="A form asks for the same thing again",
        why="To type an address twice without a fault is hard for people with tremor, dyslexia or a poor memory, "
        "and most paste the first one anyway.",
        fix="Ask once, and show what was typed before it is sent.",
        title_fr="Un formulaire demande deux fois la même chose",
        why_fr="Taper deux fois une adresse sans faute est difficile pour les personnes qui tremblent, sont "
        "dyslexiques ou ont une mauvaise mémoire, et la plupart collent la première.",
        fix_fr="Demandez une fois, et montrez ce qui a été tapé avant l’envoi.",
        impact=Impact.MODERATE,
        criteria=("3.3.7",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/redundant-entry.html",
        before="<label>Confirm e-mail <input></label>",
        after='<p>We will write to a.roy@example.ca. <a href="#email">Change</a></p>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("fields",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Every such place."""
        for field in frame["fields"]:
            asked = " ".join((field["label"], field["name"], field["placeholder"]))
            if (
                field["kind"] in _TYPED
                and field["shown"]
                and not field["off"]
                and _AGAIN.search(asked)
                and not _SECRET.search(asked)
            ):
                message = (
                    f"The field {self.quote(field['label'] or field['name'] or field['placeholder'])} seems to ask "
                    "for what another field has asked already. Must people type it twice?"
                )
                yield self.found(frame, field, message)
