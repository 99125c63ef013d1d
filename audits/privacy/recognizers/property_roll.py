"""Ontario property roll number: nineteen digits 2-2-3-3-5-4 (county, municipality, map, division, parcel, primary).

Source: MPAC roll number layout. Entity ``CA_ON_PROPERTY_ROLL``. Public by the Assessment Act, linkable to an owner. The
mask shows the first four digits (the municipality).
"""

from __future__ import annotations

from presidio_analyzer import Pattern

from audits.privacy.recognizer import Recognizer, digits, phrases


class OnPropertyRoll(Recognizer):
    """Finds property roll numbers."""

    ENTITY = "CA_ON_PROPERTY_ROLL"
    PATTERNS = (
        Pattern(
            "roll",
            r"(?<![\w$])(?<!\d[-./])(?<![A-Za-z]-)\d{2}[ .-]?\d{2}[ .-]?\d{3}[ .-]?\d{3}[ .-]?\d{5}[ .-]?\d{4}"
            r"(?![\w])(?![-./]\d)",
            0.3,
        ),
        Pattern(
            "roll without primary",
            r"(?<![\w$])(?<!\d[-./])(?<![A-Za-z]-)\d{2}[ .-]?\d{2}[ .-]?\d{3}[ .-]?\d{3}[ .-]?\d{5}(?![\w])"
            r"(?![-./]\d)(?! \d{4}(?!\d))",
            0.1,
        ),
    )
    CONTEXT_EN = phrases(
        """
        roll, roll number, roll no, assessment, assessment roll, arn, mpac, property roll, tax roll
        """
    )
    CONTEXT_FR = (
        "rôle",
        "numéro de rôle",
        "no de rôle",
        "rôle d'évaluation",
        "évaluation foncière",
        "sefm",
        "rôle d'imposition",
    )
    AGAINST_EN = phrases(
        """
        tracking, serial, invoice, imei, iccid, meter, barcode, card, visa, order
        """
    )
    AGAINST_FR = ("suivi", "série", "facture", "compteur", "code-barres", "carte", "commande")
    NEUTRAL = ("roll call", "roll of honour", "roll up", "roll out", "payroll", "on a roll", "egg roll", "rolls")
    RANK = 6

    def invalidate_result(self, pattern_text: str) -> bool:
        """Upper-tier codes run from 01 to 60; a roll number is not all zeros."""
        number = digits(pattern_text)
        return not 1 <= int(number[:2]) <= 60 or set(number[4:]) == {"0"}

    def alone(self, value: str, pattern: Pattern) -> float:
        """Nineteen digits in these groups are hardly anything else."""
        if pattern.name != "roll":
            return 0.1
        if len(value) >= 22:
            return 0.7
        return 0.6 if value.endswith("0000") else 0.3  # no part of a property of its own
