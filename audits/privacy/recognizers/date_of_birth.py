"""Date of birth: a date that words nearby call one. Context required.

Source: dates as Ontario writes them, English and French, and ISO 8601. Entity ``DATE_OF_BIRTH``. The mask shows nothing
of it.
"""

from __future__ import annotations

from presidio_analyzer import Pattern

from audits.privacy.recognizer import Recognizer, phrases

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
        date of birth, dates of birth, dob, d.o.b., d. o. b., born, born on, birth date, birthdate, birthday, birth,
        dob (yyyy-mm-dd), dob (dd/mm/yyyy), dob (mm/dd/yyyy), date of birth (yyyy-mm-dd), date of birth (dd/mm/yyyy),
        b-day
        """
    )
    CONTEXT_FR = phrases(
        """
        date de naissance, dates de naissance, ddn, d.d.n., né, née, né le, née le, né(e) le, nés le, née(s) le,
        naissance, anniversaire de naissance, date de naissance (aaaa-mm-jj), né(e)
        """
    )
    AGAINST_EN = phrases(
        """
        date, dated, issued, issue date, expires, expiry, expiry date, expiration, meeting, meeting date, received,
        signed, signature, registered, date of application, application date, completed, updated, hired, hire date,
        start date, start, starts, starting, begins, end date, since, effective, appointed, died, death, date of
        death, arrived, deadline, due, until, published, posted, founded, incorporated, established, moved, adopted,
        approved, passed, submitted, inspection, visit
        """
    )
    AGAINST_FR = phrases(
        """
        date, daté, délivré, délivrée, expire, expiration, date d'expiration, réunion, reçu, reçue, signé, signée,
        signature, inscrit, inscrite, depuis, débute, commence, embauche, décès, décédé, décédée, jusqu'au, adopté,
        approuvé, échéance, publié, date de la demande, fondée, fondé, déposée, déposé, mis à jour, inspection, en
        vigueur
        """
    )
    #: What people celebrate is seldom their own: "Happy Birthday" is a song, a release and a party at the pool.
    NEUTRAL = phrases(
        """
        happy birthday, birthday party, birthday parties, birthday celebration, birthday bash, birthday package, birth
        certificate, birth registration, fête d'anniversaire, fêtes d'anniversaire, certificat de naissance, bulletin
        de naissance
        """
    )
    BEFORE = 56
    GAP_DIGITS = False
    CUED = 0.9
    RANK = 30
