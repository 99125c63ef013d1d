"""Every check ends in an outcome, and none of them in a pass that nobody earned."""

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from audits.check import Check
from audits.fingerprint import fingerprint
from audits.model import Finding, Impact, Outcome, Part, Rule, Snapshot, Verdict
from audits.runner import any_ran, in_state, later, of_places, run_checks

PAGE_WORDS = "the words of the page"


def rule(rule_id: str) -> Rule:
    return Rule(id=rule_id, title="T", why="W", fix="F", impact=Impact.MINOR)


class Plain(Check):
    rule = rule("check/plain")
    needs = ("document",)
    verdicts: tuple[Verdict, ...] = ()

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        for verdict in self.verdicts:
            yield Finding(rule="check/plain", verdict=verdict, message="m", snippet="<p>")


class Family(Check):
    needs = ("document",)
    prefix = "axe/"
    said: tuple[str, ...] = ("fam/one", "fam/two")

    @property
    def rules(self) -> dict[str, Rule]:
        return {"fam/one": rule("fam/one"), "fam/two": rule("fam/two")}

    def outcomes(self, snapshot: Snapshot) -> Iterator[Outcome]:
        for rule_id in self.said:
            yield Outcome(rule=rule_id, verdict=Verdict.PASS)


def page(**artifacts: object) -> Snapshot:
    return Snapshot(site="main", url="http://127.0.0.1/", artifacts={"document": {}, **artifacts})


def said(check: Check, snapshot: Snapshot | None = None) -> list[tuple[str, Verdict, str]]:
    outcomes = run_checks(snapshot or page(), [check], site_key="main")
    return [(outcome.rule, outcome.verdict, outcome.reason) for outcome in outcomes]


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        ((), Verdict.PASS),
        ((Verdict.REVIEW,), Verdict.REVIEW),
        ((Verdict.REVIEW, Verdict.FAIL), Verdict.FAIL),
    ],
)
def test_a_check_that_ran_gives_its_worst_verdict(verdicts, whole):
    check = Plain()
    check.verdicts = verdicts

    assert said(check) == [("check/plain", whole, "")]


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [((), Verdict.NOT_RUN), ((Verdict.REVIEW,), Verdict.REVIEW), ((Verdict.REVIEW, Verdict.FAIL), Verdict.FAIL)],
)
def test_what_was_not_looked_at_to_its_end_says_so_whatever_was_found(verdicts, whole):
    check = Plain()
    check.verdicts = verdicts

    assert said(check, page(document={"left_out": "too many forms"})) == [
        ("check/plain", whole, "not run: too many forms")
    ]


def test_a_check_with_nothing_to_say_is_inapplicable():
    class Elsewhere(Plain):
        def applies_to(self, snapshot: Snapshot) -> bool:
            return False

    assert said(Elsewhere()) == [("check/plain", Verdict.INAPPLICABLE, "")]


def test_findings_get_their_fingerprint():
    check = Plain()
    check.verdicts = (Verdict.FAIL,)

    (outcome,) = run_checks(page(), [check], site_key="rec")

    (finding,) = outcome.findings
    assert finding.fingerprint == fingerprint(finding, "rec") != fingerprint(finding, "main")


def test_a_fingerprint_that_a_check_made_itself_stays():
    class Own(Plain):
        def run(self, snapshot: Snapshot) -> Iterator[Finding]:
            yield Finding(rule="check/plain", verdict=Verdict.FAIL, message="m", fingerprint="1:own")

    (outcome,) = run_checks(page(), [Own()], site_key="main")

    assert outcome.findings[0].fingerprint == "1:own"


@pytest.mark.parametrize("check", [Plain(), Family()])
@pytest.mark.parametrize(
    ("snapshot", "reason"),
    [
        (Snapshot(site="main", url="u"), "document: not collected"),
        (Snapshot(site="main", url="u", errors={"document": "TimeoutError"}), "document: TimeoutError"),
        # Half an artifact is not an artifact.
        (Snapshot(site="main", url="u", artifacts={"document": {}}, errors={"document": "Crash"}), "document: Crash"),
    ],
)
def test_a_missing_artifact_is_an_error_of_every_rule_with_the_collectors_reason(check, snapshot, reason):
    assert said(check, snapshot) == [(rule_id, Verdict.ERROR, reason) for rule_id in check.rules]


