"""A worker: takes jobs from the queue, has each done in a process of its own, and gives it back when it must go.

The worker itself does little, so that it is there when a page kills such a process, when a machine is lost and its jobs
must be taken up, when the database restarts, and when somebody asks it to stop.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import procrastinate
import psycopg
from procrastinate import exceptions
from procrastinate.jobs import Status
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from procrastinate.worker import Worker
from sqlalchemy.exc import SQLAlchemyError

from audits.model import StoreAway
from crawler.logs import on_standard_error
from handrail import queue, runs
from handrail.cli import BUSY, INTERRUPTED, OK
from handrail.config import Policy
from handrail.evidence import kept
from handrail.working import ASSIST, AUDIT, END, FAILED, LEASE_SECONDS, NOT_HERE, TELL
from reports.store.database import StoreError
from reports.store.store import Store

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: Seconds between two questions for a job, and between two signs of life, looks at lost jobs and at what runs here.
ASK, ALIVE = 2.0, 4.0
#: A database that restarts is waited for so long.
PATIENCE = 120.0
#: Seconds for the pages in work, when a worker is to stop.
DRAIN = 100.0
#: A site is given up when so many processes failed on it, one after the other, without ending a page.
MOST_FAILURES = 6
#: Finished jobs are forgotten after so many hours.
KEPT_HOURS = 24 * 30

#: Gives back jobs whose worker gave no sign: one that still lives, by the database's clock, is never taken for lost.
_LOST = """
WITH lost AS MATERIALIZED (
    SELECT job.id FROM procrastinate_jobs job
    WHERE job.status = 'doing' AND job.task_name = %(task)s AND NOT EXISTS (
        SELECT 1 FROM procrastinate_workers w
        WHERE w.id = job.worker_id AND w.last_heartbeat > now() - make_interval(secs => %(gone)s)
    )
    FOR UPDATE OF job SKIP LOCKED
)
SELECT id, {done} FROM lost
"""
_AGAIN = "procrastinate_retry_job_v2(id, now(), NULL::integer, NULL::varchar, NULL::varchar)"
#: Nobody looks at it any more, and it is no failure of a site.
_OVER = "procrastinate_finish_job_v1(id, 'failed'::procrastinate_job_status, true)"


class Patient(PsycopgConnector):
    """Waits for a database that restarts. Procrastinate's own gives up, and its worker with it."""

    #: When the database was away last, by the loop's clock.
    away = -math.inf

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        """As above."""
        await self._patiently(lambda: super(Patient, self).execute_query_async(query, **arguments))

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        """As above."""
        return await self._patiently(lambda: super(Patient, self).execute_query_one_async(query, **arguments))

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        """As above."""
        return await self._patiently(lambda: super(Patient, self).execute_query_all_async(query, **arguments))

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        now = asyncio.get_running_loop().time
        ends = now() + PATIENCE
        while True:
            try:
                return await ask()
            except exceptions.ConnectorException as exc:
                # Other errors are answers.
                if not isinstance(exc.__cause__, (psycopg.OperationalError, psycopg.InterfaceError)):
                    raise
                self.away = now()
                if now() > ends:
                    raise
            await asyncio.sleep(1)


class Drained(Exception):
    """The worker was asked to stop; another one goes on."""


class Later(Exception):
    """Somebody audits the site by hand, or this machine cannot: another version, a secret that is not there."""


class Died(Exception):
    """The process ended as it should not; the next one may begin after so many seconds."""

    def __init__(self, seconds: float = 1.0) -> None:
        super().__init__()
        self.seconds = seconds


class GivenUp(Exception):
    """That happened too often."""


#: The database is away for longer than anybody waits, or no process can be started: nothing is wrong with the job.
_NOT_HERE = (StoreAway, SQLAlchemyError, exceptions.ConnectorException, OSError)


class Again(BaseRetryStrategy):
    """When a job that did not come to its end is tried again, by the database's clock."""

    def __init__(self) -> None:
        self.ahead = timedelta()  # by how much the database's clock is before ours

    def get_retry_decision(self, *, exception: BaseException, job: Any) -> RetryDecision | None:
        """None: never."""
        if isinstance(exception, Drained):
            seconds = 0.0
        elif isinstance(exception, (Later, *_NOT_HERE)):
            seconds = 15.0
        elif isinstance(exception, Died):
            seconds = exception.seconds
        else:
            return None
        return RetryDecision(retry_at=datetime.now(UTC) + self.ahead + timedelta(seconds=seconds))


