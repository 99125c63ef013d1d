"""What the checks of tried forms share: what each said of a mistake, and findings made of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar

from audits.check import Check
from audits.model import Finding, Part, Snapshot, Verdict

Fact = Mapping[str, Any]
#: The longest snippet and message that the model allows, and the longest quotation within a message.
LONGEST, QUOTED = 300, 60
#: How a mistake was made.
MADE = {"empty": "with nothing filled in", "wrong": "with something ill-formed"}


class MistakeCheck(Check):
    """Judges what forms said when they were to be sent wrongly filled in."""

    needs: ClassVar[tuple[str, ...]] = ("mistakes",)

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = lru_cache(maxsize=256)(redact)

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether there was a form to try."""
        return bool(snapshot.artifacts["mistakes"]["tried"])

    def judge(self, form: Fact) -> Iterator[tuple[Fact, Verdict, str]]:
        """Yield places of a form, and what is wrong there."""
        raise NotImplementedError

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Form by form; one field once."""
        assert self.rule is not None
        for form in snapshot.artifacts["mistakes"]["forms"]:
            told: set[str] = set()
            for place, verdict, message in self.judge(form):
                if place["selector"] in told:
                    continue
                told.add(place["selector"])
                yield Finding(
                    rule=self.rule.id,
                    verdict=verdict,
                    message=_cut(message, LONGEST),
                    selector=self._redact(place["selector"]),
                    # Masked before it is cut: half a number is not recognized any more.
                    snippet=_cut(self._redact(place["html"]), LONGEST),
                    part=Part(**place["part"]),
                )

    @staticmethod
    def sent(one: Fact, says: str) -> str:
        """What a try of the form brought about, as a sentence."""
        return f"Sent {MADE[one['by']]}, the form {says}"

    def quote(self, text: str) -> str:
        """Words of the page, masked."""
        return f"“{_cut(' '.join(self._redact(text).split()), QUOTED)}”"

    def called(self, place: Fact) -> str:
        """A field by its name."""
        return self.quote(place["name"]) if place["name"].strip() else "a field without a name"


#: Words by which one knows in which form something is to be entered.
_SHAPE = re.compile(
    r"""
    \d|@|\b(?:
    formats?|like|such\ as|example|e\.g|for\ instance|digits?|letters?|characters?|must\ (?:include|contain|start|end)|
    exemple|p\.\ ?ex|comme|chiffres?|lettres?|caractères?|doit\ (?:inclure|contenir|commencer|finir)|
    [yamdj]{2,4}[-/\ ][ymdj]{2}
    )\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


#: A message that says that something is wrong somewhere, and nothing more.
_GENERAL = re.compile(
    r"""
    (?:(?:error|warning|erreur|attention|oops|désolée?|sorry)\s*[:!.,–-]*\s*)?
    (?:
      (?:an?|some|une|des)?\ ?(?:errors?|problems?|erreurs?|problèmes?)\ (?:has\ |have\ |est\ |sont\ )?
        (?:occurred|happened|survenue?s?|found)
      | there\ (?:is|was|are|were|has\ been|have\ been)\ (?:an?\ |some\ )?(?:errors?|problems?)
        (?:\ (?:with|in|on)\ (?:your|the|this)\ (?:submission|form|entry|entries|information|request|data|page))?
      | something\ (?:is|went)\ wrong | il\ y\ a\ (?:une|des)\ erreurs?(?:\ dans\ (?:le|votre)\ formulaire)?
      | (?:your|the|this|votre|le)\ (?:form|submission|entry|formulaire|saisie)\ (?:has|contains|contient)[ ]
        (?:an?\ |des\ |une\ )?err(?:or|eur)s?
      | (?:invalid|incorrect|wrong)\ (?:input|values?|entry|entries|data|format|request|information|submission)
      | (?:saisie|valeur|donnée|entrée)s?\ (?:invalide|incorrecte|non\ valide)s?
      | (?:your|the)\ (?:input|entry|entries|data|information)\ (?:is|are)\ (?:invalid|incorrect|not\ valid)
      | invalid | incorrect | error | erreur | invalide
    )
    [\s.!,:;–-]*
    (?:(?:please\ |veuillez\ )?(?:check|correct|review|fix|verify|vérifier|corriger)[ ]
       (?:your|the|vos|votre|le|les|la)[ ]
       (?:entr(?:y|ies|ées?)|errors?|erreurs?|form|formulaire|information|input|data|fields?|champs?|answers|réponses|saisie)
       (?:\ (?:below|above|ci-dessous|marked|and))?[\s.!]*)?
    (?:(?:and\ |et\ )?(?:please\ |veuillez\ )?(?:try\ again|resubmit|réessayer|recommencer)[\s.!]*)?
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_general(text: str) -> bool:
    """Whether a message of error says neither what is wrong nor where."""
    return bool(_GENERAL.fullmatch(" ".join(text.split())))


def has_shape(text: str) -> bool:
    """Whether words say in which form something is to be entered."""
    return bool(_SHAPE.search(text))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def more(fields: Sequence[Fact]) -> str:
    """How many other fields are like the first."""
    return f" (and {len(fields) - 1} more)" if len(fields) > 1 else ""
