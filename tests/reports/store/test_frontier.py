"""No page is lost, none is done twice, whoever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from store_helpers import PlainGuard, audited, begin, fails, finding, passes, url

from audits.model import TOO_MANY_SCRIPTS, Link, PageOutcome, PageResult, RunStore
from reports.store.sharing import DIED, MAX_ATTEMPTS
from reports.store.store import Store


def take(store, owner="w1", limit=10, seconds=60, run_id="r1", site="main"):
    return store.lease(run_id, site, owner=owner, limit=limit, seconds=seconds)


def paths(leases):
    return [lease.url.rpartition("/")[2] for lease in leases]


def ends(store, run_id="r1", site="main"):
    return {page.url.rpartition("/")[2]: page.outcome for page in store.page_outcomes(run_id, site)}


def test_is_what_the_crawler_asks_for(store):
    frontier: RunStore = store

    assert frontier is store


def test_each_url_is_added_once(store):
    begin(store)
    first = store.add_links("r1", "main", [Link(url=url("a")), Link(url=url("b")), Link(url=url("a"))])

    again = store.add_links("r1", "main", [Link(url=url("b")), Link(url=url("c"))])

    assert (first, again, store.pending("r1", "main")) == (2, 1, 3)


def test_sites_and_runs_do_not_share_urls(store):
    begin(store, "r1", "main", "portal")
    begin(store, "r2", "main")

    added = [store.add_links(*at, [Link(url=url("a"))]) for at in [("r1", "main"), ("r1", "portal"), ("r2", "main")]]

    assert added == [1, 1, 1]


def test_an_empty_batch_is_nothing(store):
    begin(store)

    assert store.add_links("r1", "main", []) == 0


def test_pages_come_in_order_of_depth_and_discovery(store):
    begin(store)
    store.add_links("r1", "main", [Link(url=url(path), depth=depth) for path, depth in [("z", 1), ("y", 0), ("x", 1)]])

    leases = take(store)

    assert paths(leases) == ["y", "z", "x"]


def test_a_shorter_way_moves_a_waiting_page_up(store):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("deep"), depth=3), Link(url=url("mid"), depth=2)])
    store.add_links("r1", "main", [Link(url=url("deep"), depth=1), Link(url=url("mid"), depth=5)])

    leases = take(store)

    assert [(lease.url, lease.depth) for lease in leases] == [(url("deep"), 1), (url("mid"), 2)]


def test_a_leased_page_is_nobody_elses_until_the_lease_runs_out(store, clock):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a"))])
    (lease,) = take(store, "w1", seconds=60)

    clock.wait(59)
    early = take(store, "w2")
    clock.wait(1)
    late = take(store, "w2")

    assert lease.attempts == 1
    assert early == []
    assert [(again.owner, again.attempts) for again in late] == [("w2", 2)]


def test_a_renewed_lease_lasts(store, clock):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a"))])
    leases = take(store, "w1", seconds=60)
    clock.wait(50)
    store.renew(leases, seconds=60)

    clock.wait(50)

    assert take(store, "w2") == []


def test_a_lost_lease_cannot_be_renewed(store, clock):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a"))])
    lost = take(store, "w1", seconds=60)
    clock.wait(60)
    take(store, "w2", seconds=60)
    store.renew(lost, seconds=6000)

    clock.wait(60)

    assert paths(take(store, "w3")) == ["a"]


def test_finish_stores_result_and_links_and_acknowledges(store):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a"))])
    (lease,) = take(store)

    finished = store.finish(lease, audited(passes(), links=(Link(url=url("b"), depth=1), Link(url=url("a"), depth=2))))

    assert finished
    assert ends(store) == {"a": PageOutcome.AUDITED, "b": None}


def test_a_lost_lease_stores_nothing(store, clock):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a"))])
    (lost,) = take(store, "w1", seconds=60)
    clock.wait(60)
    (held,) = take(store, "w2", seconds=60)

    late = store.finish(lost, audited(fails(finding()), links=(Link(url=url("b")),)))

    assert not late
    assert ends(store) == {"a": None}
    assert list(store.findings("r1")) == []
    assert store.finish(held, audited(passes()))


def test_a_late_worker_may_finish_what_nobody_took(store, clock):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a"))])
    (lease,) = take(store, seconds=60)

    clock.wait(3600)

    assert store.finish(lease, audited(passes()))


def test_a_second_finish_changes_nothing(store):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a"))])
    (lease,) = take(store)
    store.finish(lease, audited(fails(finding())))
    before = list(store.findings("r1"))

    again = store.finish(lease, PageResult(outcome=PageOutcome.FAILED))

    assert not again
    assert list(store.findings("r1")) == before
    assert ends(store) == {"a": PageOutcome.AUDITED}


def test_a_released_page_waits_again_and_it_was_no_attempt(store):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a"))])

    for _ in range(5):
        (lease,) = take(store)
        store.release(lease)

    assert [lease.attempts for lease in take(store)] == [1]


def test_a_page_that_all_workers_die_on_ends_as_crashed(store, clock):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a"))])
    for worker in range(MAX_ATTEMPTS):
        (lease,) = take(store, f"w{worker}", limit=1, seconds=60)
        clock.wait(60)
    assert lease.attempts == MAX_ATTEMPTS
    store.add_links("r1", "main", [Link(url=url("b"), depth=1)])
    before = take(store, "before", limit=1)

    leases = take(store, "then", limit=1)

    (page, _) = store.page_outcomes("r1", "main")
    assert (page.outcome, page.reason) == (PageOutcome.CRASHED, DIED)
    assert (paths(before), paths(leases)) == (["b"], [])
    assert not store.finish(lease, audited(passes()))


def test_the_last_attempt_under_way_is_not_a_death(store, clock):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a"))])
    for worker in range(MAX_ATTEMPTS - 1):
        take(store, f"w{worker}", seconds=60)
        clock.wait(60)
    (last,) = take(store, "last", seconds=60)

    others = take(store, "other")

    assert others == []
    assert store.finish(last, audited(passes()))


def test_pages_that_somebody_died_on_come_after_all_others(store, clock):
    begin(store)
    store.add_links("r1", "main", [Link(url=url(path)) for path in "abcd"])
    for worker, pages in (("1", ["a", "b"]), ("2", ["c", "d"]), ("3", ["a"])):
        assert paths(take(store, worker, limit=len(pages), seconds=60)) == pages
        clock.wait(60)
    store.add_links("r1", "main", [Link(url=url("deep"), depth=9)])

    assert paths(take(store, "next", limit=5)) == ["deep", "b", "c", "d", "a"]


def test_chance_may_kill_a_run_twenty_times(store, clock):
    """Each run holds eight pages when it is killed, and finished one before."""
    begin(store)
    store.add_links("r1", "main", [Link(url=url(f"p{number}")) for number in range(60)])
    for run in range(20):
        leases = take(store, f"w{run}", limit=9, seconds=60)
        assert store.finish(leases[0], audited(passes()))
        clock.wait(60)

    while leases := take(store, "last", limit=9):
        assert all(store.finish(lease, audited(passes())) for lease in leases)

    assert set(ends(store).values()) == {PageOutcome.AUDITED}


@pytest.mark.parametrize("outcome", [PageOutcome.OUT_OF_SCOPE, PageOutcome.TRAP, PageOutcome.ROBOTS])
def test_a_link_that_the_plan_leaves_out_is_final_at_once(store, outcome):
    begin(store)

    added = store.add_links("r1", "main", [Link(url=url("a"), outcome=outcome)])

    assert added == 1
    assert take(store) == []
    assert store.pending("r1", "main") == 0
    assert ends(store) == {"a": outcome}


@pytest.mark.parametrize(
    ("first", "then", "waits"),
    [
        (PageOutcome.BUDGET_DEPTH, None, True),
        (PageOutcome.TRAP, None, True),  # a chain of like URLs is a matter of the way, too
        (PageOutcome.BUDGET_DEPTH, PageOutcome.BUDGET_DEPTH, False),
        (PageOutcome.BUDGET_DEPTH, PageOutcome.TRAP, False),
        (PageOutcome.OUT_OF_SCOPE, None, False),
        (PageOutcome.ROBOTS, None, False),
        (None, PageOutcome.BUDGET_DEPTH, True),  # it waited and goes on waiting
    ],
)
def test_only_a_better_way_opens_a_page_again(store, first, then, waits):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a"), depth=6, outcome=first)])

    added = store.add_links("r1", "main", [Link(url=url("a"), depth=2, outcome=then)])

    assert added == 0
    assert paths(take(store)) == (["a"] if waits else [])


def test_a_script_that_was_one_too_many_of_one_page_is_read_for_another(store):
    begin(store)
    many = Link(url=url("a.js"), via="file", outcome=PageOutcome.FILE_UNREAD, reason=TOO_MANY_SCRIPTS)
    closed = Link(url=url("b.js"), via="file", outcome=PageOutcome.FILE_UNREAD, reason="robots")
    store.add_links("r1", "main", [many, closed])
    told = {page.url: page.reason for page in store.page_outcomes("r1", "main")}

    store.add_links("r1", "main", [replace(many, outcome=None, reason=""), replace(closed, outcome=None, reason="")])

    assert told == {url("a.js"): TOO_MANY_SCRIPTS, url("b.js"): "robots"}
    assert paths(take(store)) == ["a.js"]


def test_in_one_batch_the_better_way_counts(store):
    begin(store)
    late = Link(url=url("a"), depth=6, outcome=PageOutcome.BUDGET_DEPTH)

    store.add_links("r1", "main", [late, Link(url=url("a"), depth=2, chain=4), late])

    assert [(lease.depth, lease.chain) for lease in take(store)] == [(2, 4)]


def test_an_audited_page_is_not_opened_again(store):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a"), depth=5)])
    (lease,) = take(store)
    store.finish(lease, audited(passes()))

    store.add_links("r1", "main", [Link(url=url("a"), depth=0)])

    assert store.pending("r1", "main") == 0


def test_close_pending_leaves_pages_in_work_to_their_worker(store):
    begin(store)
    store.add_links("r1", "main", [Link(url=url(path)) for path in "abc"])
    (lease,) = take(store, limit=1)

    closed = store.close_pending("r1", "main", PageOutcome.BUDGET_TIME, "30 minutes")

    assert closed == 2
    assert store.pending("r1", "main") == 1
    assert store.finish(lease, audited(passes()))
    assert ends(store) == {"a": PageOutcome.AUDITED, "b": PageOutcome.BUDGET_TIME, "c": PageOutcome.BUDGET_TIME}


def test_a_dead_worker_can_be_forgotten_before_its_leases_run_out(store):
    begin(store)
    store.add_links("r1", "main", [Link(url=url(path)) for path in "abc"])
    take(store, "dead", limit=2, seconds=3600)
    take(store, "alive", limit=1, seconds=3600)

    held = store.owners("r1")
    freed = store.forget_owner("r1", "dead")

    assert held == ("alive", "dead")
    assert freed == 2
    assert [(lease.url[-1], lease.attempts) for lease in take(store, "next")] == [("a", 2), ("b", 2)]


def test_recognizers_see_a_url_once(store, guard):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a"))])
    guard.asked.clear()

    store.add_links("r1", "main", [Link(url=url("a")), Link(url=url("b"))])

    assert guard.asked == [url("b")]


def test_many_threads_share_out_the_pages(store):
    begin(store)
    store.add_links("r1", "main", [Link(url=url(n)) for n in range(120)])
    links = tuple(Link(url=url(f"new{n}"), outcome=PageOutcome.TRAP) for n in range(5))

    def work(owner):
        done = []
        while leases := take(store, owner, limit=3):
            for lease in leases:
                assert store.finish(lease, audited(fails(finding()), passes("axe/label"), links=links))
                done.append(lease.url)
        return done

    with ThreadPoolExecutor(8) as pool:
        done = [one for some in pool.map(work, [f"w{n}" for n in range(8)]) for one in some]

    assert sorted(done) == sorted(url(n) for n in range(120))


def test_nothing_is_lost_or_doubled_when_workers_are_killed(where):
    pages = 300
    store = Store.open(where, guard=PlainGuard())
    begin(store)
    store.add_links("r1", "main", [Link(url=url(0))])

    def start(owner):
        script = Path(__file__).with_name("frontier_worker.py")
        return subprocess.Popen([sys.executable, script, str(where), owner, str(pages)])

    workers = [start("w0"), start("w1")]
    try:
        for turn, kill_at in enumerate((20, 90, 180), start=2):
            wait_for(lambda at=kill_at: len(list(store.findings("r1"))) // 4 >= at, workers)
            os.kill(workers[0].pid, signal.SIGKILL)
            assert workers.pop(0).wait() == -signal.SIGKILL
            workers.append(start(f"w{turn}"))
        ended = [worker.wait(timeout=60) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()

    data = store.site_data("r1", "main")
    assert ended == [0, 0]
    assert data.outcomes == {PageOutcome.AUDITED: pages}
    assert data.pending == 0
    assert {tally.rule: tally.fail + tally.passed for tally in data.tallies} == {
        "axe/image-alt": pages,
        "axe/label": pages,
    }
    assert sorted((issue.part_key, issue.places, issue.pages) for issue in data.issues) == [
        ("content", pages, pages),
        ("header", pages, pages),
    ]
    store.close()


def wait_for(condition, workers, seconds=60):
    ends_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends_at, "the workers stand still"
        assert all(worker.poll() is None for worker in workers), "a worker ended before it was killed"
        time.sleep(0.02)
