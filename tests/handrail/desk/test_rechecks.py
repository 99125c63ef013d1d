"""Looking at pages again from the desk: a real process, a real browser, a real site on this machine."""

import json
import re
import threading
import time
from pathlib import Path

import pytest

from handrail import locks, runs
from handrail.desk.rechecks import MOST_WATCHING, Rechecks
from handrail.desk.sessions import Limit
from handrail.rechecking import plan_of
from reports.store.records import RECHECK
from reports.work import RECHECKED, RECHECKING

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IMAGE, LINK = "axe/image-alt", "axe/link-name"


def issue(desk, rule=IMAGE):
    return desk.issue(rule, "town")


def begin(desk, browser, rule=IMAGE, pages="all"):
    return browser.look_again(issue(desk, rule), pages)


def over(browser, path):
    return browser.over(path)


def facts(desk, kind):
    return [dict(entry.facts) for entry in desk.office.store.log_entries(kind)]


def state(desk, rule=IMAGE):
    return desk.item(rule, "town").state


# What comes of it


def test_what_was_mended_is_fixed_and_nothing_else_is(town, town_desk, handrail):
    desk = town_desk()
    browser = desk.browser("lea")
    before = browser.get(f"/issues/{issue(desk)}").text
    town.mend("/oaks", '<img src="/oak.gif">', '<img src="/oak.gif" alt="An oak">')
    path = begin(desk, browser)
    first = browser.get(path).text
    last = over(browser, path)

    assert 'value="all">Check 1 page again' in before
    assert 'data-events="/recheck/' in first
    assert "The issue is fixed." in last
    assert "Done: 1 of 1 page looked at. Not found." in last
    assert "State before: New. State now: Fixed." in last
    assert (state(desk), state(desk, LINK)) == ("fixed", "open")  # the link is on that page too: it was seen
    (begun,), (ended,) = facts(desk, RECHECKING), facts(desk, RECHECKED)
    assert (begun["by"], begun["account"], begun["before"], begun["pages"]) == ("Lea, web lead", "desk:lea", "new", 1)
    assert (ended["ended"], ended["after"], ended["looked"], ended["places"]) == ("done", "fixed", 1, 0)
    assert {seen for seen in town.server.seen if seen.startswith("/elms")} == set()
    assert "It is fixed." in browser.get(f"/issues/{issue(desk)}").text
    listed = handrail("issues", "--state", "fixed", "--config", town.config, "--out", desk.office.place.out)
    assert issue(desk) in listed.said
    assert desk.office.store.latest_run().trigger != RECHECK
    assert handrail("log", "verify", "--out", desk.office.place.out).code == 0


def test_what_was_not_mended_is_still_there_and_told(town, town_desk):
    desk = town_desk()
    browser = desk.browser("lea")
    mark = browser.submit(f"/issues/{issue(desk)}", f"/issues/{issue(desk)}/mark", stage="ready")
    assert mark.status_code == 303
    last = over(browser, begin(desk, browser))
    page = browser.get(f"/issues/{issue(desk)}").text

    assert "It is still there." in last
    assert "Found at 1 place." in last
    assert state(desk) == "open"
    assert "Marked ready, and found again" in page
    assert "looked for again on 1 of 1 page, found at 1 place" in page


def test_one_page_of_a_shared_part_fixes_nothing_and_all_do(town, town_desk):
    desk = town_desk()
    browser = desk.browser("lea")
    for path in town.pages:
        if path != "/oak.gif":
            town.mend(path, '<p><a href="/"></a></p>', "")
    one = over(browser, begin(desk, browser, LINK, pages="one"))
    between = state(desk, LINK)
    every = over(browser, begin(desk, browser, LINK, pages="all"))

    assert "Done: 1 of 1 page looked at. Not found." in one
    assert "It was not found, and is not proved fixed." in one
    assert between == "new"
    assert "The issue is fixed." in every
    assert (state(desk, LINK), state(desk)) == ("fixed", "open")  # the oak is on one of those pages: it was seen there


def test_who_does_not_get_the_page_proves_nothing(town, town_desk):
    desk = town_desk()
    browser = desk.browser("lea")
    town.server.routes["/oaks"] = (500, {}, "no")
    last = over(browser, begin(desk, browser))

    assert "No page could be looked at" in last
    assert state(desk) == "new"
    assert facts(desk, RECHECKED)[0]["ended"] == "incomplete"


def test_a_question_is_looked_at_and_not_answered(town, town_desk):
    desk = town_desk()
    browser = desk.browser("lea")
    question = desk.question("town")
    path = f"/checks/town/{question.asked.id}"
    answer = browser.submit(path, f"{path}/recheck", pages="all")
    last = over(browser, answer.headers["location"])

    assert "Tools find something at" in last
    assert facts(desk, RECHECKED)[0]["question"] == question.asked.id
    assert desk.question("town").answer is None


