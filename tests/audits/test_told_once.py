"""One fault of one element is told once, and names every engine that sees it."""

from dataclasses import replace

import pytest

from audits.accessibility.axe_rules import AxeRules
from audits.accessibility.qualweb_rules import QualwebRules, rule_id
from audits.check import worst
from audits.model import Finding, Impact, Outcome, Rule, Snapshot, Verdict
from audits.registry import catalogue, check_classes
from audits.runner import run_checks
from audits.standards import load
from audits.told_once import names_of, told_once, told_with

FAIL, REVIEW = Verdict.FAIL, Verdict.REVIEW


def rule(name, *said_by, alone=True):
    return Rule(id=name, title="t", why="w", fix="f", impact=Impact.SERIOUS, said_by=said_by, alone=alone)


def found(name, selector, verdict=FAIL, engine="handrail"):
    return Finding(rule=name, verdict=verdict, message="m", selector=selector, engine=engine, fingerprint=selector)


def quoting(name, selector, message):
    return replace(found(name, selector, REVIEW), message=message)


def said(name, *findings):
    return Outcome(rule=name, verdict=worst(findings), findings=findings)


RULES = {
    each.id: each
    for each in (
        rule("axe/image-alt"),
        rule("axe/label"),
        rule("qualweb/act-r17", "axe/image-alt", "axe/role-img-alt"),
        rule("qualweb/act-r24", "axe/label", alone=False),
        rule("check/own", "axe/image-alt"),
    )
}


def places(outcomes):
    return {
        outcome.rule: [(finding.selector, finding.verdict, finding.engine) for finding in outcome.findings]
        for outcome in outcomes
    }


def test_two_engines_that_see_one_fault_are_named_in_one_finding():
    axe = said("axe/image-alt", found("axe/image-alt", "#a", engine="axe-core"))
    qualweb = said("qualweb/act-r17", found("qualweb/act-r17", "#a", REVIEW, "QualWeb"))

    outcomes = told_once([axe, qualweb], RULES)

    assert places(outcomes) == {"axe/image-alt": [("#a", FAIL, "axe-core, QualWeb")], "qualweb/act-r17": []}
    assert [outcome.verdict for outcome in outcomes] == [FAIL, Verdict.PASS]
    assert outcomes[0].findings[0].fingerprint == "#a"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("axe/image-alt", "#a"), ("qualweb/act-r17", "#b")),  # another element
        (("axe/label", "#a"), ("qualweb/act-r17", "#a")),  # another fault of the same element
        (("axe/image-alt", "iframe >> #a"), ("qualweb/act-r17", "#a")),  # the same id in another document
        (("axe/image-alt", ""), ("qualweb/act-r17", "")),  # nowhere is not a place
        (("check/own", "#a"), ("qualweb/act-r17", "#a")),  # nobody says that these are the same
    ],
)
def test_what_is_not_the_same_fault_stands_alone(first, second):
    outcomes = told_once([said(name, found(name, place)) for name, place in (first, second)], RULES)

    assert [[finding.selector for finding in outcome.findings] for outcome in outcomes] == [[first[1]], [second[1]]]
    assert {finding.engine for outcome in outcomes for finding in outcome.findings} == {"handrail"}


WORDED = {
    each.id: each
    for each in (
        rule("check/pressed"),
        replace(rule("check/written", "check/pressed"), by_words=True),
        rule("check/placed", "check/pressed"),
    )
}
PRESSED = "“Save” brings up “Your list is saved”, which is in no live region."


@pytest.mark.parametrize(
    ("name", "message", "alone"),
    [
        ("check/written", "When “Save” is pressed, “Your list is saved” or the like is written here.", False),
        ("check/written", "When “Save” is pressed, “Your li…” or the like is written here.", False),
        ("check/written", "When “Save” is pressed, this comes up.", False),
        ("check/written", "When “Save” is pressed, “Nothing is saved” or the like is written here.", True),
        ("check/written", "When “Sa” is pressed, this comes up.", True),
        ("check/written", "A script writes here.", True),
        ("check/placed", "When “Save” is pressed, this comes up.", True),
    ],
)
def test_what_quotes_the_same_words_elsewhere_is_told_once_where_a_rule_says_so(name, message, alone):
    pressed = said("check/pressed", quoting("check/pressed", "#list", PRESSED))
    other = said(name, quoting(name, "#toast > span", message))

    outcomes = told_once([pressed, other], WORDED)

    assert [len(outcome.findings) for outcome in outcomes] == [1, int(alone)]


