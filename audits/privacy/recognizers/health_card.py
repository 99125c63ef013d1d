"""Ontario health card number: ten digits 4-3-3, Luhn check digit, then one or two letters of version code.

Source: Ontario Ministry of Health, health number reference. Entity ``CA_ON_HEALTH_CARD``. The mask shows no digit.
Random ten digits pass the check in 8.9% of cases and 45% of those are also valid telephone numbers: bare digits need
context.
"""

from __future__ import annotations

from presidio_analyzer import Pattern, RecognizerResult

from audits.privacy.context import Cue
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

_VERSION = r"(?:(?: ?- ?| {1,2}|/)?(?:[A-Z]{1,2}|[a-z]{2})(?![\w]))?"


class OnHealthCard(Recognizer):
    """Finds Ontario health card numbers, with the version code where there is one."""

    ENTITY = "CA_ON_HEALTH_CARD"
    PATTERNS = (
        Pattern(
            "4-3-3",
            NUMBER_START
            + r"[1-9]\d{3}(?: ?[-./] ?| {0,2})\d{3}(?: ?[-./] ?| {0,2})\d{3}(?!\d)"
            + _VERSION
            + NUMBER_END,
            0.2,
        ),
        Pattern("3-3-4", NUMBER_START + r"[1-9]\d{2}[- .]\d{3}[- .]\d{4}(?!\d)" + _VERSION + NUMBER_END, 0.05),
    )
    CONTEXT_EN = phrases(
        """
        health card, health card number, health number, health insurance, ohip, o.h.i.p., version code, hcn, hc#,
        health card no, hin, h.c., hc, hc no, health no, health #, health num, health ins
        """
    )
    CONTEXT_FR = phrases(
        """
        carte santé, carte-santé, carte de santé, numéro de carte santé, numéro de santé, assurance-santé, assurance
        santé, assurance-maladie, assurance maladie, code de version, ohip, csn, no santé, n° santé, c. santé
        """
    )
    AGAINST_EN = (
        *OTHER_NUMBERS_EN,
        *phrases(
            """
            phone, telephone, tel, cell, mobile, fax, call, text, sin, account number, work phone, home phone
            """
        ),
    )
    AGAINST_FR = (
        *OTHER_NUMBERS_FR,
        *phrases(
            """
            téléphone, tél, cellulaire, cell, télécopieur, téléc, appelez, composez, nas, numéro de compte
            """
        ),
    )
    NAMED_OTHERWISE = 0.2  # masked all the same: a check digit rarely passes by chance
    RANK = 15
    CHAINS = True

    def validate_result(self, pattern_text: str) -> bool:
        """Luhn over the ten digits."""
        return luhn(digits(pattern_text))

    def weigh(self, text: str, result: RecognizerResult, label: str) -> float:
        """Without context, a word right in front names it something else."""
        if result.score <= 0.05:  # written as a telephone number: what names it stands right there
            cue = self.phrases.judge(text, result.start, result.end, before=self.BEFORE, gap_digits=False, label=label)
            score = self.scored(float(result.score), cue, "")
        else:
            score = super().weigh(text, result, label)
        return min(score, 0.3) if score < 0.5 and named(text, result.start) else score

    def alone(self, value: str, pattern: Pattern) -> float:
        """4-3-3 is not how telephone numbers are written; with a version code it is hardly anything else."""
        if pattern.name == "3-3-4":
            return 0.05
        version = value[-1].isalpha()
        if len(value) < 12 or value[4].isdigit() or value[4] != value[8]:
            return 0.3 if version else 0.1
        return 0.6 if version else 0.45

    def scored(self, score: float, cue: Cue, value: str) -> float:
        """Ten digits as 3-3-4 are a telephone number unless health is named."""
        if score <= 0.05 and cue is Cue.FOR:
            return 0.75
        return super().scored(score, cue, value)
