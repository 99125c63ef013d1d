"""A form that asks who you are must say why, and under what authority."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import ClassVar

from audits.check import Check
from audits.model import Finding, Impact, Kind, Rule, Snapshot, Verdict
from audits.privacy import _tree
from audits.privacy._forms import Form, forms
from audits.privacy.text import fold

_ABOUT = re.compile(
    r"personal information[^.]{0,200}?\b(?:collect|gather)|\b(?:collect|gather)\w*[^.]{0,200}?personal information|"
    r"(?:notice of collection|collection notice|avis de collecte)|"
    r"renseignements personnels[^.]{0,200}?\b(?:recueill|collect)|"
    r"\b(?:recueill|collect)\w*[^.]{0,200}?renseignements personnels|"
    r"information[^.]{0,60}? on this form is collected|collected under the authority"
)
#: What s. 29(2) asks a notice for.
_NEEDS = {
    "the legal authority": re.compile(
        r"\bauthority\b|\bact\b|\bby-?law\b|\bmfippa\b|\bfippa\b|r\.s\.o|\bs\.o\. \d|en vertu d|conformement a|\bloi\b|"
        r"\blaimpvp\b|\breglement\b|autorite"
    ),
    "the purpose": re.compile(
        r"\bused?\b|\busing\b|\bpurposes?\b|\bin order to\b|\bto (?!the\b|a\b|an\b|this\b|our\b|you\b)[a-z]{3,}|"
        r"\bfor (?:the )?[a-z]+ing\b|\bafin d|\baux fins\b|\bservi|\butilis|\bpour [a-z]+(?:er|ir|re)\b"
    ),
    "whom to ask": re.compile(
        r"\bquestions?\b|\bcontact\b|\btelephone\b|\bcall\b|@|\d{3}[-. ]\d{4}|\bs'adresser\b|\badressez\b|"
        r"\bcommuniqu|\bjoindre\b|\bclerk\b|\bgreff"
    ),
}
_BEFORE, _AFTER = 300, 900


class FormCollectionNotice(Check):
    """MFIPPA s. 29(2). A machine sees that no notice stands on the page; whether one is given elsewhere it does not."""

    rule = Rule(
        id="privacy/form-collection-notice",
        title="Form asks for personal information without a collection notice",
        why="People must be told the legal authority, the purpose and whom to ask before they give their information "
        "(MFIPPA s. 29(2)).",
        fix="Put a collection notice into the form, before its button: authority, purpose, and the title, business "
        "address and telephone number of somebody who answers questions.",
        title_fr="Un formulaire demande des renseignements personnels sans avis de collecte",
        why_fr="Avant de donner leurs renseignements, les gens doivent connaître l’autorité légale, les fins et la "
        "personne à qui s’adresser (LAIMPVP, par. 29(2)).",
        fix_fr="Placez un avis de collecte dans le formulaire, avant son bouton : l’autorité, les fins, et le titre, "
        "l’adresse et le numéro de téléphone d’affaires de qui répond aux questions.",
        impact=Impact.SERIOUS,
        kind=Kind.PRIVACY,
        references=("MFIPPA s. 29(2)",),
        help_url="https://www.ontario.ca/laws/statute/90m56",
        before='<form><label>E-mail <input type="email"></label> <button>Send</button></form>',
        after='<form><label>E-mail <input type="email"></label> <p>Collected under By-law 2024-12, to '
        "answer you. Questions: City Clerk, 1 Main Street, 705-555-0100.</p> <button>Send</button></form>",
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = ("document",)

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = redact

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Where a form asks people about themselves."""
        return any(form.personal for form in forms(snapshot.artifacts["document"]))

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One finding for each such form."""
        lacks: dict[int, tuple[str, ...]] = {}  # by frame
        for form in forms(snapshot.artifacts["document"]):
            if not form.personal:
                continue
            if id(form.frame) not in lacks:
                lacks[id(form.frame)] = () if _leads_to_notice(form.frame) else _missing(form.frame.text())
            if missing := lacks[id(form.frame)]:
                yield Finding(
                    rule=self.rule.id,
                    verdict=Verdict.REVIEW,
                    message=_message(form, missing),
                    selector=self._redact(form.selector),
                    snippet=self._redact(form.html)[:300],
                    part=form.part,
                )


def _leads_to_notice(frame: _tree.Frame) -> bool:
    return any(_ABOUT.search(fold(_tree.words(link))) for link in frame.tree.css("a[href]"))


def _missing(text: str) -> tuple[str, ...]:
    """What of a notice the page does not have: all of it where nothing speaks of collecting."""
    folded = fold(text.replace("’", "'"))
    best = tuple(_NEEDS)
    for about in _ABOUT.finditer(folded):
        around = folded[max(0, about.start() - _BEFORE) : about.end() + _AFTER]
        found = tuple(need for need, words in _NEEDS.items() if not words.search(around))
        best = min(best, found, key=len)
    return best


def _message(form: Form, missing: tuple[str, ...]) -> str:
    asks = f"The form asks for {', '.join(form.asks)}"
    if len(missing) == len(_NEEDS):
        return f"{asks}, and the page says nothing of why. Is a collection notice given elsewhere, before people send?"
    return f"{asks}; of its collection notice {' and '.join(missing)} was not found. Read it and see."
