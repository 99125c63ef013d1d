"""CRA business number: nine digits with a Luhn check digit, then a program such as RT0001.

Source: Canada Revenue Agency; the check digit as in ``stdnum.ca.bn``. Entity ``CA_BUSINESS_NUMBER``. A business is not
an individual (MFIPPA s. 2(1)): this recognizer only keeps others, above all the SIN, from claiming the digits.
"""

from __future__ import annotations

from presidio_analyzer import Pattern

from audits.privacy.recognizer import Recognizer


class CaBusinessNumber(Recognizer):
    """Finds CRA business and program account numbers."""

    ENTITY = "CA_BUSINESS_NUMBER"
    PATTERNS = (
        Pattern(
            "program account",
            r"(?<![\w])(?<!\d[-.])\d{3}[ -]?\d{3}[ -]?\d{3}[ -]{0,3}(?i:R[A-Z])[ -]?\d{4}(?![\w])",
            1.0,
        ),
        Pattern(
            "named",
            r"(?i)(?<![^\W_])(?:bn|business\s+(?:no|number)|gst(?:/hst)?|hst|tps(?:/tvh)?|tvh|ne|"
            r"num[eé]ro\s+d['’]entreprise|"
            r"charit(?:y|able)(?:\s+registration)?|(?:numéro\s+d['’])?organisme\s+de\s+bienfaisance)"
            r"(?:\s*(?:registration|no|number|num[eé]ro|n°|#|\(bn\)|\(ne\)|d['’]enregistrement))*\.?\s*[:#=]?\s*"
            r"(?P<value>\d{3}[ -]?\d{3}[ -]?\d{3})(?![\w])(?![-.]\d)",
            0.97,
        ),
    )
    RANK = 1
    PERSONAL = False

    def weigh(self, text: str, result: object, label: str) -> float:
        """Its program letters or its name are part of the pattern."""
        return float(result.score)  # type: ignore[attr-defined]