# Ending it


def slow(town, gate):
    """A page that comes only when it may."""

    def answer(_):
        gate.wait(300)
        return town.pages["/oaks"]

    town.server.routes["/oaks"] = answer


def test_stopped(town, town_desk):
    desk, gate = town_desk(), threading.Event()
    browser = desk.browser("lea")
    slow(town, gate)
    path = begin(desk, browser)
    while "/oaks" not in town.server.seen:
        time.sleep(0.1)
    answer = browser.submit(path, f"{path}/stop")
    gate.set()
    last = over(browser, path)

    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert "Stopped" in last
    assert state(desk) in ("new", "open")
    assert facts(desk, RECHECKED)[0]["ended"] == "stopped"
    assert not [run for run in desk.office.store.runs() if run.state in ("running", "interrupted")]
    assert not [*desk.office.place.out.glob("*.plan")]
    assert locks.holder(desk.office.place, "town") is None


def test_its_time_runs_out(town, town_desk):
    desk, gate = town_desk(), threading.Event()
    desk.office.rechecks = Rechecks(desk.office, seconds=3)
    slow(town, gate)
    browser = desk.browser("lea")
    path = begin(desk, browser)
    threading.Timer(6, gate.set).start()
    last = over(browser, path)

    assert "Its time ran out" in last
    assert facts(desk, RECHECKED)[0]["ended"] == "time"


def test_it_ends_with_the_desk(town, town_desk):
    desk, gate = town_desk(), threading.Event()
    slow(town, gate)
    begin(desk, desk.browser("lea"))
    (going,) = desk.office.rechecks._going.values()
    threading.Timer(1, gate.set).start()
    desk.office.rechecks.close()

    assert going.process.wait(120) is not None
    while not going.look.over:
        time.sleep(0.05)


def in_group(group):
    """Processes of a group that still live."""
    found = set()
    for one in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, _, rest = one.read_text().partition(" (")
        except OSError:  # it ended
            continue
        state, _, own, *_ = rest.rpartition(") ")[2].split()
        if int(own) == group and state not in "ZX":
            found.add(int(pid))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are told by /proc")
def test_a_process_that_dies_is_told_and_nothing_is_left_running(town, town_desk):
    desk, gate = town_desk(), threading.Event()
    slow(town, gate)
    browser = desk.browser("lea")
    path = begin(desk, browser)
    (going,) = desk.office.rechecks._going.values()
    while not going.look.run:
        time.sleep(0.05)
    while not (browsers := in_group(going.process.pid) - {going.process.pid}):
        time.sleep(0.05)
    going.process.kill()
    gate.set()
    last = over(browser, path)
    ends = time.monotonic() + 60  # what is killed takes a moment to go, on a machine with much to do
    while in_group(going.process.pid) and time.monotonic() < ends:
        time.sleep(0.05)

    assert browsers
    assert in_group(going.process.pid) == set()  # what it had started went with it
    assert "It broke off" in last
    assert {run.state for run in desk.office.store.runs()} == {"complete", "incomplete"}
    assert state(desk) == "new"


def test_what_a_desk_left_behind_is_taken_up_by_nobody(town, town_desk):
    """The desk was killed: its run still says that it runs, and the log does not say how it ended."""
    desk = town_desk()
    store, place = desk.office.store, desk.office.place
    plan = plan_of(desk.office.policy, "town", [town.server.url("/oaks")], 1)
    run = runs.start(place, plan, desk.office.parts, store)
    told = {"by": "Lea", "account": "desk:lea", "site": "town", "pages": 1, "question": "", "before": "new"}
    item = desk.item(IMAGE, "town")
    entry = store.record(RECHECKING, {**told, "issue": item.id, "fingerprint": item.fingerprint}).seq
    browser = desk.browser("lea")
    page = browser.get(f"/recheck/{entry}").text
    over(browser, begin(desk, browser))

    assert "It broke off before a page was looked at" in page
    assert next(one for one in store.runs() if one.id == run.id).state == "incomplete"


# Who may, and how often


def test_a_site_that_is_audited_now_is_left_alone(town, town_desk):
    desk = town_desk()
    browser = desk.browser("lea")
    path = f"/issues/{issue(desk)}"
    with locks.hold(desk.office.place, ["town"]):
        answer = browser.submit(path, f"{path}/recheck", pages="all")

    assert answer.status_code == 409
    assert "An audit of this site is under way" in answer.text
    assert desk.kinds().count(RECHECKING) == 0
    assert browser.submit(path, f"{path}/note", note="Mended.").status_code == 303


