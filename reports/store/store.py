"""The run history. Its page table is also the crawl frontier, so that results and queue agree at any moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, insert, select, update

from audits.model import Rule
from reports.store import checking, log, rekeying, schema, settling
from reports.store.database import Database
from reports.store.frontier import Frontier
from reports.store.guard import UrlGuard
from reports.store.keeping import Keeping
from reports.store.opened import kept_digest, patient, utc_now
from reports.store.records import RECHECK, RunRecord, SiteRecord
from reports.store.telling import Telling


class Store(Frontier, Telling, Keeping):
    """Implements ``audits.model.RunStore`` and answers the questions of reports. Safe to use from many threads."""

    @classmethod
    def open(
        cls,
        where: str | Path,
        *,
        guard: UrlGuard,
        now: Callable[[], datetime] = utc_now,
        rules: Mapping[str, Rule] | None = None,
    ) -> Self:
        """Open a SQLite file (made when missing) or a PostgreSQL URL, and bring its schema up to date.

        ``rules`` gives kind and impact of findings that carry none.
        """
        database = Database(where)
        try:
            database.upgrade()
            store = cls(database, guard=guard, now=now, rules=rules)
            database.write(store._check_key)
        except BaseException:
            database.close()
            raise
        return store

    def close(self) -> None:
        """Close all connections."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _check_key(self, conn: Connection) -> None:
        known = [kept_digest(one).hex() for one in self._guard.digests("handrail key check")]
        self._db.insert_new(conn, schema.meta, [{"name": "key_check", "value": known[0]}])
        if before := rekeying.check(conn, self._db.name, self._guard, known, self._digest, self._moment(conn)):
            facts = {"before": before, "now": self._guard.key_ids[0]}
            log.append(conn, self._db, log.ROTATED, facts, self._now())

    @property
    def identity(self) -> str:
        """What tells this store from others; a copy has that of its original."""
        return checking.identity(self._db)

    def values_by_key(self) -> Mapping[str, int]:
        """How many values rest on each key, by its id."""
        with self._db.read() as conn:
            return rekeying.values_by_key(conn)

    # Runs and sites

    def begin_run(self, run: RunRecord) -> None:
        """Record a run, or take one up again that was interrupted."""

        def work(conn: Connection) -> None:
            known = conn.scalar(select(schema.run.c.seq).where(schema.run.c.id == run.id))
            if known is not None:
                values = {name: getattr(run, name) for name in ("state", "finished", "browser")}
                conn.execute(update(schema.run).where(schema.run.c.seq == known).values(values))
                return
            values = {name: getattr(run, name) for name in RunRecord.__slots__}
            conn.execute(insert(schema.run).values(values | {"engines": dict(run.engines), "notes": list(run.notes)}))

        self._db.write(work)

    def begin_site(self, site: SiteRecord) -> None:
        """Record a site of a run, or take it up again."""

        def work(conn: Connection) -> None:
            seq = self._run_seq(conn, site.run_id)
            # A run whose process died was never settled. Its findings come before this run's.
            settling.settle_before(conn, site.key, seq)
            values = {name: getattr(site, name) for name in SiteRecord.__slots__ if name != "run_id"}
            values |= {"authorization": dict(site.authorization), "reasons": list(site.reasons), "settled": False}
            this = (schema.site.c.run == seq) & (schema.site.c.key == site.key)
            if conn.execute(update(schema.site).where(this).values(values)).rowcount == 0:
                conn.execute(insert(schema.site).values(values | {"run": seq}))

        self._db.write(work)

    @patient
    def finish_site(self, run_id: str, site: str, state: str, reasons: Sequence[str] = ()) -> None:
        """Say how a site ended, and derive which issues are new, open, fixed or returned."""
        site_id = self._site_id(run_id, site)

        def work(conn: Connection) -> None:
            values = {"state": state, "reasons": list(reasons)}
            conn.execute(update(schema.site).where(schema.site.c.id == site_id).values(values))
            settling.settle(conn, site_id)

        self._db.write(work)

    @patient
    def finish_run(self, run_id: str, state: str, notes: Sequence[str] = ()) -> None:
        """Say how a run ended."""

        def work(conn: Connection) -> None:
            values = {"state": state, "notes": list(notes), "finished": self._moment(conn)}
            conn.execute(update(schema.run).where(schema.run.c.id == run_id).values(values))

        self._db.write(work)

    def latest_run(self, *, resumable: bool = False) -> RunRecord | None:
        """The run begun last; with ``resumable``, the last that was interrupted or whose process died. No re-check."""
        known = [run for run in self.runs() if run.trigger != RECHECK]
        if resumable:
            known = [run for run in known if run.state in ("running", "interrupted")]
        # One that workers share is theirs.
        return next((run for run in reversed(known) if not resumable or self.sharing.plan(run.id) is None), None)
