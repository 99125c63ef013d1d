"""What the desk answers while another thread or process is slow, or comes in between."""

import asyncio
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from handrail import locks, runs
from handrail.desk.office import REFUSED, Locked
from handrail.desk.rechecks import Look, NotBegun, _Going
from handrail.desk.sessions import Limit
from handrail.desk.views.rechecks import _Watched
from handrail.rechecking import plan_of
from handrail.said import Who

PASSWORD = "four words and a lamp"
LEA = Who(by="Lea", account="desk:lea")
FACTS = {"by": "Lea", "account": "desk:lea", "site": "main", "pages": 1, "issue": "", "fingerprint": "", "question": ""}


def going(office, process=None, **changes):
    """A look that goes on."""
    look = Look(entry=9, site="main", issue="", question="", by="Lea", pages=1, before="", phase="looking")
    one = _Going(look=look, facts={**FACTS, "before": "", **changes}, account="desk:lea", process=process)
    office.rechecks._going[9] = one
    return one


# Signing in


def test_of_many_who_try_at_one_moment_no_more_than_five_have_tried(office, monkeypatch):
    together = threading.Barrier(5, timeout=60)
    right = office.people.signs_in
    monkeypatch.setattr(office.people, "signs_in", lambda *said: (together.wait(), right(*said))[1])

    def attempt(_):
        try:
            return office.sign_in("vera", "wrong", "192.0.2.1")
        except Locked:
            return "locked"

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(attempt, range(20)))

    assert sorted(map(str, answers)) == ["None"] * 5 + ["locked"] * 15
    assert [entry.kind for entry in office.store.log_entries(REFUSED)] == [REFUSED] * 5


def test_what_was_right_counts_for_nobody(office):
    limit = office.by_address
    for _ in range(40):
        assert office.sign_in("vera", PASSWORD, "192.0.2.1")

    assert limit.wait("192.0.2.1") == 0


def test_a_password_that_was_changed_meanwhile_opens_nothing(office, monkeypatch):
    """It was found to be right; before the session began, somebody gave another."""
    right = office.people.signs_in

    def slow(name, password):
        found = right(name, password)
        office.people.put(found.person, "another four words")
        return found

    monkeypatch.setattr(office.people, "signs_in", slow)
    number = office.sign_in("vera", PASSWORD, "192.0.2.1")

    assert office.visitor(number) is None


def test_a_limit_gives_back():
    limit = Limit(1, 60, lambda: 0.0)
    taken = [limit.take("a"), limit.take("a")]
    limit.give_back("a")
    limit.give_back("b")

    assert taken == [0, 60]
    assert limit.take("a") == 0


# Looking again


def test_looks_that_begin_and_end_disturb_nobody(office):
    """Another thread begins one while somebody asks for the look of an issue."""

    class Facts(dict):
        def __getitem__(self, name):
            office.rechecks._going[len(office.rechecks._going) + 100] = one
            return super().__getitem__(name)

    one = going(office)
    one.facts = Facts(one.facts)

    assert office.rechecks.of_issue("another") is None


def test_who_watches_does_not_wait_for_who_begins(office, monkeypatch):
    """The event loop asks whether somebody may watch: while it waits, the desk answers nobody."""
    asked, free = threading.Event(), threading.Event()

    def slow(*_):
        asked.set()
        free.wait(60)
        return locks.Holder(who="process 1", since=datetime.now(UTC))

    monkeypatch.setattr(locks, "holder", slow)
    with ThreadPoolExecutor(2) as pool:
        begun = pool.submit(office.rechecks.begin, LEA, "main", ["http://127.0.0.1/a"])
        assert asked.wait(60)
        try:
            assert pool.submit(office.rechecks.watch, "vera").result(30)
            assert office.rechecks.of_issue("one") is None
        finally:
            free.set()
        with pytest.raises(NotBegun):
            begun.result(60)


def test_a_lock_that_is_given_back_a_moment_later_is_waited_for(office, monkeypatch):
    held = iter([locks.Holder(who="process 1", since=None)])
    monkeypatch.setattr(locks, "holder", lambda *_: next(held, None))
    monkeypatch.setattr("handrail.desk.rechecks.PATIENCE", 60)

    assert office.rechecks._holder("main") is None


def process_that_says(said):
    """A real one, in a group of its own as the desk's are: that group is ended with it."""
    return subprocess.Popen(
        ["printf", "%s", said],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_whoever_stops_it_after_its_last_word_has_stopped_nothing(office):
    one = going(office, process_that_says('{"event": "ended", "state": "complete"}\n'))
    said = office.rechecks._listen(one, one.process.stdout)
    one.end("time")
    stays_open = not one.process.stdin.closed
    office.rechecks._over(one, said)
    one.process.communicate()

    assert one.look.ended == "done"
    assert stays_open


def test_what_died_in_the_middle_of_a_word_broke_off(office):
    one = going(office, process_that_says('{"event": "ready"}\n{"event": "pa'))
    office.rechecks._see_through(one, "{}")

    assert (one.look.phase, one.look.ended) == ("over", "failed")


def test_a_run_that_it_could_not_name_any_more_is_ended(office):
    """It was killed between the first line in the store and the word to the desk."""
    plan = plan_of(office.policy, "main", ["http://127.0.0.1/a"], 1)
    run = runs.start(office.place, plan, office.parts, office.store)
    one = going(office, process_that_says(""))
    one.end("stopped")
    office.rechecks._see_through(one, "{}")

    assert one.look.ended == "stopped"
    assert next(known.state for known in office.store.runs() if known.id == run.id) == "incomplete"
    assert not [*office.place.out.glob("*.plan")]


def test_who_goes_before_the_first_word_watches_no_more():
    over = []

    async def events():
        yield "event: progress\ndata: {}\n\n"

    async def receive():
        await asyncio.sleep(60)

    async def gone(_message):
        raise OSError("closed")

    async def watch():
        await _Watched(events(), lambda: over.append(1))({"type": "http"}, receive, gone)

    with pytest.raises(BaseException) as caught:
        asyncio.run(watch())

    assert over == [1]
    assert "closed" in repr(caught.value) or caught.type.__name__ == "ClientDisconnect"