def test_an_artifact_that_nobody_needs_may_be_missing():
    snapshot = Snapshot(site="main", url="u", artifacts={"document": {}}, errors={"axe": "Crash"})

    assert said(Plain(), snapshot) == [("check/plain", Verdict.PASS, "")]


def test_a_check_sees_only_what_it_declared():
    class Nosy(Plain):
        def run(self, snapshot: Snapshot) -> Iterator[Finding]:
            assert set(snapshot.artifacts) == {"document"}
            snapshot.artifacts["axe"]
            yield from ()

    assert said(Nosy(), page(axe={})) == [("check/plain", Verdict.ERROR, "check: KeyError")]


def test_a_check_that_raises_is_an_error_and_the_others_go_on(caplog):
    class Raises(Plain):
        rule = rule("check/raises")

        def run(self, snapshot: Snapshot) -> Iterator[Finding]:
            yield Finding(rule="check/raises", verdict=Verdict.FAIL, message="m")
            raise LookupError(PAGE_WORDS)

    with caplog.at_level(logging.DEBUG):
        outcomes = run_checks(page(), [Raises(), Plain()], site_key="main")

    assert [(o.rule, o.verdict, o.reason) for o in outcomes] == [
        ("check/raises", Verdict.ERROR, "check: LookupError"),
        ("check/plain", Verdict.PASS, ""),
    ]
    assert "check/raises: LookupError" in caplog.text
    assert PAGE_WORDS not in caplog.text
    assert PAGE_WORDS not in repr(outcomes)


def test_an_interruption_is_not_swallowed():
    class Interrupted(Plain):
        def run(self, snapshot: Snapshot) -> Iterator[Finding]:
            raise KeyboardInterrupt
            yield

    with pytest.raises(KeyboardInterrupt):
        said(Interrupted())


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        (("fam/one", "fam/three"), "speaks of a rule that it does not declare"),
        (("fam/one", "check/plain"), "speaks of a rule that it does not declare"),
        (("fam/one", "fam/one"), "speaks twice of fam/one"),
        ((), "says nothing"),
    ],
)
def test_a_check_that_breaks_its_promise_is_an_error_of_all_its_rules(rules, reason):
    check = Family()
    check.said = rules

    assert said(check) == [(rule_id, Verdict.ERROR, f"check: {reason}") for rule_id in ("fam/one", "fam/two")]


def test_a_finding_of_another_rule_breaks_the_promise_too():
    class Stray(Plain):
        def run(self, snapshot: Snapshot) -> Iterator[Finding]:
            yield Finding(rule="check/other", verdict=Verdict.FAIL, message="m")

    assert [verdict for _, verdict, _ in said(Stray())] == [Verdict.ERROR]


def test_a_family_may_be_silent_on_some_rules_and_know_newer_ones():
    check = Family()
    check.said = ("fam/two", "axe/brand-new")

    assert [rule_id for rule_id, verdict, _ in said(check) if verdict is Verdict.PASS] == ["fam/two", "axe/brand-new"]


@pytest.mark.parametrize(
    ("verdicts", "ran"),
    [("error", False), ("not-run", False), ("not-run error", False), ("", False), ("error pass", True), ("fail", True)],
)
def test_a_page_where_nothing_could_run_was_not_looked_at(verdicts, ran):
    outcomes = [Outcome(rule=f"check/{n}", verdict=Verdict(one)) for n, one in enumerate(verdicts.split())]

    assert any_ran(outcomes) is ran


def test_what_was_judged_later_takes_the_place_of_what_waited_for_it():
    first = (Outcome(rule="check/a", verdict=Verdict.PASS), Outcome(rule="check/b", verdict=Verdict.NOT_RUN))
    then = (Outcome(rule="check/b", verdict=Verdict.FAIL), Outcome(rule="check/c", verdict=Verdict.PASS))

    told = later(first, then)

    assert [(one.rule, one.verdict) for one in told] == [
        ("check/a", Verdict.PASS),
        ("check/b", Verdict.FAIL),
        ("check/c", Verdict.PASS),
    ]


def in_place(selector, verdict=Verdict.FAIL, state=""):
    return Finding(rule="check/a", verdict=verdict, message="m", selector=selector, state=state)


def outcome(*findings, verdict=Verdict.FAIL, reason=""):
    return Outcome(rule="check/a", verdict=verdict, findings=findings, reason=reason)


