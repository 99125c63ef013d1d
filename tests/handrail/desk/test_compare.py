"""Two audits beside each other at the desk."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from store_helpers import audited, begin, fails, finding, passes, url

from audits.fingerprint import fingerprint
from audits.model import Impact, Link

RULES = ("axe/image-alt", "axe/link-name", "pii/ca-sin")


def audited_again(desk, results):
    """A second audit of the main site, with these by path."""
    store = desk.office.store
    begin(store, "r2", "main", started=datetime(2026, 3, 8, 8, tzinfo=UTC))
    store.add_links("r2", "main", [Link(url=url(path)) for path in results])
    for lease in store.lease("r2", "main", owner="w", limit=9, seconds=60):
        assert store.finish(lease, results[urlsplit(lease.url).path.strip("/")])
    store.finish_site("r2", "main", "complete")
    store.finish_run("r2", "complete")


@pytest.fixture
def repaired(desk):
    """A second audit, in which everything of the main site is repaired."""
    audited_again(desk, {path: audited(*(passes(rule) for rule in RULES)) for path in "ab"})
    return desk


def test_one_audit_is_nothing_to_compare(desk):
    assert "nothing to compare yet" in desk.browser("vera").get("/compare").text


def test_what_was_repaired_is_told(repaired):
    text = repaired.browser("vera").get("/compare").text

    assert "Fixed: 2 issues" in text
    assert "Image has no text alternative" in text
    assert "1 before, 0 now" in text
    assert "Social insurance" not in text


def test_a_place_that_is_elsewhere_now_is_a_new_one(desk):
    image = replace(finding(), impact=Impact.CRITICAL)
    found = fails(replace(image, fingerprint=fingerprint(image, "main")))
    audited_again(
        desk,
        {
            "a": audited(*(passes(rule) for rule in RULES)),
            "b": audited(found, *(passes(rule) for rule in RULES[1:])),
        },
    )

    text = desk.browser("vera").get("/compare").text

    assert "New places: 1 issue" in text
    assert "1 before, 1 now; 1 new" in text


def test_exposures_are_for_who_may_read_the_register(repaired):
    assert "Social insurance" in repaired.browser("pia").get("/compare").text


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("before=r1&now=r2", 200, "Fixed: 2 issues"),
        ("before=r2&now=r1", 422, "Choose the earlier audit first"),
        ("before=r1&now=r1", 422, "Choose the earlier audit first"),
        ("before=r1&now=r9", 404, "No such audit"),
        ("before=r1", 200, "Fixed: 2 issues"),
    ],
)
def test_which_are_compared(repaired, query, status, said):
    answer = repaired.browser("lea").get(f"/compare?{query}")

    assert answer.status_code == status
    assert said in answer.text


def audit(desk, run, site, day, *, ended=True):
    store = desk.office.store
    begin(store, run, site, started=datetime(2026, 3, day, 8, tzinfo=UTC))
    if ended:
        store.finish_site(run, site, "complete")
        store.finish_run(run, "complete")


def shown(desk):
    """Which are compared when none was asked for."""
    answer = desk.browser("vera").get("/compare")
    return answer.status_code, re.findall(r'<option value="([^"]*)" selected', answer.text)


def test_one_that_goes_on_is_not_taken_for_the_last(repaired):
    audit(repaired, "r3", "main", 9, ended=False)

    assert shown(repaired) == (200, ["r1", "r2"])


def test_two_in_a_row_may_be_of_different_sites(repaired):
    audit(repaired, "r3", "library", 9)

    assert shown(repaired) == (200, ["r1", "r2"])


def test_the_next_audit_of_a_site_is_compared_with_its_last(repaired):
    audit(repaired, "r3", "parks", 9)
    audit(repaired, "r4", "parks", 10)
    audit(repaired, "r5", "parks", 11)
    audit(repaired, "r6", "library", 12)

    assert shown(repaired) == (200, ["r4", "r5"])


def test_two_audits_of_two_sites_are_nothing_to_compare(desk):
    audit(desk, "r2", "library", 9)
    answer = desk.browser("vera").get("/compare")

    assert answer.status_code == 200
    assert "nothing to compare yet" in answer.text
    assert 'name="now"' in answer.text
