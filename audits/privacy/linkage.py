"""How bad an exposure is: what it is, what stands beside it, whose it may be, on what kind of page, seen or hidden.

A number alone leads to nobody; with a name it does, and name, address and date of birth together are what identity
theft needs. Minutes and agendas name who spoke on purpose; a form that somebody filled in does not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from audits.model import Impact, Tier
from audits.privacy.contacts import CONTACT
from audits.privacy.recognizer import phrases

#: Kinds that open an account, a file or a door by themselves.
CRITICAL = frozenset(
    {"CA_SIN", "CA_ON_HEALTH_CARD", "CA_ON_DRIVER_LICENCE", "CA_PASSPORT", "CREDIT_CARD", "CA_BANK_ACCOUNT"}
)
#: Kinds of which a person has one: so many different ones, so many people.
_ONE_EACH = CRITICAL - {"CREDIT_CARD", "CA_BANK_ACCOUNT"} | {"PERSON", "DATE_OF_BIRTH", "EMAIL_ADDRESS"}
#: Places that people do not see, and machines read all the same.
UNSEEN = frozenset({"hidden", "comment", "script", "code", "unseen", "revision", "metadata"})

_LEVELS = (Impact.MINOR, Impact.MODERATE, Impact.SERIOUS, Impact.CRITICAL)


def _words(text: str) -> re.Pattern[str]:
    words = "|".join(re.escape(phrase).replace(r"\ ", r"[\s_-]+") for phrase in phrases(text))
    return re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE)


#: What a page is, by its address, title and first heading; the first that fits.
PAGE_KINDS = {
    "directory": _words(
        """
        staff, staff directory, directory, annuaire, personnel, department, departments, services directory, who we
        are, our team, mayor, council member, council members, councillor, councillors, councilor, councilors, contact,
        contacts, contact us, contactez, coordonnées, coordonnees, nous joindre, joindre, media contact, media
        contacts, facilities, location, locations
        """
    ),
    "delegation": _words("delegation, delegations, délégation, délégations, delegate, deputation, deputations"),
    "complaint": _words("complaint, complaints, plainte, plaintes, réclamation, réclamations, service request"),
    "application": _words(
        """
        application, applications, demande, demandes, registration, registrations, inscription, inscriptions, permit,
        permis, roster, enrolment, enrollment, waitlist, receipt, reçu
        """
    ),
    "minutes": _words(
        """
        minutes, agenda, agendas, procès-verbal, procès-verbaux, proces-verbal, ordre du jour, hearing, audience
        """
    ),
}
_CHILD = re.compile(
    r"(?<![^\W_])(?:child(?:ren)?(?:'s|’s)?|kids?|minors?|pupils?|campers?|toddlers?|infants?|bab(?:y|ies)|"
    r"daughters?|sons?|day\s?care|(?:day|summer)\scamps?|kindergarten|preschool|grade\s\d|"
    r"parents?(?:\s(?:or|and|/)\sguardians?|'s|’s)?|guardians?|"
    r"enfants?|mineure?s?|élèves?|garderies?|maternelle|camps?\sde\sjour|fille|fils|nourrissons?|parents?|"
    r"tut(?:eur|rice)s?)(?![^\W_])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_OF_AGE = 18
_RECENT = 2020


def page_kind(path: str, title: str, heading: str) -> str:
    """ "minutes", "delegation", "application", "complaint", "directory", or "" for any other page."""
    for kind, words in PAGE_KINDS.items():
        if kind == "directory" and words.search(path):
            return kind
    for told in (f"{title}\n{heading}", path):
        for kind, words in PAGE_KINDS.items():
            if kind != "directory" and words.search(told):
                return kind
    return ""


def names_child(text: str) -> bool:
    """Whether the words around a value are about a child."""
    return _CHILD.search(text) is not None


def latest_year(text: str, births: Iterable[tuple[int, int]] = ()) -> int:
    """The latest year that a text names outside of dates of birth: what it holds is as old at the least.

    0 when it is of no use: a page that names old years only may be of any age.
    """
    born = {year.start() for start, end in births for year in _YEAR.finditer(text, start, end)}
    found = (int(year.group()) for year in _YEAR.finditer(text) if year.start() not in born)
    latest = max(found, default=0)
    return latest if latest >= _RECENT else 0


def born_a_child(born: str, latest: int) -> bool:
    """Whether a date of birth is less than eighteen years before the latest year that its page names."""
    years = [int(year) for year in _YEAR.findall(born)]
    return bool(years) and bool(latest) and latest - years[0] < _OF_AGE


def people(values: Iterable[tuple[str, str]]) -> int:
    """How many people (entity, value or digest of it) stand for, at the least; 0 for none."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for entity, value in values:
        found[entity].add(value)
    return max((len(values) if entity in _ONE_EACH else 1 for entity, values in found.items()), default=0)


def severity(
    entity: str, beside: Collection[str], *, tier: Tier, where: str = "text", page: str = "", child: bool = False
) -> Impact:
    """Identifier by linkage by kind of page, raised for a child, lowered where people do not see it."""
    level = _alone(entity, beside)
    if entity in CONTACT and page in ("minutes", "delegation") and level < 2:
        level -= 1
    if entity in CONTACT and page in ("application", "complaint") and beside:
        level += 1
    level += child
    level -= where in UNSEEN
    if entity in CRITICAL:  # wrong in any place; unsure ones are not the first to be contained
        level = max(level, 2) if tier is Tier.REPORT else 2
    return _LEVELS[min(max(level, 0), 3)]


def _alone(entity: str, beside: Collection[str]) -> int:
    named = "PERSON" in beside or entity == "PERSON"
    if entity in CRITICAL:
        return 3 if beside else 2
    if entity == "DATE_OF_BIRTH":
        return 3 if {"PERSON", "CIVIC_ADDRESS"} <= set(beside) else 2 if beside else 1
    if entity in ("CA_POSTAL_CODE", "CA_ON_PROPERTY_ROLL", "IP_ADDRESS", "MAC_ADDRESS"):
        return 1 if named and _told(beside) else 0
    if entity == "CA_ON_LICENCE_PLATE":
        return 1
    if entity in CONTACT and _told(beside) and named:
        return 2
    return 1 if beside else 0


def _told(beside: Collection[str]) -> bool:
    """Whether something stands beside it that must not be public anywhere."""
    return any(entity in CRITICAL or entity == "DATE_OF_BIRTH" for entity in beside)
