"""How each site stands in time: audited when, how it ended, due when, too old or not. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from audits.model import MISSED, PageOutcome
from reports import sampled
from reports.store.records import NO_AUDIT

if TYPE_CHECKING:
    from handrail.config import Policy
    from handrail.locks import Holder
    from reports.store.records import RunRecord, SiteRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One audit of one site. ``percent`` of the pages asked for were audited; None where that is not known any more."""

    run: str
    started: datetime
    finished: datetime | None
    state: str
    reasons: tuple[str, ...] = ()
    audited: int = 0
    percent: int | None = None
    sample: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteStatus:
    """A site in time. ``last_due`` and ``next_due`` are None where it is audited by hand only.

    ``ahead``: the last audit begins after now, by a clock that was set back since.
    """

    key: str
    name_en: str
    name_fr: str
    now: datetime
    complete: Attempt | None
    attempt: Attempt | None
    max_age: timedelta | None
    last_due: datetime | None
    next_due: datetime | None
    ahead: datetime | None
    holder: Holder | None = None

    @property
    def age(self) -> timedelta | None:
        """Since the last complete audit began; None where there is none, or the clock was set back."""
        if self.complete is None or self.complete.started > self.now:
            return None
        return self.now - self.complete.started

    @property
    def overdue(self) -> bool:
        """Never audited completely, or not within ``max_age``."""
        if self.complete is None:
            return True
        return self.max_age is not None and (self.age or timedelta()) > self.max_age

    @property
    def met(self) -> bool:
        """What the exit code says. Of a clock that was set back, no age can be told."""
        return not self.overdue and self.ahead is None

    @property
    def due(self) -> bool:
        """Whether an audit should have begun, and none has. One that was interrupted does not count."""
        if self.last_due is None:
            return False
        begun = self.attempt is not None and self.attempt.state in ("complete", "incomplete")
        return not begun or self.attempt is None or self.attempt.started < self.last_due


class Runs(Protocol):
    """What must be known of a store."""

    def runs(self) -> Sequence[RunRecord]: ...

    def sites(self, run_id: str) -> Sequence[SiteRecord]: ...

    def outcomes(self, run_id: str, site: str) -> Mapping[PageOutcome | None, int]: ...


class Statuses:
    """The sites of a configuration, in its order."""

    def __init__(self, policy: Policy, store: Runs | None, now: datetime) -> None:
        self._policy = policy
        self._store = store
        self._now = now
        self._zone = ZoneInfo(policy.city.timezone)

    def all(self, holders: Mapping[str, Holder | None] | None = None) -> tuple[SiteStatus, ...]:
        """Every site; ``holders``: who audits it now."""
        return tuple(replace(self.of(key), holder=(holders or {}).get(key)) for key in self._policy.sites)

    def of(self, key: str) -> SiteStatus:
        """One site."""
        site, when = self._policy.sites[key], self._policy.when(key)
        tried = [(run, record) for run, record in self.audits if record.key == key]
        past = [one for one in tried if one[0].started <= self._now]
        later = [run.started for run, _ in tried if run.started > self._now]
        complete = next((one for one in past if one[1].state == "complete"), None)
        return SiteStatus(
            key=key,
            name_en=site.name_en or urlsplit(site.start[0]).netloc,
            name_fr=site.name_fr or site.name_en or urlsplit(site.start[0]).netloc,
            now=self._now,
            complete=self._attempt(*complete) if complete else None,
            attempt=self._attempt(*past[0]) if past else None,
            max_age=self._policy.max_age(key),
            last_due=when.last(self._now, self._zone) if when else None,
            next_due=when.next(self._now, self._zone) if when else None,
            ahead=max(later, default=None),
        )

    def ended(self, run: str = "") -> Mapping[str, str]:
        """By site, the last audit that came to its end; with ``run``, of the sites that ended in this one."""
        found: dict[str, str] = {}
        for audit, site in self.audits:
            if site.state != "running" and audit.state in ("complete", "incomplete") and run in ("", audit.id):
                found.setdefault(site.key, audit.id)
        return {key: found[key] for key in self._policy.sites if key in found}

    @cached_property
    def audits(self) -> Sequence[tuple[RunRecord, SiteRecord]]:
        """Audits of a whole site where it stands, the last one first: no inventory, preview, or choice of pages."""
        if self._store is None:
            return []
        runs = (run for run in self._store.runs() if run.trigger not in (*NO_AUDIT, "demo"))
        return [one for run in sorted(runs, key=lambda run: run.started, reverse=True) for one in self._of_run(run)]

    def _of_run(self, run: RunRecord) -> Iterator[tuple[RunRecord, SiteRecord]]:
        assert self._store is not None
        sites = [site for site in self._store.sites(run.id) if site.key in self._policy.sites]
        budgets = {n for site in sites if (n := self._policy.sites[site.key].budget.pages)}
        if run.sample and run.sample not in {sampled.asked("most", n) for n in budgets}:
            return
        for site in sites:
            if not site.preview:
                yield run, site

    def _attempt(self, run: RunRecord, site: SiteRecord) -> Attempt:
        assert self._store is not None
        counts = self._store.outcomes(run.id, site.key)
        audited = counts.get(PageOutcome.AUDITED, 0)
        asked = audited + sum(n for outcome, n in counts.items() if outcome is None or outcome in MISSED)
        state = run.state if run.state in ("running", "interrupted") and site.state != "complete" else site.state
        return Attempt(
            run=run.id,
            started=run.started,
            finished=run.finished,
            state=state,
            reasons=site.reasons,
            audited=audited,
            percent=100 * audited // asked if asked else None,
            sample=run.sample,
        )
