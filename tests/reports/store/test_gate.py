"""What a deploy broke shuts the gate, what it repaired does not, and what nobody looked at is neither."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import pytest
from jsonschema import Draft4Validator
from lxml import etree
from store_helpers import audit, audited, begin, fails, finding, passes, url

from audits.fingerprint import fingerprint
from audits.model import (
    Exposure,
    Impact,
    Kind,
    Link,
    PageOutcome,
    PageResult,
    Rule,
    Tier,
    Verdict,
    Waiver,
    exposure_id,
)
from audits.standards import load
from handrail.answers import Coming, keep, people_of
from handrail.cli.gate import _baselines
from handrail.config import Policy
from reports import baseline
from reports.answers import questions_to_people
from reports.criteria import Criteria
from reports.formats.gate import FORMATS
from reports.gate import PLACES_SHOWN, decide
from reports.gate_model import Case, GatePolicy, Limit
from reports.owners import Owners, PartEntry
from reports.sampled import asked
from reports.standing import path_of
from reports.text import Words

DAY = date(2027, 3, 1)
RULES = {
    rule.id: rule
    for rule in (
        Rule(id="axe/image-alt", title="Image", why="", fix="Alt.", impact=Impact.CRITICAL, criteria=("1.1.1",)),
        Rule(id="axe/link-name", title="Link", why="", fix="Name.", impact=Impact.SERIOUS, criteria=("2.4.4",)),
        Rule(id="axe/target-size", title="Small", why="", fix="Grow.", impact=Impact.MODERATE, criteria=("2.5.8",)),
        Rule(id="axe/region", title="Region", why="", fix="Put.", impact=Impact.MODERATE, best_practice=True),
        Rule(id="pii/ca-sin", title="SIN", why="", fix="Contain.", impact=Impact.CRITICAL, kind=Kind.EXPOSURE),
        Rule(id="site/broken-link", title="Dead", why="", fix="Mend.", impact=Impact.MODERATE, best_practice=True),
        Rule(id="privacy/tracker", title="Tracker", why="", fix="Stop.", impact=Impact.SERIOUS, kind=Kind.PRIVACY),
    )
}
GOOD = audited(*(passes(rule) for rule in RULES))
IMAGE = finding()


def bad(*findings):
    """An audited page with these; all other rules passed."""
    found = {}
    for one in findings:
        known = replace(one, impact=RULES[one.rule].impact)
        found.setdefault(one.rule, []).append(replace(known, fingerprint=fingerprint(known, "main")))
    outcomes = [fails(*some) for some in found.values()]
    return audited(*outcomes, *(passes(rule) for rule in RULES if rule not in found))


def sin(value, **changes):
    exposed = Exposure(
        entity="CA_SIN", tier=Tier.REPORT, where="text", mask="••• ••• •••", value_hmac=value, score=1.0, **changes
    )
    return finding("pii/ca-sin", exposure=exposed)


def decided(
    store,
    run_id="r2",
    base="r1",
    *,
    now=None,
    base_began=None,
    values=frozenset(),
    policy=None,
    waivers=(),
    entries=(),
    areas=(),
    site="main",
    rules=RULES,
    people=None,
):
    if base == "r1":
        base = store.standing("r1", site)
    case = Case(
        data=store.counts(run_id, site),
        now=now or store.standing(run_id, site),
        base=base,
        base_began=base_began,
        decided=values,
        policy=policy or GatePolicy(),
        owners=Owners(site="Web team", parts=tuple(entries), areas=tuple(areas)),
        people=people,
    )

    def find(key, fingerprint, matters, once):
        return list(islice(filter(matters, store.places(run_id, key, fingerprint, once=once)), PLACES_SHOWN))

    return decide([case], rules, load(), waivers, DAY, find)


def changes(decision):
    return {(one.rule, one.change, one.places, one.pages) for one in decision.sites[0].issues}


def unmet(decision):
    return [one.key for one in decision.sites[0].requirements if not one.met]


def waiver(name="w", **changes):
    told = {"rules": ("axe/image-alt",), "ground": "g", "reason": "r", "owner": "o", "by": "b"}
    return Waiver(**{"name": name, "on": DAY, "until": DAY, **told, **changes})


# What the deploy brought


def test_nothing_new_is_met(file_store):
    for run_id in ("r1", "r2"):
        audit(file_store, run_id, {"a": bad(IMAGE), "b": GOOD})

    decision = decided(file_store)

    assert (decision.code, unmet(decision)) == (0, [])
    assert changes(decision) == {("axe/image-alt", "known", 1, ("/a",))}


def test_a_new_issue_is_not_met(file_store):
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": bad(IMAGE)})

    decision = decided(file_store)

    assert (decision.code, unmet(decision)) == (1, ["new"])
    (issue,) = decision.sites[0].broken
    assert (issue.change, issue.places, issue.pages, issue.because) == ("new", 1, ("/a",), "site")
    assert [(place.url, place.selector) for place in issue.shown] == [(url("a"), "img")]


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ({"a": [IMAGE], "b": []}, {"a": [IMAGE], "b": [IMAGE]}, [("more", 1, ("/b",))]),  # another page
        ({"a": [IMAGE]}, {"a": [IMAGE, replace(IMAGE, selector="p img")]}, [("more", 1, ("/a",))]),  # the same page
        ({"a": [IMAGE], "b": []}, {"a": [], "b": [IMAGE]}, [("more", 1, ("/b",))]),  # one repaired, one broken
        ({"a": [IMAGE, replace(IMAGE, selector="p img")]}, {"a": [IMAGE]}, []),
        ({"a": [IMAGE], "b": [IMAGE]}, {"a": [IMAGE], "b": []}, []),
        ({"a": [IMAGE]}, {"a": [replace(IMAGE, selector="section img", message="Other words.")]}, []),
    ],
)
def test_page_content_is_compared_page_by_page(file_store, before, now, told):
    audit(file_store, "r1", {path: bad(*found) for path, found in before.items()})
    audit(file_store, "r2", {path: bad(*found) for path, found in now.items()})

    decision = decided(file_store)

    assert [(one.change, one.places, one.pages) for one in decision.sites[0].broken] == told
    assert decision.code == (1 if told else 0)


@pytest.mark.parametrize(
    ("before", "now", "places"),
    [
        ({"a": ["<a class=x>"]}, {"a": ["<a class=x>"], "b": ["<a class=x>"]}, 0),  # on one page more
        ({"a": ["<a class=x>"]}, {"a": ["<a class=x>", "<a class=x>"]}, 1),  # twice on the page
        ({"a": ["<a class=x>"]}, {"a": ["<a class=other>"]}, 1),  # another element
        ({"a": ["<a class=x>", "<a class=x>"]}, {"a": ["<a class=x>"]}, 0),
    ],
)
def test_a_shared_part_is_compared_by_its_elements(file_store, before, now, places):
    def footer(snippets):
        found = (finding("axe/link-name", part="contentinfo", selector="a", snippet=one) for one in snippets)
        return bad(*(replace(one, selector=f"a:nth-child({n})") for n, one in enumerate(found)))

    audit(file_store, "r1", {path: footer(some) for path, some in before.items()})
    audit(file_store, "r2", {path: footer(some) for path, some in now.items()})

    decision = decided(file_store)

    assert [(one.change, one.places) for one in decision.sites[0].broken] == ([("more", places)] if places else [])


def test_a_shared_part_shows_each_element_once(file_store):
    link = finding("axe/link-name", part="contentinfo", selector="footer a", snippet="<a>")
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {path: bad(link) for path in "abcdefghijklmn"})

    (issue,) = decided(file_store).sites[0].broken

    assert (issue.places, len(issue.shown)) == (14, 1)


def test_content_that_moves_is_allowed_where_the_city_says_so(file_store):
    audit(file_store, "r1", {"a": bad(IMAGE), "b": GOOD})
    audit(file_store, "r2", {"a": GOOD, "b": bad(IMAGE)})

    assert decided(file_store).code == 1
    assert decided(file_store, policy=GatePolicy(more="site")).code == 0


def test_a_new_value_is_told_although_its_kind_is_known(file_store):
    audit(file_store, "r1", {"a": bad(sin("1" * 64))})
    audit(file_store, "r2", {"a": bad(sin("1" * 64), sin("2" * 64))})

    decision = decided(file_store)

    assert unmet(decision) == ["more"]
    (issue,) = decision.sites[0].broken
    assert (issue.change, issue.places, issue.pages, issue.shown, issue.exposure) == ("more", 1, (), (), True)


def test_the_same_value_on_another_page_is_no_new_one(file_store):
    audit(file_store, "r1", {"a": bad(sin("1" * 64)), "b": GOOD})
    audit(file_store, "r2", {"a": bad(sin("1" * 64)), "b": bad(sin("1" * 64))})

    assert decided(file_store).code == 0


def test_what_a_person_must_look_at_does_not_count_unless_asked(file_store):
    audit(file_store, "r1", {"a": GOOD})
    asks = replace(IMAGE, verdict=Verdict.REVIEW)
    audit(file_store, "r2", {"a": bad(asks)})

    assert decided(file_store).code == 0
    assert decided(file_store, policy=GatePolicy(review=True)).code == 1


def test_a_question_that_becomes_a_failure_is_new(file_store):
    audit(file_store, "r1", {"a": bad(replace(IMAGE, verdict=Verdict.REVIEW))})
    audit(file_store, "r2", {"a": bad(IMAGE)})

    assert unmet(decided(file_store)) == ["new"]


def test_advice_does_not_count_unless_asked(file_store):
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": bad(finding("axe/region"))})

    assert decided(file_store).code == 0
    assert decided(file_store, policy=GatePolicy(advice=True)).code == 1


@pytest.mark.parametrize(("least", "code"), [("minor", 1), ("moderate", 1), ("serious", 0), ("critical", 0), ("", 0)])
def test_new_issues_count_from_a_severity_on(file_store, least, code):
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": bad(finding("axe/target-size"))})

    assert decided(file_store, policy=GatePolicy(new=least)).code == code


def test_what_was_fixed_before_and_is_back_is_told_so(file_store):
    audit(file_store, "r0", {"a": bad(IMAGE)})
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": bad(IMAGE)})

    decision = decided(file_store)

    assert unmet(decision) == ["returned"]
    assert decided(file_store, policy=GatePolicy(returned=False)).code == 0


# The faults of other gates


def test_a_page_that_is_not_there_is_no_pass(file_store):
    audit(file_store, "r1", {"a": GOOD})
    begin(file_store, "r2")
    file_store.add_links("r2", "main", [Link(url=url("a"))])
    (lease,) = file_store.lease("r2", "main", owner="w", limit=1, seconds=60)
    file_store.finish(lease, PageResult(outcome=PageOutcome.NOT_FOUND, status=404))
    file_store.finish_site("r2", "main", "incomplete", ["start-page-not-found"])

    decision = decided(file_store)

    assert (decision.code, decision.sites[0].verdict) == (3, "incomplete")


@pytest.mark.parametrize(
    "outcome", [PageOutcome.CONNECTION_REFUSED, PageOutcome.DNS_FAILURE, PageOutcome.TLS_ERROR, PageOutcome.TIMEOUT]
)
def test_a_site_that_cannot_be_reached_is_no_pass(file_store, outcome):
    audit(file_store, "r1", {"a": bad(IMAGE)})
    audit(file_store, "r2", {"a": PageResult(outcome=outcome)})

    decision = decided(file_store)

    assert (decision.code, decision.sites[0].reasons) == (3, ("no-page-audited",))
    assert [one.state for one in decision.sites[0].gone] == ["not-checked"]


@pytest.mark.parametrize(
    ("pages", "sample", "code"),
    [("a", "", 3), ("ab", "", 3), ("abc", "", 0), ("abcdefg", "", 0), ("a", "pages that changed", 0)],
)
def test_a_sitemap_that_is_missing_is_no_pass(file_store, pages, sample, code):
    audit(file_store, "r1", dict.fromkeys("abcde", GOOD))
    audit(file_store, "r2", dict.fromkeys(pages, GOOD))

    decision = decided(file_store, now=replace(file_store.standing("r2", "main"), sample=sample))

    assert decision.code == code
    assert decision.sites[0].reasons == (("most-pages-gone",) if code else ())


def test_a_rule_that_gave_no_result_anywhere_is_no_pass(file_store):
    broke = passes(verdict=Verdict.ERROR, reason="TimeoutError")
    rest = [passes(rule) for rule in RULES if rule != "axe/image-alt"]
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": audited(broke, *rest)})
    limit = GatePolicy(limits=(Limit(most=0, rules=("axe/image-alt",)),))

    decision = decided(file_store, policy=limit)

    assert (decision.code, decision.sites[0].reasons) == (3, ("checks-could-not-run",))


def test_what_the_baseline_did_not_look_at_is_not_new_where_it_stood_before(file_store):
    link = finding("axe/link-name")
    down = PageResult(outcome=PageOutcome.SERVER_ERROR)
    for day, (run_id, pages) in enumerate(
        {
            "r0": {"a": bad(IMAGE), "b": GOOD},
            "r1": {"a": down, "b": GOOD},
            "r2": {"a": bad(IMAGE), "b": bad(link)},
            "r3": {"a": bad(IMAGE), "b": bad(link)},
        }.items()
    ):
        audit(file_store, run_id, pages, started=datetime(2027, 3, 1 + day, 8, 0, tzinfo=UTC))

    by_store = {
        run: decided(file_store, run, base_began=datetime(2027, 3, 2, 8, 0, tzinfo=UTC)) for run in ("r2", "r3")
    }

    told = {("axe/image-alt", "known"), ("axe/link-name", "new")}
    assert [{(rule, change) for rule, change, *_ in changes(one)} for one in by_store.values()] == [told, told]
    # A baseline of another store: nobody knows what stood there.
    assert {change for _, change, *_ in changes(decided(file_store))} == {"new"}


@pytest.mark.parametrize("state", ["complete", "incomplete", "running"])
def test_an_empty_run_is_no_pass(file_store, state):
    audit(file_store, "r1", {"a": bad(IMAGE)})
    begin(file_store, "r2")
    if state != "running":
        file_store.finish_site("r2", "main", state)

    decision = decided(file_store)

    assert decision.code == 3
    assert [gone.state for gone in decision.sites[0].gone] == ["not-checked"]


def test_an_empty_run_that_calls_itself_complete_is_no_pass(file_store):
    begin(file_store, "r1")
    file_store.finish_site("r1", "main", "complete")

    decision = decided(file_store, "r1", None)

    assert (decision.code, decision.sites[0].reasons) == (3, ("no-page-audited",))


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (passes(), "fixed"),
        (passes(verdict=Verdict.INAPPLICABLE), "fixed"),
        (passes(verdict=Verdict.ERROR, reason="TimeoutError"), "not-checked"),
        (passes(verdict=Verdict.NOT_RUN, reason="not run: page budget"), "not-checked"),
    ],
)
def test_a_store_that_never_saw_an_issue_calls_it_fixed_only_after_a_look(file_store, outcome, state):
    rest = [passes(rule) for rule in RULES if rule != "axe/image-alt"]
    audit(file_store, "r1", {"a": bad(IMAGE)})
    audit(file_store, "r2", {"a": audited(outcome, *rest), "b": GOOD})
    (issue,) = file_store.standing("r1", "main").issues.values()
    elsewhere = replace(issue, fingerprint=f"1:{'0' * 32}")  # as a committed baseline may name it
    before = replace(file_store.standing("r1", "main"), issues={elsewhere.which: elsewhere})

    decision = decided(file_store, base=before)

    assert [gone.state for gone in decision.sites[0].gone] == [state]


def test_no_site_at_all_is_no_pass():
    assert decide([], RULES, load(), (), DAY, lambda *_: []).code == 3


@pytest.mark.parametrize(("most", "code"), [(0, 1), (1, 1), (2, 0), (3, 0)])
def test_a_limit_is_what_may_be_there(file_store, most, code):
    audit(file_store, "r1", {"a": bad(IMAGE, finding("axe/link-name"))})

    decision = decided(file_store, "r1", None, policy=GatePolicy(limits=(Limit(most=most),)))

    assert (decision.code, decision.sites[0].requirements[-1].found) == (code, 2)


def test_repairs_do_not_shut_the_gate(file_store):
    audit(file_store, "r1", {"a": bad(IMAGE), "b": bad(finding("axe/link-name"))})
    audit(file_store, "r2", {"a": GOOD, "b": GOOD})

    decision = decided(file_store)

    assert decision.code == 0
    assert {(gone.rule, gone.state) for gone in decision.sites[0].gone} == {
        ("axe/image-alt", "fixed"),
        ("axe/link-name", "fixed"),
    }


def test_a_page_that_was_not_crawled_is_not_fixed(file_store):
    audit(file_store, "r1", {"a": GOOD, "b": bad(IMAGE)})
    audit(file_store, "r2", {"a": GOOD})

    decision = decided(file_store)

    assert [(gone.rule, gone.state) for gone in decision.sites[0].gone] == [("axe/image-alt", "not-checked")]


def test_a_check_that_broke_fixes_nothing(file_store):
    audit(file_store, "r1", {"a": bad(IMAGE), "b": GOOD})
    broke = passes(verdict=Verdict.ERROR, reason="TimeoutError")
    rest = [passes(rule) for rule in RULES if rule != "axe/image-alt"]
    audit(file_store, "r2", {"a": audited(broke, *rest), "b": GOOD})

    decision = decided(file_store)

    assert [gone.state for gone in decision.sites[0].gone] == ["not-checked"]


def test_an_update_of_an_engine_is_no_regression(file_store):
    audit(file_store, "r1", {"a": audited(*(passes(rule) for rule in RULES if rule != "axe/target-size"))})
    audit(file_store, "r2", {"a": bad(finding("axe/target-size"))})

    decision = decided(file_store)

    assert decision.code == 0
    assert [(one.change, one.because) for one in decision.sites[0].issues] == [("new", "rule")]
    assert decided(file_store, policy=GatePolicy(new_rules=True)).code == 1


@pytest.mark.parametrize(
    ("before", "now", "because"),
    [({}, "a.csv, sha256 1", "engine"), ({"tracker list": "x"}, "a.csv, sha256 1", "engine"), ({}, "", "site")],
)
def test_a_tracker_that_a_new_list_names_is_its_doing(file_store, before, now, because):
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": bad(finding("privacy/tracker"), IMAGE)})
    axe = {"axe-core": "4.14.1"}
    one = replace(file_store.standing("r1", "main"), engines=axe | before)
    two = replace(file_store.standing("r2", "main"), engines=axe | ({"tracker list": now} if now else {}))

    decision = decided(file_store, base=one, now=two)

    assert {issue.rule: issue.because for issue in decision.sites[0].issues} == {
        "privacy/tracker": because,
        "axe/image-alt": "site",
    }


def test_a_change_of_the_engines_version_is_told(file_store):
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": bad(IMAGE)})
    before = replace(file_store.standing("r1", "main"), engines={"axe-core": "4.13.0"})

    decision = decided(file_store, base=before)

    assert decision.sites[0].engines == {"axe-core": ("4.13.0", "4.14.1")}
    assert [(one.change, one.because) for one in decision.sites[0].issues] == [("new", "engine")]
    assert decision.code == 1  # the rule is not new: nobody can tell


def test_a_baseline_of_other_rules_alone_says_nothing(file_store):
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": GOOD})
    before = replace(file_store.standing("r1", "main"), rules=frozenset({"old/rule"}))

    assert decided(file_store, base=before).sites[0].reasons == ("no-rule-in-common",)


@pytest.mark.parametrize(("least", "code"), [(0.5, 0), (0.75, 0), (0.76, 1), (1.0, 1)])
def test_coverage_has_a_minimum(file_store, least, code):
    refused = PageResult(outcome=PageOutcome.SERVER_ERROR, status=500)
    audit(file_store, "r1", {"a": GOOD, "b": GOOD, "c": GOOD, "d": refused})

    decision = decided(file_store, "r1", None, policy=GatePolicy(min_coverage=least))

    assert decision.code == code


# Limits


def test_without_a_baseline_the_profile_and_exposures_are_what_counts(file_store):
    audit(file_store, "r1", {"a": bad(finding("axe/region"), replace(IMAGE, verdict=Verdict.REVIEW))})
    audit(file_store, "r2", {"a": bad(finding("axe/target-size"))})
    audit(file_store, "r3", {"a": bad(sin("1" * 64))})

    assert [decided(file_store, run, None).code for run in ("r1", "r2", "r3")] == [0, 1, 1]
    assert decided(file_store, "r1", None).sites[0].baseline == "none"


@pytest.mark.parametrize(
    ("limit", "found"),
    [
        (Limit(most=0), 6),
        (Limit(most=0, kind="accessibility"), 4),
        (Limit(most=0, kind="exposure"), 1),
        (Limit(most=0, kind="privacy"), 1),
        (Limit(most=0, kind="tracker"), 1),
        (Limit(most=0, kind="broken-link"), 1),
        (Limit(most=0, kind="accessibility", profile="aoda"), 1),
        (Limit(most=0, kind="accessibility", profile="wcag22-aa"), 2),
        (Limit(most=0, kind="accessibility", profile="site"), 2),
        (Limit(most=0, severity="critical"), 2),
        (Limit(most=0, severity="serious"), 3),
        (Limit(most=0, rules=("axe/*",)), 3),
        (Limit(most=0, rules=("axe/*",), unit="places"), 4),
        (Limit(most=0, verdict="review"), 1),
        (Limit(most=0, verdict="any"), 7),
    ],
)
def test_a_limit_counts_what_it_names(file_store, limit, found):
    more = [finding(rule) for rule in ("axe/target-size", "axe/region", "site/broken-link", "privacy/tracker")]
    asks = finding("axe/link-name", verdict=Verdict.REVIEW)
    audit(file_store, "r1", {"a": bad(IMAGE, sin("1" * 64), asks, *more), "b": bad(IMAGE)})

    decision = decided(file_store, "r1", None, policy=GatePolicy(limits=(limit,)))

    assert decision.sites[0].requirements[-1].found == found


# Waivers


def test_a_waiver_opens_the_gate_and_changes_no_result(file_store):
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": bad(IMAGE)})

    decision = decided(file_store, waivers=[waiver()])

    assert decision.code == 0
    assert [(one.rule, one.change, one.waiver) for one in decision.sites[0].issues] == [("axe/image-alt", "new", "w")]
    assert decision.waivers_unused == decision.waivers_ended == ()


def test_a_waiver_hides_no_other_rule_on_the_same_element(file_store):
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": bad(IMAGE, finding("axe/link-name", selector="img"))})

    decision = decided(file_store, waivers=[waiver()])

    assert [one.rule for one in decision.sites[0].broken] == ["axe/link-name"]


@pytest.mark.parametrize(
    ("one", "broken"),
    [
        (waiver(), []),
        (waiver(rules=("axe/*",)), []),
        (waiver(rules=("axe/link-name",)), ["/a", "/b"]),
        (waiver(site="main"), []),
        (waiver(site="other"), ["/a", "/b"]),
        (waiver(parts=("content",)), []),
        (waiver(parts=("Content",)), []),  # by its name
        (waiver(parts=("footer",)), ["/a", "/b"]),
        (waiver(urls=("/a",)), ["/b"]),
        (waiver(urls=("/*",)), []),
        (waiver(until=date(2027, 2, 28), on=date(2027, 1, 1)), ["/a", "/b"]),  # ended yesterday
    ],
)
def test_a_waiver_speaks_for_what_it_names(file_store, one, broken):
    audit(file_store, "r1", {"a": GOOD, "b": GOOD})
    audit(file_store, "r2", {"a": bad(IMAGE), "b": bad(IMAGE)})

    decision = decided(file_store, waivers=[one])

    assert [path for issue in decision.sites[0].broken for path in issue.pages] == broken
    assert decision.code == (1 if broken else 0)


def test_the_narrowest_waiver_wins_and_its_end_counts(file_store):
    audit(file_store, "r1", {"a": GOOD, "b": GOOD})
    audit(file_store, "r2", {"a": bad(IMAGE), "b": bad(IMAGE)})
    wide = waiver("wide", rules=("axe/*",))
    narrow = waiver("narrow", urls=("/a",))
    ended = replace(narrow, name="ended", on=date(2026, 1, 1), until=date(2027, 2, 28))

    both = decided(file_store, waivers=[wide, narrow])
    over = decided(file_store, waivers=[wide, ended])

    assert (both.code, both.waivers_unused) == (0, ())
    assert [issue.pages for issue in over.sites[0].broken] == [("/a",)]
    assert [one.name for one in over.waivers_ended] == ["ended"]


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ({"rules": ("axe/image-alt", "axe/link-name", "axe/label")}, {}),  # more rules are no narrower
        ({"urls": ("/a", "/b", "/c/*")}, {"urls": ("/a",)}),
        ({"urls": ("/a*", "/a/long/path/*")}, {"urls": ("/a",)}),
        ({"urls": ("/*", "/elsewhere/in/depth")}, {"urls": ("/a*",)}),
        ({"urls": ("/a*",)}, {"urls": ("/a",)}),
        ({"parts": ("content", "banner*", "contentinfo*")}, {"parts": ("content",)}),
        ({"parts": ("c*", "navigation: a long label")}, {"parts": ("conten*",)}),
        ({"rules": ("axe/*", "check/with-a-long-name-*")}, {"rules": ("axe/image-*",)}),
        ({"rules": ("axe/*", "check/a"), "site": "main"}, {"rules": ("axe/image-alt", "check/*")}),
        ({"rules": ("axe/image-alt", "axe/label")}, {"rules": ("axe/image-alt",), "site": "main"}),
    ],
)
def test_how_narrow_a_waiver_is_goes_by_what_fits(file_store, wide, narrow):
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": bad(IMAGE)})
    ended = {"on": date(2026, 1, 1), "until": date(2027, 2, 28)}

    narrow_ended = decided(file_store, waivers=[waiver("a-wide", **wide), waiver("narrow", **narrow, **ended)])
    wide_ended = decided(file_store, waivers=[waiver("a-wide", **wide, **ended), waiver("narrow", **narrow)])

    assert (narrow_ended.code, [one.name for one in narrow_ended.waivers_unused]) == (1, ["a-wide"])
    assert (wide_ended.code, wide_ended.waivers_unused) == (0, ())


def test_of_two_decisions_about_the_same_what_was_said_last_stands(file_store):
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": bad(IMAGE)})
    past, later = {"on": date(2026, 1, 1), "until": date(2027, 2, 28)}, {"until": date(2027, 12, 31)}

    longer = decided(file_store, waivers=[waiver("log-8", entry=8, **past), waiver("log-9", entry=9, **later)])
    shorter = decided(file_store, waivers=[waiver("log-8", entry=8, **later), waiver("log-9", entry=9, **past)])

    assert (longer.code, shorter.code) == (0, 1)


def test_a_waiver_accepts_nothing_before_the_day_on_which_it_is_approved(file_store):
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": bad(IMAGE)})
    soon = waiver("soon", urls=("/a",), on=date(2027, 3, 2), until=date(2027, 12, 31))

    alone = decided(file_store, waivers=[soon])
    beside = decided(file_store, waivers=[soon, waiver("wide")])

    assert (alone.code, beside.code) == (1, 0)
    assert [one.name for one in alone.waivers_early] == ["soon"]
    assert alone.waivers_unused == beside.waivers_unused == ()
    said = FORMATS["text"](alone, Words("en")).replace("\u00a0", " ")
    assert "Waiver soon accepts nothing yet: by its date it is approved on 2 March 2027." in said


def test_a_waiver_that_nothing_needs_is_told(file_store):
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": GOOD})

    decision = decided(file_store, waivers=[waiver("gone"), waiver("wrong", rules=("axe/nothing",))])

    assert [one.name for one in decision.waivers_unused] == ["gone", "wrong"]


@pytest.mark.parametrize(
    ("site", "changes", "told"),
    [
        ("", {}, ["w"]),
        ("main", {}, ["w"]),
        ("other", {}, []),  # this run did not look at it
        ("main", {"sample": "1 pages that changed"}, []),
        ("", {"sample": "1 pages that changed"}, []),
        ("main", {"pages": 0}, []),
    ],
)
def test_only_who_looked_at_a_whole_site_can_say_that_nothing_needs_a_waiver(file_store, site, changes, told):
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": GOOD})
    now = replace(file_store.standing("r2", "main"), **changes)

    decision = decided(file_store, now=now, waivers=[waiver(site=site)])

    assert [one.name for one in decision.waivers_unused] == told


def test_nobody_waives_an_exposure(file_store):
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": bad(sin("1" * 64))})

    assert decided(file_store, waivers=[waiver(rules=("*",))]).code == 1


@pytest.mark.parametrize(
    ("decided_about", "met", "values"),
    [((), False, 2), (("1",), False, 1), (("1", "2"), True, 2), (("1", "2", "9"), True, 2), (("9",), False, 2)],
)
def test_what_decisions_call_no_exposure_does_not_count(file_store, decided_about, met, values):
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": bad(sin("1" * 64), sin("2" * 64))})
    (issue,) = (one for one in file_store.site_data("r2", "main").issues if one.kind is Kind.EXPOSURE)
    ids = {place.exposure.value_hmac[0]: exposure_id(place.fingerprint) for place in issue.examples}
    known = frozenset(ids.get(name, "x-000000000000") for name in decided_about)

    after = decided(file_store, values=known)
    alone = decided(file_store, base=None, values=known, policy=GatePolicy(limits=(Limit(most=0, kind="exposure"),)))

    assert (after.code, alone.code) == ((0, 0) if met else (1, 1))
    (told,) = (one for one in after.sites[0].issues if one.exposure)
    assert (told.change, told.places, bool(told.waiver)) == ("new", values, met)


def test_a_limit_does_not_count_what_is_waived(file_store):
    audit(file_store, "r1", {"a": bad(IMAGE), "b": bad(IMAGE)})
    policy = GatePolicy(limits=(Limit(most=1, unit="places"),))

    assert decided(file_store, "r1", None, policy=policy).code == 1
    assert decided(file_store, "r1", None, policy=policy, waivers=[waiver(urls=("/a",))]).code == 0


# Parts


def test_a_part_has_a_name_an_owner_and_a_file(file_store):
    link = finding("axe/link-name", part="contentinfo", selector="footer a")
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": bad(link, IMAGE)})
    entry = PartEntry(name_en="Site footer", parts=("contentinfo*",), owner="Design", file="templates/footer.html")

    by_rule = {one.rule: one for one in decided(file_store, entries=[entry]).sites[0].issues}

    footer, content = by_rule["axe/link-name"], by_rule["axe/image-alt"]
    assert (footer.called.en, footer.owner, footer.file) == ("Site footer", "Design", "templates/footer.html")
    assert (content.part, content.owner, content.file) == ("Content", "Web team", "")


# The standing of a site, in both databases


def test_what_stands_is_counted_alike_in_both_databases(store):
    link = finding("axe/link-name", part="contentinfo", selector="footer a")
    twice = replace(link, selector="footer p a")
    audit(store, "r1", {"a?q=1": bad(IMAGE, link, twice), "b": bad(IMAGE, link, sin("1" * 64)), "c": GOOD})

    standing = store.standing("r1", "main")
    told = {one.rule: one for one in standing.issues.values()}

    assert (standing.complete, standing.pages, standing.rules) == (True, 3, frozenset(RULES))
    assert told["axe/image-alt"].pages == {"/a?q=1": 1, "/b": 1}
    assert (told["axe/link-name"].pages, list(told["axe/link-name"].elements.values())) == ({}, [2])
    assert (told["axe/link-name"].places, told["pii/ca-sin"].places) == (3, 1)
    assert len(told["pii/ca-sin"].values) == 1
    fingerprint = told["axe/image-alt"].fingerprint
    assert [place.url for place in store.places("r1", "main", fingerprint)] == [url("a?q=1"), url("b")]
    shared = told["axe/link-name"].fingerprint
    assert [len(list(store.places("r1", "main", shared, once=once))) for once in (False, True)] == [3, 2]
    assert [place.selector for place in store.places("r1", "main", shared, once=True)] == ["footer a", "footer p a"]


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("http://www.city.example/a/b?c=d", "/a/b?c=d"),
        ("https://preview-7.city.example:8443/a", "/a"),
        ("https://www.city.example", "/"),
        ("https://www.city.example?q=1", "/?q=1"),
        ("https://www.city.example/a#b", "/a"),
    ],
)
def test_a_page_is_the_same_on_another_host(address, path):
    assert path_of(address) == path


# What it is compared with


def test_pages_that_somebody_names_are_compared_with_the_whole_site_and_not_with_other_named_pages(
    file_store, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    both = {"a": bad(IMAGE), "b": bad(IMAGE)}
    for day, (run_id, pages, sample) in enumerate(
        [
            ("whole", both, ""),
            ("few", both, "at most 50 pages a site"),
            ("first", {"a": bad(IMAGE)}, asked("changed", 1)),
            ("second", {"b": bad(IMAGE)}, asked("changed", 1)),
            ("few again", both, "at most 50 pages a site"),
        ]
    ):
        started = datetime(2027, 3, 1 + day, 8, 0, tzinfo=UTC)
        audit(file_store, run_id, pages, sample=sample, started=started)
    runs = {run.id: run for run in file_store.runs()}

    bases = {one: _baselines(file_store, runs[one], Policy(), ["main"], "") for one in ("second", "few again")}
    told = decided(file_store, "second", bases["second"]["main"])

    assert {one: base["main"].run for one, base in bases.items()} == {"second": "whole", "few again": "few"}
    assert (told.code, changes(told)) == (0, {("axe/image-alt", "known", 1, ("/b",))})


def test_a_first_gate_tells_the_places_of_all_that_stands(file_store):
    audit(file_store, "r2", {"a": bad(IMAGE), "b": bad(IMAGE, sin("1" * 64))})

    first = decided(file_store, base=None)
    report = json.loads(FORMATS["gitlab-accessibility"](first, Words("en")))

    assert first.code == 1
    assert (report["errors"], sorted(map(path_of, report["results"]))) == (2, ["/a", "/b"])


def test_the_marks_before_what_is_asked_for_are_words_of_the_reader_too(file_store):
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": bad(IMAGE)})

    said = {lang: FORMATS["text"](decided(file_store), Words(lang)) for lang in ("en", "fr")}

    assert "  ok   The audit is complete\n  FAIL No new issue" in said["en"]
    assert "  ok    L’audit est complet\n  ÉCHEC Aucun nouveau problème" in said["fr"]


@pytest.mark.parametrize(
    ("sample", "english", "french"),
    [
        ("1 pages that changed", "1 page that changed", "1 page qui a changé"),
        ("12 pages that changed", "12 pages that changed", "12 pages qui ont changé"),
        ("at most 50 pages a site", "at most 50 pages a site", "au plus 50 pages par site"),
        ("a list of 2 addresses", "a list of 2 addresses", "une liste de 2 adresses"),
        ("3 pages looked at again", "3 pages looked at again", "3 pages regardées de nouveau"),
        ("what somebody else wrote", "what somebody else wrote", "what somebody else wrote"),
    ],
)
def test_what_was_asked_for_is_said_in_the_language_of_the_reader(file_store, sample, english, french):
    audit(file_store, "r1", {"a": GOOD})
    audit(file_store, "r2", {"a": GOOD})
    samples = [replace(file_store.standing(run, "main"), sample=sample) for run in ("r1", "r2")]

    decision = decided(file_store, base=samples[0], now=samples[1])

    for lang, told in (("en", english), ("fr", french)):
        for form in ("text", "markdown"):
            assert FORMATS[form](decision, Words(lang)).count(f": {told}.") == 2


# The baseline as a file


def test_a_baseline_comes_back_as_it_was(file_store):
    link = finding("axe/link-name", part="contentinfo", selector="footer a")
    audit(file_store, "r1", {"a": bad(IMAGE, link), "b": bad(sin("1" * 64))})
    standing = file_store.standing("r1", "main")

    text = baseline.dump([standing])

    (back,) = baseline.load(text).values()
    assert {which: replace(one, places=0) for which, one in back.issues.items()} == {
        which: replace(one, places=0) for which, one in standing.issues.items()
    }
    assert (back.rules, back.engines, back.pages) == (standing.rules, standing.engines, standing.pages)
    assert baseline.dump([back]) == text
    assert "127.0.0.1" not in text
    assert "1" * 64 not in text


def test_a_gate_says_the_same_with_the_file_as_with_the_run(file_store):
    link = finding("axe/link-name", part="contentinfo", selector="footer a")
    audit(file_store, "r1", {"a": bad(IMAGE, link), "b": bad(sin("1" * 64))})
    audit(file_store, "r2", {"a": bad(link), "b": bad(IMAGE, sin("2" * 64))})
    (back,) = baseline.load(baseline.dump([file_store.standing("r1", "main")])).values()

    by_run, by_file = decided(file_store), decided(file_store, base=back)

    assert changes(by_run) == changes(by_file)
    assert unmet(by_run) == unmet(by_file) == ["more"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", "is no baseline"),
        ('{"sites": {}}', "is no baseline"),
        ('{"schema_version": "9.0", "sites": {}}', "has schema_version 9.0"),
        ('{"schema_version": "1.0", "sites": {"main": {}}}', "site main: 'issues' is missing"),
        ('{"schema_version": "1.0", "sites": {"main": {"issues": [{"fingerprint": "x"}]}}}', "'x' is no fingerprint"),
        ('{"schema_version": "1.0", "sites": {}, "sites": {}}', "'sites' stands there twice; two versions"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_wrong_baseline_is_told(text, said):
    with pytest.raises(baseline.BaselineError, match=f"^base.json: .*{said}"):
        baseline.load(text, "base.json")


def test_a_baseline_that_was_merged_badly_is_told_and_not_half_believed(file_store):
    audit(file_store, "r1", {"a": bad(IMAGE), "b": bad(sin("1" * 64))})
    text = baseline.dump([file_store.standing("r1", "main")])

    def site(**changes):
        told = json.loads(text)
        told["sites"]["main"] |= changes
        return json.dumps(told)

    issue, exposure = json.loads(text)["sites"]["main"]["issues"]
    wrong = [
        (text.replace('"/a": 1', '"/a": 1, "/a": 7'), "'/a' stands there twice"),
        (site(issues=[issue, exposure, issue | {"pages": {"/a": 7}}]), f"{issue['fingerprint']} stands there twice"),
        (site(issues={}), "issues must be a list"),
        (site(issues=[exposure | {"values": "1:0"}]), "values must be a list"),
        (site(issues=[issue | {"pages": ["/a"]}]), "pages must be an object"),
        (site(pages=0), "pages must be a whole number, 1 or more"),
        (site(pages=1.5), "pages must be a whole number, 1 or more"),
        (site(rules="axe/image-alt"), "rules must be a list"),
        (site(engines=[]), "engines must be an object"),
    ]

    assert baseline.load(text)
    for other, said in wrong:
        assert other != text
        with pytest.raises(baseline.BaselineError, match=re.escape(said)):
            baseline.load(other)


# Every form of it

HOSTILE = "::error::x\n##vso[task.complete]<script>alert(1)</script>]]> @someone `a` | b \x1b[31m \u202eevil % end"


@pytest.fixture
def hostile(file_store):
    link = finding("axe/link-name", selector=HOSTILE, message=HOSTILE, snippet=HOSTILE)
    footer = finding(part="contentinfo", selector=HOSTILE, snippet=HOSTILE)
    audit(file_store, "r1", {"a": bad(finding("axe/region"))})
    audit(file_store, "r2", {"a?<b>&`x`": bad(link, footer, sin("1" * 64), finding("axe/region"))})
    return decided(file_store)


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_format_lets_a_page_speak_for_itself(hostile, name, language):
    text = FORMATS[name](hostile, Words(language))

    lines = [line.strip() for line in text.splitlines()]
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "1" * 64 not in text
    if name == "github":
        assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)
    elif name in ("text", "markdown", "azure"):  # what is printed into a job's log
        assert not any(line.startswith("::") for line in lines)
    if name == "azure":
        assert [line for line in lines if "##" in line[2:]] == []
    elif name in ("text", "markdown", "github"):
        assert "##vso" not in text
    if name == "markdown":
        outside = "".join(part for n, part in enumerate(text.replace("``", "`").split("`")) if n % 2 == 0)
        assert "<script" not in outside
        assert "@someone" not in outside


def test_json_holds_the_code_and_what_is_broken(hostile):
    told = json.loads(FORMATS["json"](hostile, Words("en")))

    assert told["code"] == 1
    assert {one.split()[1] for one in told["sites"][0]["broken"]} == {"fail"}
    assert len(told["sites"][0]["broken"]) == 3


def test_gitlab_counts_places_and_no_exposure(hostile):
    told = json.loads(FORMATS["gitlab-accessibility"](hostile, Words("en")))
    quality = json.loads(FORMATS["gitlab-code-quality"](hostile, Words("en")))

    assert (told["total"], told["errors"]) == (1, 2)
    assert {one["check_name"] for one in quality} == {"axe/link-name", "axe/image-alt", "axe/region"}
    assert len({one["fingerprint"] for one in quality}) == 3


def test_sarif_names_paths_and_no_address(hostile):
    told = json.loads(FORMATS["sarif"](hostile, Words("en")))

    schema = json.loads((Path(__file__).parents[1] / "sarif-schema-2.1.0.json").read_text("utf-8"))
    (run,) = told["runs"]
    assert [error.message for error in Draft4Validator(schema).iter_errors(told)] == []
    uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]}
    assert uris == {"web-audit/127.0.0.1/content", "web-audit/127.0.0.1/contentinfo"}
    assert run["automationDetails"]["id"] == "web-audit/127.0.0.1/"
    assert {one["ruleId"] for one in run["results"]} == {"axe/link-name", "axe/image-alt", "axe/region"}
    assert all(one["partialFingerprints"]["primaryLocationLineHash"] for one in run["results"])


def test_junit_fails_what_shuts_the_gate_alone(hostile):
    (suite,) = etree.fromstring(FORMATS["junit"](hostile, Words("en")).encode())

    failed = [case.get("name") for case in suite if case.find("failure") is not None]
    names = [(case.get("classname"), case.get("name")) for case in suite]
    assert [name for name in failed if "[" not in name] == ["new"]
    assert len(failed) == 1 + 3
    assert len(set(names)) == len(names)
    assert suite.get("failures") == str(len(failed))


def test_junit_skips_what_only_a_person_can_settle(file_store):
    audit(file_store, "r1", {"a": bad(replace(IMAGE, verdict=Verdict.REVIEW), finding("axe/link-name"))})
    decision = decided(file_store, "r1", None)

    (suite,) = etree.fromstring(FORMATS["junit"](decision, Words("en")).encode())

    cases = [case for case in suite if case.get("classname") == "handrail.main.criteria"]
    told = {case.get("name").split()[0]: case.find("skipped").get("message") for case in cases}
    assert told["1.1.1"] == "Needs a person"
    assert told["1.2.2"] == "Not covered by any tool"
    assert "2.4.4" not in told  # it fails
    assert len(cases) == len(told)
    assert int(suite.get("skipped")) == len(cases)
    assert "Contenu non textuel" in FORMATS["junit"](decision, Words("fr"))


def test_a_passed_rule_leaves_its_criterion_to_a_person(file_store):
    audit(file_store, "r1", {"a": GOOD})

    states = {one.number: one.state for one in decided(file_store, "r1", None).sites[0].open}

    assert states["1.1.1"] == states["2.4.4"] == "no-failure-found"
    assert "4.1.1" not in states


def test_markdown_names_what_was_fixed_and_the_command_that_looks_again(file_store):
    audit(file_store, "r1", {"a": bad(IMAGE)})
    audit(file_store, "r2", {"a": bad(finding("axe/link-name"))})

    text = FORMATS["markdown"](decided(file_store), Words("en"))

    assert "<details><summary>Fixed: 1 issue</summary>\n\n- Image `axe/image-alt`\n" in text.replace("\u00a0", " ")
    assert text.count("Fixed") == 1
    assert f"`handrail check '{url('a')}' --rule axe/link-name`" in text


def test_ten_annotations_are_for_all_sites_together(file_store):
    audit(file_store, "r1", {"a": GOOD})
    some = [*(finding("axe/link-name", part=f"part{n}") for n in range(8))]
    audit(file_store, "r2", {"a": bad(*some)})
    decision = decided(file_store)
    (site,) = decision.sites
    three = replace(decision, sites=(site, site, replace(site, verdict="incomplete", reasons=("no-page-audited",))))

    lines = FORMATS["github"](three, Words("en")).splitlines()

    assert [line.split()[0] for line in lines] == ["::error"] * 10 + ["::notice"] * 3
    assert "incomplete" in lines[0]
    assert "handrail check" in lines[1]


def test_an_incomplete_audit_is_an_error_in_junit(file_store):
    begin(file_store, "r1")
    file_store.finish_site("r1", "main", "incomplete", ["no-page-audited"])

    (suite,) = etree.fromstring(FORMATS["junit"](decided(file_store, "r1", None), Words("en")).encode())

    assert suite.get("errors") == "1"
    assert suite[0].find("error").get("type") == "complete"


def test_what_people_settled_is_not_asked_again(file_store):
    for run_id in ("r1", "r2"):
        audit(file_store, run_id, {"a": GOOD, "b": GOOD})
    (run,) = (one for one in file_store.runs() if one.id == "r2")
    data = file_store.site_data("r2", "main")
    held = Criteria(data, lambda rule: RULES[rule], load())
    asked = [one for one in questions_to_people(held, data, load(), "r2") if one.criteria == ("1.3.3",)]

    assert people_of(file_store, RULES, run, "main") is None
    keep(
        file_store,
        [Coming(asked=one, result="supports", by="A. Osei", on="2026-11-20", evidence="Looked.") for one in asked],
        account="a@host",
        how="answer",
    )
    before, after = (
        {one.number for one in decided(file_store, people=people).sites[0].open}
        for people in (None, people_of(file_store, RULES, run, "main"))
    )

    assert before - after == {"1.3.3"}
