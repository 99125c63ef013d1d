"""Telephone number of the North American plan (NANP), or international with a plus sign.

Source: ``phonenumbers`` (the numbering plan's own ranges). Entity ``PHONE_NUMBER``. The mask shows the area code.
Toll-free numbers belong to organizations and are dropped. Ten digits without separators need context.
"""

from __future__ import annotations

import phonenumbers
from presidio_analyzer import Pattern

from audits.privacy.context import Cue
from audits.privacy.recognizer import OTHER_NUMBERS_EN, OTHER_NUMBERS_FR, Recognizer, digits, phrases

_TOLL_FREE = frozenset({"800", "833", "844", "855", "866", "877", "888", "822", "880", "881", "882", "883", "900"})


class PhoneNumber(Recognizer):
    """Finds telephone numbers."""

    ENTITY = "PHONE_NUMBER"
    PATTERNS = (
        Pattern(
            "nanp",
            r"(?=[+(1-9])(?<![\w$€£+])(?<!\d[-.])(?<!(?<!\d\d\d)\d/)(?<!(?<![\d-])\d{1,4} )(?<![A-Za-z]-)(?<![$€£] )"
            r"(?:\+?1(?: ?[-.] ?| )?)?"
            r"(?:\( ?[2-9]\d{2} ?\)(?: ?[-./] ?| {0,2})|[2-9]\d{2}(?: ?[-./] ?| {0,2}))[2-9]\d{2}(?: ?[-.] ?|"
            r" {0,2})\d{4}"
            r"(?!(?!x ?\d)[\w%])(?![-.]\d)(?!/\d{1,2}(?!\d))(?!-[A-Za-z]{1,2}(?!\w))(?! \d{3,4}(?![\d-]))",
            0.55,
        ),
        Pattern(
            "plus one", r"(?<![\w+])\+1[ -.]?\(?[2-9]\d{2}\)?[ -.]{0,2}[2-9]\d{2}[ -.]?\d{4}(?![\w%])(?![-./]\d)", 0.8
        ),
        Pattern("international", r"(?<![\w+])\+(?!1)\d{1,3}(?:[ ()-]{0,2}\d){6,13}(?![\w%])(?![-./]\d)", 0.5),
        Pattern(
            "local",
            r"(?i)(?<![^\W_])(?:tel|tél|phone|telephone|téléphone|cell|cellulaire|mobile|home|work|fax)(?:\s+(?:no|"
            r"number|#))?\.?\s*[:#]\s*"
            r"(?P<value>[2-9]\d{2}[-. ]\d{4})(?![\w])(?![-./]\d)",
            0.5,
        ),
    )
    CONTEXT_EN = phrases(
        """
        phone, phone number, telephone, telephone number, tel, cell, cell phone, cellphone, cellular, mobile, home
        phone, work phone, daytime, evening, fax, call, calls, called, calling, text, contact, contact number, contact
        no, reach, reached, ring, dial, voicemail, sms, whatsapp, emergency contact, landline, ph
        """
    )
    CONTEXT_FR = phrases(
        """
        téléphone, tél, tel, numéro de téléphone, no de tél, cellulaire, cell, mobile, domicile, télécopieur, téléc,
        fax, appelez, appeler, appelé, composez, composer, joindre, rejoindre, joint au, texto, courriel ou téléphone,
        contactez, coordonnées, résidence, bureau, travail
        """
    )
    AGAINST_EN = (
        *OTHER_NUMBERS_EN,
        *phrases(
            """
            health card, ohip, account number, roll, sin, library card, barcode, credit card, card, part number,
            version
            """
        ),
    )
    AGAINST_FR = (*OTHER_NUMBERS_FR, "carte santé", "numéro de compte", "rôle", "nas", "code à barres", "carte")
    RANK = 40
    BEFORE = 50

    def validate_result(self, pattern_text: str) -> bool | None:
        """A number that the numbering plan has, and not a toll-free one."""
        if len(digits(pattern_text)) == 7:
            return None
        try:
            number = phonenumbers.parse(pattern_text, "CA")
        except phonenumbers.NumberParseException:
            return False
        if not phonenumbers.is_valid_number(number):
            return False
        return not (number.country_code == 1 and str(number.national_number)[:3] in _TOLL_FREE)

    def alone(self, value: str, pattern: Pattern) -> float:
        """Separated as people write it; ten bare digits may be anything."""
        if pattern.name != "nanp":
            return float(pattern.score)
        national = digits(value)[-10:]
        if value == national:
            return 0.2
        if "(" in value or "-" in value or value[0] in "+":
            return 0.75
        return 0.6 if len(value) >= 12 else 0.3

    def scored(self, score: float, cue: Cue, value: str) -> float:
        """A plus sign or brackets make it a telephone number whatever else is near."""
        if cue is Cue.AGAINST and ("(" in value or value.startswith("+")):
            return score
        return super().scored(score, cue, value)
