"""What a real store keeps, as the register tells it: holds, periods, tombstones, looks and the log."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from store_helpers import audit, audited, exposed, fails, passes

from audits.model import exposure_id
from audits.standards import load
from reports.build import build_report
from reports.facts import CityFacts
from reports.formats import html
from reports.formats.json import register_data, render

KEY = b"a key for tests"
DAYS = 366


def told(store, custody, run_id):
    """The report of a run."""
    run = next(one for one in store.runs() if one.id == run_id)
    sites = [store.site_data(run_id, one.key) for one in store.sites(run_id)]
    return build_report(run, sites, {}, load(), CityFacts(name_en="City", timezone="UTC"), custody)


def shown(report):
    return html.render_register(json.loads(render(register_data(report))))["privacy.html"]


def look(store, finding, run_id="r1", outcome="found"):
    facts = {"by": "Officer", "account": "a@b", "reason": "file 12", "finding": finding, "run": run_id, "site": "main"}
    return store.record("reveal", {**facts, "outcome": outcome})


def test_a_store_without_acts_says_so(store):
    audit(store, "r1", {"a": audited(passes())})

    report = told(store, store.custody(DAYS), "r1")

    custody = report.register.custody
    assert (custody.holds, custody.purged, custody.log.anchors) == ((), (), ())
    assert (custody.log.entries, custody.log.head, custody.log.faults, custody.log.looks) == (0, "", 0, 0)
    page = shown(report)
    assert "No hold is in force." in page
    assert "Nothing was purged." in page
    assert "No hash is recorded as kept elsewhere." in page


def test_what_may_go_when_is_a_period_after_the_last_use(store, clock):
    audit(store, "r1", {"a": audited(fails(exposed("one", KEY)))})
    (held,) = store.holdings()

    (row,) = told(store, store.custody(DAYS), "r1").register.custody.held

    assert (row.run, row.site, row.findings, row.holds) == ("r1", "main", 1, ())
    assert row.used == held.used.isoformat(timespec="seconds")
    assert row.due == (held.used + timedelta(days=DAYS)).isoformat(timespec="seconds") > row.used

    clock.wait(86_400)
    look(store, "x-000000000000")
    (later,) = told(store, store.custody(DAYS, "By-law 7"), "r1").register.custody.held
    assert later.due > row.due


@pytest.mark.parametrize(("site", "kept"), [("", True), ("main", True), ("other", False)])
def test_a_hold_keeps_its_site_until_it_is_lifted(store, site, kept):
    audit(store, "r1", {"a": audited(passes())})
    entry = store.record("hold", {"kind": "legal", "site": site, "by": "Clerk", "reason": "file 12"})

    report = told(store, store.custody(DAYS), "r1")

    (hold,) = report.register.custody.holds
    assert (hold.id, hold.kind, hold.site, hold.by) == (f"h-{entry.seq}", "legal", site, "Clerk")
    assert report.register.custody.held[0].holds == ((hold.id,) if kept else ())
    assert "file 12" in shown(report)
    store.record("hold-lifted", {"hold": hold.id, "by": "Clerk", "reason": "over"})
    assert told(store, store.custody(DAYS), "r1").register.custody.holds == ()


def test_a_look_stands_with_the_exposure_that_it_was_for(store, clock):
    audit(store, "r1", {"a": audited(fails(exposed("one", KEY), exposed("two", KEY, selector="b")))})
    names = [exposure_id(line["fingerprint"]) for line in store.findings("r1") if line["record"] == "finding"]
    clock.wait(3_600)
    look(store, names[0])
    look(store, names[0], outcome="value-gone")
    look(store, "x-ffffffffffff")

    report = told(store, store.custody(DAYS), "r1")

    events = [event for entry in report.register.entries for event in entry.history if event.kind == "looked"]
    assert [(event.by, event.place, event.outcome) for event in events] == [
        ("Officer", names[0], "found"),
        ("Officer", names[0], "value-gone"),
    ]
    assert report.register.custody.log.looks == 3
    assert "the page shows it no more" in shown(report)
    assert "file 12" not in shown(report)  # why somebody looked is for the log


def test_a_purge_leaves_a_tombstone_and_no_look(store):
    audit(store, "r1", {"a": audited(fails(exposed("one", KEY)))})
    audit(store, "r2", {"a": audited(fails(exposed("one", KEY)))})
    (name,) = {exposure_id(line["fingerprint"]) for line in store.findings("r1") if line["record"] == "finding"}
    seen = look(store, name)
    entry = store.purge(
        lambda held, holds: [one for one in held if one.run_id == "r1"],
        {"by": "Clerk", "reason": "schedule A"},
        emptied=[seen.seq],
    )

    register = told(store, store.custody(DAYS), "r2").register

    (row,) = register.custody.purged
    assert (row.run, row.entry, row.by, row.reason) == ("r1", entry.seq, "Clerk", "schedule A")
    assert [one.run for one in register.custody.held] == ["r2"]
    assert (register.custody.log.emptied, register.custody.log.faults) == (1, 0)
    assert [event.kind for entry in register.entries for event in entry.history] == ["found", "seen"]


def test_an_exposure_that_is_gone_is_told_with_its_dates(store, clock):
    audit(store, "r1", {"a": audited(fails(exposed("one", KEY)))})
    audit(store, "r2", {"a": audited(passes("pii/ca-sin"))})

    register = told(store, store.custody(DAYS), "r2").register

    (gone,) = register.earlier
    assert (gone.state, register.gone, register.open) == ("fixed", 1, 0)


def test_the_head_and_where_it_is_kept_are_told(store):
    audit(store, "r1", {"a": audited(passes())})
    first = look(store, "x-000000000000")
    store.record(
        "anchor", {"seq": first.seq, "hash": first.hash, "where": "e-mail to the Clerk", "by": "Officer", "reason": "y"}
    )
    checked = store.verify_log({})

    log = told(store, store.custody(DAYS), "r1").register.custody.log

    assert log.head == f"{checked.entries}:{checked.head}"
    assert [(one.entry, one.where, one.by) for one in log.anchors] == [(first.seq, "e-mail to the Clerk", "Officer")]


def test_a_broken_chain_is_told_loudly(store):
    audit(store, "r1", {"a": audited(passes())})
    look(store, "x-000000000000")
    custody = store.custody(DAYS)
    broken = replace(custody, checked=replace(custody.checked, faults=("entry 1 was changed",)))

    whole, wrong = (shown(told(store, one, "r1")) for one in (custody, broken))

    assert "all hashes fit" in whole
    assert "1 fault in the chain of hashes" in wrong
    assert "all hashes fit" not in wrong
