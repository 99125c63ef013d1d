"""A worker with a real store and real processes: what it does with a site that fails, with a process that hangs."""

import asyncio
import math
import socket
import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from procrastinate.exceptions import ConnectorException

from audits.model import Link, PageOutcome, PageResult, StoreAway
from handrail import runs
from handrail.config import Policy, Site
from handrail.worker import MOST_FAILURES, Again, Crew, Died, Drained, GivenUp, Later, _Task
from handrail.working import AUDIT, END, LEASE_SECONDS

SLEEPER = (sys.executable, "-c", "import time; time.sleep(60)")


class Unlucky(Crew):
    """Each of its processes ends as it should not."""

    async def _done(self, job, what, run, site):
        self.asked.append(what)
        raise Died


@pytest.fixture
def begun(tmp_path):
    """A run of one site, with two pages that wait."""
    plan = runs.Plan(policy=Policy(sites={"main": Site(start=("http://127.0.0.1:9/",))}), sites=("main",))
    place, parts = runs.Place(out=tmp_path / "out"), runs.parts_for(plan.policy)
    with runs.open_store(place, parts) as store:
        run = runs.start(place, plan, parts, store)
        store.add_links(run.id, "main", [Link(url=f"http://127.0.0.1:9/{n}") for n in range(2)])
        yield SimpleNamespace(place=place, store=store, run=run.id)


def unlucky(begun):
    crew = Unlucky(place=begun.place, store=begun.store)
    crew.asked = []
    return crew


async def tried(crew, begun):
    """The seconds until the next try; None = there is none."""
    try:
        await crew._audit(SimpleNamespace(job=SimpleNamespace(id=1)), begun.run, "main")
    except Died as exc:
        return exc.seconds
    except GivenUp:
        return None
    raise AssertionError("it did not fail")


async def test_a_site_on_which_six_processes_failed_is_ended(begun):
    crew = unlucky(begun)

    waits = [await tried(crew, begun) for _ in range(MOST_FAILURES)]

    assert waits == [2, 4, 8, 16, 32, None]
    assert crew.asked == [AUDIT] * MOST_FAILURES + [END]


async def test_a_site_that_gets_on_is_not_given_up(begun):
    crew = unlucky(begun)
    before = [await tried(crew, begun) for _ in range(MOST_FAILURES - 1)]
    (lease, *_) = begun.store.lease(begun.run, "main", owner="another", limit=1, seconds=60)
    begun.store.finish(lease, PageResult(outcome=PageOutcome.NOT_FOUND, status=404))

    after = await tried(crew, begun)

    assert None not in before
    assert after == 2
    assert END not in crew.asked


@pytest.mark.parametrize(
    ("expired", "away", "killed"),
    [
        (2 * LEASE_SECONDS + 5, math.inf, True),
        (LEASE_SECONDS, math.inf, False),  # slow, and it may still be renewed
        (2 * LEASE_SECONDS + 5, LEASE_SECONDS / 2, False),  # the database was away: nobody could renew anything
    ],
)
async def test_a_process_that_renews_nothing_hangs_and_is_ended(begun, expired, away, killed):
    crew = Crew(place=begun.place, store=begun.store)
    process = await asyncio.create_subprocess_exec(*SLEEPER)
    other = await asyncio.create_subprocess_exec(*SLEEPER)
    crew._tasks = {1: _Task(1, begun.run, process), 2: _Task(2, begun.run, other)}
    for one, seconds in ((process, -expired), (other, 30)):
        owner = f"{socket.gethostname()}:{one.pid}:1"
        assert len(begun.store.lease(begun.run, "main", owner=owner, limit=1, seconds=seconds)) == 1
    now = asyncio.get_running_loop().time()

    await crew._hanging(SimpleNamespace(away=now - away))

    try:
        if killed:
            assert await asyncio.wait_for(process.wait(), 60) == -9
        else:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(process.wait(), 1)
        assert other.returncode is None
    finally:
        for one in (process, other):
            if one.returncode is None:
                one.kill()
            await one.wait()


@pytest.mark.parametrize(
    ("ended", "seconds"),
    [
        (Drained(), 0),
        (Later(), 15),
        (Died(8), 8),
        (StoreAway("for two minutes"), 15),  # nothing is wrong with the site
        (ConnectorException("for two minutes"), 15),
        (OSError(11, "no process can be started"), 15),
        (GivenUp(), None),
        (TypeError(), None),
    ],
)
def test_a_job_is_tried_again_but_for_what_is_given_up(ended, seconds):
    decision = Again().get_retry_decision(exception=ended, job=None)

    assert (decision is None) == (seconds is None)
    if decision is not None:
        assert abs(decision.retry_at - datetime.now(UTC) - timedelta(seconds=seconds)) < timedelta(seconds=5)


def test_a_run_that_was_begun_in_part_is_nobodys(tmp_path, monkeypatch):
    sites = {key: Site(start=("http://127.0.0.1:9/",)) for key in ("main", "other")}
    plan = runs.Plan(policy=Policy(sites=sites), sites=tuple(sites))
    place, parts = runs.Place(out=tmp_path / "out"), runs.parts_for(plan.policy)
    with runs.open_store(place, parts) as store:
        begin = store.begin_site

        def dying(site):
            if site.key == "other":
                raise KeyboardInterrupt
            begin(site)

        monkeypatch.setattr(store, "begin_site", dying)
        with pytest.raises(KeyboardInterrupt):
            runs.start(place, plan, parts, store, shared=True)
        (run,) = store.runs()

        assert store.sharing.plan(run.id) is None
        monkeypatch.undo()
        assert store.sharing.plan(runs.start(place, plan, parts, store, shared=True).id) is not None
