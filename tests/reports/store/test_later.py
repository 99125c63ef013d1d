"""A look at a few pages after an audit: what it proves counts, and it says nothing of the rest."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from store_helpers import audit, audited, begin, fails, finding, nine_digits, passes, site_record, url

from audits.fingerprint import fingerprint
from audits.model import Link, PageOutcome, PageResult, Verdict
from reports.store.records import RECHECK

RULES = ("axe/image-alt", "axe/link-name")
FOOTER = finding("axe/link-name", part="contentinfo", selector="footer a")
LATER = datetime(2027, 3, 2, 8, tzinfo=UTC)
LAST = datetime(2027, 3, 3, 8, tzinfo=UTC)
NEXT = datetime(2027, 3, 9, 8, tzinfo=UTC)


def page(*findings):
    """An audited page with these; the other rules passed."""
    outcomes = [fails(replace(one, fingerprint=fingerprint(one, "main"))) for one in findings]
    return audited(*outcomes, *(passes(rule) for rule in RULES if rule not in {one.rule for one in findings}))


def again(store, run_id, pages, started=LATER, **changes):
    audit(store, run_id, pages, started=started, **({"trigger": RECHECK, "sample": "a re-check"} | changes))


def states(store, run_id="r1"):
    return {one.rule: one.state for one in store.issues_now(run_id, "main")}


def test_what_is_gone_from_all_its_pages_is_fixed_and_nothing_else_is(store):
    audit(store, "r1", {"a": page(finding(), FOOTER), "b": page(FOOTER)})

    again(store, "r2", {"a": page()})

    assert states(store) == {"axe/image-alt": "fixed", "axe/link-name": "new"}  # nobody looked at "b"
    assert {one.state for one in store.issues("r1", "main")} == {"new"}  # that audit saw what it saw


def test_what_is_still_there_is_open_and_seen_then(file_store):
    audit(file_store, "r1", {"a": page(finding()), "b": page(FOOTER)})

    again(file_store, "r2", {"a": page(finding())})

    (one,) = (one for one in file_store.issues_now("r1", "main") if one.rule == "axe/image-alt")
    assert (one.state, one.last_run, one.last_seen, one.places) == ("open", "r2", LATER, 1)
    assert states(file_store)["axe/link-name"] == "new"


def test_page_after_page_is_enough(store):
    audit(store, "r1", {"a": page(FOOTER), "b": page(FOOTER)})

    again(store, "r2", {"a": page()})
    half = states(store)
    again(store, "r3", {"b": page()}, started=LAST)

    assert (half, states(store)) == ({"axe/link-name": "new"}, {"axe/link-name": "fixed"})


def test_fixed_and_back(file_store):
    audit(file_store, "r1", {"a": page(finding())})

    again(file_store, "r2", {"a": page()})
    again(file_store, "r3", {"a": page(finding())}, started=LAST)

    assert states(file_store) == {"axe/image-alt": "returned"}


@pytest.mark.parametrize(
    "seen",
    [
        PageResult(outcome=PageOutcome.TIMEOUT, reason="timeout"),
        PageResult(outcome=PageOutcome.NOT_FOUND, status=404),
        audited(passes("axe/link-name")),  # its rule did not run
        audited(passes(verdict=Verdict.ERROR, reason="it broke")),
    ],
)
def test_who_could_not_look_has_repaired_nothing(file_store, seen):
    audit(file_store, "r1", {"a": page(finding())})

    again(file_store, "r2", {"a": seen})

    assert states(file_store) == {"axe/image-alt": "new"}


def test_what_only_the_look_found_is_told_too(store):
    audit(store, "r1", {"a": page(finding())})

    again(store, "r2", {"a": page(FOOTER)})

    assert states(store) == {"axe/image-alt": "fixed", "axe/link-name": "new"}


def test_a_preview_says_nothing_of_the_site(file_store):
    audit(file_store, "r1", {"a": page(finding())})
    begin(file_store, "r2", "other", started=LATER)
    file_store.begin_site(replace(site_record("r2"), preview=True))
    file_store.add_links("r2", "main", [Link(url=url("a"))])
    (lease,) = file_store.lease("r2", "main", owner="w", limit=1, seconds=60)
    file_store.finish(lease, page())
    file_store.finish_site("r2", "main", "complete")

    assert states(file_store) == {"axe/image-alt": "new"}


def test_the_next_audit_speaks_for_itself(file_store):
    audit(file_store, "r1", {"a": page(finding(), FOOTER)})
    again(file_store, "r2", {"a": page(FOOTER)})

    audit(file_store, "r3", {"a": page(FOOTER)}, started=LAST)

    assert states(file_store, "r3") == {"axe/image-alt": "fixed", "axe/link-name": "open"}


# Which pages


def test_pages_that_nobody_looked_at_since_come_first(store):
    audit(store, "r1", {"a": page(FOOTER), "b": page(FOOTER), "c": page()})
    (issue,) = store.issues("r1", "main")

    again(store, "r2", {"a": page()})

    found = store.pages_again("r1", "main", issue.fingerprint)
    assert [one.url for one in found] == [url("b"), url("a")]
    assert all(one.may for one in found)


def test_an_address_with_a_personal_value_is_asked_of_nobody(file_store):
    audit(file_store, "r1", {f"a?sin={nine_digits(1)}": page(finding()), "b": page(finding())})
    (issue,) = file_store.issues("r1", "main")

    found = {one.url: one.may for one in file_store.pages_again("r1", "main", issue.fingerprint)}

    assert found == {url("a?sin=[SIN]"): False, url("b"): True}
    assert [one.may for one in file_store.pages_again("r1", "main", urls=[url("b")])] == [True]
    assert file_store.pages_again("r1", "main", urls=[url("elsewhere")]) == []


# No audit


def test_a_look_again_is_no_run_to_take_up(file_store):
    audit(file_store, "r1", {"a": page()})
    begin(file_store, "r2", started=LATER, trigger=RECHECK)

    assert file_store.latest_run().id == "r1"
    assert file_store.latest_run(resumable=True) is None


# The next audit of the site


def told(store, run_id):
    """What a report lists: by rule, the state, and the day on which it was proved gone."""
    return {
        one.rule: (one.state, one.fixed and one.fixed.date().isoformat())
        for one in store.site_data(run_id, "main").issues
    }


def test_what_was_fixed_between_two_audits_is_told_by_the_next_once(store):
    audit(store, "r1", {"a": page(finding(), FOOTER), "b": page(FOOTER)})
    again(store, "r2", {"a": page()})
    before = told(store, "r1")

    audit(store, "r3", {"a": page(FOOTER), "b": page(FOOTER)}, started=LAST)
    audit(store, "r4", {"a": page(FOOTER), "b": page(FOOTER)}, started=NEXT)

    assert before["axe/image-alt"] == ("new", None)  # that audit saw what it saw
    assert told(store, "r3") == {"axe/image-alt": ("fixed", "2027-03-02"), "axe/link-name": ("open", None)}
    assert told(store, "r4") == {"axe/link-name": ("open", None)}
    assert states(store, "r3")["axe/image-alt"] == "fixed"  # at the desk too
    assert told(store, "r1") == before


def test_what_two_looks_proved_gone_is_told_by_the_last(store):
    audit(store, "r1", {"a": page(finding())})
    again(store, "r2", {"a": page()})
    again(store, "r3", {"a": page(finding())}, started=LATER + timedelta(hours=1))
    again(store, "r4", {"a": page()}, started=LATER + timedelta(days=1))

    audit(store, "r5", {"a": page()}, started=NEXT)

    assert told(store, "r5") == {"axe/image-alt": ("fixed", "2027-03-03")}
    assert [one.rule for one in store.site_data("r5", "main").issues] == ["axe/image-alt"]


def test_what_came_back_before_the_next_audit_is_not_told_as_fixed(file_store):
    audit(file_store, "r1", {"a": page(finding())})
    again(file_store, "r2", {"a": page()})

    audit(file_store, "r3", {"a": page(finding())}, started=LAST)

    assert told(file_store, "r3") == {"axe/image-alt": ("returned", None)}


def test_what_only_a_look_found_is_new_to_the_next_audit(file_store):
    audit(file_store, "r1", {"a": page()})
    again(file_store, "r2", {"a": page(finding())})

    audit(file_store, "r3", {"a": page(finding())}, started=LAST)
    audit(file_store, "r4", {"a": page(finding())}, started=NEXT)

    assert told(file_store, "r3") == {"axe/image-alt": ("new", None)}
    assert told(file_store, "r4") == {"axe/image-alt": ("open", None)}


def test_an_audit_that_never_ended_has_told_nothing(file_store):
    """It was killed after the look: what it might have told, the next one tells."""
    audit(file_store, "r1", {"a": page(finding())})
    again(file_store, "r2", {"a": page()})
    begin(file_store, "r3", "main", started=LAST)

    audit(file_store, "r4", {"a": page()}, started=NEXT)

    assert told(file_store, "r4") == {"axe/image-alt": ("fixed", "2027-03-02")}


def test_what_an_audit_of_some_pages_told_the_next_does_not_tell_again(file_store):
    audit(file_store, "r1", {"a": page(finding())})
    audit(file_store, "r2", {"a": page()}, started=LATER, sample="changed addresses")

    audit(file_store, "r3", {"a": page()}, started=LAST)

    assert told(file_store, "r2") == {"axe/image-alt": ("fixed", "2027-03-02")}
    assert told(file_store, "r3") == {}
