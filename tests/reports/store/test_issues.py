"""An issue is fixed when its rule looked again and found nothing; not when nobody looked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete
from store_helpers import audit, audited, begin, fails, finding, passes, run_record, site_record, url

from audits.model import OCR, Link, PageOutcome, PageResult, Verdict
from reports.store import schema
from reports.store.database import Database

BAD = audited(fails(finding()))
GOOD = audited(passes())


def states(store, run_id, site="main"):
    return {(issue.rule, issue.part_key): issue.state for issue in store.site_data(run_id, site).issues}


def state(store, run_id):
    return states(store, run_id).get(("axe/image-alt", "content"))


def test_an_issue_lives_through_runs(store):
    audit(store, "r1", {"a": BAD, "b": GOOD})
    audit(store, "r2", {"a": BAD, "b": BAD})
    audit(store, "r3", {"a": GOOD, "b": GOOD})
    audit(store, "r4", {"a": GOOD, "b": BAD})
    audit(store, "r5", {"a": GOOD, "b": BAD})

    assert [state(store, f"r{n}") for n in range(1, 6)] == ["new", "open", "fixed", "returned", "open"]


def test_a_fixed_issue_is_told_once(store):
    audit(store, "r1", {"a": BAD})
    audit(store, "r2", {"a": GOOD})
    audit(store, "r3", {"a": GOOD})

    assert [state(store, f"r{n}") for n in range(1, 4)] == ["new", "fixed", None]


def test_an_issue_keeps_its_id_and_its_first_day(store):
    audit(store, "r1", {"a": BAD})
    audit(store, "r2", {"a": GOOD})
    audit(store, "r3", {"a": BAD})

    first, fixed, returned = (store.site_data(f"r{n}", "main").issues[0] for n in range(1, 4))

    assert first.id == fixed.id == returned.id
    assert (returned.first_run, returned.last_run) == ("r1", "r3")
    assert (fixed.first_run, fixed.last_run, fixed.places, len(fixed.examples)) == ("r1", "r1", 1, 1)


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        (GOOD, "fixed"),
        (audited(passes(verdict=Verdict.INAPPLICABLE)), "fixed"),  # the picture is gone
        (audited(fails(finding(part="header"))), "fixed"),  # the rule ran, and found another place
        (audited(passes(verdict=Verdict.ERROR, reason="axe: timeout")), "not-checked"),
        (audited(passes(verdict=Verdict.FAIL, reason="NotFullyScanned")), "not-checked"),
        (audited(passes(), passes(verdict=Verdict.ERROR, reason="axe: timeout")), "not-checked"),
        (audited(passes("axe/label")), "not-checked"),  # the rule is off
        (audited(), "not-checked"),
        (PageResult(outcome=PageOutcome.NOT_FOUND), "not-checked"),
        (PageResult(outcome=PageOutcome.NAVIGATED_AWAY, outcomes=(passes(),)), "not-checked"),
        (PageResult(outcome=PageOutcome.TIMEOUT), "not-checked"),
        (PageResult(outcome=PageOutcome.REDIRECTED), "not-checked"),
        (PageResult(outcome=PageOutcome.SIGN_IN), "not-checked"),
    ],
)
def test_only_a_look_that_finds_nothing_fixes(store, again, expected):
    audit(store, "r1", {"a": BAD, "b": GOOD})

    audit(store, "r2", {"a": again, "b": GOOD})

    assert state(store, "r2") == expected


def test_a_page_that_was_not_visited_keeps_the_issue(store):
    audit(store, "r1", {"a": BAD, "b": BAD})

    audit(store, "r2", {"a": GOOD, "c": GOOD})

    assert state(store, "r2") == "not-checked"


def test_a_sample_neither_hides_nor_forgets_the_other_pages(store):
    audit(store, "r1", {"a": BAD, "b": BAD})
    audit(store, "r2", {"a": BAD})  # a sample: b was not visited
    audit(store, "r3", {"a": GOOD})
    audit(store, "r4", {"b": GOOD})

    assert [state(store, f"r{n}") for n in range(1, 5)] == ["new", "open", "not-checked", "fixed"]


def test_a_page_seen_bad_twice_must_be_looked_at_after_the_second_time(store):
    audit(store, "r1", {"a": BAD})
    audit(store, "r2", {"a": BAD})

    audit(store, "r3", {"b": GOOD})

    assert state(store, "r3") == "not-checked"


def test_an_issue_whose_pages_were_purged_is_not_taken_for_fixed(store, where):
    audit(store, "r1", {"a": BAD})
    db = Database(where)
    db.write(lambda conn: conn.execute(delete(schema.found)))
    db.close()

    audit(store, "r2", {"a": GOOD})

    assert state(store, "r2") == "not-checked"


def test_a_page_that_was_good_in_between_must_be_looked_at_no_more(store):
    audit(store, "r1", {"a": BAD, "b": BAD})
    audit(store, "r2", {"a": BAD, "b": GOOD})
    audit(store, "r3", {"a": GOOD, "b": PageResult(outcome=PageOutcome.NOT_FOUND)})

    assert [state(store, f"r{n}") for n in range(1, 4)] == ["new", "open", "fixed"]


def test_a_run_that_saw_nothing_does_not_replace_history(store):
    audit(store, "r1", {"a": BAD})
    audit(store, "r2", {"a": PageResult(outcome=PageOutcome.CONNECTION_REFUSED)})
    audit(store, "r3", {"a": BAD})

    data = store.site_data("r3", "main")

    assert [state(store, f"r{n}") for n in range(1, 4)] == ["new", "not-checked", "open"]
    assert [(run["run"], run["pages"], run["places"], run["issues"]) for run in data.history] == [("r1", 1, 1, 1)]


def test_another_rule_part_or_site_is_another_issue(store):
    labels = (finding("axe/label"), finding("axe/label", part="x"))
    audit(store, "r1", {"a": audited(fails(finding()), fails(*labels))})
    audit(store, "r2", {"a": audited(fails(finding()), passes("axe/label"))})
    audit(store, "p1", {"a": BAD}, site="portal")

    assert states(store, "r2") == {
        ("axe/image-alt", "content"): "open",
        ("axe/label", "content"): "fixed",
        ("axe/label", "x"): "fixed",
    }
    assert states(store, "p1", "portal") == {("axe/image-alt", "content"): "new"}


def test_a_run_under_way_says_so_far(store):
    audit(store, "r1", {"a": BAD, "b": BAD})
    begin(store, "r2")
    store.add_links("r2", "main", [Link(url=url(path)) for path in "ab"])
    first, second = store.lease("r2", "main", owner="w", limit=2, seconds=60)

    store.finish(first, GOOD)
    early = state(store, "r2")
    store.finish(second, BAD)
    late = state(store, "r2")

    assert (early, late) == ("not-checked", "open")


def test_a_resumed_run_can_take_back_that_something_was_fixed(store):
    audit(store, "r1", {"a": BAD})
    begin(store, "r2")
    store.add_links("r2", "main", [Link(url=url(path)) for path in "ab"])
    first, second = store.lease("r2", "main", owner="w", limit=2, seconds=60)
    store.finish(first, GOOD)
    store.finish_site("r2", "main", "incomplete")
    before = state(store, "r2")

    begin(store, "r2")
    store.finish(second, BAD)
    store.finish_site("r2", "main", "complete")

    audit(store, "r3", {"a": GOOD, "b": BAD})
    assert [before, state(store, "r2"), state(store, "r3")] == ["fixed", "open", "open"]


def test_a_run_whose_process_died_counts(store):
    begin(store, "r1")
    store.add_links("r1", "main", [Link(url=url("a"))])
    (lease,) = store.lease("r1", "main", owner="w", limit=1, seconds=60)
    store.finish(lease, BAD)

    audit(store, "r2", {"a": BAD})

    (issue,) = store.site_data("r2", "main").issues
    assert (issue.state, issue.first_run) == ("open", "r1")


def test_an_old_run_resumed_late_does_not_make_a_fixed_issue_return(store):
    begin(store, "r1")
    store.add_links("r1", "main", [Link(url=url(path)) for path in "ab"])
    first, second = store.lease("r1", "main", owner="w", limit=2, seconds=60)
    store.finish(first, BAD)
    audit(store, "r2", {"a": GOOD, "b": GOOD})

    begin(store, "r1")
    store.finish(second, BAD)
    store.finish_site("r1", "main", "complete")

    assert [state(store, run) for run in ("r1", "r2")] == ["new", "fixed"]


def test_telling_twice_tells_the_same(store):
    audit(store, "r1", {"a": BAD})
    audit(store, "r2", {"a": GOOD})

    told = [store.site_data(run, "main") for run in ("r1", "r2", "r1", "r2")]
    store.finish_site("r1", "main", "complete")
    store.finish_site("r2", "main", "complete")

    assert told[:2] == told[2:]
    assert [store.site_data(run, "main") for run in ("r1", "r2")] == told[:2]


DIM = fails(finding(state="dark"))
MENU = fails(finding(state="menu: Services"))
LEFT = "not run: page budget"


@pytest.mark.parametrize(
    ("found", "states", "expected"),
    [
        (DIM, {"dark": "same"}, "fixed"),
        (DIM, {"dark": "seen"}, "fixed"),
        (DIM, {"dark": LEFT, "narrow": "seen", "opened": "seen"}, "not-checked"),
        (DIM, {}, "not-checked"),
        (MENU, {"opened": "same", "dark": LEFT}, "fixed"),  # the menu is gone
        (MENU, {"opened": LEFT, "dark": "seen"}, "not-checked"),
        (MENU, {"opened": "seen", "unopened": LEFT}, "fixed"),
        (fails(finding()), {"dark": LEFT, "opened": LEFT}, "fixed"),
    ],
)
def test_what_a_state_showed_only_a_look_at_that_state_fixes(store, found, states, expected):
    audit(store, "r1", {"a": audited(found, states={"dark": "seen", "opened": "seen"})})

    audit(store, "r2", {"a": audited(passes(), states=states)})

    assert state(store, "r2") == expected


def test_the_state_is_no_part_of_an_issue(store):
    audit(store, "r1", {"a": audited(fails(finding(fingerprint="1:a")))})

    audit(store, "r2", {"a": audited(fails(finding(fingerprint="1:a", state="narrow")))})

    (issue,) = store.site_data("r2", "main").issues
    assert (issue.state, issue.places) == ("open", 1)
    assert [place.state for place in issue.examples] == ["narrow"]


def test_states_are_told_of_places_and_of_pages(store):
    seen, left = {"dark": "seen", "narrow": "same"}, {"dark": LEFT, "narrow": "same"}
    audit(store, "r1", {"a": audited(DIM, states=seen), "b": audited(BAD.outcomes[0], states=left), "c": GOOD})

    lines = [line for line in store.findings("r1") if line["record"] == "finding"]

    assert {line["state"] for line in lines} == {"dark", "base"}
    assert store.site_data("r1", "main").states == {"dark": {LEFT: 1, "seen": 1}, "narrow": {"same": 2}}


@pytest.mark.parametrize(
    ("outcome", "again", "expected"),
    [
        (PageOutcome.FILE, passes(), "fixed"),
        (PageOutcome.FILE, fails(finding()), "open"),
        (PageOutcome.FILE_UNREAD, passes(verdict=Verdict.NOT_RUN, reason="not run: too long"), "not-checked"),
        (PageOutcome.FILE_UNREAD, None, "not-checked"),
        (PageOutcome.NOT_FOUND, None, "not-checked"),
    ],
)  # fmt: skip
def test_an_exposure_in_a_file_is_gone_when_the_file_was_read_without_it(store, outcome, again, expected):
    audit(store, "r1", {"a.csv": replace(audited(fails(finding())), outcome=PageOutcome.FILE)})
    audit(store, "r2", {"a.csv": replace(audited(*[again] if again else []), outcome=outcome)})

    (issue,) = store.site_data("r2", "main").issues

    assert issue.state == expected


def test_a_file_is_in_no_tally_of_pages(store):
    audit(store, "r1", {"a": audited(passes()), "b.csv": replace(audited(passes()), outcome=PageOutcome.FILE)})

    data = store.site_data("r1", "main")

    assert [tally.passed for tally in data.tallies] == [1]
    assert data.outcomes == {PageOutcome.AUDITED: 1, PageOutcome.FILE: 1}
    assert len(data.audited_pages) == 1


def test_files_that_a_budget_left_out_are_no_pages_that_were_missed(store):
    begin(store)
    store.add_links("r1", "main", [Link(url=url("a")), Link(url=url("b.csv"), via="file")])

    ended = store.close_pending("r1", "main", PageOutcome.BUDGET_TIME, "the time budget was spent")

    pages = {page.url: (page.outcome, page.reason) for page in store.page_outcomes("r1", "main")}
    assert ended == 2
    assert pages == {
        url("a"): (PageOutcome.BUDGET_TIME, "the time budget was spent"),
        url("b.csv"): (PageOutcome.FILE_UNREAD, "budget-time: the time budget was spent"),
    }


@pytest.mark.parametrize(
    ("place", "reads", "expected"),
    [
        ("p3 (scan)", False, "not-checked"),  # nobody read the picture
        ("p3 (scan)", True, "fixed"),
        ("p3", False, "fixed"),  # it stood in text
        ("p3 (scanned) Figure", False, "fixed"),
    ],
)
def test_what_stood_in_a_picture_is_gone_when_pictures_are_read_again(store, place, reads, expected):
    audit(store, "r1", {"a": audited(fails(finding(selector=place)))})
    store.begin_run(run_record("r2", engines={OCR: "5.3.0"} if reads else {}))
    store.begin_site(site_record("r2"))
    store.add_links("r2", "main", [Link(url=url("a"))])
    (lease,) = store.lease("r2", "main", owner="w", limit=1, seconds=60)
    store.finish(lease, GOOD)
    store.finish_site("r2", "main", "complete")

    assert state(store, "r2") == expected
