"""Workers on any number of machines share runs: nothing is lost, and nothing is done twice."""

import contextlib
import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from machines import findings, listed, told

from handrail import runs
from handrail.queue import Queue
from reports.store.sharing import KILLS

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_workers_share_a_large_site_and_end_every_site_once(sites, machines, audit, tmp_path):
    servers = sites(1, pages=14, files=1) + sites(1, pages=2, files=0)
    run = machines.add(servers)
    with machines.store() as store:
        machines.work("--join", 4)
        machines.work("--join", 4)
        machines.until_over(store, run, 240)
        ours = told(findings(store, run), machines.report, servers)
        owners = store.runs()[-1]
    machines.until(lambda: listed(machines)[1] == ["done"], 120)
    shown = listed(machines)
    for worker in machines.workers:
        worker.terminate()
    ends = [worker.wait(300) for worker in machines.workers]

    alone = audit(tmp_path / "alone", "--config", machines.out / "handrail.toml", "--no-pictures")

    assert ours == told(alone.lines, alone.report, servers)
    assert owners.state == "complete"
    assert shown == ({"s0": "done", "s1": "done"}, ["done"])
    assert ends == [130, 130]
    assert (
        max(Counter(path for _, path in servers[0].asked if path.startswith("/page")).values()) <= 4
    )  # ours, and alone


def test_a_worker_that_must_go_ends_its_pages_and_another_goes_on(sites, machines):
    (server,) = sites(1, pages=10, files=0)
    run = machines.add([server])
    with machines.store() as store:
        first = machines.work("--join", 0)
        machines.until(lambda: machines.ended(store, run) >= 3, 120)
        first.terminate()
        code = first.wait(300)
        left = store.owners(run)
        machines.work("--join", 0)
        machines.until_over(store, run, 180)
        ends = store.outcomes(run, "s0")

    assert code == 130
    assert left == ()
    assert {how.value: number for how, number in ends.items()} == {"audited": 11}
    asked = Counter(path for _, path in server.asked if path.startswith("/page"))
    assert set(asked.values()) <= {2, 3}  # by Scrapy and by the browser; what was fetched, not begun, again


def test_a_page_that_kills_is_given_up_the_second_time_and_costs_no_other(sites, machines):
    (server,) = sites(1, pages=8, files=0)
    deaths = []

    def kill():
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                command = path.read_bytes()
                if b"handrail.working" in command and str(machines.out).encode() in command:
                    deaths.append(path.parent.name)
                    os.kill(int(path.parent.name), signal.SIGKILL)

    server.on["/page-3"] = kill
    run = machines.add([server])
    with machines.store() as store:
        worker = machines.work("--join", 0)
        machines.until_over(store, run, 240)
        pages = {page.url.rpartition("/")[2]: page for page in store.page_outcomes(run, "s0")}

    assert len(set(deaths)) == 2
    assert worker.poll() is None
    assert (pages["page-3"].outcome.value, pages["page-3"].reason) == ("crashed", KILLS)
    assert {page.outcome.value for name, page in pages.items() if name != "page-3"} == {"audited"}


def test_what_a_lost_worker_had_is_taken_up_in_less_than_a_minute(sites, machines):
    (server,) = sites(1, pages=8, files=0)
    run = machines.add([server])
    with machines.store() as store:
        first = machines.work("--join", 0)
        machines.until(lambda: machines.ended(store, run) >= 2, 180)
        machines.work("--join", 0)
        first.kill()
        killed, done = time.monotonic(), machines.ended(store, run)
        with Queue(runs.Place(out=machines.out, store=machines.url)) as queue:
            machines.until(lambda: [job.attempts for job in queue.jobs() if job.site] == [1], 60)
        taken_up = time.monotonic() - killed
        machines.until_over(store, run, 240)
        ends = store.outcomes(run, "s0")

    assert done < 9
    assert taken_up < 60
    assert {how.value: number for how, number in ends.items()} == {"audited": 9}


def test_a_machine_that_slept_begins_anew_and_nothing_is_done_twice(sites, machines):
    (server,) = sites(1, pages=8, files=0)
    run = machines.add([server])

    def signalled(worker, sign):
        """The worker and the process that does its job."""
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError, IndexError):
                pid, parent = path.parent.name, path.read_text().rpartition(")")[2].split()[1]
                if int(parent) == worker.pid or int(pid) == worker.pid:
                    os.kill(int(pid), sign)

    with machines.store() as store:
        first = machines.work("--join", 0)
        machines.until(lambda: machines.ended(store, run) >= 2, 180)
        signalled(first, signal.SIGSTOP)
        machines.work("--join", 0)
        with Queue(runs.Place(out=machines.out, store=machines.url)) as queue:
            machines.until(lambda: [job.attempts for job in queue.jobs() if job.site] != [0], 240)
        signalled(first, signal.SIGCONT)
        code = first.wait(300)
        machines.until_over(store, run, 240)
        ends = store.outcomes(run, "s0")

    assert code == 4
    assert {how.value: number for how, number in ends.items()} == {"audited": 9}
