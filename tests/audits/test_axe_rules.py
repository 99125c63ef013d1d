"""axe's result, frame by frame, becomes one outcome per rule."""

import pytest

from audits.accessibility.axe_rules import LONGEST, AxeRules, rule_for
from audits.model import Impact, Part, Snapshot, Verdict
from audits.runner import run_checks

NUMBER = "0" * 9  # what the stand-in for the detector masks


def redact(text: str) -> str:
    return text.replace(NUMBER, "•••")


def node(**facts):
    return {"target": ["img"], "html": "<img>", "message": "Fix it", "part": None, "impact": "serious", **facts}


def result(rule_id, outcome, *nodes, **facts):
    return {"id": rule_id, "outcome": outcome, "impact": None, "nodes": list(nodes), **facts}


def frame(*rules, path=()):
    return {"frame": list(path), "url": "http://127.0.0.1/", "rules": list(rules)}


def outcomes(*frames, not_entered=()):
    axe = {"version": "4.14.1", "frames": list(frames), "not_entered": list(not_entered)}
    snapshot = Snapshot(site="main", url="http://127.0.0.1/", artifacts={"axe": axe})
    return {outcome.rule: outcome for outcome in run_checks(snapshot, [AxeRules(redact=redact)], site_key="main")}


@pytest.mark.parametrize(
    ("top", "inner", "whole", "found"),
    [
        ("violation", "pass", Verdict.FAIL, [Verdict.FAIL]),
        ("pass", "violation", Verdict.FAIL, [Verdict.FAIL]),
        ("violation", "incomplete", Verdict.FAIL, [Verdict.FAIL, Verdict.REVIEW]),
        ("incomplete", "violation", Verdict.FAIL, [Verdict.REVIEW, Verdict.FAIL]),
        ("incomplete", "pass", Verdict.REVIEW, [Verdict.REVIEW]),
        ("inapplicable", "incomplete", Verdict.REVIEW, [Verdict.REVIEW]),
        ("inapplicable", "pass", Verdict.PASS, []),
        ("pass", "inapplicable", Verdict.PASS, []),
        ("inapplicable", "inapplicable", Verdict.INAPPLICABLE, []),
    ],
)
def test_the_worst_frame_speaks_for_the_page(top, inner, whole, found):
    def said(outcome):
        return result("image-alt", outcome, *([node()] if outcome in {"violation", "incomplete"} else []))

    outcome = outcomes(frame(said(top)), frame(said(inner), path=["iframe"]))["axe/image-alt"]

    assert outcome.verdict is whole
    assert [finding.verdict for finding in outcome.findings] == found
    assert outcome.engine == "axe-core"


def test_one_rule_may_fail_here_and_need_review_there():
    both = frame(result("image-alt", "violation", node()), result("image-alt", "incomplete", node()))

    assert [f.verdict for f in outcomes(both)["axe/image-alt"].findings] == [Verdict.FAIL, Verdict.REVIEW]


@pytest.mark.parametrize(
    ("message", "html", "verdict"),
    [
        ('Invalid ARIA attribute value: aria-controls="map"', '<button aria-controls="map">', Verdict.REVIEW),
        ('Invalid ARIA attribute values: aria-controls="a", aria-owns="b"', '<div aria-owns="b">', Verdict.REVIEW),
        ('Invalid ARIA attribute value: aria-controls="map"', '<a><b role="combobox">', Verdict.REVIEW),
        (
            'Invalid ARIA attribute value: aria-controls="map"',
            '<input role="combobox" aria-expanded="true">',
            Verdict.FAIL,
        ),
        ('Invalid ARIA attribute value: aria-controls="map"', "<div role='scrollbar'>", Verdict.FAIL),
        ('Invalid ARIA attribute value: aria-expanded="opened"', '<button aria-expanded="opened">', Verdict.FAIL),
        ('Invalid ARIA attribute values: aria-controls="a", aria-expanded="x"', "<button>", Verdict.FAIL),
    ],
)
def test_a_reference_to_nothing_where_none_is_required_is_asked_about(message, html, verdict):
    seen = outcomes(frame(result("aria-valid-attr-value", "violation", node(message=message, html=html))))

    (finding,) = seen["axe/aria-valid-attr-value"].findings
    assert finding.verdict is verdict
    assert seen["axe/aria-valid-attr-value"].verdict is verdict


