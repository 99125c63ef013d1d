"""What reports, gates and commands ask of a store: runs, sites, issues, places, addresses. Nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import select

from audits.model import PageOutcome
from reports.standing import Standing, StandingIssue, Which
from reports.store import acrossing, changes, later, lives, reading, schema, settling, standing, trends
from reports.store.database import StoreError
from reports.store.interning import chunks
from reports.store.monitoring import Look
from reports.store.opened import Opened
from reports.store.records import (
    IssueLife,
    IssueRecord,
    PageRecord,
    PlaceRecord,
    RecheckPage,
    RuleTally,
    RunRecord,
    SiteCounts,
    SiteHistory,
    SiteRecord,
    SiteRunData,
)


class Telling(Opened):
    """Answers; what was not derived yet is derived first."""

    def runs(self) -> tuple[RunRecord, ...]:
        """All runs, oldest first."""
        with self._db.read() as conn:
            return tuple(reading.runs(conn))

    def sites(self, run_id: str) -> tuple[SiteRecord, ...]:
        """The sites of a run."""
        with self._db.read() as conn:
            return tuple(reading.sites(conn, run_id))

    @contextmanager
    def looking(self) -> Iterator[Look]:
        """The same of all runs at one moment, by a few queries however many there are."""
        with self._db.read() as conn:
            yield Look(conn, self._db)

    def mark(self, silent: Collection[str] = ()) -> tuple[str, bool]:
        """Another after each entry of the log but those of ``silent`` kinds, and after a run began or ended; and
        whether one works now. One row, however much there is."""
        with self._db.read() as conn:
            return changes.mark(conn, silent)

    def progress(self) -> str:
        """Another when a run that works has found, ended or begun something."""
        with self._db.read() as conn:
            return changes.progress(conn)

    def site_data(self, run_id: str, site: str) -> SiteRunData:
        """Everything a report may say of one site in one run."""
        site_id = self._settled(run_id, site)
        with self._db.read() as conn:
            return reading.site_data(conn, run_id, site_id)

    def outcomes(self, run_id: str, site: str) -> Mapping[PageOutcome | None, int]:
        """A site's addresses in one run by how they ended; None = they wait."""
        site_id = self._site_id(run_id, site)
        with self._db.read() as conn:
            return reading.outcomes(conn, site_id)

    def counts(self, run_id: str, site: str) -> SiteCounts:
        """One site in one run, counted: what a gate asks for, however many pages there are."""
        site_id = self._settled(run_id, site)
        with self._db.read() as conn:
            return reading.counts(conn, run_id, site_id)

    def issues(self, run_id: str, site: str) -> tuple[IssueRecord, ...]:
        """What became of each issue of a site until one run: new, open, fixed, returned, not checked. No examples."""
        site_id = self._settled(run_id, site)
        with self._db.read() as conn:
            return reading.issues(conn, site_id)

    def issues_now(self, run_id: str, site: str) -> tuple[IssueRecord, ...]:
        """The same, with what runs over a few pages of the site have proved since."""
        told = self.issues(run_id, site)
        site_id = self._site_id(run_id, site)
        with self._db.read() as conn:
            waiting = later.unsettled(conn, site_id)
        for one in waiting:
            self._db.write(partial(settling.settle, site_id=one))
        with self._db.read() as conn:
            return later.up_to_now(conn, site_id, told)

    def pages_again(
        self, run_id: str, site: str, fingerprint: str = "", urls: Collection[str] = ()
    ) -> list[RecheckPage]:
        """Pages of a run where an issue stands, or with these addresses; those that nobody looked at since first."""
        site_id = self._site_id(run_id, site)
        with self._db.read() as conn:
            return later.pages_of(conn, site_id, fingerprint, tuple(urls))

    def standing(self, run_id: str, site: str, counted: SiteCounts | None = None) -> Standing:
        """A site in one run, as runs are compared. ``counted``: for who has it already."""
        site_id = self._settled(run_id, site)
        with self._db.read() as conn:
            run = next(record for record in reading.runs(conn) if record.id == run_id)
            data = counted or reading.counts(conn, run_id, site_id)
            issues = standing.issues(conn, site_id)
        return Standing(
            site=site,
            run=run_id,
            day=run.started.date().isoformat(),
            complete=data.site.state == "complete",
            sample=run.sample,
            pages=data.outcomes.get(PageOutcome.AUDITED, 0),
            tool=run.tool_version,
            engines=run.engines,
            rules=frozenset(tally.rule for tally in (*data.tallies, *data.document_tallies) if tally.ended),
            issues=issues,
        )

    def standings(self, run_id: str, site: str) -> Mapping[Which, StandingIssue]:
        """What stands on a site in one run, by issue and verdict; less than ``standing`` tells, and sooner."""
        site_id = self._site_id(run_id, site)
        with self._db.read() as conn:
            return standing.issues(conn, site_id)

    def lives(self, ids: Collection[str]) -> Mapping[str, IssueLife]:
        """By the id that people know, the life of issues over all runs; an id that is not known is left out."""
        with self._db.read() as conn:
            stale = lives.unsettled(conn, ids)
        for site_id in stale:
            self._db.write(partial(settling.settle, site_id=site_id))
        with self._db.read() as conn:
            return lives.lives(conn, ids)

    def site_keys(self) -> tuple[str, ...]:
        """Every site that a run audited, in the order in which they came."""
        with self._db.read() as conn:
            return trends.site_keys(conn)

    def site_history(self, site: str) -> SiteHistory:
        """A site over all runs that audited it. Raises StoreError where none did."""
        with self._db.read() as conn:
            waiting = trends.unsettled(conn, site)
        for site_id in waiting:
            self._db.write(partial(settling.settle, site_id=site_id))
        with self._db.read() as conn:
            history = trends.history(conn, site)
        if history is None:
            raise StoreError(f"{self._db.name}: no run of this store audited a site {site!r}")
        return history

    def _settled(self, run_id: str, site: str) -> int:
        """The number of a site in a run, its issues in line with its findings."""
        site_id = self._site_id(run_id, site)
        with self._db.read() as conn:
            settled = conn.scalar(select(schema.site.c.settled).where(schema.site.c.id == site_id))
        if not settled:
            self._db.write(lambda conn: settling.settle(conn, site_id))
        return site_id

    def places(self, run_id: str, site: str, fingerprint: str, *, once: bool = False) -> Iterator[PlaceRecord]:
        """Where one issue was found, a batch of pages at a time, the shallowest first.

        ``once``: what many pages share is told once.
        """
        site_id = self._site_id(run_id, site)
        if once:
            with self._db.read() as conn:
                found = reading.different_places(conn, site_id, fingerprint)
            yield from found
            return
        with self._db.read() as conn:
            pages = reading.pages_of(conn, site_id, fingerprint)
        for some in chunks(pages):
            with self._db.read() as conn:
                found = reading.places(conn, fingerprint, some)
            yield from found

    def findings(self, run_id: str) -> Iterator[dict[str, Any]]:
        """One line per outcome (``record`` "outcome") and per finding ("finding") of a run, page by page."""
        for site in self.sites(run_id):
            site_id = self._site_id(run_id, site.key)
            yield from self._paged(partial(reading.lines, site_id=site_id, site_key=site.key))
            with self._db.read() as conn:
                of_site = list(acrossing.lines(conn, site_id, site.key))
            yield from of_site

    def page_outcomes(self, run_id: str, site: str) -> Iterator[PageRecord]:
        """Every URL of a site in a run, in order of discovery, with how it ended."""
        yield from self._paged(partial(reading.pages, site_id=self._site_id(run_id, site), site_key=site))

    def tallies(self, run_id: str, site: str) -> tuple[RuleTally, ...]:
        """How often each rule ended in each verdict over the audited pages."""
        site_id = self._site_id(run_id, site)
        with self._db.read() as conn:
            return reading.tallies(conn, site, site_id)

    def timings(self, run_id: str, site: str | None = None) -> dict[str, dict[str, float]]:
        """Seconds by step over a run's pages: ``{"navigate": {"pages", "total", "mean", "median", "max"}, ...}``."""
        with self._db.read() as conn:
            return reading.timings(conn, run_id, site)

    def _paged(self, batch: Callable[..., tuple[list[Any], int]]) -> Iterator[Any]:
        # Short reads: one that lasts as long as an export would keep SQLite from emptying its write-ahead log.
        after = 0
        while True:
            with self._db.read() as conn:
                records, last = batch(conn, after=after)
            if last == after:
                return
            yield from records
            after = last
