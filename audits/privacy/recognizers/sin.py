"""Social insurance number: nine digits in threes, first digit 1-7 or 9 (9: temporary residents), Luhn check digit.

Source: Employment and Social Insurance; the check digit as in ``stdnum.ca.sin``. Entity ``CA_SIN``. The mask shows no
digit. Random nine digits pass the check in 7.9% of cases, so a number without separators needs context.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex  # type: ignore[import-untyped]
from presidio_analyzer import Pattern, RecognizerResult

from audits.privacy.recognizer import (
    NUMBER_END,
    NUMBER_START,
    OTHER_NUMBERS_EN,
    OTHER_NUMBERS_FR,
    Recognizer,
    digits,
    luhn,
    named,
    phrases,
)

#: Score of nine digits with spaces where a scanner saw them: a number only where a word right in front names it.
_TORN = 0.1
_NEIGHBOUR = regex.compile(r"(?<![\w.,-])\d{3}([ -])\d{3}\1\d{3}(?![\w-])")


class CaSin(Recognizer):
    """Finds Canadian social insurance numbers."""

    ENTITY = "CA_SIN"
    PATTERNS = (
        Pattern(
            "sin",
            NUMBER_START.replace("(?<![A-Za-z]-)", r"(?:(?<![A-Za-z]-)|(?<=\b(?i:sin|nas)-))")
            + r"(?<!(?<![\d-])\d{1,3} )[1-79]\d{2}(?: ?[-.] ?| {0,2})\d{3}(?: ?[-.] ?| {0,2})\d{3}"
            r"(?! \d{3}(?![\d-]))" + NUMBER_END,
            0.2,
        ),
        Pattern(
            "torn",
            r"(?<![\w$.,/-] )(?<![\w$.,/-])(?!\d{3} {0,2}\d{3} {0,2}\d{3})[1-79](?: ?\d){8}(?![\w%])(?! ?[-./]?\d)",
            _TORN,
        ),
    )
    CONTEXT_EN = phrases(
        """
        sin, s.i.n., social insurance, social insurance number, social insurance no, t4, t4a, taxpayer number, tax id,
        sin number, sin card
        """
    )
    CONTEXT_FR = (
        "nas",
        "n.a.s.",
        "assurance sociale",
        "numéro d'assurance sociale",
        "no d'assurance sociale",
        "relevé 1",
    )
    AGAINST_EN = (*OTHER_NUMBERS_EN, "phone", "tel", "fax", "cell", "roll", "health card", "account number")
    AGAINST_FR = (*OTHER_NUMBERS_FR, "téléphone", "tél", "télécopieur", "rôle", "carte santé", "numéro de compte")
    NEUTRAL = (*Recognizer.NEUTRAL, "no business number", "no bn")
    NAMED_OTHERWISE = 0.2  # masked all the same: a check digit rarely passes by chance
    RANK = 20
    CHAINS = True

    def validate_result(self, pattern_text: str) -> bool:
        """Luhn."""
        return luhn(digits(pattern_text))

    def weigh(self, text: str, result: RecognizerResult, label: str) -> float:
        """Without context, a word right in front names it something else, and so do neighbours whose check fails."""
        torn = result.score == _TORN
        score = super().weigh(text, result, label)
        if torn:
            return score if score == self.CUED else self.NAMED_OTHERWISE / 2
        if score < 0.5 and not all(luhn(digits(one.group())) for one in _neighbours(text, result)):
            return self.NAMED_OTHERWISE
        return min(score, 0.3) if score < 0.5 and named(text, result.start) else score

    def alone(self, value: str, pattern: Pattern) -> float:
        """Three groups of three with the same separator are how a SIN is written."""
        if pattern.score == _TORN:
            return _TORN
        return 0.45 if len(value) == 11 and value[3] == value[7] and value[3] in " -" else 0.2


def _neighbours(text: str, result: RecognizerResult) -> Iterator[regex.Match[str]]:
    """Numbers of the same form on the same line, near by."""
    first = max(text.rfind("\n", 0, result.start) + 1, result.start - 60)
    last = text.find("\n", result.end, result.end + 60)
    yield from _NEIGHBOUR.finditer(text, first, last if last >= 0 else result.end + 60)
