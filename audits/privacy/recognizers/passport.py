"""Canadian passport: AA999999, since 2023 A999999AA. No check digit on the number: context is required.

Source: Immigration, Refugees and Citizenship Canada. Entity ``CA_PASSPORT``. The mask shows no digit.
"""

from __future__ import annotations

from presidio_analyzer import Pattern

from audits.privacy.recognizer import OTHER_NUMBERS_EN, OTHER_NUMBERS_FR, Recognizer


class CaPassport(Recognizer):
    """Finds Canadian passport numbers named as such."""

    ENTITY = "CA_PASSPORT"
    PATTERNS = (Pattern("passport", r"(?<![\w-])(?i:[A-Z]{2}[ -]?\d{6}|[A-Z]\d{6}[A-Z]{2})(?![\w-])", 0.1),)
    CONTEXT_EN = ("passport", "passports", "passport number", "passport no", "travel document", "pp#", "pp no", "ppt")
    CONTEXT_FR = ("passeport", "numéro de passeport", "no de passeport", "titre de voyage")
    AGAINST_EN = OTHER_NUMBERS_EN
    AGAINST_FR = OTHER_NUMBERS_FR
    BEFORE = 60
    GAP_DIGITS = False
    RANK = 25
    CHAINS = True
