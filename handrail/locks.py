"""One audit of a site at a time: who comes second is told who holds it. A killed process holds nothing.

With SQLite a lock is a file in the store's folder, locked by the kernel; with PostgreSQL an advisory lock of a
connection of its own, so that it holds across machines. A database that restarts forgets it: it is taken again at once.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import select
import signal
import socket
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from handrail.runs import Place

logger = logging.getLogger(__name__)

#: Any number will do, as long as everybody takes the same one.
_CLASS = 1_746_203
#: Who only looks at a lock holds it for a moment.
_PATIENCE = 1.0
_PAUSE = 0.05
#: Seconds in which a lock is given back; the end of its session gives it back in any case.
_LAST = 5.0
#: Seconds between two tries to have a lock again that went with its session.
_AGAIN = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A process, and since when it holds a lock."""

    who: str
    since: datetime | None


class Busy(Exception):
    """Somebody audits the site already."""

    def __init__(self, name: str, holder: Holder) -> None:
        super().__init__(name)
        self.name = name
        self.holder = holder

    def __str__(self) -> str:
        since = f", since {self.holder.since:%Y-%m-%d %H:%M:%S} UTC" if self.holder.since else ""
        return f"{self.name} is being audited by {self.holder.who}{since}. Nothing was started; try again when it ends."


@contextmanager
def hold(place: Place, names: Iterable[str], *, seconds: float = _PATIENCE) -> Iterator[None]:
    """Hold the locks of these names, or none. Raises Busy."""
    with ExitStack() as held:
        for name in sorted(set(names)):
            held.enter_context(_server(place.store, name, seconds) if place.store else _file(place, name, seconds))
        yield


def holder(place: Place, name: str) -> Holder | None:
    """Who holds a lock now."""
    if place.store:
        with _connected(place.store) as conn:
            return _server_holder(conn, name)
    try:
        descriptor = os.open(_path(place, name), os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _file_holder(descriptor)
    finally:
        os.close(descriptor)
    return None


def _path(place: Place, name: str) -> Path:
    return place.out / f"{name}.lock"


@contextmanager
def _file(place: Place, name: str, seconds: float) -> Iterator[None]:
    path = _path(place, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = _locked(path, name, seconds)
    try:
        told = {"who": _myself(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(told).encode(), 0)
        yield
    finally:
        path.unlink(missing_ok=True)  # while it is ours
        os.close(descriptor)


def _locked(path: Path, name: str, seconds: float) -> int:
    ends = time.monotonic() + seconds
    while True:
        # Processes that are started do not inherit it.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Who held it before has taken the file away: what is locked must be the file that others find.
            if path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        except BlockingIOError:
            if time.monotonic() >= ends:
                found = _file_holder(descriptor)
                os.close(descriptor)
                raise Busy(name, found) from None
        except FileNotFoundError:
            pass
        os.close(descriptor)
        time.sleep(_PAUSE)


def _file_holder(descriptor: int) -> Holder:
    try:
        told = json.loads(os.pread(descriptor, 1_000, 0))
        return Holder(who=str(told["who"]), since=datetime.fromisoformat(told["since"]))
    except (ValueError, KeyError, TypeError):  # not written yet
        return Holder(who="another process", since=None)


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    from reports.store.database import Database

    database = Database(url)
    try:
        with database.engine.connect() as conn:
            raw = conn.execution_options(isolation_level="AUTOCOMMIT")
            raw.exec_driver_sql("SELECT set_config('application_name', %s, false)", (f"handrail {_myself()}"[:63],))
            # A machine that is gone must not hold a lock for hours.
            for name, value in (("keepalives_idle", 30), ("keepalives_interval", 10), ("keepalives_count", 3)):
                raw.exec_driver_sql(f"SELECT set_config('tcp_{name}', '{value}', false)")
            yield raw
    finally:
        database.close()


@contextmanager
def _server(url: str, name: str, seconds: float) -> Iterator[None]:
    with ExitStack() as opened:
        conn = opened.enter_context(_connected(url))
        ends = time.monotonic() + seconds
        while not _taken(conn, name):
            if time.monotonic() >= ends:
                raise Busy(name, _server_holder(conn, name) or Holder(who="another process", since=None))
            time.sleep(_PAUSE)
        over, ended = socket.socketpair()
        keeper = threading.Thread(target=_keep, args=(url, name, conn, opened, ended), daemon=True)
        keeper.start()
        try:
            yield
        finally:
            over.close()
            keeper.join(_LAST)
            ended.close()


def _taken(conn: Connection, name: str) -> bool:
    return bool(conn.exec_driver_sql("SELECT pg_try_advisory_lock(%s, %s)", (_CLASS, _number(name))).scalar())


def _given_back(conn: Connection, name: str) -> None:
    """A server notices some time later that a session is closed: whoever comes next must not find it held till then."""
    from sqlalchemy.exc import SQLAlchemyError

    with suppress(SQLAlchemyError):  # it goes with the session at the latest
        conn.exec_driver_sql("SELECT pg_advisory_unlock(%s, %s)", (_CLASS, _number(name)))


def _keep(url: str, name: str, conn: Connection, opened: ExitStack, ended: socket.socket) -> None:
    """A lock goes with its session, and a database that restarts ends them all: take it again before others begin."""
    from sqlalchemy.exc import DBAPIError

    while True:
        session: Any = conn.connection.driver_connection
        # Nothing was asked, so that what comes from there is its end.
        ready, _, _ = select.select([session, ended], [], [])
        if ended in ready:
            _given_back(conn, name)
            return
        if _alive(conn):
            continue
        conn.invalidate()
        found = None
        while found is None:
            if select.select([ended], [], [], _AGAIN)[0]:
                return
            try:
                found = _retaken(url, name, opened)
            except DBAPIError:  # it is not back yet
                continue
            except Busy as exc:
                # What is audited twice at a time is told in two runs, each of which halves the other's pace.
                logger.error("the database was away, and meanwhile %s; this process stops", exc)
                os.kill(os.getpid(), signal.SIGINT)
                return
        conn = found


def _alive(conn: Connection) -> bool:
    from sqlalchemy.exc import DBAPIError

    try:
        conn.exec_driver_sql("SELECT 1")
    except DBAPIError:
        return False
    return True


def _retaken(url: str, name: str, opened: ExitStack) -> Connection | None:
    """A session that holds the lock; None where the server has not noticed yet that our last one is gone.

    Raises Busy where somebody else was sooner, DBAPIError.
    """
    with ExitStack() as trying:
        conn = trying.enter_context(_connected(url))
        if not _taken(conn, name):
            by = _server_holder(conn, name)
            if by is None or by.who == _myself():
                return None
            raise Busy(name, by)
        opened.push(trying.pop_all())
        return conn


def _server_holder(conn: Connection, name: str) -> Holder | None:
    row = conn.exec_driver_sql(
        "SELECT application_name, backend_start FROM pg_stat_activity JOIN pg_locks USING (pid) "
        "WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = %s AND objid::bigint = %s "
        "AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        (_CLASS, _number(name) % 2**32),
    ).one_or_none()
    if row is None:
        return None
    return Holder(who=(row[0] or "another process").removeprefix("handrail "), since=row[1])


def _number(name: str) -> int:
    found = zlib.crc32(name.encode())
    return found - 2**32 if found >= 2**31 else found


def _myself() -> str:
    return f"process {os.getpid()} on {socket.gethostname()}"