def test_a_finding_says_where_and_what():
    place = node(
        target=["x-card", "img.wide"],
        html='<img  src="a.png">',
        part={"key": "footer", "name": "Footer"},
        impact="minor",
    )
    seen = outcomes(frame(result("image-alt", "pass")), frame(result("image-alt", "violation", place), path=["#map"]))

    (finding,) = seen["axe/image-alt"].findings
    assert finding.selector == "#map >> x-card >>> img.wide"
    assert finding.snippet == '<img src="a.png">'
    assert finding.message == "Fix it"
    assert finding.part == Part(key="footer", name="Footer")
    assert finding.impact is Impact.MINOR
    assert finding.fingerprint.startswith("1:")


def test_without_impact_and_part_the_rule_and_the_page_stand_in():
    seen = outcomes(frame(result("image-alt", "violation", node(impact=None, part=None, message=""))))

    (finding,) = seen["axe/image-alt"].findings
    assert (finding.impact, finding.part) == (Impact.CRITICAL, Part())
    assert finding.message == "Image has no text alternative"


def test_a_verdict_without_a_place_is_still_a_finding():
    assert len(outcomes(frame(result("bypass", "violation")))["axe/bypass"].findings) == 1


@pytest.mark.parametrize(
    ("nodes", "verdict"),
    [
        ([node(message="Element content contains only non-text characters")], Verdict.PASS),
        ([node(message="Element content contains only non-text characters"), node()], Verdict.REVIEW),
        (
            [node(message="Element's background color could not be determined due to a background image")],
            Verdict.REVIEW,
        ),
    ],
)
def test_nobody_is_asked_whether_signs_are_words(nodes, verdict):
    outcome = outcomes(frame(result("color-contrast", "incomplete", *nodes)))["axe/color-contrast"]

    assert outcome.verdict is verdict
    assert len(outcome.findings) == (verdict is Verdict.REVIEW)


def test_personal_information_in_axes_quotes_is_masked():
    place = node(target=[f'a[href$="{NUMBER}"]'], html=f"<a>{NUMBER}</a>", message=f"says {NUMBER}")
    missed = {"frame": [f"iframe[title='{NUMBER}']"], "reason": f"at {NUMBER}"}

    seen = outcomes(frame(result("link-name", "violation", place)), not_entered=[missed])

    assert NUMBER not in repr(seen)
    assert repr(seen).count("•••") == 5


def test_the_same_quote_is_looked_at_once():
    looked = []
    check = AxeRules(redact=lambda text: looked.append(text) or text)
    axe = {"frames": [frame(result("link-name", "violation", node(), node(), node()))]}
    snapshot = Snapshot(site="main", url="http://127.0.0.1/", artifacts={"axe": axe})

    run_checks(snapshot, [check, check], site_key="main")

    assert sorted(looked) == ["<img>", "Fix it", "img"]


def test_masking_comes_before_cutting():
    cut = node(html="x" * (LONGEST - 4) + NUMBER, message="y" * (LONGEST - 4) + NUMBER)

    (finding,) = outcomes(frame(result("link-name", "violation", cut)))["axe/link-name"].findings

    assert "0" not in finding.snippet + finding.message
    assert len(finding.snippet) == len(finding.message) == LONGEST - 1


def test_long_quotes_are_cut():
    long = node(html="x" * 2000, message="y" * 2000)

    (finding,) = outcomes(frame(result("link-name", "violation", long)))["axe/link-name"].findings

    assert len(finding.snippet) == len(finding.message) == LONGEST


@pytest.mark.parametrize("rule_id", ["document-title", "html-has-lang", "bypass", "landmark-one-main", "meta-viewport"])
def test_rules_about_a_page_are_not_asked_of_an_embedded_frame(rule_id):
    embedded = frame(result(rule_id, "violation", node()), result("image-alt", "pass"), path=["iframe"])

    seen = outcomes(frame(result(rule_id, "pass")), embedded)

    assert seen[f"axe/{rule_id}"].verdict is Verdict.PASS
    assert seen["axe/image-alt"].verdict is Verdict.PASS


