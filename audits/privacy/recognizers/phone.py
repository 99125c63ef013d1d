"""Telephone number of the North American plan (NANP), or of another country.

Source: ``phonenumbers`` (the numbering plans' own ranges). Entity ``PHONE_NUMBER``. The mask shows the area code of a
NANP number, nothing of another. Toll-free numbers belong to organizations and are dropped. Ten digits without
separators need context; so do numbers of other countries without their plus sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import phonenumbers
import regex  # type: ignore[import-untyped]
from presidio_analyzer import Pattern, RecognizerResult

from audits.privacy.context import Cue
from audits.privacy.recognizer import OTHER_NUMBERS_EN, OTHER_NUMBERS_FR, Recognizer, digits, for_example, phrases

#: Between two digits of a number from abroad, its trunk zero in brackets included.
_ABROAD = r"(?:(?: ?\(0\) ?| ?[()] ?|[ .-]| - )?\d)"
_LABEL = (
    r"(?i)(?<![^\W_])(?:tel|tél|phone|telephone|téléphone|cell|cellulaire|mobile|fax|téléc|télécopieur)"
    r"(?:\s+(?:no|number|#))?\.?\s*[:#]\s*"
)
_NUMBERED = regex.compile(r"(?i)[^\W_]{2,} ?(?:#|n°|nº|no\.?) ?:? ?$")
#: Score of a number as written here, of an area south of the border.
FOREIGN = 0.35
_TRUNK = regex.compile(r"\(0\)")
#: A plus sign and one decimal point are a measure or a coordinate, unless what follows is as long as a number abroad.
_DECIMAL = regex.compile(r"\+\d{1,3}\.\d{1,8}")
_FICTION = regex.compile(r"55501\d\d$")
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
        Pattern("international", rf"(?<![\w+])\+(?!1)\d{{1,3}}{_ABROAD}{{6,13}}(?![\w%])(?![-./]\d)", 0.45),
        Pattern(
            "dialled from here",
            rf"(?<![\w+$€£])(?<!\d[-./ ])(?:011|00)[ -]?[2-9]\d{{0,2}}{_ABROAD}{{6,13}}(?![\w%])(?![-./]\d)",
            0.1,
        ),
        Pattern(
            "of another country",
            rf"{_LABEL}(?P<value>\(?0\d{{1,4}}\)?(?:[ .-]\d{{2,4}}){{2,4}})(?![\w%])(?![-./]\d)(?! \d)",
            0.45,
        ),
        Pattern(
            "local",
            r"(?i)(?<![^\W_])(?:tel|tél|phone|telephone|téléphone|cell|cellulaire|mobile|home|work|fax)(?:\s+(?:no|"
            r"number|#))?\.?\s*[:#]\s*"
            r"(?P<value>[2-9]\d{2}[-. ]\d{4})(?![\w])(?![-./]\d)",
            0.5,
        ),
    )
    HINTS: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "plus one": ("+1",),
        "international": ("+",),
        "dialled from here": ("011", "00"),
    }
    CONTEXT_EN = phrases(
        """
        phone, phone number, telephone, telephone number, tel, cell, cell phone, cellphone, cellular, mobile,
        home phone, work phone, daytime, evening, fax, call, calls, called, calling, text, txt, tel no, t/c,
        client @, home, work, pager, contact, contact number, contact no, reach, reached, ring, dial, voicemail,
        sms, whatsapp, emergency contact, landline, ph, desk, direct line
        """
    )
    CONTEXT_FR = phrases(
        """
        téléphone, tél, tel, numéro de téléphone, no de tél, cellulaire, cell, mobile, domicile, télécopieur,
        téléc, fax, appelez, appeler, appelé, composez, composer, joindre, rejoindre, joint au, texto, courriel
        ou téléphone, contactez, coordonnées, résidence, bureau, travail, mon numéro, mon numéro c'est le,
        texter, textez-moi
        """
    )
    AGAINST_EN = (
        *OTHER_NUMBERS_EN,
        *phrases(
            """
            health card, ohip, account number, roll, sin, library card, barcode, credit card, card, part number,
            version, clause, section, paragraph, meeting id, webinar id, conference id, conference code, access
            code, passcode, participant code, dial-in code, journal, posting, certificate, cert, one call,
            ticket ids, counts, traffic counts, totals, readings
            """
        ),
    )
    AGAINST_FR = (
        *OTHER_NUMBERS_FR,
        *phrases(
            """
            carte santé, numéro de compte, rôle, nas, code à barres, carte, clause, paragraphe, id de réunion,
            numéro de réunion, code de conférence, code d'accès, code secret
            """
        ),
    )
    RANK = 40
    BEFORE = 50

    def weigh(self, text: str, result: RecognizerResult, label: str) -> float:
        """What a sign for "number" stands before, and no word for a telephone, is the number of something else.

        An example of the numbers that are kept for fiction (555-0100 to 555-0199) is nobody's.
        """
        if for_example(text, result.start) and _FICTION.search(digits(text[result.start : result.end])):
            return 0.1
        score = super().weigh(text, result, label)
        if score == result.score and _NUMBERED.search(text, max(0, result.start - 12), result.start):
            return min(score, 0.3)
        return score

    def validate_result(self, pattern_text: str) -> bool | None:
        """A number that the numbering plan of its country has, and not a toll-free one."""
        number = digits(pattern_text)
        if _DECIMAL.fullmatch(pattern_text):
            return False
        if len(number) == 7:
            return None
        if number[0] == "0" and pattern_text[0] != "+":
            return _dialled(number) is not None or (
                number[1] != "0" and 9 <= len(number) <= 11 and len(set(number)) > 3
            )
        found = _parsed(pattern_text)
        if found is None or (found.country_code == 1 and str(found.national_number)[:3] in _TOLL_FREE):
            return False
        return found.country_code != 1 or phonenumbers.is_valid_number(found)

    def alone(self, value: str, pattern: Pattern) -> float:
        """Separated as people write it; ten bare digits may be anything."""
        if pattern.name == "international":  # ranges are added to plans: what is only possible needs context
            number = _parsed(value)
            return float(pattern.score) if number and phonenumbers.is_valid_number(number) else 0.1
        if pattern.name != "nanp":
            return float(pattern.score)
        national = digits(value)[-10:]
        if value == national:
            return 0.2
        if "(" in value or value[0] in "+":
            return 0.75
        if not is_canadian(national):
            return FOREIGN
        return 0.75 if "-" in value else 0.6 if len(value) >= 12 else 0.3

    def scored(self, score: float, cue: Cue, value: str) -> float:
        """A plus sign or brackets make it a telephone number whatever else is near."""
        if cue is Cue.AGAINST and score > 0.1 and ("(" in value or value.startswith("+")):
            return score
        return super().scored(score, cue, value)


def _parsed(value: str) -> phonenumbers.PhoneNumber | None:
    """The number, if it is as long as those of its country."""
    try:
        number = phonenumbers.parse(_TRUNK.sub("", value), "CA")
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def _dialled(number: str) -> phonenumbers.PhoneNumber | None:
    """The number that is dialled by 011 or 00, then a country's code."""
    prefix = next((prefix for prefix in ("011", "00") if number.startswith(prefix)), "")
    found = _parsed(f"+{number[len(prefix) :]}") if prefix else None
    return found if found and phonenumbers.is_valid_number(found) else None


def is_canadian(value: str) -> bool:
    """Whether ten bare digits are a number of a Canadian area."""
    found = _parsed(value) if len(value) == 10 and value.isdigit() else None
    return bool(found and phonenumbers.region_code_for_number(found) == "CA")
