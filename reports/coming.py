"""What is to be done next, and what ends when: of one site, and of all together. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

from reports import clean
from reports.common import text
from reports.decisions import Decisions
from reports.documents_model import EntryRow
from reports.facts import Confirmed, ProvisionFacts
from reports.model import ComingUp, ExceptionRow, IssueWork, OwnerShare
from reports.terms import ComingKind

#: What one reads to its end.
COMING_LISTED = 10
_ORDER: Sequence[ComingKind] = get_args(ComingKind)
#: Rows of these kinds say how many there are on a day, whatever sites they are on.
_COUNTED: frozenset[ComingKind] = frozenset({"contain", "overdue", "answers-ended", "due"})


def contain(day: str, works: Sequence[IssueWork], site: str) -> Iterator[ComingUp]:
    """Critical and high exposures that nobody has contained: today's work. ``works``: one for each."""
    if works:
        yield ComingUp(on=day, kind="contain", site=site, n=len(works), owners=_owners(works))


def dates(day: str, works: Iterable[IssueWork], site: str) -> Iterator[ComingUp]:
    """By date, issues that are due, or were. What was accepted, or is a false alarm, waits for nobody."""
    by_date: dict[str, list[IssueWork]] = defaultdict(list)
    for one in works:
        if one.due and one.decided not in ("accepted", "false-alarm"):
            by_date["" if one.overdue else one.due].append(one)
    for due, some in sorted(by_date.items()):
        on = due or min(one.due for one in some)
        yield ComingUp(on=on, kind="due" if due else "overdue", site=site, n=len(some), owners=_owners(some))


def answers(day: str, ended: int, site: str) -> Iterator[ComingUp]:
    """Answers of people that ended, because the page is another now."""
    if ended:
        yield ComingUp(on=day, kind="answers-ended", site=site, n=ended)


def exceptions(rows: Iterable[ExceptionRow], site: str) -> Iterator[ComingUp]:
    """Waivers, by the day on which they end."""
    for row in rows:
        if not row.ended:
            kind: ComingKind = "false-alarm-ends" if row.false_alarm else "exception-ends"
            owners = (OwnerShare(owner=row.owner, n=1),) if row.owner else ()
            yield ComingUp(on=row.until, kind=kind, site=site, n=1, names=(row.name,), owners=owners)


def documents(rows: Iterable[EntryRow], site: str) -> Iterator[ComingUp]:
    """Exceptions in the register of documents, by the day on which they end."""
    for row in rows:
        if row.exception and not row.exception.ended:
            owners = (OwnerShare(owner=row.owner, n=1),) if row.owner else ()
            yield ComingUp(
                on=row.exception.until, kind="document-exception-ends", site=site, n=1, names=(row.name,), owners=owners
            )


def statement(day: str, confirmed: Confirmed | None, site: str) -> Iterator[ComingUp]:
    """The last day on which what was confirmed for the public statement may be said."""
    if confirmed and confirmed.until and confirmed.until.isoformat() >= day:
        yield ComingUp(on=confirmed.until.isoformat(), kind="statement-ends", site=site, n=1)


def audit(begun: str, max_age: timedelta | None, site: str) -> Iterator[ComingUp]:
    """The day after which a complete audit is older than the City wants."""
    if max_age:
        on = date.fromisoformat(begun[:10]) + max_age
        yield ComingUp(on=on.isoformat(), kind="audit-due", site=site, n=1)


def of_all(
    day: str, sites: Iterable[ComingUp], decisions: Decisions, provisions: Iterable[ProvisionFacts]
) -> tuple[tuple[ComingUp, ...], int]:
    """The next of them, each day's together, and how many more there are. What the law sets is always told."""
    merged: dict[tuple[str, ...], ComingUp] = {}
    for one in (*sites, *_decided(day, decisions)):
        key = _key(one)
        merged[key] = _add(merged[key], one) if key in merged else one
    rows = sorted(merged.values(), key=_when)
    law = [
        ComingUp(on=one.due.isoformat(), kind="law", site="", n=1, title=text(one.title_en, one.title_fr))
        for one in provisions
        if one.due and one.due.isoformat() >= day
    ]
    listed = rows[: COMING_LISTED - len(law)]
    return tuple(sorted((*listed, *law), key=_when)), len(rows) - len(listed)


def _decided(day: str, decisions: Decisions) -> Iterator[ComingUp]:
    """Decisions about exposed values, by the day on which they end; which ones, only the register says."""
    ends = Counter(told.until for _, told in decisions if not told.ended and told.until >= day)
    for until, n in sorted(ends.items()):
        yield ComingUp(on=until, kind="decision-ends", site="", n=n)


def _key(one: ComingUp) -> tuple[str, ...]:
    """What is told together. All that is overdue is one row, whatever its dates."""
    if one.kind == "overdue":
        return (one.kind,)
    if one.kind in _COUNTED:
        return (one.kind, one.on)
    return (one.kind, one.on, *(one.names or (one.site,)))


def _add(one: ComingUp, other: ComingUp) -> ComingUp:
    """Two sites' rows as one. An exception for all sites is one exception."""
    if one.kind not in _COUNTED:
        return one if one.site == other.site else replace(one, site="")
    shares: Counter[str] = Counter()
    for row in (*one.owners, *other.owners):
        shares[row.owner] += row.n
    return replace(
        one,
        on=min(one.on, other.on),
        site=one.site if one.site == other.site else "",
        n=one.n + other.n,
        owners=_shares(shares),
    )


def _owners(works: Iterable[IssueWork]) -> tuple[OwnerShare, ...]:
    return _shares(Counter(one.owners[0] if one.owners else "" for one in works))


def _shares(counts: Counter[str]) -> tuple[OwnerShare, ...]:
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return tuple(OwnerShare(owner=clean.line(owner), n=n) for owner, n in rows)


def _when(one: ComingUp) -> tuple[bool, str, int, str, tuple[str, ...]]:
    """What is late or for today comes first, in the order of the kinds."""
    now = one.kind in ("contain", "overdue", "answers-ended")
    return (not now, "" if now else one.on, _ORDER.index(one.kind), one.site, one.names)