def test_the_same_rules_are_asked_of_the_page_itself():
    assert outcomes(frame(result("bypass", "violation", node())))["axe/bypass"].verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("others", "verdict"),
    [
        ([], Verdict.ERROR),
        ([result("image-alt", "pass")], Verdict.ERROR),
        ([result("image-alt", "incomplete", node())], Verdict.ERROR),
        ([result("image-alt", "violation", node())], Verdict.FAIL),
    ],
)
def test_a_rule_that_broke_is_an_error_unless_it_failed_elsewhere(others, verdict):
    broke = result("image-alt", "incomplete", error=True)

    outcome = outcomes(frame(broke, result("list", "pass")), frame(*others, path=["iframe"]))["axe/image-alt"]

    assert outcome.verdict is verdict
    assert bool(outcome.reason) is (verdict is Verdict.ERROR)


def test_one_broken_rule_spoils_no_other():
    seen = outcomes(frame(result("image-alt", "incomplete", error=True), result("list", "pass")))

    assert seen["axe/list"].verdict is Verdict.PASS


@pytest.mark.parametrize("frames", [[], [frame()], [frame(result("list", "pass"), path=["iframe"])]])
def test_no_result_for_the_page_is_an_error_of_every_rule(frames):
    seen = outcomes(*frames)

    assert set(seen) == set(AxeRules(redact=redact).rules)
    assert {outcome.verdict for outcome in seen.values()} == {Verdict.ERROR}


def test_a_rule_that_axe_did_not_run_is_not_a_pass():
    assert "axe/list" not in outcomes(frame(result("image-alt", "pass")))


def test_frame_tested_is_dropped():
    seen = outcomes(frame(result("frame-tested", "incomplete", node()), result("list", "pass")))

    assert set(seen) == {"axe/list", "check/frame-not-entered"}


@pytest.mark.parametrize(
    ("inner", "missed", "verdict"),
    [
        ([], [], Verdict.INAPPLICABLE),
        ([frame(result("list", "pass"), path=["iframe"])], [], Verdict.PASS),
        ([frame(result("list", "pass"), path=["iframe"])], [["iframe.two"]], Verdict.REVIEW),
        ([], [["iframe"], ["iframe", "x-map >>> iframe"]], Verdict.REVIEW),
    ],
)
def test_a_frame_that_was_not_entered_needs_review(inner, missed, verdict):
    not_entered = [{"frame": path, "reason": "no document"} for path in missed]

    outcome = outcomes(frame(result("list", "pass")), *inner, not_entered=not_entered)["check/frame-not-entered"]

    assert outcome.verdict is verdict
    assert [f.selector for f in outcome.findings] == [" >> ".join(path) for path in missed]
    assert all("no document" in f.message for f in outcome.findings)


def test_a_rule_of_a_newer_axe_works_in_axes_words():
    new = result(
        "brand-new",
        "violation",
        node(message=""),
        help="Things must be new",
        helpUrl="http://127.0.0.1/brand-new?application=x",
        impact="minor",
        tags=["wcag21aa", "wcag1412", "wcag2a", "best-practice"],
    )

    seen = outcomes(frame(new, result("list", "pass")))

    assert seen["axe/brand-new"].verdict is Verdict.FAIL
    assert seen["axe/brand-new"].findings[0].message == "Things must be new"
    rule = rule_for("brand-new", new)
    assert (rule.title, rule.criteria, rule.best_practice) == ("Things must be new", ("1.4.12",), True)
    assert rule.help_url == "http://127.0.0.1/brand-new"


def test_a_rule_that_we_do_not_ask_for_keeps_its_words():
    rules = AxeRules(redact=redact).rules

    assert "axe/color-contrast-enhanced" not in rules
    assert rule_for("color-contrast-enhanced").title_fr


def test_the_catalogue_holds_what_we_ask_axe_to_run():
    rules = AxeRules(redact=redact).rules

    assert len(rules) == 91
    assert {"axe/target-size", "check/frame-not-entered"} <= set(rules)
    assert not {"axe/frame-tested", "axe/duplicate-id", "axe/hidden-content"} & set(rules)
    assert rules["axe/region"].best_practice
    assert not rules["axe/list"].best_practice
    assert all(rule.title_fr and rule.why_fr and rule.fix_fr for rule in rules.values())


def test_a_state_may_show_something_new_in_a_frame_alone():
    axe = {"version": "", "frames": [frame(), frame(result("image-alt", "violation", node()), path=["#map"])]}
    snapshot = Snapshot(
        site="main", url="http://127.0.0.1/", artifacts={"axe": {**axe, "not_entered": []}}, partial=True
    )

    told = {one.rule: one for one in run_checks(snapshot, [AxeRules(redact=redact)], site_key="main")}

    assert [one.selector for one in told["axe/image-alt"].findings] == ["#map >> img"]
