"""The store as monitoring sees it: counts alone, read only, and without the key."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy import ColumnElement, Connection, Text, cast, column, distinct, func, inspect, select, table

from audits.model import PageOutcome
from reports.store import reading, schema
from reports.store.database import Database, StoreError
from reports.store.records import RunRecord, SiteRecord

_page, _site, _run = schema.page, schema.site, schema.run
#: Procrastinate's, beside our tables in PostgreSQL.
_job = table("procrastinate_jobs", column("status"))


class Monitor:
    """A store that is there already. Safe to use from many threads."""

    def __init__(self, where: str | Path) -> None:
        self._db = Database(where)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._db.close()

    def check(self) -> None:
        """Raises StoreError where the schema is another one; what the database raises where it does not answer."""
        if (at := self._db.revision() or "none") != schema.HEAD:
            raise StoreError(f"{self._db.name}: the store has schema {at}, and this Handrail works with {schema.HEAD}.")

    @contextmanager
    def look(self) -> Iterator[Look]:
        """The store at one moment."""
        with self._db.read() as conn:
            yield Look(conn, self._db)


class Look:
    """Satisfies ``handrail.status.Runs``. All sites come with one query: there may be many thousand runs."""

    def __init__(self, conn: Connection, database: Database) -> None:
        self._conn = conn
        self._db = database
        self._runs = tuple(reading.runs(conn))
        ids: dict[str, dict[str, int]] = defaultdict(dict)
        records: dict[str, list[SiteRecord]] = defaultdict(list)
        query = select(_site, _run.c.id.label("run_id")).join(_run).order_by(_site.c.id)
        for row in conn.execute(query).mappings():
            record = reading.site_record(row, row["run_id"])
            records[record.run_id].append(record)
            ids[record.run_id][record.key] = row["id"]
        self._ids, self._sites = ids, records

    def runs(self) -> Sequence[RunRecord]:
        """All runs, oldest first."""
        return self._runs

    def sites(self, run_id: str) -> Sequence[SiteRecord]:
        """The sites of a run."""
        return self._sites[run_id]

    def outcomes(self, run_id: str, site: str) -> Mapping[PageOutcome | None, int]:
        """A site's addresses in one run by how they ended; None = they wait."""
        return reading.outcomes(self._conn, self._ids[run_id][site])

    def check_errors(self, run_id: str, site: str) -> Mapping[str, int]:
        """How often a rule could not be judged on an audited page, by the kind of the rule: "axe", "pii", ..."""
        found: Counter[str] = Counter()
        for tally in reading.tallies(self._conn, site, self._ids[run_id][site]):
            found[tally.rule.partition("/")[0]] += tally.error
        return found

    def jobs(self) -> Mapping[str, int]:
        """Sites in the queue of workers by Procrastinate's own words; {} where there is none."""
        if not inspect(self._conn).has_table(_job.name):
            return {}
        status = cast(_job.c.status, Text)
        return {row[0]: row[1] for row in self._conn.execute(select(status, func.count()).group_by(status))}

    def at_work(self, now: datetime) -> int:
        """Processes that hold pages now."""
        return self._conn.scalar(select(func.count(distinct(_page.c.owner))).where(*self._held(now))) or 0

    def goes_on(self, run_id: str, site: str, now: datetime) -> bool:
        """Whether somebody is about an audit of a site: its pages are held, or workers have it in hand."""
        here = _page.c.site_id == self._ids[run_id][site]
        if self._conn.execute(select(_page.c.id).where(here, *self._held(now)).limit(1)).first():
            return True
        plan = select(schema.shared.c.run).join(_run, _run.c.seq == schema.shared.c.run)
        return self._conn.execute(plan.where(_run.c.id == run_id)).first() is not None

    def _held(self, now: datetime) -> tuple[ColumnElement[bool], ...]:
        """By the clock that whoever holds them goes by: the server's, where there is one."""
        seconds = now.timestamp() if self._db.is_sqlite else self._db.now(self._conn)
        return (_page.c.outcome.is_(None), _page.c.owner.is_not(None), _page.c.expires > seconds * 1_000)
