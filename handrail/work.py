"""The work on issues of a store, as the policy and the log tell it together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reports.store.records import NO_AUDIT

if TYPE_CHECKING:
    from audits.model import Disposition, Waiver
    from handrail.config import Policy
    from handrail.wiring import Parts
    from reports.store.records import IssueRecord, RunRecord, SiteHistory, SiteRecord
    from reports.store.store import Store
    from reports.waivers import Waivers
    from reports.work import Told, Works


#: Nothing of what people say they did was done before.
FIRST_YEAR = 2000


def today(policy: Policy) -> date:
    """The day it is in the City."""
    return datetime.now(ZoneInfo(policy.city.timezone)).date()


def audits(store: Store) -> list[RunRecord]:
    """Runs that audited something and of which nothing was purged, oldest first."""
    purged = store.purged_runs()
    return [one for one in store.runs() if one.trigger not in NO_AUDIT and one.id not in purged]


def is_preview(store: Store, run_id: str, key: str) -> bool:
    """Whether a run audited a site where it does not stand."""
    return any(site.preview for site in store.sites(run_id) if site.key == key)


def newest(store: Store, runs: Iterable[RunRecord] | None = None) -> list[tuple[RunRecord, SiteRecord]]:
    """Of each site the run that tells most of it: its last audit as a whole, else its last one. A preview is none.

    ``runs``: these alone, oldest first.
    """
    found: dict[str, tuple[RunRecord, SiteRecord]] = {}
    for run in audits(store) if runs is None else runs:
        for site in store.sites(run.id):
            if site.preview:
                continue
            if not run.sample or site.key not in found or found[site.key][0].sample:
                found[site.key] = (run, site)
    return list(found.values())


def last_pages(store: Store, history: SiteHistory) -> Mapping[str, Mapping[str, int]]:
    """By fingerprint, on which paths an issue that is repaired page by page was seen last, as far as is known still."""
    kept = {run.id for run in audits(store)}
    found: dict[str, Mapping[str, int]] = {}
    for audit in reversed(history.audits):
        wanted = {one.fingerprint for one in history.issues if audit.seq in one.seen and one.fingerprint not in found}
        if not wanted or audit.preview or audit.run not in kept:
            continue
        for issue in store.standings(audit.run, history.site.key).values():
            if issue.fingerprint in wanted:
                found[issue.fingerprint] = {**found.get(issue.fingerprint, {}), **issue.pages}
    return found


def recorded(store: Store) -> Mapping[str, Told]:
    """By fingerprint, what the log holds of issues."""
    from reports.work import KINDS, told_of

    return told_of(store.log_entries(*KINDS))


def accepted(policy: Policy, told: Mapping[str, Told]) -> Sequence[Waiver]:
    """Every waiver: those of handrail.toml, and those that the log holds."""
    return (*policy.waived(), *(waiver for one in told.values() for waiver in one.waivers))


def decided_on(store: Store, policy: Policy, parts: Parts) -> tuple[Disposition, ...]:
    """Every decision about exposed values: those of handrail.toml, and behind them those that the log holds."""
    from reports.decisions import KINDS, told_of

    first = policy.decided(lambda number: parts.keyring.hmacs("PHONE_NUMBER", number))
    known = {one.finding for one in first}
    behind = told_of(store.log_entries(*KINDS)).values()
    return (*first, *(one for one in behind if one.finding not in known))


def settled(
    store: Store, policy: Policy, parts: Parts, run_id: str, site: str, issues: Iterable[IssueRecord], day: date
) -> frozenset[str]:
    """The ids of exposed values of a site that decisions call no exposure, wherever they stand."""
    from audits.model import Kind, exposure_id
    from reports.common import PRESENT
    from reports.decisions import Decisions
    from reports.register import settles

    told = [one for one in decided_on(store, policy, parts) if one.on <= day]
    if not told:
        return frozenset()
    decisions = Decisions(told, day.isoformat())
    decided: set[str] = set()
    left: set[str] = set()
    for issue in issues:
        if issue.kind is not Kind.EXPOSURE or issue.state not in PRESENT:
            continue
        for place in store.places(run_id, site, issue.fingerprint):
            where = decided if settles(decisions.of(site, issue, place)) else left
            where.add(exposure_id(place.fingerprint))
    return frozenset(decided - left)


def any_due(policy: Policy, told: Mapping[str, Told]) -> bool:
    """Whether any issue can have a date: [due] gives one, or somebody did."""
    tables = [policy.due, *(site.due for site in policy.sites.values() if site.due)]
    return any(any(table.model_dump().values()) for table in tables) or any(one.due for one in told.values())


def works_of(policy: Policy, told: Mapping[str, Told], site: SiteRecord, waivers: Waivers, day: date) -> Works:
    """Tells the work on the issues of one site, on a day."""
    from reports.work import Days, Works

    return Works(
        owners=policy.owners_of(site.key, site.owner),
        days=Days(**policy.due_of(site.key).model_dump()),
        told=told,
        waivers=waivers,
        day=day,
        zone=ZoneInfo(policy.city.timezone),
    )
