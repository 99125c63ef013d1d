"""Evidence of a store: who looked, what is kept until when, what goes, and the log that tells of all three."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from reports.store import checking, log, purging, reading, rekeying
from reports.store.database import StoreError
from reports.store.opened import Opened
from reports.store.records import CustodyRecord, ExposedOn, NamedIssue


class Keeping(Opened):
    """The log, holds, and purges."""

    def exposed(self, exposure_id: str) -> tuple[ExposedOn, ...]:
        """The pages on which the last run that saw it saw an exposure, addresses opened; () where none is known."""
        with self._db.read() as conn:
            rows = reading.exposed(conn, exposure_id)
        return tuple(
            ExposedOn(
                run_id=row.run_id,
                site=row.site,
                host=row.host,
                url=self._opened(row),
                shown=row.url,
                via=row.via,
                entity=row.exposure["entity"],
                mask=row.exposure["mask"],
                selector=row.selector,
                value_hmac=row.hmac,
                key=row.key,
                content=bytes(row.content_sha256).hex() if row.content_sha256 else "",
            )
            for row in rows
        )

    def exposure_of(self, name: str) -> tuple[str, str] | None:
        """The exposure ("E-…") that a value ("x-…") belongs to, or that is called so, and its site; None: unknown."""
        with self._db.read() as conn:
            return reading.exposure_of(conn, name)

    def issue_named(self, name: str) -> NamedIssue | None:
        """The issue that people call so ("A-1a2b3c"), in whatever run; None: unknown."""
        with self._db.read() as conn:
            return reading.issue_named(conn, name)

    def record(self, kind: str, facts: Mapping[str, Any]) -> log.Entry:
        """Add an entry to the log."""
        return self._db.write(lambda conn: log.append(conn, self._db, kind, facts, self._now()))

    def record_all(
        self,
        kinds: Collection[str],
        choose: Callable[[Sequence[log.Entry], int], Iterable[log.Act]],
    ) -> tuple[log.Entry, ...]:
        """Add what ``choose`` makes of the entries of these kinds, which nobody adds to meanwhile, and of the number
        that the first one gets."""

        def work(conn: Connection) -> tuple[log.Entry, ...]:
            def acts(number: int) -> Iterable[log.Act]:
                return choose(tuple(log.entries(conn, *kinds)), number)

            return tuple(log.append_all(conn, self._db, acts, self._now()))

        return self._db.write(work)

    def log_entries(self, *kinds: str) -> tuple[log.Entry, ...]:
        """Entries of these kinds, or all, oldest first."""
        with self._db.read() as conn:
            return tuple(log.entries(conn, *kinds))

    def log_newest(
        self,
        most: int,
        *,
        kinds: Sequence[str] = (),
        before: int = 0,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[log.Entry]:
        """The last entries of these kinds, or of all, newest first; see ``log.newest``."""
        with self._db.read() as conn:
            return log.newest(conn, most, kinds=kinds, before=before, since=since, until=until)

    def log_head(self, *kinds: str) -> int:
        """The number of the last entry of these kinds, or of all; 0: there is none."""
        with self._db.read() as conn:
            return log.head(conn, *kinds)

    def verify_log(self, anchors: Mapping[int, str]) -> log.Checked:
        """Compute the log's hashes again; ``anchors``: number of an entry -> its hash as kept elsewhere."""
        with self._db.read() as conn:
            return log.verify(conn, anchors)

    def holds(self) -> tuple[log.Hold, ...]:
        """Legal holds and pending requests for access."""
        with self._db.read() as conn:
            return log.holds(conn)

    def holdings(self) -> tuple[purging.Holding, ...]:
        """What each run holds of each site, where it was not purged."""
        with self._db.read() as conn:
            return tuple(purging.holdings(conn))

    def purged_runs(self) -> Mapping[str, int]:
        """Runs of which something was purged, by id: the entry of the log that says why."""
        with self._db.read() as conn:
            return purging.tombstones(conn)

    def custody(self, days: int, by_law: str = "") -> CustodyRecord:
        """What is held until when, for a period of ``days`` after the last use, what keeps it longer, and the log."""
        with self._db.read() as conn:
            return CustodyRecord(
                days=days,
                by_law=by_law,
                holds=log.holds(conn),
                held=tuple(purging.holdings(conn)),
                purged=purging.tombstones(conn),
                entries=tuple(log.entries(conn)),
                checked=log.verify(conn, {}),
            )

    def purge(
        self,
        choose: Callable[[Sequence[purging.Holding], Sequence[log.Hold]], Sequence[purging.Holding]],
        facts: Mapping[str, Any],
        *,
        emptied: Sequence[int] = (),
        files: Callable[[Collection[str]], object] = lambda names: None,
    ) -> log.Entry:
        """Remove what ``choose`` takes of the holdings, with its log entry, in one transaction.

        ``choose`` sees what is held in that very moment, and raises where it refuses. ``files`` removes pictures by
        name before anything else is final. ``emptied``: entries of the log whose content goes too.
        """

        def work(conn: Connection) -> log.Entry:
            now = self._now()
            if self._db.is_sqlite:
                conn.exec_driver_sql("PRAGMA secure_delete = ON")
            else:
                conn.exec_driver_sql("LOCK TABLE page, log IN SHARE ROW EXCLUSIVE MODE")
            if rekeying.in_work(conn, self._moment(conn)):
                raise StoreError(f"{self._db.name}: an audit is under way; purge when it has ended")
            chosen = choose(purging.holdings(conn), log.holds(conn))
            removed = [
                {"run": one.run_id, "site": one.site, "pages": one.pages, "findings": one.findings} for one in chosen
            ]
            names = purging.pictures(conn, chosen)
            entry = log.append(
                conn,
                self._db,
                log.PURGE,
                {**facts, "removed": removed, "pictures": len(names), "log": list(emptied)},
                now,
            )
            log.empty(conn, emptied)
            if chosen:
                purging.remove(conn, chosen, entry.seq)
            files(names)
            return entry

        return self._db.write(work)

    def compact(self) -> None:
        """Write the store anew, so that nothing deleted stands in its files. Raises StoreError while others use it."""
        self._db.compact()

    def pictures(self) -> set[str]:
        """Names of the pictures that findings show."""
        with self._db.read() as conn:
            return checking.named(conn)
