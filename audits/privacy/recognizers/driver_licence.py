"""Ontario driver's licence: a letter and fourteen digits, A9999-99999-99999; the last six are YYMMDD (women: + 50).

Source: Ontario Ministry of Transportation licence layout. Entity ``CA_ON_DRIVER_LICENCE``. The mask shows no digit.
There is no check digit; the date part must be a date.
"""

from __future__ import annotations

from presidio_analyzer import Pattern

from audits.privacy.recognizer import OTHER_NUMBERS_EN, OTHER_NUMBERS_FR, Recognizer, digits, phrases

_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class OnDriverLicence(Recognizer):
    """Finds Ontario driver's licence numbers."""

    ENTITY = "CA_ON_DRIVER_LICENCE"
    PATTERNS = (
        Pattern(
            "licence",
            r"(?<![\w-])(?i:[A-Z])(?: ?- ?| )?\d{4}(?: ?- ?| {1,2})?\d{5}(?: ?- ?| {1,2})?\d{5}(?![\w])(?!-\w)",
            0.45,
        ),
    )
    CONTEXT_EN = phrases(
        """
        driver's licence, drivers licence, driver licence, driver's license, drivers license, driver license, driving
        licence, dl, d.l., dln, licence number, licence no, license number, licence, operator's licence
        """
    )
    CONTEXT_FR = ("permis de conduire", "numéro de permis", "no de permis", "permis de conduite", "permis")
    AGAINST_EN = tuple(set(OTHER_NUMBERS_EN) - {"registration", "licence"})
    AGAINST_FR = tuple(set(OTHER_NUMBERS_FR) - {"permis"})
    RANK = 10

    def validate_result(self, pattern_text: str) -> bool:
        """The last six digits are a date of birth."""
        tail = digits(pattern_text)[-6:]
        month, day = int(tail[2:4]), int(tail[4:])
        month -= 50 * (month > 50)
        return 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]

    def alone(self, value: str, pattern: Pattern) -> float:
        """Grouped as on the card, it is hardly anything else."""
        return 0.75 if len(value) >= 17 else 0.45
