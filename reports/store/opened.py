"""A store that was opened: its database, its guard of addresses, its clock, and what is looked up again and again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial, wraps
from hashlib import blake2b
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, select

from audits.model import Asset, Rule
from reports.store import schema
from reports.store.database import Database, StoreError
from reports.store.guard import UrlGuard
from reports.store.interning import Interning
from reports.store.sharing import Sharing

P = ParamSpec("P")
S = TypeVar("S", bound="Opened")
T = TypeVar("T")


def utc_now() -> datetime:
    """The clock, when nobody hands in another."""
    return datetime.now(UTC)


def patient(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """What may be asked twice waits for a database that is away for a moment."""

    @wraps(method)
    def asked(self: S, /, *args: P.args, **options: P.kwargs) -> T:
        return self._db.patiently(partial(method, self, *args, **options))

    return asked


class Opened:
    """What reads and writes of a store are made with. Safe to use from many threads."""

    def __init__(
        self,
        database: Database,
        *,
        guard: UrlGuard,
        now: Callable[[], datetime] = utc_now,
        rules: Mapping[str, Rule] | None = None,
    ) -> None:
        self._db = database
        self._guard = guard
        self._now = now
        self._interning = Interning(database, rules or {}, guard.key_ids[0])
        self._sites: dict[tuple[str, str], int] = {}
        self._assets: dict[int, Asset] = {}
        self._unasked: dict[int, int] = {}

    @property
    def sharing(self) -> Sharing:
        """What workers of one run tell each other."""
        return Sharing(self._db, self._site_id, self._moment)

    def _moment(self, conn: Connection) -> datetime:
        """Now, by the clock that all workers share."""
        if self._now is not utc_now:
            return self._now()
        return datetime.fromtimestamp(self._db.now(conn), UTC)

    def _run_seq(self, conn: Connection, run_id: str) -> int:
        seq: int | None = conn.scalar(select(schema.run.c.seq).where(schema.run.c.id == run_id))
        if seq is None:
            raise StoreError(f"{self._db.name}: there is no run {run_id!r} in this store")
        return seq

    def _site_id(self, run_id: str, site: str) -> int:
        if (run_id, site) not in self._sites:
            with self._db.read() as conn:
                at = (schema.site.c.run == self._run_seq(conn, run_id), schema.site.c.key == site)
                found = conn.scalar(select(schema.site.c.id).where(*at))
            if found is None:
                raise StoreError(f"{self._db.name}: run {run_id!r} has no site {site!r}")
            self._sites[run_id, site] = found
        return self._sites[run_id, site]

    def _lock_site(self, conn: Connection, site_id: int) -> None:
        # Two workers that add the same links in different order would wait for each other. SQLite has one writer.
        conn.execute(select(schema.site.c.id).where(schema.site.c.id == site_id).with_for_update(key_share=True))

    def _digest(self, text: str) -> bytes:
        return kept_digest(self._guard.digest(text))

    def _opened(self, row: Any) -> str:
        url: str = row.url if row.sealed is None else self._guard.open(row.sealed)
        return url

    def _readable(self, url: str) -> str:
        return self._guard.mask(url) if self._guard.holds_value(url) else url


def kept_digest(digest: str) -> bytes:
    """A guard's digest, as long as the store keeps it."""
    return blake2b(digest.encode(), digest_size=16).digest()
