"""The queue of sites to audit: Procrastinate's, in the PostgreSQL that holds the store. Nothing else is needed.

One job is one site of one run; the last one, without a site, is its reports. The lock of a site lets one run of it be
in work at a time, on whatever machine. Where a site has many pages left, whoever works on it puts in another job, a
call for help: who takes it joins the run and leases pages from the same table. What a job is about stands in the store;
the queue holds the names of a run and a site.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from sqlalchemy import Connection, delete, inspect, select, update
from sqlalchemy.engine import make_url

from handrail.runs import NoQueue
from reports.store import schema
from reports.store.database import Database, StoreError

if TYPE_CHECKING:
    from handrail.runs import Place

#: Names of the queues, and of what is done with their jobs.
SITES, HELP, REPORTS = "sites", "help", "reports"
_OURS = (SITES, HELP, REPORTS)
#: A worker that gave no sign for so many seconds is gone.
GONE = 20.0
#: By whatever clock.
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
#: A call for help is heard when no site waits.
_HELP_LATER = -10
#: Any number will do, as long as everybody takes the same one.
_PREPARE_LOCK = 1_746_203_378


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A site of a run in the queue, or with no site the reports of the run.

    ``state``: "waiting", "working", "lost", "done", "failed", "cancelled".
    """

    id: int
    run: str
    site: str
    state: str
    helps: bool
    attempts: int
    worker: int | None


_STATES = {"todo": "waiting", "doing": "working", "succeeded": "done", "aborting": "working", "aborted": "cancelled"}


def check(place: Place) -> None:
    """Raises NoQueue where the store is no PostgreSQL, or Procrastinate is not installed."""
    if not place.store.startswith("postgres"):
        raise NoQueue(
            "workers share a store in PostgreSQL: name it with --store or HANDRAIL_STORE. With a SQLite file, "
            "'handrail audit' does it all on one machine."
        )
    try:
        version("procrastinate")
    except PackageNotFoundError:
        raise NoQueue("the queue needs Procrastinate: pip install 'handrail[postgresql]'") from None


def conninfo(url: str) -> str:
    """The store's address as libpq wants it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


class Queue:
    """The queue, for who puts something in, looks at it, or repairs it."""

    def __init__(self, place: Place) -> None:
        import procrastinate
        from procrastinate.sync_psycopg_connector import SyncPsycopgConnector

        check(place)
        prepare(place.store)
        self._app = procrastinate.App(
            connector=SyncPsycopgConnector(conninfo=conninfo(place.store), min_size=1, max_size=2)
        )

    def __enter__(self) -> Self:
        self._app.open()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._app.close()

    def put(self, run: str, site: str) -> bool:
        """Have a site of a run audited; False where that job waits already."""
        return self._defer(SITES, run, site, lock=f"site/{site}", priority=0)

    def tell(self, run: str) -> bool:
        """Every site of a run has ended: have its reports written, and people told."""
        return self._defer(REPORTS, run, "", lock=f"reports/{run}", priority=0)

    def call_for_help(self, run: str, site: str) -> bool:
        """Have somebody join; False where the last call was not heard yet."""
        if any(self._app.job_manager.list_jobs(queueing_lock=f"{HELP}/{run}/{site}", status="todo")):
            return False
        return self._defer(HELP, run, site, lock=None, priority=_HELP_LATER)

    def _defer(self, what: str, run: str, site: str, *, lock: str | None, priority: int) -> bool:
        from procrastinate.exceptions import AlreadyEnqueued

        # Named by the run too: a job that is taken up again must find its place free when the site is queued anew.
        task = self._app.configure_task(
            what, queue=what, lock=lock, queueing_lock=f"{what}/{run}/{site}", priority=priority
        )
        try:
            task.defer(run=run, site=site)
        except AlreadyEnqueued:
            return False
        return True

    def jobs(self) -> tuple[Job, ...]:
        """All jobs, oldest first."""
        alive = self.workers()
        return tuple(_job(one, alive) for one in self._app.job_manager.list_jobs() if one.task_name in _OURS)

    def workers(self) -> dict[int, float]:
        """Those that are alive, by number: seconds since their last sign."""
        rows = self._app.connector.execute_query_all(
            "SELECT id, extract(epoch FROM now() - last_heartbeat)::float AS ago FROM procrastinate_workers ORDER BY id"
        )
        return {row["id"]: row["ago"] for row in rows if row["ago"] < GONE}

    def retry(self, job: Job) -> None:
        """Have it done again."""
        if job.state == "cancelled":
            self.put(job.run, job.site)
            return
        self._app.job_manager.retry_job_by_id(job.id, AT_ONCE)

    def cancel(self, job: Job) -> bool:
        """Take it out, or have its worker end it; False where it had ended."""
        return self._app.job_manager.cancel_job_by_id(job.id, abort=True)


def _job(one: Any, alive: dict[int, float]) -> Job:
    state = _STATES.get(one.status, one.status)
    if state == "working" and one.worker_id not in alive:
        state = "lost"
    return Job(
        id=one.id,
        run=str(one.task_kwargs.get("run", "")),
        site=str(one.task_kwargs.get("site", "")),
        state=state,
        helps=one.task_name == HELP,
        attempts=one.attempts,
        worker=one.worker_id,
    )


def latest(jobs: Iterable[Job]) -> Sequence[Job]:
    """The last job of each site of each run, calls for help left out."""
    found = {(one.run, one.site): one for one in jobs if not one.helps}
    return tuple(found.values())


def prepare(url: str) -> None:
    """Make Procrastinate's tables, or bring them up to the version that is installed."""
    database = Database(url)
    try:
        database.write(lambda conn: _prepare(conn, database.name))
    finally:
        database.close()


def _prepare(conn: Connection, name: str) -> None:
    from procrastinate.schema import SchemaManager

    installed, this = version("procrastinate"), schema.meta.c.name == "queue"
    if _made_by(conn) == installed:
        return
    conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_PREPARE_LOCK})")
    at = _made_by(conn)
    if at is not None and _number(at) > _number(installed):
        raise StoreError(f"{name}: its queue is of Procrastinate {at}, and {installed} is installed here: update it")
    raw = cast(Any, conn.connection.driver_connection)
    if at is None:
        raw.execute(SchemaManager.get_schema())
        conn.execute(delete(schema.meta).where(this))
        conn.execute(schema.meta.insert().values(name="queue", value=installed))
        return
    for script in sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql")):
        if _number(at) < _number(script.name.partition("_")[0]) <= _number(installed):
            raw.execute(script.read_text("utf-8"))
    conn.execute(update(schema.meta).where(this).values(value=installed))


def _made_by(conn: Connection) -> str | None:
    """The version of its tables; None where there are none, as in a copy of a store that had a queue."""
    if not inspect(conn).has_table("procrastinate_jobs"):
        return None
    return conn.scalar(select(schema.meta.c.value).where(schema.meta.c.name == "queue"))


def _number(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3])
