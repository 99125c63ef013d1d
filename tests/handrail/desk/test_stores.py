"""The desk over a SQLite file and over a PostgreSQL: the same acts; and beside a process that writes without pause."""

import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from databases import PostgreSQL

from handrail import runs
from handrail.config import parse_policy
from handrail.desk.office import Office
from handrail.desk.people import FILE, People
from reports.work import ACCEPTED, ASKED, ASSIGNED, NOTE, WITHDRAWN

HERE = Path(__file__).parent
UNTIL = (date.today() + timedelta(days=60)).isoformat()
WAIVER = {
    "ground": "Not practicable before the new site.",
    "reason": "The map is replaced in spring.",
    "owner": "Web team",
    "until": UNTIL,
    "alternative": "By telephone: 311",
    "url": "",
}


@pytest.fixture(scope="module")
def postgresql():
    server = PostgreSQL()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request, parts, tmp_path, people_of_the_desk, policy_text, fill_store, serve_desk):
    """A desk over each kind of store."""
    url = request.getfixturevalue("postgresql").create("desk_" + os.urandom(4).hex()) if "p" in request.param else ""
    place = runs.Place(out=tmp_path / "out", store=url)
    place.out.mkdir()
    known = People(place.out / FILE)
    for person, password in people_of_the_desk:
        known.put(person, password)
    with runs.open_store(place, parts) as store:
        fill_store(store)
        assert store._db.is_sqlite == (not url)
        yield serve_desk(Office(store=store, policy=parse_policy(policy_text), parts=parts, place=place))


def act(browser, issue, name, **told):
    return browser.submit(f"/issues/{issue}", f"/issues/{issue}/{name}", **told)


def test_sign_in_read_act_decide_and_verify(desk):
    lead, officer, nobody = desk.browser("lea"), desk.browser("cora"), desk.browser()
    issue = desk.issue()
    away = nobody.get("/issues").status_code
    listed = lead.get("/issues?site=main").text
    assigned = act(lead, issue, "assign", to="Content desk", note="")
    asked = act(lead, issue, "ask", **WAIVER)
    given = act(officer, issue, "approve")
    held = desk.item().work.decided
    shown = lead.get(f"/issues/{issue}").text
    back = act(officer, issue, "withdraw", reason="It can be repaired.")
    checked = desk.office.store.verify_log({})

    assert away == 303
    assert f"/issues/{issue}" in listed
    assert [one.status_code for one in (assigned, asked, given, back)] == [303] * 4
    assert held == "accepted"
    assert "Cora, compliance" in shown
    assert desk.kinds()[-4:] == [ASSIGNED, ASKED, ACCEPTED, WITHDRAWN]
    assert (checked.faults, checked.entries) == ((), len(desk.kinds()))


def test_of_two_people_at_one_issue_the_second_is_told(desk):
    first, second = desk.browser("lea"), desk.browser("cora")
    issue = desk.issue()
    path, note = f"/issues/{issue}", f"/issues/{issue}/note"
    open_page = second.get(path)
    act(first, issue, "assign", to="Content desk", note="")
    late = second.submit(path, note, open_page, note="I typed this for an hour.")

    assert late.status_code == 409
    assert "I typed this for an hour." in late.text
    assert NOTE not in desk.kinds()


def test_of_five_who_act_at_once_one_is_first(desk):
    issue = desk.issue()
    people = [desk.browser(name) for name in ("lea", "cora", "cleo", "pia", "lea")]
    pages = [one.get(f"/issues/{issue}") for one in people]

    def note(number):
        browser, page = people[number], pages[number]
        return browser.submit(f"/issues/{issue}", f"/issues/{issue}/note", page, note=f"Remark {number}.").status_code

    with ThreadPoolExecutor(len(people)) as pool:
        answers = Counter(pool.map(note, range(len(people))))

    assert answers == {303: 1, 409: 4}
    assert desk.kinds().count(NOTE) == 1


def test_exposures_and_checks(desk):
    officer, lead = desk.browser("pia"), desk.browser("lea")
    entry = desk.office.exposures().entries()[0]
    decided = officer.submit(
        f"/register/{entry.id}", f"/register/{entry.id}/{entry.places[0].id}/decide",
        ground="false-alarm", reason="Made up for a test.", until=UNTIL,
    )  # fmt: skip
    question = desk.question().asked.id
    answered = lead.submit(
        f"/checks/main/{question}", f"/checks/main/{question}/answer", result="supports", evidence="By keyboard.", on=""
    )

    assert (decided.status_code, answered.status_code) == (303, 303)
    assert "Made up for a test." in officer.get(f"/register/{entry.id}").text
    assert "By keyboard." in lead.get(f"/checks/main/{question}").text


@pytest.mark.timeout(240)
def test_while_another_process_writes_without_a_pause(desk, key_file):
    """Nobody is told that the database is locked, nothing is lost, and every entry follows the one before it."""
    place, issue = desk.office.place, desk.issue()
    people = [desk.browser(name) for name in ("lea", "cora", "cleo")]
    before = len(desk.kinds())
    writer = subprocess.Popen(
        [sys.executable, HERE / "audit_writer.py", place.out, place.store],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(HERE.parents[2]), "HANDRAIL_KEY_FILE": str(key_file)},
    )
    try:
        assert writer.stdout.readline() == "ready\n"

        def work(browser):
            found = []
            for number in range(4):
                found.append(act(browser, issue, "note", note=f"Remark {number}.").status_code)
                found += [browser.get(path).status_code for path in ("/issues", "/checks", "/compare")]
            return found

        with ThreadPoolExecutor(len(people)) as pool:
            answers = Counter(status for found in pool.map(work, people) for status in found)
        assert writer.poll() is None
    finally:
        said, _ = writer.communicate(timeout=120)
    pages, entries = map(int, said.split())
    kinds = desk.kinds()
    checked = desk.office.store.verify_log({})

    # Two who write at one moment: the second is told. Nothing else may happen.
    assert set(answers) <= {200, 303, 409}
    assert kinds.count(NOTE) == answers[303] >= 4
    assert (writer.returncode, kinds.count("notified")) == (0, entries)
    assert pages == entries > 0
    assert len(kinds) == before + entries + answers[303]
    assert (checked.faults, checked.entries) == ((), len(kinds))
