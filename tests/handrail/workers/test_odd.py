"""What workers do in odd moments, what they log, and what of a queue is left where a store was copied to."""

import asyncio
import contextlib
import json
import os
import signal
from pathlib import Path

import pytest
from machines import Machines, listed
from sqlalchemy import create_engine, text

from handrail import cli, locks, runs
from handrail.queue import HELP, Queue
from handrail.worker import Crew

pytestmark = pytest.mark.slow


def lines(machines):
    return [json.loads(line) for line in machines.said().splitlines()]


def asked(machines, statement, **values):
    engine = create_engine(machines.url.replace("postgresql:", "postgresql+psycopg:"))
    try:
        with engine.begin() as conn:
            found = conn.execute(text(statement), values)
            return found.all() if found.returns_rows else []
    finally:
        engine.dispose()


def test_who_is_told_to_stop_before_it_has_begun_stops(machines):
    place = runs.Place(out=machines.out, store=machines.url)

    async def told_early(store):
        crew = Crew(place=place, store=store)
        crew._stop()
        return await asyncio.wait_for(crew.run(), 30)

    with machines.store() as store, Queue(place):
        code = asyncio.run(told_early(store))

    assert code == cli.INTERRUPTED


def test_all_that_a_worker_logs_is_json(machines):
    machines.environ["HANDRAIL_LOG_FORMAT"] = "json"
    with machines.store():
        worker = machines.work()
        machines.until(machines.newest, 60)
    worker.terminate()

    code = worker.wait(120)

    assert code == cli.INTERRUPTED
    assert [(line["level"], line["logger"]) for line in lines(machines)] == [("warning", "handrail.worker")]


def test_where_a_store_is_copied_to_its_queue_is_made_anew(sites, machines, postgresql, key_file, handrail, tmp_path):
    run = machines.add(sites(2, pages=0, files=0))
    copy, again = tmp_path / "copy.sqlite", postgresql.create("workers_restored")
    for where, to in ((machines.url, copy), (f"sqlite:///{copy}", again)):
        assert handrail("db", "copy", "--store", where, "--out", machines.out, "--to", to).code == 0
    restored = Machines.__new__(Machines)
    restored.__dict__ |= machines.__dict__ | {"url": again}

    told = [restored.queue(*words) for words in (["list"], ["retry", "s1"], ["retry"], ["retry", run])]
    wrong = [
        restored.handrail("queue", what, "s2", "--out", machines.out, "--store", again) for what in ("retry", "cancel")
    ]

    assert told[0].splitlines() == ["Nothing is in the queue.", "Workers: 0"]
    assert told[1].splitlines() == [f"s1: waits again (run {run})"]
    assert told[2].splitlines() == [f"s0: waits again (run {run})"]
    assert told[3].splitlines() == ["There is nothing to do again."]
    assert [one.code for one in wrong] == [2, 2]
    assert all("no site and no run 's2' in the queue; it has: s0, s1" in one.told for one in wrong)
    assert listed(restored)[0] == {"s0": "waiting", "s1": "waiting"}


def test_a_call_for_help_that_was_lost_is_no_failure(machines, sites):
    run = machines.add(sites(1, pages=0, files=0))
    place = runs.Place(out=machines.out, store=machines.url)
    with Queue(place) as queue:
        queue.call_for_help(run, "s0")
    asked(machines, "UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = :help", help=HELP)

    async def look(store):
        crew = Crew(place=place, store=store)
        ended = asyncio.create_task(crew.run())
        while asked(
            machines, "SELECT 1 FROM procrastinate_jobs WHERE task_name = :help AND status = 'doing'", help=HELP
        ):
            await asyncio.sleep(0.5)
        crew._stop()
        await ended

    asked(machines, "UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour' WHERE status = 'todo'")
    with machines.store() as store:
        asyncio.run(asyncio.wait_for(look(store), 90))

    assert asked(machines, "SELECT status FROM procrastinate_jobs") == [("todo",)]


@pytest.mark.browser
def test_a_browser_that_is_started_again_is_counted_and_the_end_is_logged(sites, machines):
    (server,) = sites(1, pages=3, files=0)
    killed = []

    def kill():
        once, killed[:] = not killed, [*killed, "tried"]
        for path in Path("/proc").glob("[0-9]*") if once else ():
            with contextlib.suppress(OSError):
                command = (path / "cmdline").read_bytes()
                ours = str(machines.out).encode() in (path / "environ").read_bytes()
                if ours and b"--remote-debugging-pipe" in command and b"--type=" not in command:
                    killed.append(path.name)
                    os.kill(int(path.name), signal.SIGKILL)

    server.on["/page-1"] = kill
    machines.environ["HANDRAIL_LOG_FORMAT"] = "json"
    run = machines.add([server])
    with machines.store() as store:
        with locks.hold(runs.Place(out=machines.out, store=machines.url), ["the reports"]):
            machines.work()
            machines.until(lambda: store.runs()[-1].state == "complete", 240)
            there = (machines.out / "report").exists()
        machines.until_over(store, run, 120)
        (record,) = store.runs()
    events = [line for line in lines(machines) if "event" in line]

    assert len(killed) > 1
    assert runs.restarts(record.notes) == 1
    assert [(one["event"], one.get("site"), one["state"]) for one in events] == [
        ("site-ended", "s0", "complete"),
        ("run-ended", None, "complete"),
    ]
    assert events[0]["pages"] == {"audited": 4}
    # Somebody else's reports were being written.
    assert not there
    assert (machines.out / "report" / "report.json").exists()


def test_a_machine_that_cannot_read_a_plan_leaves_its_sites_to_others(sites, machines):
    run = machines.add(sites(1, pages=0, files=0))
    parts = runs.parts_for(runs.Policy())
    with machines.store() as store:
        plan = json.loads(parts.keyring.open(store.sharing.plan(run)))
        sealed = parts.keyring.seal(json.dumps(plan | {"of_a_later_version": True}).encode())
        asked(machines, "UPDATE shared SET plan = :sealed", sealed=sealed)
        machines.work()
        machines.until(lambda: "another version" in machines.said(), 60)
        machines.until(lambda: listed(machines)[0] == {"s0": "waiting"}, 30)
        failures = asked(machines, "SELECT failures FROM walk")

    assert failures == []
