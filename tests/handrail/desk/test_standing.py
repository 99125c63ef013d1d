"""What the store tells is worked out once for all who ask, and never shown older than the last act."""

import threading
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event
from store_helpers import audited, begin, fails, finding, url

from audits.model import Link
from handrail import runs
from handrail.answers import asked_now, give
from handrail.exposures import Exposures
from handrail.issues import Issues
from handrail.said import Who

WHO = Who(by="Sam, by a command", account="sam")


@contextmanager
def statements(store):
    """What a store is asked, transactions apart."""
    asked = []

    def ask(_conn, _cursor, statement, *_more):
        asked.append(statement)

    event.listen(store._db.engine, "before_cursor_execute", ask)
    try:
        yield asked
    finally:
        event.remove(store._db.engine, "before_cursor_execute", ask)


@pytest.fixture
def elsewhere(desk, parts):
    """The same store, as another process has it."""
    with runs.open_store(desk.office.place, parts) as other:
        yield other


def told(desk, store, issue, text):
    Issues.of(store, desk.office.policy, desk.office.parts).note(issue, WHO, text)


@pytest.mark.parametrize(
    ("path", "most"),
    [("/issues", 1), ("/issues/{issue}", 3), ("/checks", 1), ("/register", 2), ("/compare", 2)],
)
def test_who_reads_what_stands_asks_for_a_row(desk, path, most):
    browser = desk.browser("pia")
    path = path.replace("{issue}", desk.issue())
    first = browser.get(path)
    with statements(desk.office.store) as asked:
        again = browser.get(path)
    own = [one for one in asked if not one.startswith("BEGIN")]

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.text == first.text
    assert len(own) <= most


def test_what_a_command_records_shows_with_the_next_request(desk, elsewhere):
    browser, issue = desk.browser("lea"), desk.issue()
    before = browser.get(f"/issues/{issue}").text
    told(desk, elsewhere, issue, "The vendor knows.")
    after = browser.get(f"/issues/{issue}").text

    assert "The vendor knows." not in before
    assert "The vendor knows." in after


def test_each_area_shows_at_once_what_is_recorded_elsewhere(desk, elsewhere):
    office, officer = desk.office, desk.browser("pia")
    question = desk.question().asked.id
    exposure = desk.office.exposures().entries()[0]
    paths = ["/issues", f"/checks/main/{question}", f"/register/{exposure.id}"]
    before = [officer.get(path).text for path in paths]
    issues = Issues.of(elsewhere, office.policy, office.parts)
    issues.assign(desk.issue(), WHO, "Content desk")
    (asked, *_) = asked_now(elsewhere, office.policy, office.parts, ["main"])
    give(elsewhere, office.policy, office.parts, [asked], WHO, "supports", "Looked with NVDA.")
    of = Exposures(store=elsewhere, policy=office.policy, parts=office.parts)
    day = date.today() + timedelta(days=9)
    of.decide(exposure.places[0].id, WHO, "false-alarm", "Made up for a test.", day)
    after = [officer.get(path).text for path in paths]

    for said, was, now in zip(["Content desk", "Looked with NVDA.", "Made up for a test."], before, after, strict=True):
        assert said not in was
        assert said in now


def test_an_audit_that_ends_elsewhere_shows_at_once(desk, elsewhere, fill_store):
    browser = desk.browser("lea")
    before = browser.get("/issues?state=new").text
    fill_store(elsewhere, "r2")
    after = browser.get("/issues?state=open").text

    assert desk.issue() in before
    assert desk.issue() in after


def test_what_an_audit_that_works_finds_shows_after_a_moment_and_what_people_do_at_once(desk, elsewhere, monkeypatch):
    begin(elsewhere, "r2", "parks", started=datetime(2026, 4, 1, 8, tzinfo=UTC))
    elsewhere.add_links("r2", "parks", [Link(url=url("parks/new"))])
    standing = desk.office.standing
    first = standing.mark()
    (lease,) = elsewhere.lease("r2", "parks", owner="w", limit=1, seconds=60)
    elsewhere.finish(lease, audited(fails(finding(selector="img.elm"))))
    soon = standing.mark()
    told(desk, elsewhere, desk.issue(), "Wait.")
    acted = standing.mark()
    monkeypatch.setattr("handrail.desk.standing.PROGRESS", 0)
    later = standing.mark()
    elsewhere.finish_site("r2", "parks", "complete")
    elsewhere.finish_run("r2", "complete")

    assert soon == first
    assert acted != first
    assert later != acted
    assert standing.mark() != later


def test_who_signs_in_changes_nothing_that_is_shown(desk):
    before = desk.office.standing.mark()
    desk.browser("lea")
    with pytest.raises(AssertionError, match="do not fit"):
        desk.browser("lea", "another password")

    assert desk.office.standing.mark() == before


@pytest.fixture
def slow(office, monkeypatch):
    """Reading the issues takes a moment; how often they were read, and a way to let it end."""
    read, go = [], threading.Event()
    issues = type(office).issues

    def slowly(self):
        found = issues(self)
        read.append(1)
        go.wait(120)
        return found

    monkeypatch.setattr(type(office), "issues", slowly)
    return read, go


def test_of_many_who_ask_at_once_one_reads(office, slow):
    read, go = slow
    found = []
    threads = [threading.Thread(target=lambda: found.append(office.standing.now())) for _ in range(12)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    go.set()
    for thread in threads:
        thread.join(120)

    assert len(found) == 12
    assert len({id(one) for one in found}) == 1
    assert read == [1]


def test_who_waited_is_not_shown_what_was_read_before_he_came(office, slow):
    read, go = slow
    first, found = threading.Thread(target=office.standing.now), []
    first.start()
    while not read:
        time.sleep(0.01)
    issue = next(iter(Issues.of(office.store, office.policy, office.parts).items())).id
    told_by = Issues.of(office.store, office.policy, office.parts)
    told_by.note(issue, WHO, "While somebody read.")
    late = threading.Thread(target=lambda: found.append(office.standing.now()))
    late.start()
    time.sleep(0.2)
    go.set()
    late.join(120)
    first.join(120)

    assert [one.facts["note"] for one in found[0].by_id[issue].work.told.entries] == ["While somebody read."]
    assert read == [1, 1]


def test_however_much_is_written_meanwhile_who_waits_is_content_with_what_was_begun_after_he_came(office, monkeypatch):
    read, issues = [], type(office).issues

    def slowly(self):
        read.append(1)
        time.sleep(0.5)
        return issues(self)

    monkeypatch.setattr("handrail.issues.recorded", lambda _store: {})  # these entries are about no issue
    monkeypatch.setattr(type(office), "issues", slowly)
    threads = [threading.Thread(target=office.standing.now) for _ in range(12)]
    for thread in threads:
        thread.start()
        time.sleep(0.02)
        office.store.record("note", {"note": "Somebody writes without a pause."})
    for thread in threads:
        thread.join(120)

    assert len(read) <= 4
