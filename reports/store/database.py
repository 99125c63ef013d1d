"""Connect, migrate, and run transactions that wait their turn instead of failing."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event, func, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.sql import column, table

from audits.model import StoreAway
from reports.store.schema import HEAD

T = TypeVar("T")

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS, _COMPACT_SECONDS = 30, 10
_PAUSES = (0.1, 0.3, 1.0, 2.0, 4.0)
#: A server that restarts may have to recover first.
_SERVER_PAUSES = (*_PAUSES, 8.0, 15.0, 30.0)
#: PostgreSQL: serialization failure, deadlock found.
_TRY_AGAIN = {"40001", "40P01"}
_WRITES = {"handrail_writes": True}
#: Any number will do, as long as everybody who migrates takes the same one.
_MIGRATION_LOCK = 1_746_203_377


class StoreError(Exception):
    """The store cannot be used as asked; the message says why and what to do."""


class ServerAway(StoreError, StoreAway):
    """It was waited for."""


class Database:
    """One engine with pooled connections. Reads see one moment; writes are retried when the database says "not now"."""

    def __init__(self, where: str | Path) -> None:
        self.url = _url(where)
        self.name = self.url.render_as_string(hide_password=True)
        if self.url.get_backend_name() == "sqlite":
            self.engine = _sqlite(self.url)
        elif self.url.get_backend_name() == "postgresql":
            self.engine = create_engine(
                self.url, pool_pre_ping=True, pool_size=8, max_overflow=24, connect_args=_alive_or_gone(self.url)
            )
        else:
            raise StoreError(f"{self.name}: the store is a SQLite file or a postgresql:// URL")
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # SQLite lets one connection write at a time and polls for it; threads of one process can queue instead.
        self._writing = threading.RLock()
        self._pauses = _PAUSES if self.is_sqlite else _SERVER_PAUSES
        self._waiting = threading.local()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection on which all queries see the same moment."""
        with self.engine.connect() as conn:
            if not self.is_sqlite:
                conn = conn.execution_options(isolation_level="REPEATABLE READ")
            with conn.begin():
                yield conn

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one transaction; again from its start when the database was busy or came back."""
        return self.patiently(lambda: self._write(work))

    def patiently(self, work: Callable[[], T]) -> T:
        """Run what may be run twice; again from its start when the database was busy or came back.

        What it calls waits no time of its own. Raises ServerAway when the server does not come back in a minute.
        """
        if getattr(self._waiting, "within", False):
            return work()
        self._waiting.within = True
        try:
            for pause in self._pauses:
                try:
                    return work()
                except DBAPIError as exc:
                    if getattr(exc.orig, "sqlite_errorname", None) == "SQLITE_FULL":
                        raise StoreError(
                            f"{self.name}: the disk is full. Make room; what was stored until now is not lost."
                        ) from None
                    if not _passes(exc):
                        raise
                time.sleep(pause)
            try:
                return work()
            except DBAPIError as exc:
                if self.is_sqlite or not _passes(exc):
                    raise
                raise ServerAway(
                    f"{self.name}: the database cannot be reached, or cannot write ({type(exc.orig).__name__}). "
                    "Nothing that was stored is lost."
                ) from None
        finally:
            self._waiting.within = False

    def now(self, conn: Connection) -> float:
        """Seconds since 1970 by the clock that all who use the database share."""
        if self.is_sqlite:
            return time.time()
        return float(conn.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one())

    def _write(self, work: Callable[[Connection], T]) -> T:
        if not self.is_sqlite:
            with self.engine.begin() as conn:
                return work(conn)
        with self._writing, self.engine.connect() as conn:
            conn = conn.execution_options(**_WRITES)
            with conn.begin():
                return work(conn)

    def insert_new(self, conn: Connection, into: Table, rows: list[dict[str, Any]]) -> None:
        """Insert the rows that no unique constraint forbids; the order of ``rows`` must be the same for all writers."""
        if not rows:
            return
        if self.is_sqlite:
            conn.execute(sqlite.insert(into).on_conflict_do_nothing(), rows)
        else:
            conn.execute(postgresql.insert(into).on_conflict_do_nothing(), rows)

    def revision(self) -> str:
        """The schema that the store has; "" where there is none yet."""
        with self.read() as conn:
            return _revision(conn) or ""

    def check_revision(self) -> None:
        """Raises StoreError where the schema is not the one that this Handrail writes. Changes nothing."""
        if (at := self.revision()) != HEAD:
            raise StoreError(f"{self.name}: the store has schema {at or 'none'}, and this Handrail works with {HEAD}.")

    def upgrade(self) -> None:
        """Bring the schema up to date. A store of a newer Handrail is refused, not guessed at."""
        if self.reached() != HEAD:
            self.write(self._migrate)

    def reached(self) -> str:
        """The schema that the store has, as soon as the server is there. Raises StoreError when it does not come."""
        for pause in (*_PAUSES, None):
            try:
                return self.revision()
            except OperationalError as exc:
                if self.is_sqlite or not _passes(exc):
                    raise
                if pause is None:
                    raise StoreError(
                        f"{self.name}: the database cannot be reached, or does not let us in. Nothing that was stored "
                        "is lost; see that its server runs, and that host, port, database, user and password are right."
                    ) from None
            time.sleep(pause)
        raise AssertionError("unreachable")

    def _migrate(self, conn: Connection) -> None:
        from alembic import command
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        if not self.is_sqlite:
            conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
        at = _revision(conn)
        if at == HEAD:
            return
        config = Config(attributes={"connection": conn})
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if at is not None and at not in known:
            raise StoreError(
                f"{self.name}: the store has schema {at}, and this Handrail knows schemas up to {HEAD}. "
                "A newer Handrail wrote it: update this one, or name another store."
            )
        if at is None and (others := inspect(conn).get_table_names()):
            raise StoreError(
                f"{self.name}: this database holds tables that are not Handrail's ({', '.join(sorted(others)[:3])}). "
                "Name an empty or a new one."
            )
        command.upgrade(config, "head")

    def compact(self) -> None:
        """Write the database anew, without what was deleted. Raises StoreError while others use it."""
        try:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
                if not self.is_sqlite:
                    conn.exec_driver_sql("VACUUM (FULL)")
                    return
            with self._writing:
                raw = self.engine.raw_connection()
                try:
                    cursor = raw.cursor()
                    cursor.execute(f"PRAGMA busy_timeout = {_COMPACT_SECONDS * 1000}")
                    cursor.execute("VACUUM")
                    if cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                        raise sqlite3.OperationalError("the write-ahead log is being read")
                finally:
                    raw.invalidate()  # its patience is another
        except (DBAPIError, sqlite3.Error) as exc:
            raise StoreError(
                f"{self.name}: what was deleted may still stand in the file, for somebody else is using the store "
                f"({type(exc).__name__}). End that, and run the command again."
            ) from None

    def close(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


def _url(where: str | Path) -> URL:
    if isinstance(where, Path) or "://" not in where:
        return URL.create("sqlite", database=str(where))
    url = make_url(where)
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgres", "postgresql") else url


def _alive_or_gone(url: URL) -> dict[str, Any]:
    """A server that is gone without a word must be noticed; what the URL says itself stays."""
    asked = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
    return {name: value for name, value in asked.items() if name not in url.query}


def _sqlite(url: URL) -> Engine:
    path = Path(url.database or "")
    if not url.database or url.database == ":memory:":
        raise StoreError("the store must be a file: other processes read it too")
    path.parent.mkdir(parents=True, exist_ok=True)
    # Born closed to others; SQLite gives -wal and -shm the mode of the file.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)
    engine = create_engine(
        url,
        pool_size=8,
        max_overflow=24,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(dbapi: Any, _record: Any) -> None:
        # Python's sqlite3 would begin transactions by itself, and late: a read that turns into a write fails at once.
        dbapi.isolation_level = None
        for pragma in (
            f"busy_timeout = {_BUSY_SECONDS * 1000}",
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
            "temp_store = MEMORY",
        ):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get("handrail_writes") else "BEGIN")

    return engine


def _passes(exc: DBAPIError) -> bool:
    if exc.connection_invalidated or getattr(exc.orig, "sqlstate", None) in _TRY_AGAIN:
        return True
    if (name := getattr(exc.orig, "sqlite_errorname", None)) is not None:
        return str(name).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    # PostgreSQL that restarts refuses connections for a moment.
    return isinstance(exc, OperationalError) and hasattr(exc.orig, "sqlstate")


def _revision(conn: Connection) -> str | None:
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(select(column("version_num")).select_from(table("alembic_version"))).scalar()
