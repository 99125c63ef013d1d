"""Looking at pages again from a desk over PostgreSQL: other processes, one server, one lock for all of them."""

import json
import os
import shutil
import threading
import time

import pytest
from databases import PostgreSQL

from handrail import locks, runs
from handrail.desk.office import Office
from reports.store.records import RECHECK
from reports.work import RECHECKED

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IMAGE = "axe/image-alt"


@pytest.fixture(scope="module")
def postgresql():
    server = PostgreSQL()
    yield server
    server.close()


@pytest.fixture(scope="module")
def town_as_audited(postgresql, make_town, serve_module, town_pages, handrail, tmp_path_factory):
    folder, url = tmp_path_factory.mktemp("town"), postgresql.create("town")
    return make_town(serve_module(dict(town_pages)), folder, town_pages, handrail, url)


@pytest.fixture
def desk(town, postgresql, serve_desk, tmp_path):
    """Over a copy of the town's database."""
    out = tmp_path / "out"
    shutil.copytree(town.out, out)
    place = runs.Place(out=out, store=postgresql.create("desk_" + os.urandom(4).hex(), "town"))
    parts = runs.parts_for(town.policy)
    with runs.open_store(place, parts) as store:
        assert not store._db.is_sqlite
        assert not [*out.glob("*.db")]
        office = Office(store=store, policy=town.policy, parts=parts, place=place)
        yield serve_desk(office)
        office.rechecks.close()


def begin(desk, browser):
    return browser.look_again(desk.issue(IMAGE, "town"))


def over(browser, path):
    return browser.over(path)


def state(desk):
    return desk.item(IMAGE, "town").state


def held_back(town, gate):
    """A page that comes only when it may."""
    town.server.routes["/oaks"] = lambda _: (gate.wait(120), town.pages["/oaks"])[1]


def test_mended_looked_for_again_and_told_by_the_next_report(town, desk, handrail):
    browser, place = desk.browser("lea"), desk.office.place
    issue, where = desk.issue(IMAGE, "town"), town.at(place.out, place.store)
    still = over(browser, begin(desk, browser))
    between = state(desk)
    town.mend("/oaks", '<img src="/oak.gif">', '<img src="/oak.gif" alt="An oak">')
    last = over(browser, begin(desk, browser))  # at once: nobody holds the site any more
    listed = handrail("issues", "--state", "fixed", *where)
    looks = [dict(entry.facts) for entry in desk.office.store.log_entries(RECHECKED)]
    told = handrail("audit", "town", *where, "--quiet")
    report = json.loads((place.report() / "report.json").read_bytes())
    (fixed,) = report["sites"][0]["changes"]["listed_fixed"]
    look = next(run for run in reversed(desk.office.store.runs()) if run.trigger == RECHECK)
    page = next(path for path in place.report().glob("sites/*/index.html")).read_text("utf-8")

    assert ("It is still there." in still, between) == (True, "open")
    assert "The issue is fixed." in last
    assert [(one["ended"], one["places"], one["after"]) for one in looks] == [("done", 1, "open"), ("done", 0, "fixed")]
    assert issue in listed.said
    assert told.code == 0
    assert (fixed["id"], fixed["fixed"][:10]) == (issue, look.started.astimezone(desk.office.zone).date().isoformat())
    assert "found to be fixed on" in page
    assert state(desk) == "fixed"
    assert desk.office.store.verify_log({}).faults == ()


def test_stopped_and_begun_again_at_once(town, desk):
    gate, browser = threading.Event(), desk.browser("lea")
    held_back(town, gate)
    path = begin(desk, browser)
    while "/oaks" not in town.server.seen:
        time.sleep(0.05)
    stopped = browser.submit(path, f"{path}/stop")
    gate.set()
    first = over(browser, path)
    free = locks.holder(desk.office.place, "town")
    second = over(browser, begin(desk, browser))

    assert stopped.status_code == 303
    assert "Stopped" in first
    assert free is None
    assert "It is still there." in second
    assert not [run for run in desk.office.store.runs() if run.state in ("running", "interrupted")]


def test_a_process_that_dies_holds_nothing(town, desk):
    gate, browser = threading.Event(), desk.browser("lea")
    held_back(town, gate)
    path = begin(desk, browser)
    (going,) = desk.office.rechecks._all()
    while not going.look.run:
        time.sleep(0.05)
    going.process.kill()
    gate.set()
    first = over(browser, path)
    second = over(browser, begin(desk, browser))

    assert "It broke off" in first
    assert "It is still there." in second
    assert {run.state for run in desk.office.store.runs()} == {"complete", "incomplete"}


def test_an_audit_elsewhere_keeps_the_site(desk):
    browser, path = desk.browser("lea"), f"/issues/{desk.issue(IMAGE, 'town')}"
    with locks.hold(desk.office.place, ["town"]):
        answer = browser.submit(path, f"{path}/recheck", pages="all")

    assert answer.status_code == 409
    assert "An audit of this site is under way" in answer.text