def test_the_order_of_the_checks_does_not_matter():
    one = said("check/own", found("check/own", "#a", REVIEW))
    other = said("axe/image-alt", found("axe/image-alt", "#a", engine="axe-core"))

    forth, back = told_once([one, other], RULES), told_once([other, one], RULES)

    assert places(forth) == places(back)


def test_the_worse_verdict_of_the_two_holds():
    axe = said("axe/image-alt", found("axe/image-alt", "#a", REVIEW, "axe-core"))
    own = said("check/own", found("check/own", "#a", FAIL))

    (told, _) = told_once([axe, own], RULES)

    assert told.verdict is FAIL
    assert told.findings[0].verdict is FAIL


def test_a_second_voice_is_heard_only_beside_a_first():
    axe = said("axe/label", found("axe/label", "#a", engine="axe-core"))
    qualweb = said("qualweb/act-r24", *(found("qualweb/act-r24", place, REVIEW, "QualWeb") for place in ("#a", "#b")))

    outcomes = told_once([axe, qualweb], RULES)

    assert places(outcomes) == {"axe/label": [("#a", FAIL, "axe-core, QualWeb")], "qualweb/act-r24": []}


def test_three_that_say_the_same_are_one():
    findings = [
        said("axe/image-alt", found("axe/image-alt", "#a", engine="axe-core")),
        said("check/own", found("check/own", "#a")),
        said("qualweb/act-r17", found("qualweb/act-r17", "#a", REVIEW, "QualWeb")),
    ]

    outcomes = told_once(findings, RULES)

    assert outcomes[0].findings[0].engine == "axe-core, handrail, QualWeb"
    assert sum(len(outcome.findings) for outcome in outcomes) == 1


def test_an_outcome_that_is_no_finding_stays_as_it_is():
    broken = Outcome(rule="qualweb/act-r17", verdict=Verdict.ERROR, reason="qualweb: Crash")

    assert told_once([broken], RULES) == (broken,)


def test_a_rule_of_another_version_stays_as_it_is():
    unknown = said("axe/newer", found("axe/newer", "#a"))

    assert told_once([unknown], RULES) == (unknown,)


def snapshot(axe_target, at, qualweb_target, frame=()):
    part = {"key": "content", "name": "Page content"}
    node = {"target": [axe_target], "html": "<img>", "message": "m", "part": part, "impact": "serious", "at": at}
    failed = {"id": "image-alt", "outcome": "violation", "impact": None, "nodes": [node]}
    top = {"frame": [], "url": "u", "rules": [{"id": "region", "outcome": "pass", "nodes": []}]}
    inner = {"frame": list(frame), "url": "u", "rules": [failed]}
    second = {
        "id": "QW-ACT-R17", "outcome": "failed", "broken": 0,
        "nodes": [{"target": qualweb_target, "html": "<img>", "part": part}],
    }  # fmt: skip
    return Snapshot(
        site="main",
        url="u",
        artifacts={
            "axe": {"version": "4", "frames": [top, inner], "not_entered": []},
            "qualweb": {"frames": [{"frame": ["#map" for _ in frame], "rules": [second]}]},
        },
    )


@pytest.mark.parametrize("frame", [(), ("iframe",)])
def test_a_place_may_have_two_names(frame):
    inside = "".join("#map >> " for _ in frame)
    seen = snapshot("img", f"{inside}main > img", "main > img", frame)
    checks = [AxeRules(redact=str), QualwebRules(redact=str)]

    outcomes = told_once(run_checks(seen, checks, site_key="main"), catalogue(checks), names_of(seen))

    told = [finding for outcome in outcomes for finding in outcome.findings]
    assert [(finding.rule, finding.engine) for finding in told] == [("axe/image-alt", "axe-core, QualWeb")]


