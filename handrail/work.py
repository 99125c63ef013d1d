"""The work on issues of a store, as the policy and the log tell it together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from audits.model import Waiver
    from handrail.config import Policy
    from reports.store.records import RunRecord, SiteRecord
    from reports.store.store import Store
    from reports.waivers import Waivers
    from reports.work import Works


def today(policy: Policy) -> date:
    """The day it is in the City."""
    return datetime.now(ZoneInfo(policy.city.timezone)).date()


def audits(store: Store) -> list[RunRecord]:
    """Runs that audited something and of which nothing was purged, oldest first."""
    purged = store.purged_runs()
    return [one for one in store.runs() if one.trigger != "inventory" and one.id not in purged]


def newest(store: Store) -> list[tuple[RunRecord, SiteRecord]]:
    """Of each site the run that tells most of it: its last audit as a whole, else its last one."""
    found: dict[str, tuple[RunRecord, SiteRecord]] = {}
    for run in audits(store):
        for site in store.sites(run.id):
            if not run.sample or site.key not in found or found[site.key][0].sample:
                found[site.key] = (run, site)
    return list(found.values())


def accepted(store: Store, policy: Policy) -> Sequence[Waiver]:
    """Every waiver: those of handrail.toml, and those that the log holds."""
    from reports.work import KINDS, told_of

    told = told_of(store.log_entries(*KINDS))
    return (*policy.waived(), *(waiver for one in told.values() for waiver in one.waivers))


def works_of(store: Store, policy: Policy, run: RunRecord, site: SiteRecord, waivers: Waivers, day: date) -> Works:
    """Tells the work on the issues of one site as ``run`` saw them, on a day."""
    from reports.work import KINDS, Days, Works, told_of

    return Works(
        owners=policy.owners_of(site.key, site.owner),
        days=Days(**policy.due_of(site.key).model_dump()),
        told=told_of(store.log_entries(*KINDS)),
        waivers=waivers,
        day=day,
        zone=ZoneInfo(policy.city.timezone),
        run_began=run.started,
    )