def test_only_what_the_base_did_not_show_is_new_in_a_state():
    base = outcome(in_place("#one"))
    same, new = in_place("#one", state="dark"), in_place("#two", state="dark")

    (told,) = in_state((base,), (outcome(same, new),))

    assert told.findings == (*base.findings, new)


def test_a_fault_of_two_states_is_told_of_the_first():
    first, again = in_place("#one", state="dark"), in_place("#one", state="narrow")

    once = in_state((outcome(verdict=Verdict.PASS),), (outcome(first),))
    (told,) = in_state(once, (outcome(again),))

    assert (told.verdict, told.findings) == (Verdict.FAIL, (first,))


@pytest.mark.parametrize(
    ("verdict", "message", "snippet", "told"),
    [
        (Verdict.REVIEW, "“Saved”: is it read?", "<p class=toast>", 1),
        (Verdict.REVIEW, "“Sent”: is it read?", "<p class=toast>", 2),
        (Verdict.REVIEW, "“Saved”: is it read?", "<p class=note>", 2),
        (Verdict.REVIEW, "“Saved”: is it read?", "", 2),
        (Verdict.FAIL, "“Saved”: is it read?", "<p class=toast>", 2),
    ],
)
def test_a_question_is_asked_once_of_what_a_script_puts_elsewhere_in_another_state(verdict, message, snippet, told):
    first = replace(in_place("#one", Verdict.REVIEW, "menu: A"), message="“Saved”: is it read?")
    first = replace(first, snippet="<p class=toast>" if snippet else "")
    again = replace(in_place("#two", verdict, "menu: B"), message=message, snippet=snippet)

    (both,) = in_state((outcome(first, verdict=Verdict.REVIEW),), (outcome(again),))

    assert len(both.findings) == told


@pytest.mark.parametrize(("before", "after", "told"), [("review", "fail", 2), ("fail", "review", 1)])
def test_a_doubt_that_is_a_failure_in_a_state_is_new(before, after, told):
    base, seen = outcome(in_place("#one", Verdict(before))), outcome(in_place("#one", Verdict(after), "dark"))

    (both,) = in_state((base,), (seen,))

    assert len(both.findings) == told
    assert both.verdict is Verdict.FAIL


def test_what_could_not_run_stays_so_whatever_a_state_shows():
    base = outcome(verdict=Verdict.ERROR, reason="axe: Error")

    told = in_state((base,), (outcome(in_place("#one", state="dark")),))

    assert [(one.verdict, one.reason, len(one.findings)) for one in told] == [
        (Verdict.ERROR, "axe: Error", 0),
        (Verdict.FAIL, "", 1),
    ]


def test_of_what_is_not_new_in_a_state_nobody_is_told():
    kept = in_place("#new")
    axe = Outcome(rule="axe/a", verdict=Verdict.FAIL, findings=(in_place("#any"),), engine="axe-core")

    told = of_places((outcome(in_place("#old"), kept), axe, outcome(verdict=Verdict.PASS)), {"#new"})

    assert [one.findings for one in told] == [(kept,), axe.findings]


class Absent(Check):
    needs = ("document",)

    @property
    def rules(self) -> dict[str, Rule]:
        return {}

    def outcomes(self, snapshot: Snapshot) -> Iterator[Outcome]:
        yield from ()


def test_an_engine_that_is_not_here_has_no_say_and_is_no_fault(caplog):
    snapshot = Snapshot(site="main", url="https://city.example/", artifacts={"document": {}})

    assert run_checks(snapshot, [Absent()], site_key="main") == ()
    assert not caplog.records


class Placed(Plain):
    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        for name in ("Navigation: Call 905-555-0142", "Footer"):
            part = Part(key=f"navigation#{name[:4]}", name=name)
            yield Finding(rule="check/plain", verdict=Verdict.FAIL, message="m", snippet="<p>", part=part)


def test_what_a_page_calls_its_parts_is_masked_whoever_speaks() -> None:
    def redact(text: str) -> str:
        return text.replace("905-555-0142", "[PHONE]")

    (outcome,) = run_checks(page(), [Placed()], site_key="main", redact=redact)

    assert [found.part.name for found in outcome.findings] == ["Navigation: Call [PHONE]", "Footer"]
    assert outcome.findings[0].fingerprint == fingerprint(outcome.findings[0], "main")
