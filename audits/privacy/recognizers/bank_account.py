"""Bank account: transit 5, institution 3, account 7-12 digits, or EFT: 0 + institution + transit. Context required.

Source: Payments Canada Rule 1 and Standard 006 (MICR); institution numbers from its financial institutions file
(guidance: the list changes). Entity ``CA_BANK_ACCOUNT``. The mask shows no digit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from presidio_analyzer import Pattern, RecognizerResult

from audits.privacy.context import Cue
from audits.privacy.recognizer import OTHER_NUMBERS_EN, OTHER_NUMBERS_FR, Recognizer, digits, phrases

_INSTITUTIONS = frozenset(
    (
        *(
            1,
            2,
            3,
            4,
            6,
            10,
            16,
            30,
            39,
            117,
            127,
            177,
            219,
            241,
            245,
            250,
            260,
            265,
            269,
            270,
            275,
            277,
            290,
            292,
            294,
        ),
        *range(301, 380),
        *(507, 509, 522, 530, 532, 536, 540, 544, 548, 549, 550, 551, 568, 570, 590, 592, 594, 597),
        *range(600, 645),
        *(702, 703, 803, 807, 808, 809, 815, 819, 828, 829, 837, 839, 849, 853, 865, 879, 889, 890, 899),
    )
)
_BANK_EN = phrases(
    """
    bank, bank account, banking, bank account number, void cheque, direct deposit, transit, transit number,
    institution, institution number, chequing, chequing account, savings account, pre-authorized, preauthorized,
    pre-authorized debit, pad, eft, e-transfer, deposit, branch, micr, rbc, bmo, cibc, scotiabank, td canada
    trust
    """
)
_BANK_FR = phrases(
    """
    banque, bancaire, compte bancaire, compte de banque, numéro de compte bancaire, chèque annulé, spécimen de
    chèque, dépôt direct, transit, numéro de transit, institution, succursale, compte chèques, compte-chèques,
    compte d'épargne, débit préautorisé, prélèvement automatique, virement, coordonnées bancaires, caisse
    """
)


_TRANSIT, _INSTITUTION = r"transit|branch|succursale", r"institution|inst|bank|banque|fi"


def _in_words(first: str, number: str, second: str, other: str) -> str:
    """A form for "transit 12345, institution no. 003, account 1234567": the value runs from the first digit on."""
    sign = r"\b[^\w\n]{0,4}(?:(?:no|number|num[eé]ro|n°|#)[^\w\n]{0,4}){0,2}"
    mark = r"\b[^\w\n]{1,4}(?:and |et )?"
    return (
        rf"(?i)(?<![^\W_])(?:{first}){sign}(?P<value>{number}{mark}(?:{second}){sign}{other}"
        rf"{mark}(?:account|acct|a/c|compte|folio){sign}\d[\d -]{{4,14}}\d)(?![\w])(?![-./]\d)"
    )


class CaBankAccount(Recognizer):
    """Finds Canadian bank accounts named as such."""

    ENTITY = "CA_BANK_ACCOUNT"
    PATTERNS = (
        Pattern(
            "transit-institution-account",
            r"(?<![\w$])(?<!\d[-./])(?<![A-Za-z]-)\d{5}(?: ?[-/:] ?| {1,3})\d{3}(?: ?[-/:] ?| {1,3})(?:\d{7,12}|"
            r"\d{2,4}(?:[ -]\d{2,4}){1,3})(?![\w])(?![-./]\d)",
            0.2,
        ),
        Pattern(
            "institution-transit-account",
            r"(?<![\w$])(?<!\d[-./])(?<![A-Za-z]-)\d{3}(?: ?[-/:] ?| {1,3})\d{5}(?: ?[-/:] ?| {1,3})(?:\d{7,12}|"
            r"\d{2,4}(?:[ -]\d{2,4}){1,3})(?![\w])(?![-./]\d)",
            0.2,
        ),
        Pattern("parts in words", _in_words(_TRANSIT, r"\d{5}", _INSTITUTION, r"\d{3}"), 0.9),
        Pattern("parts in words, institution first", _in_words(_INSTITUTION, r"\d{3}", _TRANSIT, r"\d{5}"), 0.9),
        Pattern("line of a cheque", r"\d{5}[⑆⑇⑈⑉-]\d{3}[⑆⑇⑈⑉] ?\d[\d ⑉-]{4,16}\d(?= ?[⑆⑇⑈⑉])", 0.9),
        Pattern(
            "routing and account",
            r"(?<![\w$])(?<!\d[-./])0\d{8}(?: ?[-/:] ?| {1,3})\d{7,12}(?![\w])(?![-./]\d)",
            0.2,
        ),
        Pattern(
            "account in words",
            r"(?i)(?<![^\W_])(?:(?:bank|chequing|checking|savings|deposit)\s+account|acct|account|a/c|compte(?:\s+"
            r"(?:bancaire|ch[eè]ques?|d['’ ][eé]pargne|de\s+banque))?)"
            r"(?:\s+(?:no|number|num(?:[eé]ro)?|n°|nº|is|est(?:\s+le)?|#))*\.?\s*[:#=]?\s*"
            r"(?P<value>(?<![\w$])\d{7,12}|\d{2,4}(?:[- ]\d{3,4}){1,2}(?:[- ]\d{1,3})?)(?![\w])(?![-./,]\d)",
            0.15,
        ),
        Pattern(
            "account before words",
            r"(?i)(?<![^\W_])(?:num[eé]ro|no|n°)\s+de\s+compte(?:\s+(?:bancaire|de\s+banque))?\s*(?:est|:|=)?\s*"
            r"(?:le\s+)?"
            r"(?P<value>\d{7,12})(?![\w])(?![-./,]\d)",
            0.15,
        ),
    )
    CONTEXT_EN = _BANK_EN
    CONTEXT_FR = _BANK_FR
    AGAINST_EN = (
        *("water account", "hydro account", "tax account", "utility account", "gl account", "account code", "gl"),
        *("cost centre", "cost center", "budget", "budget code", "object code", "project code", "ledger"),
        *sorted(set(OTHER_NUMBERS_EN) - {"account", "client", "customer", "cheque"}),
    )
    AGAINST_FR = (
        *("centre de coûts", "code budgétaire", "poste budgétaire", "grand livre"),
        *sorted(set(OTHER_NUMBERS_FR) - {"compte", "client", "chèque"}),
    )
    WEAK_EN = ("account", "acct", "account no", "account number", "a/c")
    WEAK_FR = ("compte", "numéro de compte", "no de compte")
    NEUTRAL = ()
    HINTS: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "parts in words": ("transit", "branch", "succursale"),
        "parts in words, institution first": ("inst", "bank", "banque", "fi"),
        "line of a cheque": ("⑆", "⑈"),
    }
    BEFORE = 120
    CUED = 0.9
    RANK = 30

    def weigh(self, text: str, result: RecognizerResult, label: str) -> float:
        """The words of a bank may stand on either side: "Account 1234567, transit 12345, institution 003"."""
        cue = self.phrases.judge(text, result.start, result.end, before=self.BEFORE, gap_digits=True, label=label)
        written = _is_written_out(text[result.start : result.end])
        if result.score >= self.CUED or (cue is Cue.WEAK and written):
            return self.CUED
        before = text[max(0, result.start - self.BEFORE) : result.start].rpartition("\n")[2]
        around = before + text[result.end : result.end + 60].partition("\n")[0]
        if cue is Cue.FOR or (cue is Cue.WEAK and self.phrases.named_in(around)):
            return self.CUED
        if cue is Cue.AGAINST:
            return 0.1
        return _ALONE if written == _LARGE else float(result.score)

    def validate_result(self, pattern_text: str) -> bool | None:
        """A known institution where one is written; seven to twelve digits of account."""
        number = digits(pattern_text)
        if not all(char.isdigit() or char in " -/:" for char in pattern_text):
            groups = [part for part in _DIGITS.findall(pattern_text) if len(part) in (3, 5)]
            return len(groups) >= 2 and any(len(part) == 3 and int(part) in _INSTITUTIONS for part in groups[:2])
        if len(number) >= 15 and number[0] == "0" and _separator(pattern_text) == 9:
            return int(number[1:4]) in _INSTITUTIONS
        if _separator(pattern_text) == 3 and len(number) >= 15:
            return int(number[:3]) in _INSTITUTIONS
        if _separator(pattern_text) == 5:
            return int(number[5:8]) in _INSTITUTIONS and 7 <= len(number) - 8 <= 12 and len(set(number[8:])) > 1
        return 7 <= len(number) <= 12 and len(set(number)) > 1


_DIGITS = re.compile(r"\d+")
#: Institutions that most people bank with: their number between the two others is hardly there by chance.
_COMMON = frozenset((1, 2, 3, 4, 6, 10, 16, 30, 39, 614, 815, 828, 829, 837, 839, 899))
_WRITTEN, _LARGE = 1, 2
_ALONE = 0.45


def _is_written_out(value: str) -> int:
    """Whether an account has its three parts, as the machine-readable line of a cheque has them."""
    parts = _DIGITS.findall(value)
    if len(parts) == 2 and len(parts[0]) == 9 and parts[0][0] == "0":
        parts = [parts[0][4:], parts[0][1:4], parts[1]]
    if len(parts) < 3 or {len(parts[0]), len(parts[1])} != {3, 5} or not 7 <= sum(map(len, parts[2:])) <= 12:
        return 0
    institution = int(parts[0] if len(parts[0]) == 3 else parts[1])
    return _LARGE if institution in _COMMON else _WRITTEN if institution in _INSTITUTIONS else 0


def _separator(value: str) -> int:
    return next((index for index, char in enumerate(value) if not char.isdigit()), len(value))
