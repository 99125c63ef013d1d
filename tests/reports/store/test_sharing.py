"""What workers of one run tell each other: deaths, budgets, plans, and the pace of a host."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from store_helpers import PlainGuard, audited, begin, fails, finding, passes, url

from audits.model import HostPace, Link, PageOutcome, StoreAway
from crawler import pacing
from crawler.pacing import Pacer
from reports.store import database, opened, sharing
from reports.store.database import Database
from reports.store.sharing import KILLS
from reports.store.store import Store


@pytest.fixture
def many(store):
    """A site with six pages."""
    begin(store)
    store.add_links("r1", "main", [Link(url=url(path)) for path in "abcdef"])
    return store


def take(store, owner="host:1:a", limit=10, **options):
    leases = store.lease("r1", "main", owner=owner, limit=limit, seconds=60, **options)
    return [lease.url[-1] for lease in leases]


def ends(store):
    return {page.url[-1]: (page.outcome, page.reason) for page in store.page_outcomes("r1", "main") if page.outcome}


def test_pages_that_a_process_was_seen_to_die_on_come_last_and_each_alone(many):
    first = take(many, limit=3)
    many.sharing.bury("r1", "host:1:")

    others = take(many, "host:2:a")
    busy = take(many, "host:2:a", busy=True)
    alone = many.lease("r1", "main", owner="host:3:a", limit=10, seconds=60)
    also = take(many, "host:4:a")

    assert first == ["a", "b", "c"]
    assert others == ["d", "e", "f"]
    assert busy == []
    assert [(lease.url[-1], lease.alone) for lease in alone] == [("a", True)]
    assert also == ["b"]


def test_a_page_that_was_alone_when_a_second_process_died_is_given_up_and_no_other(many):
    take(many, limit=2)
    many.sharing.bury("r1", "host:1:")
    take(many, "host:2:a")
    assert take(many, "host:3:a") == ["a"]
    many.sharing.bury("r1", "host:3:")

    left = take(many, "host:4:a"), take(many, "host:5:a")

    assert left == (["b"], [])
    assert ends(many) == {"a": (PageOutcome.CRASHED, KILLS)}
    assert many.sharing.given_up("r1", "main") == 1


def test_the_end_of_a_process_that_is_no_death_is_held_against_nobody(many):
    take(many)

    many.sharing.bury("r1", "host:1:", deaths=0)

    assert take(many, "host:2:a") == [*"abcdef"]


def test_names_of_owners_are_taken_as_they_are(many):
    take(many, "host_1:12:a", limit=2)
    take(many, "hostx1:12:a", limit=2)

    freed = many.sharing.bury("r1", "host_1:12:")

    assert freed == 2


def test_what_was_given_up_can_be_opened_again(many):
    for owner in ("host:1:a", "host:2:a"):
        take(many, owner, limit=1)
        take(many, "host:9:a")
        many.sharing.bury("r1", owner[:7])
    take(many, "host:4:a")
    assert ends(many) == {"a": (PageOutcome.CRASHED, KILLS)}

    many.sharing.reopen("r1", "main")

    assert take(many, "host:5:a") == ["a"]


def test_a_process_that_does_not_renew_hangs(many, clock):
    take(many)
    clock.wait(100)

    assert many.sharing.overdue("r1", "host:1:", 30)
    assert not many.sharing.overdue("r1", "host:1:", 50)
    assert not many.sharing.overdue("r1", "host:2:", 30)


def test_a_plan_of_so_many_pages_holds_over_all_workers(many):
    first = take(many, limit=2, most=3)
    second = take(many, "host:2:a", most=3)
    third = take(many, "host:3:a", most=3)

    assert (first, second, third) == (["a", "b"], ["c"], [])


def test_many_workers_take_no_more_than_the_plan_allows(where):
    with Store.open(where, guard=PlainGuard()) as first:
        begin(first)
        first.add_links("r1", "main", [Link(url=url(n)) for n in range(400)])
        stores = [first, *(Store.open(where, guard=PlainGuard()) for _ in range(3))]
        taken = 0
        for turn in range(400):
            leases = stores[turn % 4].lease("r1", "main", owner=f"w{turn % 4}", limit=3, seconds=600, most=300)
            taken += len(leases)
        for store in stores[1:]:
            store.close()

    assert taken == 300


def test_a_page_that_does_not_count_makes_room_for_another(many):
    first, second = many.lease("r1", "main", owner="w", limit=2, seconds=60, most=2)
    many.finish(first, audited(passes()))
    many.finish(second, replace(audited(), outcome=PageOutcome.NOT_FOUND))

    assert many.counted("r1", "main") == 1
    assert take(many, most=2) == ["c"]


def test_who_helps_gets_no_step_of_a_journey(store):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a"), via="journey"), Link(url=url("b"))])

    assert take(store, steps=False) == ["b"]
    assert take(store) == ["a"]


def test_waiting_pages_are_counted_as_far_as_it_matters(many):
    take(many, limit=1)

    assert many.sharing.waiting("r1", "main", 100) == 5
    assert many.sharing.waiting("r1", "main", 3) == 3


def test_a_plan_is_there_until_the_run_is_over(store):
    begin(store)
    before = store.sharing.plan("r1")
    store.sharing.put_plan("r1", b"sealed")
    store.sharing.put_plan("r1", b"another")

    kept = store.sharing.plan("r1")
    store.sharing.drop_plan("r1")

    assert (before, kept, store.sharing.plan("r1")) == (None, b"sealed", None)


def test_a_site_begins_once(store):
    begin(store)
    first = store.sharing.begin("r1", "main")
    store.sharing.opened("r1", "main")

    since, opened = store.sharing.begin("r1", "main")

    assert first[0] < 5
    assert (first[1], opened) == (False, True)
    assert since >= first[0]


def test_workers_go_by_the_clock_of_the_database(new_postgresql, monkeypatch):
    class Ahead(datetime):
        """The clock of a worker that is an hour ahead."""

        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(hours=1)

    with Store.open(new_postgresql, guard=PlainGuard()) as true:
        begin(true)
        true.add_links("r1", "main", [Link(url=url("a"))])
        (held,) = true.lease("r1", "main", owner="right", limit=1, seconds=60)
        monkeypatch.setattr(opened, "datetime", Ahead)
        with Store.open(new_postgresql, guard=PlainGuard()) as wrong:
            early = wrong.lease("r1", "main", owner="wrong", limit=1, seconds=60)
            wrong.renew([held], seconds=60)
            kept = true.lease("r1", "main", owner="third", limit=1, seconds=60)

    assert (early, kept) == ([], [])


def test_a_database_that_breaks_down_is_waited_for(postgresql, new_postgresql):
    with Store.open(new_postgresql, guard=PlainGuard()) as store:
        begin(store)
        store.add_links("r1", "main", [Link(url=url("a"))])
        (lease,) = store.lease("r1", "main", owner="w", limit=1, seconds=600)
        postgresql.stop()
        back = threading.Timer(1.5, postgresql.start)
        back.start()
        stored = store.finish(lease, audited(passes(), fails(finding())))
        back.join()
        postgresql.stop()
        postgresql.start()
        left = store.pending("r1", "main")
        lines = [line["record"] for line in store.findings("r1")]

    assert stored
    assert left == 0
    assert lines.count("finding") == 1


def test_a_server_that_stays_away_is_told_as_that(postgresql, new_postgresql, monkeypatch):
    monkeypatch.setattr(database, "_SERVER_PAUSES", (0.1,))
    with Store.open(new_postgresql, guard=PlainGuard()) as store:
        begin(store)
        postgresql.stop()
        try:
            with pytest.raises(StoreAway, match="Nothing that was stored is lost"):
                store.pending("r1", "main")
        finally:
            postgresql.start()


def test_notes_of_a_run_grow_whoever_takes_it_up_again(store):
    begin(store)
    (before,) = store.runs()
    store.sharing.note("r1", lambda notes: [*notes, "one"])
    store.begin_run(replace(before, browser="Chromium 1"))
    store.sharing.note("r1", lambda notes: [*notes, "two"])

    (after,) = store.runs()

    assert after.notes == (*before.notes, "one", "two")


# The pace of a host

HOST = "www.city.example"


def asking(most=2, delay=0.0):
    """What a worker decides when it asks for a turn."""

    def decide(known, out, now):
        pace = pacing.slower(known or HostPace(window=float(most)), delay)
        left = pacing.seconds_left(pace, out, most, now)
        return (pace, min(left, 9.0)) if left > 0 else (pacing.begun(pace, now), 0.0)

    return decide


def test_all_workers_together_ask_a_host_no_more_than_its_window(where):
    with Store.open(where, guard=PlainGuard()) as one, Store.open(where, guard=PlainGuard()) as other:
        turns = [paces.take(HOST, "w", asking()) for paces in (one.sharing, other.sharing, one.sharing)]
        elsewhere = other.sharing.take("b.city.example", "w", asking())
        one.sharing.give(turns[1][0], HOST, None)
        again = other.sharing.take(HOST, "w", asking())

    assert [bool(turn) for turn, _ in turns] == [True, True, False]
    assert turns[2][1] == 9.0
    assert elsewhere[0]
    assert again[0]


def test_turns_of_a_worker_that_gives_no_sign_are_free_again(store, monkeypatch):
    now, later = Database.now, [0.0]
    monkeypatch.setattr(Database, "now", lambda database, conn: now(database, conn) + later[0])
    lost, kept = (store.sharing.take(HOST, "w", asking())[0] for _ in range(2))
    for _ in range(3):
        later[0] += sharing.TURN_SECONDS / 2
        store.sharing.keep([kept])

    free = [bool(store.sharing.take(HOST, "w", asking())[0]) for _ in range(2)]

    assert lost
    assert free == [True, False]


def test_what_one_worker_learns_holds_for_all(store):
    turn, _ = store.sharing.take(HOST, "w", asking(most=4))
    began = time.monotonic()
    store.sharing.give(turn, HOST, lambda pace, now: pacing.answered(pace, 429, 4, now, hold=30))
    store.sharing.give(turn, HOST, lambda pace, now: pacing.answered(pace, 429, 4, now, hold=90))  # told twice

    found = []
    store.sharing.take(HOST, "other", lambda pace, out, now: (found.append((pace, out, now)) or pace, 1.0))

    ((pace, out, now),) = found
    assert (pace.window, out) == (2.0, 0)
    assert 29.9 - (time.monotonic() - began) < pace.held - now <= 30


def test_a_delay_is_the_longest_that_anybody_knows_of(store):
    began = time.monotonic()
    for delay in (1.0, 3.0, 2.0):
        store.sharing.take(HOST, "w", asking(delay=delay))

    _, left = store.sharing.take(HOST, "other", asking())

    assert 2.9 - (time.monotonic() - began) < left <= 3.0


def test_what_was_learned_of_a_host_is_forgotten(store, monkeypatch):
    store.sharing.take(HOST, "w", asking(delay=50.0))
    monkeypatch.setattr(sharing, "FORGOTTEN", 0.0)

    turns = [bool(store.sharing.take(HOST, "w", asking(most=5))[0]) for _ in range(2)]

    assert turns == [True, True]


def test_what_a_site_may_be_asked_is_not_forgotten_with_it(store, monkeypatch):
    """After its quiet hours, say."""
    times = []
    monkeypatch.setattr(sharing, "FORGOTTEN", 0.6)

    async def ask():
        async with Pacer(most=3, paces=store.sharing) as pacer:
            pacer.slow_down(f"http://{HOST}/", 0.4)
            for pause in (0, 1.0, 0):
                await asyncio.sleep(pause)
                async with pacer.turn(f"http://{HOST}/") as turn:
                    times.append(time.monotonic())
                    turn.end(200)

    asyncio.run(ask())

    assert times[2] - times[1] >= 0.35


def test_many_workers_keep_the_distance_that_a_host_wants(where):
    delay, each, workers = 0.05, 4, 5

    async def ask(opened):
        times = []
        async with Pacer(most=3, paces=opened.sharing) as pacer:
            await asyncio.to_thread(pacer.slow_down, f"http://{HOST}/", delay)
            for number in range(each):
                async with pacer.turn(f"http://{HOST}/{number}") as turn:
                    times.append(time.monotonic())
                    turn.end(200)
        return times

    def work(_):
        with Store.open(where, guard=PlainGuard()) as opened:
            return asyncio.run(ask(opened))

    Store.open(where, guard=PlainGuard()).close()
    with ThreadPoolExecutor(workers) as pool:
        times = sorted(moment for some in pool.map(work, range(workers)) for moment in some)

    assert len(times) == each * workers
    assert times[-1] - times[0] >= delay * (len(times) - 1) * 0.9