def test_the_second_is_told(town, town_desk):
    desk, gate = town_desk(), threading.Event()
    slow(town, gate)
    begin(desk, desk.browser("lea"))
    other = desk.browser("cora")
    page = other.get(f"/issues/{issue(desk)}").text
    path = f"/issues/{issue(desk, LINK)}"
    answer = other.submit(path, f"{path}/recheck", pages="one")
    gate.set()

    assert "Lea, web lead has it looked for again now" in page
    assert answer.status_code == 409
    assert "Somebody else began that" in answer.text


def test_so_often_in_an_hour(town, town_desk):
    often = Limit(1, 3600)
    often.take("desk:lea")
    desk = town_desk(by_recheck=often)
    path = f"/issues/{issue(desk)}"
    answer = desk.browser("lea").submit(path, f"{path}/recheck", pages="all")

    assert answer.status_code == 429
    assert desk.kinds().count(RECHECKING) == 0


def test_no_address_that_somebody_sends_is_asked_for(town, town_desk):
    desk = town_desk()
    browser = desk.browser("lea")
    path = f"/issues/{issue(desk)}"
    before = len(town.server.seen)
    for more in ({"pages": "http://127.0.0.1/"}, {"pages": ""}):
        assert browser.submit(path, f"{path}/recheck", **more).status_code == 400
    where = begin(desk, browser)
    session = desk.office.sessions.get(browser.client.cookies["handrail-desk"])
    data = {"csrf": session.csrf, "pages": "all", "url": town.server.url("/secret"), "urls": town.server.url("/secret")}
    over(browser, where)
    browser.client.post(f"{path}/recheck", data=data)

    assert before == 0
    assert "/secret" not in town.server.seen


def test_an_owner_sees_what_is_his(town, town_desk):
    desk = town_desk()
    lead, owner = desk.browser("lea"), desk.browser("otto")
    path = f"/issues/{issue(desk)}"
    theirs = begin(desk, lead, LINK, pages="one")
    over(lead, theirs)
    refused = [owner.get(theirs).status_code, owner.get(f"{theirs}/events").status_code]
    assert lead.submit(path, f"{path}/assign", to="Parks").status_code == 303
    own = begin(desk, owner)
    last = over(owner, own)

    assert refused == [404, 404]
    assert "It is still there." in last
    assert facts(desk, RECHECKED)[-1]["account"] == "desk:otto"


# Watching


def heard(browser, path, on=lambda name, what: None):
    """Events as they come: (name, what)."""
    found = []
    with browser.client.stream("GET", f"{path}/events") as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        name = ""
        for line in answer.iter_lines():
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                found.append((name, json.loads(line[6:])))
                on(*found[-1])
    return found


def test_events_tell_how_far_it_is_and_end_with_it(town, town_desk):
    """Nothing goes on before who watches has heard of what was before: neither is ever too late for the other."""
    desk, gate, first = town_desk(), threading.Event(), threading.Event()
    slow(town, gate)
    rechecks, browser = desk.office.rechecks, desk.browser("lea")
    listen = rechecks._listen
    rechecks._listen = lambda one, stdout: (first.wait(300), listen(one, stdout))[1]
    path = begin(desk, browser, LINK)

    def on(_name, what):
        first.set()
        if "of 3 pages looked at." in what["said"]:
            gate.set()

    found = heard(browser, path, on)
    again = heard(browser, path)

    assert found[0] == ("progress", {"said": "A browser is being started.", "done": 0, "of": 3})
    assert found[-1][0] == "over"
    assert "3 of 3 pages looked at" in found[-1][1]["said"]
    assert any(re.fullmatch(r"\d of 3 pages looked at\.", what["said"]) for _, what in found)
    assert [name for name, _ in again] == ["over"]
    assert desk.office.rechecks._watching.total() == 0


def test_who_is_signed_out_hears_no_more(town, town_desk, monkeypatch):
    monkeypatch.setattr("handrail.desk.views.rechecks.STILL_HERE", 0.5)
    desk, gate = town_desk(), threading.Event()
    slow(town, gate)
    browser = desk.browser("lea")
    path = begin(desk, browser)
    threading.Timer(2, lambda: desk.office.sessions.end(browser.client.cookies["handrail-desk"])).start()
    found = heard(browser, path)
    gate.set()

    assert found[-1] == ("signed-out", {})


def test_so_many_watch_at_once(town_desk):
    rechecks = town_desk().office.rechecks
    allowed = [rechecks.watch("lea") for _ in range(MOST_WATCHING + 1)]
    rechecks.unwatch("lea")

    assert allowed == [True] * MOST_WATCHING + [False]
    assert rechecks.watch("lea")


def test_watching_keeps_no_session_alive(town_desk):
    desk = town_desk()
    browser = desk.browser("lea")
    number = browser.client.cookies["handrail-desk"]
    sessions = desk.office.sessions
    before = sessions.peek(number).seen
    who = desk.office.is_here(number)

    assert who.name == "lea"
    assert sessions.peek(number).seen == before
    assert desk.office.is_here("") is None
