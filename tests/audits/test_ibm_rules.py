"""What IBM's engine says becomes questions for people. ``data/ibm.json``: what everybody saw in one real run."""

import copy
import json
from pathlib import Path

import pytest

from audits.accessibility.axe_rules import AxeRules
from audits.accessibility.ibm_rules import IbmRules
from audits.accessibility.qualweb_rules import QualwebRules
from audits.accessibility.table_without_headers import TableWithoutHeaders
from audits.model import Snapshot, Verdict
from audits.registry import catalogue
from audits.runner import run_checks
from audits.standards import load
from audits.told_once import names_of, told_once

SEEN = json.loads(Path(__file__).with_name("data").joinpath("ibm.json").read_text("utf-8"))


def snapshot(**changed):
    return Snapshot(site="main", url="https://www.city.example/", artifacts=copy.deepcopy(SEEN) | changed)


def told(seen, *checks):
    """{(rule, place): finding}, each fault once."""
    outcomes = told_once(run_checks(seen, checks, site_key="main"), catalogue(checks), names_of(seen))
    return {(found.rule, found.selector): found for outcome in outcomes for found in outcome.findings}


def everybody():
    return [
        AxeRules(redact=str), QualwebRules(redact=str), TableWithoutHeaders(redact=str), IbmRules(redact=str, ibm=True)
    ]  # fmt: skip


def test_what_all_engines_see_is_one_finding():
    (found,) = [found for (rule, _), found in told(snapshot(), *everybody()).items() if rule == "axe/image-alt"]

    assert found.engine == "axe-core, QualWeb, IBM Equal Access"
    assert found.verdict is Verdict.FAIL


def test_what_our_own_check_sees_is_one_finding_too():
    findings = told(snapshot(), *everybody())

    (table,) = [found for (rule, _), found in findings.items() if rule == "check/table-without-headers"]
    assert table.engine == "handrail, IBM Equal Access"
    assert not [rule for rule, _ in findings if rule == "ibm/table_headers_exists"]


def test_an_element_inside_the_faulty_one_is_the_same_fault():
    rules = [rule for rule, place in told(snapshot(), *everybody()) if "gone" in place]

    assert rules == ["axe/aria-hidden-focus"]


def test_nothing_is_told_twice():
    places = [place for _, place in told(snapshot(), *everybody())]

    assert len(places) == len(set(places))


def test_where_nobody_else_speaks_people_are_asked():
    findings = told(snapshot(), IbmRules(redact=str, ibm=True))

    assert {rule for rule, _ in findings} == {
        "ibm/img_alt_valid", "ibm/table_headers_exists", "ibm/aria_hidden_nontabbable"
    }  # fmt: skip
    assert {found.verdict for found in findings.values()} == {Verdict.REVIEW}
    (image,) = [found for (rule, _), found in findings.items() if rule == "ibm/img_alt_valid"]
    assert image.message.startswith("Image has no text alternative, says IBM Equal Access, and axe-core does not.")


def test_what_it_is_wrong_about_is_not_asked():
    """It takes street-address in a field of one line for a mistake; HTML allows it since 2023."""
    said = [rule["id"] for frame in SEEN["ibm"]["frames"] for rule in frame["rules"] if rule["nodes"]]

    assert "input_autocomplete_valid" in said
    assert not [rule for rule, _ in told(snapshot(), *everybody()) if rule == "ibm/input_autocomplete_valid"]


def test_without_the_engine_there_are_no_such_rules():
    check = IbmRules(redact=str)

    assert not check.rules
    assert run_checks(snapshot(ibm={"frames": []}), [check], site_key="main") == ()


def test_what_it_quotes_is_masked():
    check = IbmRules(redact=lambda text: text.replace("gone", "•"), ibm=True)

    findings = told(snapshot(), check)

    assert ("ibm/aria_hidden_nontabbable", "#•") in findings
    assert not [found for found in findings.values() if "gone" in found.snippet]


@pytest.mark.parametrize(("broken", "verdict"), [(0, Verdict.INAPPLICABLE), (1, Verdict.ERROR)])
def test_a_rule_that_broke_has_not_passed(broken, verdict):
    rule = {"id": "img_alt_valid", "outcome": "error" if broken else "inapplicable", "broken": broken, "nodes": []}
    seen = snapshot(ibm={"frames": [{"frame": [], "rules": [rule]}]})

    outcomes = run_checks(seen, [IbmRules(redact=str, ibm=True)], site_key="main")

    assert {outcome.rule: outcome.verdict for outcome in outcomes}["ibm/img_alt_valid"] is verdict


@pytest.mark.parametrize("known", load().ibm_rules.values(), ids=load().ibm_rules)
def test_a_rule_names_rules_that_there_are(known):
    ours = catalogue([IbmRules(redact=str, ibm=True)])[f"ibm/{known.id}"]

    assert all(rule in load().axe_rules for rule in known.axe)
    assert ours.title == load().axe_texts[known.axe[0]].title
    assert ours.title_fr
    assert ours.verdicts == (Verdict.REVIEW,)
    assert ours.said_by == (*(f"axe/{rule}" for rule in known.axe), *known.also)
