"""Which decision speaks of an exposed value. The narrowest, and where that has ended, no wider one steps in. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from urllib.parse import unquote, urlsplit

from audits.model import Disposition, exposure_id
from audits.privacy.contacts import CONTACT, domain_in, fits_page
from audits.privacy.masking import domain_of
from reports import clean
from reports.register_model import PlaceDecision
from reports.store.log import Entry
from reports.store.records import IssueRecord, PlaceRecord

DECIDED, UNDECIDED = "exposure-decided", "exposure-undecided"
#: What the log tells of decisions about exposed values.
KINDS = (DECIDED, UNDECIDED)


def told_of(entries: Iterable[Entry]) -> Mapping[str, Disposition]:
    """By the id of a value, the last decision in the log that nobody took back."""
    found: dict[str, Disposition] = {}
    for entry in entries:
        facts = entry.facts
        if entry.kind not in KINDS or facts is None:
            continue
        if entry.kind == UNDECIDED:
            found.pop(facts["finding"], None)
            continue
        told = {name: facts[name] for name in ("finding", "ground", "reason", "by")}
        on, until = date.fromisoformat(facts["on"]), date.fromisoformat(facts["until"])
        found[facts["finding"]] = Disposition(**told, on=on, until=until)
    return found


class Decisions:
    """All that people decided, on one day. One whose last day is over is told all the same."""

    def __init__(self, dispositions: Iterable[Disposition], day: str) -> None:
        self._all = tuple(dispositions)
        self._told = {one.finding: _told(one, day) for one in self._all}
        self._wide = tuple(one for one in self._all if one.is_wide)

    def __iter__(self) -> Iterator[tuple[Disposition, PlaceDecision]]:
        return ((one, self._told[one.finding]) for one in self._all)

    def of(self, site: str, issue: IssueRecord, place: PlaceRecord) -> PlaceDecision | None:
        """The decision about the value itself, else the narrowest that holds it."""
        if own := self._told.get(exposure_id(place.fingerprint)):
            return own
        if place.exposure is None or place.exposure.entity not in CONTACT:
            return None
        fitting = ((width, one) for one in self._wide if (width := _width(one, site, issue, place)) is not None)
        found = min(fitting, default=None, key=lambda pair: (pair[0], pair[1].finding))
        return self._told[found[1].finding] if found else None


def _told(one: Disposition, day: str) -> PlaceDecision:
    return PlaceDecision(
        ground=one.ground,
        reason=clean.line(one.reason, clean.MESSAGE),
        by=clean.line(one.by),
        on=one.on.isoformat(),
        until=one.until.isoformat(),
        ended=one.until.isoformat() < day,
        name=clean.line(one.finding) if one.is_wide else "",
    )


#: A number or a domain before none, a part of a page before a page before none, one site before all; then the longer.
_Width = tuple[bool, int, bool, int]


def _width(one: Disposition, site: str, issue: IssueRecord, place: PlaceRecord) -> _Width | None:
    """How wide a decision is that speaks of a value; None where it does not."""
    if one.site not in ("", site):
        return None
    what = _what(one, place)
    path, part = unquote(urlsplit(place.url).path), (issue.part_key, issue.part_name)
    where = min(
        (("#" not in page, -len(page)) for page in one.pages if fits_page(path, part, page)),
        default=None,
    )
    if what is None or (one.pages and where is None):
        return None
    apart, letters = where or (True, 0)
    return not what, apart + (not one.pages), not one.site, letters - len(what)


def _what(one: Disposition, place: PlaceRecord) -> str | None:
    """The domain or number of a decision that a value is under; "" where it names none, None where it names others."""
    seen = place.exposure
    if seen is None or not (one.domains or one.numbers):
        return ""
    if seen.entity == "PHONE_NUMBER" and seen.value_hmac in one.hmacs:
        return seen.mask
    if seen.entity == "EMAIL_ADDRESS":
        return domain_in(domain_of(seen.mask), one.domains) or None
    return None