@dataclass(slots=True, eq=False)
class _Task:
    """A process that does a job."""

    job: int
    run: str
    process: asyncio.subprocess.Process
    stopped: bool = False
    killed: bool = False

    @property
    def owner(self) -> str:
        """How the names begin under which it leases pages."""
        return f"{socket.gethostname()}:{self.process.pid}:"

    def stop(self) -> None:
        """Let it end the pages that it works on."""
        self.stopped = True
        with suppress(ProcessLookupError):
            self.process.terminate()

    def kill(self) -> None:
        """At once; no page is to blame."""
        self.killed = True
        with suppress(ProcessLookupError):
            self.process.kill()


@dataclass(slots=True, kw_only=True)
class Crew:
    """One worker and what it has running."""

    place: runs.Place
    store: Store
    at_once: int = 1
    join: int = 50
    reports: bool = True
    _tasks: dict[int, _Task] = field(default_factory=dict)
    _unknown: set[int] = field(default_factory=set)
    _draining: bool = False
    _again: Again = field(default_factory=Again)
    _worker: Worker | None = None

    async def run(self) -> int:
        """Work until somebody says stop; the exit code."""
        connector = Patient(conninfo=queue.conninfo(self.place.store), min_size=1, max_size=4)
        app = procrastinate.App(connector=connector)
        app.task(name=queue.SITES, pass_context=True, retry=self._again)(self._audit)
        app.task(name=queue.HELP, pass_context=True)(self._help)
        app.task(name=queue.REPORTS, pass_context=True, retry=self._again)(self._tell)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        async with app.open_async():
            await app.job_manager.delete_old_jobs(
                KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
            )
            self._worker = Worker(
                app,
                queues=[queue.SITES, queue.HELP, *([queue.REPORTS] if self.reports else [])],
                concurrency=self.at_once,
                listen_notify=False,
                fetch_job_polling_interval=ASK,
                abort_job_polling_interval=ALIVE,
                update_heartbeat_interval=ALIVE,
                stalled_worker_timeout=queue.GONE,
                install_signal_handlers=False,
            )
            await self._compare_clocks(connector)
            if self._draining:  # before there was anything to stop: it would forget that as it begins
                return INTERRUPTED
            watching = asyncio.create_task(self._watch(app))
            try:
                await self._worker.run()  # type: ignore[no-untyped-call]
            finally:
                watching.cancel()
                for task in self._tasks.values():
                    task.kill()
        return INTERRUPTED if self._draining else FAILED

    def _stop(self) -> None:
        """The first time, pages in work come to their end; the second time, nothing does."""
        if self._draining:
            for task in self._tasks.values():
                task.kill()
            return
        logger.warning("stopping: the pages in work are finished first")
        self._draining = True
        if self._worker is not None:
            self._worker.stop()  # type: ignore[no-untyped-call]
        for task in self._tasks.values():
            task.stop()
        asyncio.get_running_loop().call_later(DRAIN, self._stop)

    # Jobs

    async def _audit(self, context: Any, run: str, site: str) -> None:
        try:
            await self._done(context.job.id, AUDIT, run, site)
        except Died:
            failures = await asyncio.to_thread(self.store.sharing.failed, run, site)
            if failures < MOST_FAILURES:
                raise Died(min(60.0, 2.0**failures)) from None
            logger.error("run %s, site %s: given up, for %d processes failed on it", run, site, failures)
            with suppress(Died):
                await self._done(context.job.id, END, run, site)
            raise GivenUp from None

    async def _tell(self, context: Any, run: str, site: str) -> None:
        try:
            await self._done(context.job.id, TELL, run, site)
        except Died:
            if context.job.attempts < MOST_FAILURES:
                raise Died(min(60.0, 2.0**context.job.attempts)) from None
            logger.error("run %s: its reports could not be written", run)
            raise GivenUp from None

    async def _help(self, context: Any, run: str, site: str) -> None:
        with suppress(Drained, Later, Died, *_NOT_HERE):  # whoever called calls again
            if not await asyncio.to_thread(self._is_over, run, site):
                await self._done(context.job.id, ASSIST, run, site)

    def _is_over(self, run: str, site: str) -> bool:
        """A process takes seconds to start: not for a call that was heard too late."""
        return self.store.sharing.plan(run) is None or not self.store.sharing.waiting(run, site, 1)

    async def _done(self, job: int, what: str, run: str, site: str) -> None:
        if self._draining:
            raise Drained
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "handrail.working", what, run, site, str(self.place.out), str(self.join),
            stdin=asyncio.subprocess.PIPE,
            env=os.environ | {"HANDRAIL_STORE": self.place.store},
            start_new_session=True,  # Ctrl-C is told to the worker alone
        )  # fmt: skip
        task = self._tasks[job] = _Task(job, run, process)
        if self._draining:
            task.stop()
        try:
            code = await process.wait()
        except asyncio.CancelledError:  # somebody cancelled the job
            task.stop()
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), DRAIN)
            task.kill()
            await process.wait()
            await self._given_back(task)
            raise
        finally:
            del self._tasks[job]
        if code == OK:
            return
        ours = task.stopped or task.killed
        await self._given_back(task, died=code < 0 and not ours)
        if code == INTERRUPTED or (ours and self._draining):
            raise Drained
        if code in (BUSY, NOT_HERE):
            raise Later
        logger.warning("run %s, site %s: its process ended with %d", run, site, code)
        raise Died

    async def _given_back(self, task: _Task, *, died: bool = False) -> None:
        """What it worked on, without waiting for its leases to run out."""
        await asyncio.to_thread(self.store.sharing.bury, task.run, task.owner, deaths=int(died))

    # What may be lost

    async def _watch(self, app: Any) -> None:
        while True:
            await asyncio.sleep(ALIVE)
            try:
                await self._compare_clocks(app.connector)
                await self._lost(app.connector)
                await self._mine(app)
                await self._hanging(app.connector)
            except Exception as exc:  # noqa: BLE001  # the database may be away; it is asked again
                logger.warning("what is lost could not be asked: %s", type(exc).__name__)

    async def _compare_clocks(self, connector: Any) -> None:
        row = await connector.execute_query_one_async("SELECT now() AS now")
        self._again.ahead = row["now"] - datetime.now(UTC)

    async def _lost(self, connector: Any) -> None:
        """Jobs of workers that are gone: an audit is given back, help is over.

        While the database was away, nobody could give a sign.
        """
        if asyncio.get_running_loop().time() - connector.away < queue.GONE:
            return
        for name, done in ((queue.SITES, _AGAIN), (queue.HELP, _OVER), (queue.REPORTS, _AGAIN)):
            rows = await connector.execute_query_all_async(_LOST.format(done=done), task=name, gone=queue.GONE)
            for row in rows:
                logger.warning("job %d was lost with its worker", row["id"])

    async def _mine(self, app: Any) -> None:
        """Jobs that were taken from this worker while it could not be seen, and such that it never got to know of."""
        if self._worker is None or self._worker.worker_id is None:
            return
        if self._draining:  # Procrastinate gives no more signs of life, and our pages are not at their end
            await app.job_manager.update_heartbeat(self._worker.worker_id)
        known = set(self._tasks)
        jobs = await app.job_manager.list_jobs_async(worker_id=self._worker.worker_id, status=Status.DOING.value)
        mine = {job.id for job in jobs}
        if any(job in self._tasks for job in known - mine):
            await self._begin_anew()
        unknown = mine - set(self._tasks)
        for job in unknown & self._unknown:
            await app.job_manager.retry_job_by_id_async(job, queue.AT_ONCE)
        self._unknown = unknown

    async def _begin_anew(self) -> None:
        """This machine slept, and others have its jobs now: what is said of them here must not count any more."""
        logger.error("this worker was away for too long, and its jobs are somebody else's: it ends")
        for task in list(self._tasks.values()):
            task.kill()
            await self._given_back(task)
        os._exit(FAILED)

    async def _hanging(self, connector: Any) -> None:
        """Processes that do not renew what they lease: a page has them in its grip."""
        if asyncio.get_running_loop().time() - connector.away < LEASE_SECONDS:
            return
        for task in list(self._tasks.values()):
            if await asyncio.to_thread(self.store.sharing.overdue, task.run, task.owner, 2 * LEASE_SECONDS):
                logger.warning("run %s: a process hangs", task.run)
                with suppress(ProcessLookupError):
                    task.process.kill()  # as if it had died of the page


def work(place: runs.Place, *, at_once: int, join: int, reports: bool) -> int:
    """Be a worker until somebody says stop; the exit code. Raises NoQueue, StoreError, EvidenceError."""
    queue.check(place)
    with on_standard_error(), runs.open_store(place, runs.parts_for(Policy())) as store:
        kept(place).check(store.identity)
        queue.prepare(place.store)
        crew = Crew(place=place, store=store, at_once=at_once, join=join, reports=reports)
        try:
            return asyncio.run(crew.run())
        except exceptions.ConnectorException:
            raise StoreError(
                "the database was away for too long: this worker ends. Nothing that was stored is lost; see that its "
                "server runs, and start the worker again."
            ) from None
