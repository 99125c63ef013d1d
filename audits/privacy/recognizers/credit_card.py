"""Payment card: an issuer's prefix and length (Visa, Mastercard with its 2-series, Amex, Discover, Diners, JCB,
UnionPay, Maestro) and the Luhn check digit.

Source: ISO/IEC 7812, the networks' published ranges. Entity ``CREDIT_CARD``. The mask shows the last four digits.
"""

from __future__ import annotations

import regex  # type: ignore[import-untyped]
from presidio_analyzer import Pattern, RecognizerResult

from audits.privacy.recognizer import OTHER_NUMBERS_EN, OTHER_NUMBERS_FR, Recognizer, digits, luhn, phrases

#: First and last prefix, lengths, and whether the range is common enough to stand without context.
_ISSUERS = (
    ("4", "4", (13, 16, 19), True),
    ("51", "55", (16,), True),
    ("2221", "2720", (16,), True),
    ("34", "34", (15,), True),
    ("37", "37", (15,), True),
    ("6011", "6011", (16, 19), True),
    ("644", "659", (16, 19), True),
    ("3528", "3589", (16, 19), True),
    ("2131", "2131", (15,), False),
    ("1800", "1800", (15,), False),
    ("300", "305", (14, 16), False),
    ("3095", "3095", (14, 16), False),
    ("36", "36", (14, 16), False),
    ("38", "39", (14, 16), False),
    ("62", "62", (16, 17, 18, 19), True),
    ("5018", "5018", (12, 13, 14, 15, 16, 17, 18, 19), False),
    ("5020", "5020", (12, 13, 14, 15, 16, 17, 18, 19), False),
    ("5038", "5038", (12, 13, 14, 15, 16, 17, 18, 19), False),
    ("56", "58", (12, 13, 14, 15, 16, 17, 18, 19), False),
    ("6304", "6304", (12, 13, 14, 15, 16, 17, 18, 19), False),
    ("6759", "6763", (12, 13, 14, 15, 16, 17, 18, 19), False),
)


class CreditCard(Recognizer):
    """Finds payment card numbers."""

    ENTITY = "CREDIT_CARD"
    PATTERNS = (
        Pattern(
            "card",
            r"(?<![\w$€£])(?<!\d[-./:])(?<!(?<!\d)\d{2,4} )(?<![A-Za-z]-)[1-6](?:[ -]{0,3}\d){11,18}(?![\w%])"
            r"(?![-./:]\d)(?! \d{4}(?!\d))",
            0.5,
        ),
        Pattern("dotted", r"(?<![\w$€£.-])[2-6]\d{3}(?:\.\d{4}){3}(?![\w%.-]\w|\w)", 0.5),
    )
    CONTEXT_EN = phrases(
        """
        credit card, card number, card no, card, visa, mastercard, master card, amex, american express,
        discover, diners, jcb, debit, debit card, cc, p-card, pcard, procurement card, cvv, cvc, expiry, exp,
        cardholder, payment
        """
    )
    CONTEXT_FR = phrases(
        """
        carte de crédit, numéro de carte, no de carte, carte, visa, mastercard, carte de débit, débit, carte
        d'achat, titulaire de la carte, expiration, paiement
        """
    )
    AGAINST_EN = (
        *OTHER_NUMBERS_EN,
        *phrases(
            """
            roll, roll number, imei, gift card, presto card, presto, timestamp, loyalty card, health card, ean,
            gtin, sscc, iccid, ledger, ledger line, general ledger, gift cards, gift certificate, certificate
            """
        ),
    )
    AGAINST_FR = (
        *OTHER_NUMBERS_FR,
        *phrases(
            """
            rôle, numéro de rôle, imei, carte-cadeau, carte cadeau, carte presto, horodatage, carte santé, grand
            livre, écriture, cartes-cadeaux, certificat
            """
        ),
    )
    NAMED_OTHERWISE = 0.2  # masked all the same: a check digit rarely passes by chance
    RANK = 5

    def validate_result(self, pattern_text: str) -> bool:
        """An issuer's range and length, Luhn, and groups of a card."""
        number = digits(pattern_text)
        return _issuer(number) is not None and _grouped(pattern_text) and luhn(number)

    def alone(self, value: str, pattern: Pattern) -> float:
        """Common ranges stand without context; thirteen digits are more often a timestamp."""
        number = digits(value)
        if not _issuer(number) or len(number) == 13:
            return 0.3
        return 0.7 if len(value) == len(number) else 0.9

    def weigh(self, text: str, result: RecognizerResult, label: str) -> float:
        """Four groups of four in a table of hexadecimal codes, or digits in a path, are no card unless one is named."""
        score = super().weigh(text, result, label)
        before, after = text[max(0, result.start - 7) : result.start], text[result.end : result.end + 7]
        in_table = _CODE_BEFORE.search(before) or _CODE_AFTER.match(after)
        in_path = before[-1:] in "/#" and before != "" and text[result.start : result.end].isdigit()
        return min(score, 0.2) if (in_table or in_path) and score < self.CUED else score


_CODE_BEFORE = regex.compile(r"(?<!\w)[0-9A-F]{4,5}\s$")
_CODE_AFTER = regex.compile(r"\s[0-9A-F]{4,5}(?![\w/.-])")


def _issuer(number: str) -> bool | None:
    for first, last, lengths, common in _ISSUERS:
        if len(number) in lengths and first <= number[: len(first)] <= last:
            return common
    return None


def _grouped(value: str) -> bool:
    groups = [len(group) for group in value.replace("-", " ").replace(".", " ").split()]
    if len(groups) == 1 or len(groups) >= len(digits(value)):
        return True
    return groups in ([4, 6, 5], [4, 6, 4], [6, 13], [4, 4, 4, 1], [4, 4, 5]) or (
        all(size == 4 for size in groups[:-1]) and 1 <= groups[-1] <= 4
    )