def test_what_only_the_second_engine_sees_is_asked_about():
    seen = snapshot("img", "main > img", "main > p > img")
    checks = [AxeRules(redact=str), QualwebRules(redact=str)]

    outcomes = told_once(run_checks(seen, checks, site_key="main"), catalogue(checks), names_of(seen))

    told = {finding.rule: finding for outcome in outcomes for finding in outcome.findings}
    assert told["axe/image-alt"].engine == "axe-core"
    assert told["qualweb/act-r17"].verdict is REVIEW
    assert told["qualweb/act-r17"].message.startswith("Image has no text alternative, says QualWeb")


def test_what_the_second_engine_quotes_is_masked():
    seen = snapshot("img", "main > img", "#secret")

    outcomes = run_checks(seen, [QualwebRules(redact=lambda text: text.replace("secret", "•"))], site_key="main")

    assert [finding.selector for outcome in outcomes for finding in outcome.findings] == ["#•"]


@pytest.mark.parametrize(("broken", "verdict"), [(0, Verdict.INAPPLICABLE), (1, Verdict.ERROR)])
def test_a_rule_that_broke_has_not_passed(broken, verdict):
    said_nothing = {"id": "QW-ACT-R17", "outcome": "inapplicable", "broken": broken, "nodes": []}
    artifacts = {"qualweb": {"frames": [{"frame": [], "rules": [said_nothing]}]}}
    seen = Snapshot(site="main", url="u", artifacts=artifacts)

    outcomes = run_checks(seen, [QualwebRules(redact=str)], site_key="main")

    assert {outcome.rule: outcome.verdict for outcome in outcomes}["qualweb/act-r17"] is verdict


def test_every_rule_of_the_second_engine_has_an_act_rule_that_axe_core_has_too():
    for known in load().qualweb_rules.values():
        assert any(known.act in load().axe_rules[rule].act for rule in known.axe), known.id


def test_what_a_rule_is_said_by_is_a_rule():
    rules = catalogue(
        [made(redact=str) if "redact" in made.__init__.__annotations__ else made()
         for made in check_classes(["audits.accessibility"], group="none.at.all")]
    )  # fmt: skip

    assert rules[rule_id(load().qualweb_rules["QW-ACT-R17"])].said_by
    for each in rules.values():
        assert {name for name in each.said_by if not name.startswith("axe/")} <= rules.keys()
        assert each.alone or each.said_by


@pytest.mark.parametrize(
    ("wanted", "needed"),
    [
        ("axe/label", {"axe/label", "qualweb/act-r24"}),
        ("qualweb/act-r24", {"axe/label", "qualweb/act-r24"}),
        # Whoever joins it may join another before it.
        ("axe/image-alt", {"axe/image-alt", "qualweb/act-r17", "check/own", "axe/role-img-alt"}),
    ],
)
def test_a_rule_is_asked_for_with_those_that_may_tell_its_findings(wanted, needed):
    assert told_with([wanted], RULES) == needed


def test_a_few_rules_tell_what_all_of_them_tell_of_these():
    image, label = found("axe/image-alt", "img"), found("axe/label", "input", REVIEW)
    all_of_it = [
        said("axe/image-alt", image),
        said("axe/label", label),
        said("qualweb/act-r17", found("qualweb/act-r17", "img"), found("qualweb/act-r17", "svg")),
        said("qualweb/act-r24", found("qualweb/act-r24", "input"), found("qualweb/act-r24", "p")),
        said("check/own", found("check/own", "img", REVIEW)),
    ]
    whole = {one.rule: one for one in told_once(all_of_it, RULES)}

    for rule_ in RULES:
        few = told_with([rule_], RULES)
        told = told_once([one for one in all_of_it if one.rule in few], RULES)
        assert {one.rule: one for one in told}[rule_] == whole[rule_]
