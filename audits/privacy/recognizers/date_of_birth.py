"""Date of birth: a date that words nearby call one. Context required.

Source: dates as Ontario writes them, English and French, and ISO 8601. Entity ``DATE_OF_BIRTH``. The mask shows nothing
of it.
"""

from __future__ import annotations

import regex  # type: ignore[import-untyped]
from presidio_analyzer import Pattern, RecognizerResult

from audits.privacy.context import rows_up
from audits.privacy.recognizer import Recognizer, for_example, phrases

_YEAR = r"(?:1[89]\d\d|20\d\d)"
_MONTH = (
    r"(?i:jan(?:uary|v(?:ier)?)?|feb(?:ruary)?|f[eé]v(?:r(?:ier)?)?|mar(?:ch|s)?|apr(?:il)?|avr(?:il)?|may|mai|"
    r"june?|juin|"
    r"july?|juil(?:l?et)?|aug(?:ust)?|ao[uû]t|sept?(?:ember|embre)?|oct(?:ober|obre)?|nov(?:ember|embre)?|d[eé]c"
    r"(?:ember|embre)?)\.?"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MM = r"(?:0?[1-9]|1[0-2])"


class DateOfBirth(Recognizer):
    """Finds dates of birth."""

    ENTITY = "DATE_OF_BIRTH"
    PATTERNS = (
        Pattern(
            "year first", rf"(?<![\w])(?<!\d[-./]){_YEAR}(?P<s> ?[-/.] ?| ){_MM}(?P=s){_DAY}(?![\w])(?![-/]\d)", 0.05
        ),
        Pattern(
            "year first, month in letters", rf"(?<![\w]){_YEAR}[ /.-]{{1,2}}{_MONTH}[ /.-]{{1,2}}{_DAY}(?![\w])", 0.05
        ),
        Pattern(
            "year last",
            rf"(?=\d)(?<![\w])(?<!\d[-./])(?:{_DAY}(?P<s> ?[-/.] ?| ){_MM}|{_MM}(?P<s> ?[-/.] ?| ){_DAY})(?P=s)"
            rf"(?:{_YEAR}|\d\d)(?![\w])(?![-/]\d)",
            0.05,
        ),
        Pattern(
            "day first",
            rf"(?=\d)(?<![\w])(?:{_DAY}(?:st|nd|rd|th)?|1er)(?:\s+of)?[ /.-]{{1,2}}{_MONTH},?[ /.-]{{1,2}}(?:{_YEAR}|"
            rf"\d\d)(?![\w])",
            0.05,
        ),
        Pattern(
            "month first",
            rf"(?<![\w]){_MONTH}[ /.-]{{0,2}}{_DAY}(?:st|nd|rd|th)?(?:\s*,\s*|[ /.-]){_YEAR}(?![\w])",
            0.05,
        ),
        Pattern("compact", rf"(?<![\w]){_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?![\w])", 0.02),
    )
    CONTEXT_EN = phrases(
        """
        date of birth, dates of birth, dob, d.o.b., d. o. b., born, born on, birth date, birthdate, birthday,
        birth, dob (yyyy-mm-dd), dob (dd/mm/yyyy), dob (mm/dd/yyyy), date of birth (yyyy-mm-dd), date of birth
        (dd/mm/yyyy), b-day, bday, birth dt, year of birth, yob, age/dob, dateofbirth, birthday is
        """
    )
    CONTEXT_FR = phrases(
        """
        date de naissance, dates de naissance, ddn, d.d.n., né, née, né le, née le, né(e) le, nés le, née(s) le,
        naissance, anniversaire de naissance, date de naissance (aaaa-mm-jj), né(e), datenaissance, date naiss,
        naiss, nais, date nais, date_naissance
        """
    )
    AGAINST_EN = phrases(
        """
        date, dated, issued, issue date, exp, expires, expiry, expiry date, expiration, meeting, meeting date,
        received, signed, signature, registered, date of application, application date, completed, updated,
        hired, hire date, start date, start, starts, starting, begins, end date, since, effective, appointed,
        died, death, date of death, arrived, deadline, due, until, published, posted, founded, incorporated,
        established, moved, adopted, approved, passed, submitted, inspection, visit
        """
    )
    AGAINST_FR = phrases(
        """
        date, daté, délivré, délivrée, expire, expiration, date d'expiration, réunion, reçu, reçue, signé,
        signée, signature, inscrit, inscrite, depuis, débute, commence, embauche, décès, décédé, décédée,
        jusqu'au, adopté, approuvé, échéance, publié, date de la demande, fondée, fondé, déposée, déposé, mis à
        jour, inspection, en vigueur
        """
    )
    #: What people celebrate is seldom their own: "Happy Birthday" is a song, a release and a party at the pool.
    NEUTRAL = phrases(
        """
        happy birthday, birthday party, birthday parties, birthday celebration, birthday bash, birthday package,
        birth certificate, birth registration, fête d'anniversaire, fêtes d'anniversaire, certificat de
        naissance, bulletin de naissance
        """
    )
    BEFORE = 56
    GAP_DIGITS = False
    CUED = 0.9
    RANK = 30
    CHAINS = True

    def weigh(self, text: str, result: RecognizerResult, label: str) -> float:
        """ "b. 3 May 1990" is short for it. Associations are "born" too; who was born long ago is no more.

        MFIPPA s. 2(2): what concerns somebody dead for more than thirty years is not personal information.
        """
        score = super().weigh(text, result, label)
        if score < 0.5 and score != self.NAMED_OTHERWISE and _KIN.search(text, max(0, result.start - 20), result.start):
            score = 0.6
        sexed = _SEX.match(text, result.end) and _NAME_BEFORE.search(text, max(0, result.start - 24), result.start)
        if score < 0.4 and score != self.NAMED_OTHERWISE and not label and sexed:
            score = 0.45
        if score < 0.4 and not label and self._is_below(text, result):
            score = 0.6
        if score < self.CUED and _SHORT.search(text, max(0, result.start - 6), result.start):
            score = self.CUED
        if score >= 0.4:
            year = _FULL_YEAR.search(text, result.start, result.end)
            if year and int(year.group()) < _LONG_AGO:
                return 0.3
            if _NO_PERSON.search(text, max(0, result.start - 70), result.start):
                return 0.1
            if for_example(text, result.start):
                return 0.1
        return score

    def _is_below(self, text: str, result: RecognizerResult) -> bool:
        """The one date in a row of a list whose header asks for one date, and that of birth: "Player DOB Parent"."""
        first = text.rfind("\n", max(0, result.start - 200), result.start) + 1
        last = text.find("\n", result.end, result.end + 200)
        if first == 0 or len(_FULL_YEAR.findall(text, first, last if last >= 0 else result.end + 200)) != 1:
            return False
        for row in rows_up(text, first):
            if not any(map(str.isdigit, row)):
                return len(row) < 120 and self.phrases.named_in(row) and not _OTHER_DATE.search(row)
            if not _FULL_YEAR.search(row):
                return False
        return False


#: Another date in a header, or a header that is parted into columns: they are read one by one.
_OTHER_DATE = regex.compile(
    r"(?i)[:;,.|<>\t]|  |(?<![^\W_])(?:date (?!of birth|de naiss)|dates|issued|expir\w*|start|end|since|joined|"
    r"received|died|event|year)"
)
#: Nobody born before is alive, or died less than thirty years ago.
_LONG_AGO = 1890
_FULL_YEAR = regex.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
#: "Jane Roy, daughter, 2015-03-10".
_KIN = regex.compile(
    r"(?i)(?<![^\W_])(?:spouse|wife|husband|son|daughter|child|dependant|dependent|partner|stepson|stepdaughter|"
    r"conjointe?|[eé]poux|[eé]pouse|fils|fille|enfant|personne à charge) ?[,:;(|-] ?$"
)
#: "Roy, Jane 1950-08-20 F": a name in front, a sex behind.
_SEX, _NAME_BEFORE = (
    regex.compile(r",? {1,3}(?:M|F|X)(?= ?[,;\n]| {1,2}[A-Z\d]|$)"),
    regex.compile(r"(?<![\w])[A-ZÀ-Ý][\w'’-]+,? {1,3}$"),
)
_SHORT = regex.compile(r"(?<![\w.])(?:[bB]|n[ée]?)\. ?$")
_NO_PERSON = regex.compile(
    r"(?i)(?<![^\W_])(?:club|institute|association|society|festival|company|committee|league|legion|idea|concept|"
    r"tradition|movement|program|programme|town|township|village|city|team|band|church|school|library|project|fair|"
    r"market|foundation|store|business|network|organization|corporation|cercle|caisse|coop[eé]rative|chorale|[eé]quipe|"
    r"entreprise|compagnie|soci[eé]t[eé]|comit[eé]|ville|[eé]cole|[eé]glise|projet|mouvement|fondation|id[eé]e)"
    r"(?: [A-ZÀ-Ý][\w-]+)?(?: which| that| qui)? (?:was|were|is|est|a [eé]t[eé]|[eé]tait) (?:born|n[eé]e?)(?![^\W_])"
    r"[^.;\n]{0,40}$"
)
