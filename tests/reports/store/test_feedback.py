"""Reports of residents in the log, and the lives of the issues that they are linked to, on both databases."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from store_helpers import audited, fails, finding, passes, run_record, site_record, url

from audits.model import Basis, Link, PageOutcome, PageResult, Verdict
from reports.feedback import KINDS, LINKED, RECEIVED, RECHECKED, REPAIRED, TEXT, fold
from reports.store.database import StoreError

BAD = audited(fails(finding()))
GOOD = audited(passes())
ZONE = ZoneInfo("America/Toronto")
DAYS = {f"r{n}": datetime(2027, 3, n, 15, 0, tzinfo=UTC) for n in range(1, 10)}


def audit(store, run_id, pages, site="main", state="complete"):
    """A run of its own day."""
    store.begin_run(replace(run_record(run_id), started=DAYS[run_id]))
    store.begin_site(site_record(run_id, site))
    store.add_links(run_id, site, [Link(url=url(path)) for path in pages])
    by_url = {url(path): result for path, result in pages.items()}
    for lease in store.lease(run_id, site, owner="w", limit=len(pages), seconds=60):
        assert store.finish(lease, by_url[lease.url])
    store.finish_site(run_id, site, state)
    store.finish_run(run_id, state)


def issue(store):
    """The id of the only issue."""
    (one,) = store.site_data("r1", "main").issues
    return one.id


def life(store):
    return store.lives([issue(store)])[issue(store)]


def told(store):
    """Each span: first, last, fixed, confirmed."""
    return [
        tuple(one and one.run for one in (span.first, span.last, span.fixed, span.confirmed))
        for span in life(store).spans
    ]


def test_a_life_goes_from_seen_to_fixed_to_proved_again(store):
    audit(store, "r1", {"a": BAD, "b": GOOD})
    audit(store, "r2", {"a": BAD, "b": GOOD})
    audit(store, "r3", {"a": GOOD, "b": GOOD})
    before = told(store)
    audit(store, "r4", {"a": GOOD, "b": GOOD})
    audit(store, "r5", {"a": GOOD, "b": GOOD})

    assert before == [("r1", "r2", "r3", None)]
    assert told(store) == [("r1", "r2", "r3", "r4")]
    assert (life(store).rule, life(store).part_key, life(store).site) == ("axe/image-alt", "content", "main")


@pytest.mark.parametrize(
    "again",
    [
        {"a": audited(passes(verdict=Verdict.ERROR, reason="axe: timeout"))},
        {"a": audited(passes(verdict=Verdict.FAIL, reason="NotFullyScanned"))},
        {"a": audited(passes("axe/label"))},  # the rule is off
        {"a": audited()},
        {"a": PageResult(outcome=PageOutcome.NOT_FOUND)},
        {"a": PageResult(outcome=PageOutcome.TIMEOUT)},
        {"b": GOOD},  # the page was not visited
        {},
    ],
)
def test_a_run_that_did_not_look_there_confirms_nothing(store, again):
    audit(store, "r1", {"a": BAD})
    audit(store, "r2", {"a": GOOD})

    audit(store, "r3", again)

    assert told(store) == [("r1", "r1", "r2", None)]


def test_all_pages_must_be_looked_at_again_in_one_run_or_in_several(store):
    audit(store, "r1", {"a": BAD, "b": BAD})
    audit(store, "r2", {"a": GOOD, "b": GOOD})
    audit(store, "r3", {"a": GOOD})
    half = told(store)
    audit(store, "r4", {"b": GOOD})

    assert half == [("r1", "r1", "r2", None)]
    assert told(store) == [("r1", "r1", "r2", "r4")]


def test_what_came_back_was_not_confirmed_and_begins_anew(store):
    audit(store, "r1", {"a": BAD})
    audit(store, "r2", {"a": GOOD})
    audit(store, "r3", {"a": BAD})
    back = told(store)
    audit(store, "r4", {"a": GOOD})
    audit(store, "r5", {"a": GOOD})

    assert back == [("r1", "r1", "r2", None), ("r3", "r3", None, None)]
    assert told(store) == [("r1", "r1", "r2", None), ("r3", "r3", "r4", "r5")]


def test_a_page_that_is_carried_proves_nothing_again(store, clock):
    clock.moment = DAYS["r4"]
    basis = Basis(judged_by="{}", content="ab" * 16, etag='"x"', assets=(), elsewhere=False)
    audit(store, "r1", {"a": BAD})
    audit(store, "r2", {"a": replace(GOOD, basis=basis)})
    store.begin_run(replace(run_record("r3"), started=DAYS["r3"]))
    store.begin_site(site_record("r3", "main"))
    store.add_links("r3", "main", [Link(url=url("a"))])
    (lease,) = store.lease("r3", "main", owner="w", limit=1, seconds=60)
    earlier = store.earlier([lease], days=7)[lease.page_id]
    assert store.finish(lease, PageResult(outcome=PageOutcome.AUDITED, status=304, carried=earlier))
    store.finish_site("r3", "main", "complete")

    assert told(store) == [("r1", "r1", "r2", None)]


def test_a_run_that_nobody_finished_is_settled_before_it_is_told(store):
    audit(store, "r1", {"a": BAD})
    store.begin_run(replace(run_record("r2"), started=DAYS["r2"]))
    store.begin_site(site_record("r2", "main"))
    store.add_links("r2", "main", [Link(url=url("a"))])
    (lease,) = store.lease("r2", "main", owner="w", limit=1, seconds=60)
    store.finish(lease, GOOD)

    assert told(store) == [("r1", "r1", "r2", None)]


def test_what_is_not_known_has_no_life(store):
    audit(store, "r1", {"a": BAD})

    assert store.lives(["A-000000", "M-1"]) == {}
    assert store.lives([]) == {}


# The log


def report(number, digest="d", **changes):
    facts = {"site": "main", "day": "2027-03-01", "language": "en", "channel": "form", "ticket": ""}
    about = {"digest": digest, "hidden": [], "words": True, "by": "R. Clerk", "account": "", "how": "add"}
    words = {"report": f"F-{number}", "page": url("a"), "barrier": "cannot read it", "technology": ""}
    return [(RECEIVED, {**facts, **about, **changes}), (TEXT, words)]


def act(**facts):
    return {"on": "2027-03-02", "by": "R. Clerk", "account": "", "note": "", **facts}


def folded(store, day="2027-03-09"):
    entries = store.log_entries(*KINDS)
    return fold(entries, store.lives([issue(store)]), day, ZONE)


def test_many_entries_go_in_as_one_and_the_chain_holds(store):
    store.record("hold", {})
    added = store.record_all((RECEIVED,), lambda _, number: [*report(number), *report(number + 2, "e")])

    assert [entry.seq for entry in added] == [2, 3, 4, 5]
    assert store.verify_log({}).faults == ()
    assert store.verify_log({}).head == added[-1].hash


def test_what_raises_leaves_nothing_behind(store):
    def half(_, number):
        yield from report(number)
        raise StoreError("no")

    with pytest.raises(StoreError):
        store.record_all((RECEIVED,), half)

    assert store.log_entries() == ()


def test_two_who_add_the_same_at_once_add_it_once(store):
    def once(entries, number):
        return [] if any(entry.facts["digest"] == "d" for entry in entries) else report(number)

    threads = [threading.Thread(target=store.record_all, args=((RECEIVED,), once)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(store.log_entries(RECEIVED)) == 1
    assert store.verify_log({}).faults == ()


def test_words_can_be_taken_out_and_the_rest_stays(store, clock):
    audit(store, "r1", {"a": BAD})
    store.record_all((RECEIVED,), lambda _, number: report(number))
    (words,) = store.log_entries(TEXT)
    store.purge(lambda *_: (), {"by": "R. Clerk", "reason": "a name"}, emptied=[words.seq])
    (one,) = folded(store).reports.values()

    assert (one.id, one.day, one.erased, one.barrier, one.page) == ("F-1", "2027-03-01", True, "", "")
    assert store.verify_log({}).faults == ()


def test_a_report_goes_the_way_of_its_issue(store, clock):
    audit(store, "r1", {"a": BAD})
    clock.moment = DAYS["r1"] + timedelta(hours=2)
    store.record_all((RECEIVED,), lambda _, number: report(number))
    states = [folded(store).state(folded(store).reports["F-1"])]
    store.record(LINKED, act(report="F-1", issue=issue(store)))
    for run, pages in (("r2", GOOD), ("r3", GOOD), ("r4", BAD), ("r5", GOOD)):
        states.append(folded(store).state(folded(store).reports["F-1"]))
        audit(store, run, {"a": pages})
    states.append(folded(store).state(folded(store).reports["F-1"]))

    assert states == ["received", "linked", "fixed", "rechecked", "linked", "fixed"]


@pytest.mark.parametrize(
    ("when", "again", "barrier"),
    [
        ("r3", False, "rechecked"),
        ("r3", True, "open"),  # somebody met it again, whatever the audit says
        ("r1", False, "fixed"),  # before the fix: it says nothing of it
        ("r1", True, "fixed"),
    ],
)
def test_a_person_confirms_what_an_audit_proved_or_says_otherwise(store, clock, when, again, barrier):
    audit(store, "r1", {"a": BAD})
    store.record_all((RECEIVED,), lambda _, number: report(number))
    store.record(LINKED, act(report="F-1", issue=issue(store)))
    clock.moment = DAYS[when] + timedelta(hours=1)
    store.record(RECHECKED, act(issue=issue(store), again=again))

    audit(store, "r2", {"a": GOOD})

    assert folded(store).faults[issue(store)].barrier == barrier


def test_that_somebody_says_it_is_repaired_does_not_make_it_fixed(store, clock):
    audit(store, "r1", {"a": BAD})
    store.record_all((RECEIVED,), lambda _, number: report(number))
    store.record(LINKED, act(report="F-1", issue=issue(store)))

    store.record(REPAIRED, act(issue=issue(store)))

    assert folded(store).faults[issue(store)].barrier == "open"
