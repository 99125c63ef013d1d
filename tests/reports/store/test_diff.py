"""Two runs are compared as a gate compares them, and everything else that changed is told beside it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from store_helpers import audited, fails, finding, passes, run_record, site_record, url

from audits.model import Exposure, Impact, Kind, Link, PageOutcome, PageResult, Rule, Tier, Verdict
from audits.standards import load
from reports.compare import Mark
from reports.diff import Diff, View, diff_of
from reports.formats import diff as formats
from reports.gate import decide
from reports.gate_model import Case, GatePolicy
from reports.owners import Owners, PartEntry
from reports.standing import path_of
from reports.text import Words

RULES = {
    rule.id: rule
    for rule in (
        Rule(id="axe/image-alt", title="Image", why="", fix="", impact=Impact.CRITICAL, title_fr="Image (fr)"),
        Rule(id="axe/link-name", title="Link", why="", fix="", impact=Impact.SERIOUS),
        Rule(id="axe/region", title="Region", why="", fix="", impact=Impact.MODERATE, best_practice=True),
        Rule(id="pii/ca-sin", title="SIN", why="", fix="", impact=Impact.CRITICAL, kind=Kind.EXPOSURE),
    )
}
ZONE = ZoneInfo("America/Toronto")
DAY_ONE = datetime(2027, 3, 1, 16, 0, tzinfo=UTC)
IMAGE = finding()
LINK = finding("axe/link-name", part="contentinfo", selector="footer a")
REGION = finding("axe/region")
DOWN = PageResult(outcome=PageOutcome.SERVER_ERROR, status=500)
GONE = PageResult(outcome=PageOutcome.NOT_FOUND, status=404)
REGISTER = "1 value. Where and which: the privacy register, for those who may see it."
FOOTER = PartEntry(parts=("contentinfo*",), name_en="Site footer", name_fr="Pied de page", owner="Design")


def page(*findings, rules=RULES):
    found = {}
    for one in findings:
        found.setdefault(one.rule, []).append(replace(one, impact=RULES[one.rule].impact))
    return audited(*(fails(*some) for some in found.values()), *(passes(rule) for rule in rules if rule not in found))


GOOD = page()


def sin(value):
    exposed = Exposure(
        entity="CA_SIN", tier=Tier.REPORT, where="text", mask="••• ••• •••", value_hmac=value * 64, score=1.0
    )
    return finding("pii/ca-sin", exposure=exposed, fingerprint=f"1:{value * 32}")


def audit(store, run_id, pages, *, state="complete", reasons=(), **changes):
    day = timedelta(days=len(store.runs()))
    store.begin_run(run_record(run_id, started=DAY_ONE + day, **changes))
    store.begin_site(site_record(run_id))
    store.add_links(run_id, "main", [Link(url=url(path)) for path in pages])
    by_url = {url(path): result for path, result in pages.items()}
    for lease in store.lease(run_id, "main", owner="w", limit=len(pages), seconds=60):
        assert store.finish(lease, by_url[lease.url])
    store.finish_site(run_id, "main", state, reasons)
    store.finish_run(run_id, state)


def view(store, run_id):
    run = next(one for one in store.runs() if one.id == run_id)
    outcomes = {path_of(one.url): one.outcome for one in store.page_outcomes(run_id, "main")}
    data, standing = store.site_data(run_id, "main"), store.standing(run_id, "main")
    return View(run=run, data=data, standing=standing, outcomes=outcomes)


def differ(store, before="r1", now="r2", entries=()):
    return diff_of(view(store, before), view(store, now), RULES, ZONE, Owners(site="Web team", parts=entries))


def issues(diff):
    return {(one.rule, one.state): one for one in diff.issues}


def states(diff):
    return {(one.rule, one.state, one.before, one.now, one.pages) for one in diff.issues}


def test_every_issue_has_become_something(store):
    audit(store, "r0", {"a": page(REGION), "b": GOOD})
    audit(store, "r1", {"a": page(IMAGE, LINK), "b": page(LINK, sin("1"))})
    audit(store, "r2", {"a": page(IMAGE, REGION, sin("2")), "b": page(IMAGE, sin("1"))})

    diff = differ(store, entries=[FOOTER])

    assert states(diff) == {
        ("axe/region", "returned", 0, 1, ("/a",)),
        ("axe/image-alt", "more", 1, 2, ("/b",)),
        ("pii/ca-sin", "more", 1, 2, ()),
        ("axe/link-name", "fixed", 2, 0, ()),
    }
    by_state = {one.state: one for one in diff.issues if one.kind is not Kind.EXPOSURE}
    assert [one.state for one in diff.issues] == ["returned", "more", "more", "fixed"]
    assert (by_state["fixed"].owner, by_state["fixed"].called.fr, by_state["fixed"].on_pages) == (
        *("Design", "Pied de page"),
        2,
    )
    assert (by_state["more"].owner, by_state["more"].part, by_state["more"].changed) == ("Web team", "Content", 1)
    assert by_state["fixed"].id.startswith("A-")


def test_what_nobody_looked_at_is_not_fixed_and_what_stands_is_unchanged(store):
    audit(store, "r1", {"a": page(IMAGE), "b": page(LINK, REGION), "c": page(sin("1"))})
    audit(store, "r2", {"a": page(IMAGE), "b": DOWN, "c": GOOD})

    diff = differ(store)

    assert {(one.rule, one.state) for one in diff.issues} == {
        ("axe/image-alt", "unchanged"),
        ("axe/link-name", "not-checked"),
        ("axe/region", "not-checked"),
        ("pii/ca-sin", "fixed"),
    }


@pytest.mark.parametrize(
    ("last", "state"),
    [({}, "fixed"), ({"state": "incomplete"}, "not-checked"), ({"sample": "1 pages that changed"}, "not-checked")],
)
def test_what_was_fixed_in_between_is_fixed_where_all_was_looked_at_again(file_store, last, state):
    audit(file_store, "r1", {"a": page(IMAGE)})
    audit(file_store, "r2", {"a": GOOD})
    audit(file_store, "r3", {"a": GOOD}, **last)

    assert [one.state for one in differ(file_store, "r1", "r3").issues] == [state]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({"a": [IMAGE], "b": [LINK]}, {"a": [IMAGE], "b": [LINK]}),
        ({"a": [IMAGE], "b": [LINK]}, {"a": [], "b": [LINK, replace(LINK, selector="p a", snippet="<a role=x>")]}),
        ({"a": [IMAGE, replace(IMAGE, selector="p img")]}, {"a": [IMAGE]}),
        ({"a": [sin("1")], "b": []}, {"a": [sin("1")], "b": [sin("1")]}),
        ({"a": [], "b": []}, {"a": [REGION], "b": [replace(IMAGE, verdict=Verdict.REVIEW)]}),
        ({"a": [IMAGE, REGION]}, {"a": [LINK]}),
    ],
)
def test_a_difference_and_a_gate_say_the_same(file_store, before, now):
    audit(file_store, "r1", {path: page(*found) for path, found in before.items()})
    audit(file_store, "r2", {path: page(*found) for path, found in now.items()})
    data, standing = file_store.site_data("r2", "main"), file_store.standing("r2", "main")
    case = Case(data=data, now=standing, base=file_store.standing("r1", "main"), policy=GatePolicy())

    (gate,) = decide([case], RULES, load(), (), DAY_ONE.date(), lambda *_: ()).sites
    diff = differ(file_store)

    of_gate = {(one.fingerprint, one.verdict, one.change.replace("known", "unchanged")) for one in gate.issues}
    of_gate |= {(one.fingerprint, "", one.state) for one in gate.gone}
    gone = ("fixed", "not-checked")
    assert of_gate == {(one.fingerprint, "" if one.state in gone else one.verdict, one.state) for one in diff.issues}


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({}, ("", "")),
        ({"b": GOOD}, ("/b", "")),
        ({"a": GONE}, ("", "/a")),
        ({"a": PageResult(outcome=PageOutcome.REDIRECTED, status=301)}, ("", "/a")),
        ({"a": DOWN}, ("", "")),
        ({"a": PageResult(outcome=PageOutcome.ROBOTS)}, ("", "")),
        ({"a": PageResult(outcome=PageOutcome.BUDGET_PAGES)}, ("", "")),
    ],
)
def test_pages_that_came_and_went_are_told(file_store, now, told):
    before = {"a": GOOD, "c": GOOD}
    audit(file_store, "r1", before)
    audit(file_store, "r2", before | now)

    pages = differ(file_store).pages

    assert ("".join(pages.new.named), "".join(pages.gone.named)) == told
    assert pages.missed.named == (() if told != ("", "") or not now else ("/a",))


@pytest.mark.parametrize(
    ("changes", "gone"),
    [({}, "/a"), ({"sample": "1 pages that changed"}, ""), ({"state": "incomplete", "reasons": ["deadline"]}, "")],
)
def test_a_page_that_nothing_led_to_is_gone_where_all_was_looked_at(file_store, changes, gone):
    audit(file_store, "r1", {"a": GOOD, "c": GOOD})
    audit(file_store, "r2", {"c": GOOD}, **changes)

    diff = differ(file_store)

    assert "".join(diff.pages.gone.named) == gone
    assert "".join(diff.pages.missed.named) == ("" if gone else "/a")
    assert diff.incomplete == ("state" in changes)


def test_what_stands_on_pages_that_nobody_audited_before_may_have_stood_there(file_store):
    audit(file_store, "r1", {"a": GOOD, "b": DOWN})
    audit(file_store, "r2", {"a": page(REGION), "b": page(IMAGE), "c": page(LINK)})

    told = issues(differ(file_store))

    assert {rule: one.unseen for (rule, _), one in told.items()} == {
        "axe/image-alt": True,
        "axe/region": False,
        "axe/link-name": False,  # a part has no pages of its own
    }


def test_engines_rules_configuration_and_browser_are_told(file_store):
    few = [rule for rule in RULES if rule != "axe/link-name"]
    audit(file_store, "r1", {"a": page(rules=few)})
    audit(
        *(file_store, "r2", {"a": page(LINK, IMAGE)}),
        **{"engines": {"axe-core": "4.15.0"}, "browser": "Chromium 141", "config_sha256": "e" * 64},
    )

    diff = differ(file_store)

    assert diff.marks == (Mark(what="axe-core", before="4.14.1", now="4.15.0"),)
    assert (diff.browser, diff.config_changed) == (("Chromium 140", "Chromium 141"), True)
    assert (diff.rules_new, diff.rules_gone) == (("axe/link-name",), ())
    assert {rule: one.because for (rule, _), one in issues(diff).items()} == {
        "axe/link-name": "rule",
        "axe/image-alt": "engine",
    }


def test_a_value_counts_once_on_however_many_pages(file_store):
    audit(file_store, "r1", {"a": page(sin("1")), "b": page(sin("1"))})
    audit(file_store, "r2", {"a": page(sin("1")), "b": page(sin("1")), "c": page(sin("1"))})

    (issue,) = differ(file_store).issues

    assert (issue.state, issue.before, issue.now) == ("unchanged", 1, 1)


def test_where_nothing_changed_nothing_is_told(file_store):
    for run_id in ("r1", "r2"):
        audit(file_store, run_id, {"a": page(IMAGE)})

    diff = differ(file_store)

    assert (diff.marks, diff.browser, diff.config_changed, diff.rules_new, diff.rules_gone) == ((), None, False, (), ())
    assert (diff.pages.new.n, diff.pages.gone.n, diff.pages.missed.n, diff.incomplete) == (0, 0, 0, False)


# As it is shown


@pytest.fixture
def shown(file_store):
    audit(file_store, "r1", {"a": page(LINK, sin("1")), "b": page(REGION), "c": GOOD})
    audit(file_store, "r2", {"a": page(IMAGE, sin("1"), sin("2")), "b": page(REGION)}, engines={"axe-core": "5"})
    return Diff(before="r1", now="r2", sites=(differ(file_store, entries=[FOOTER]),), only_before=("booking",))


def test_text_tells_what_is_different_first(shown):
    text = formats.as_text(shown, Words("en")).replace("\xa0", " ")

    lines = text.splitlines()
    assert lines[0] == "main: r1 of 1 March 2027, compared with r2 of 2 March 2027"
    assert lines[1:3] == [
        "  Before: 3 pages audited, 100% of those asked for",
        "  Now: 2 pages audited, 100% of those asked for",
    ]
    assert "axe-core 4.14.1 -> 5" in lines[3]
    assert lines[4:6] == ["  Pages: 0 new, 1 gone, 0 not audited this time", "    - /c"]
    assert [line for line in lines if line.startswith("  ") and line.endswith((" issue", " issues"))] == [
        "  New: 1 issue",
        "  New places: 1 issue",
        "  Fixed: 1 issue",
        "  Unchanged: 1 issue",
    ]
    assert "      In Site footer: 1 place on 1 page" in lines
    assert "      Owner: Design" in lines
    (exposed,) = (line for line in lines if "privacy register" in line)
    assert exposed.strip() == f"In Page content: {REGISTER} (1 -> 2)"
    assert lines[-1] == "In the earlier run alone: booking."


def test_text_is_said_in_french(shown):
    text = formats.as_text(shown, Words("fr"))

    assert "Image (fr) (axe/image-alt)" in text
    assert "Corrigés\xa0: 1 problème" in text
    assert "Dans Pied de page" in text


def test_nothing_of_an_exposure_but_its_number_is_shown(shown):
    for text in (formats.as_text(shown, Words("en")), formats.as_json(shown, Words("en"))):
        assert "•••" not in text
        assert "1" * 30 not in text
    (site,) = json.loads(formats.as_json(shown, Words("en")))["sites"]
    (exposed,) = (one for one in site["issues"] if one["kind"] == "exposure")
    assert (exposed["changed"], exposed["pages"], exposed["on_pages"]) == (1, [], 0)
