"""The language of a document: it is said, and it is the one that the text is written in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from audits.documents._office import SHOWS, TEXTS, Facts, OfficeCheck
from audits.model import Finding, Impact, Rule, Verdict

_HELP = "https://www.w3.org/WAI/WCAG22/Understanding/language-of-page.html"
#: Words of a text below which nothing is said of its language, is told, and is sure.
FEW, SOME, MANY = 20, 100, 300
#: Shares of small words: of the language that is written, and of the one that is said and is not.
MUCH, LITTLE = 0.2, 0.03
_ENGLISH = "the of and to in is for with that this are be by you your we our from have has will it as at or if"
_FRENCH = "le la les des et de du un une est pour dans sur que qui vous nous votre au aux avec ou ce"
#: Small words that stand in every long text of a language and in no other's.
_SMALL = {"en": frozenset(_ENGLISH.split()), "fr": frozenset(_FRENCH.split())}
_NAMES = {"en": "English", "fr": "French"}
_WORD = re.compile(r"[^\W\d_]+")


class NoLanguage(OfficeCheck):
    """WCAG 3.1.1: neither the document nor any stretch of its text names a language."""

    rule = Rule(
        id="office/no-language",
        title="Document does not say what language it is in",
        why="A screen reader chooses its voice by the language: French read with English sounds cannot be understood.",
        fix="Set the proofing language of the whole text.",
        title_fr="Le document ne dit pas sa langue",
        why_fr="Le lecteur d’écran choisit sa voix d’après la langue : du français lu avec des sons anglais ne se "
        "comprend pas.",
        fix_fr="Définissez la langue de vérification de tout le texte.",
        impact=Impact.SERIOUS,
        criteria=("3.1.1",),
        help_url=_HELP,
        verdicts=(Verdict.FAIL,),
    )
    kinds: ClassVar[frozenset[str]] = TEXTS | SHOWS

    def judge(self, office: Facts) -> Iterator[Finding]:
        """At most one."""
        words = sum(one["words"] for one in office["langs"])
        if words >= FEW and not any(one["lang"] for one in office["langs"]):
            yield self.found(
                "document", f"Nothing in the document names the language of its {words} words.", Verdict.FAIL
            )


class WrongLanguage(OfficeCheck):
    """WCAG 3.1.1: English that is said to be French, and the other way round. Of others nothing is said."""

    rule = Rule(
        id="office/wrong-language",
        title="Document is written in another language than it says",
        why="A screen reader chooses its voice by the language that a document names: French read with English sounds "
        "cannot be understood.",
        fix="Select the text and set its proofing language.",
        title_fr="Le document est écrit dans une autre langue que celle qu’il dit",
        why_fr="Le lecteur d’écran choisit sa voix d’après la langue que nomme le document : du français lu avec des "
        "sons anglais ne se comprend pas.",
        fix_fr="Sélectionnez le texte et définissez sa langue de vérification.",
        impact=Impact.SERIOUS,
        criteria=("3.1.1",),
        help_url=_HELP,
    )
    kinds: ClassVar[frozenset[str]] = TEXTS | SHOWS
    about: ClassVar[tuple[str, ...]] = ("langs",)

    def judge(self, office: Facts) -> Iterator[Finding]:
        """One finding for a language that is named: most of what is said to be in it is not."""
        whole = sum(one["words"] for one in office["langs"])
        for one in office["langs"]:
            said = one["lang"].partition("-")[0]
            if said not in _SMALL or one["words"] < SOME or one["words"] < whole / 2:
                continue
            shares = _shares(one["text"])
            other = "fr" if said == "en" else "en"
            if shares[other] < MUCH or shares[said] > LITTLE:
                continue
            sure = one["words"] >= MANY
            message = f"The text is said to be {_NAMES[said]}, and what is written is {_NAMES[other]}"
            message += "." if sure else ", as far as can be told of so short a text. Read it and see which is right."
            yield self.found("document", message, Verdict.FAIL if sure else Verdict.REVIEW)


def _shares(text: str) -> Mapping[str, float]:
    words = [word.lower() for word in _WORD.findall(text.replace("’", "'"))]
    return {code: sum(word in small for word in words) / max(1, len(words)) for code, small in _SMALL.items()}
