"""docs/rules.md says what the code says."""

import importlib.util
import re
from pathlib import Path

import pytest

from audits.model import Kind
from audits.standards import load

DOCS = Path(__file__).parents[2] / "docs"


def generator():
    spec = importlib.util.spec_from_file_location("generate_rules", DOCS / "generate_rules.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_of_rules_is_up_to_date():
    made = generator()

    written = made.TARGET.read_text(encoding="utf-8")
    assert written == made.render(made.rules(), load()), "run: .venv/bin/python docs/generate_rules.py"


def test_the_reference_names_every_rule_with_its_repair():
    made = generator()

    text = made.render(made.rules(), load())
    for rule in made.rules().values():
        _, _, entry = text.partition(f"### `{rule.id}`\n")
        entry = entry.partition("\n### ")[0]
        assert "Repair: " in entry
        assert "- Verdict: " in entry


#: As W3C numbers its rules, techniques and failures.
W3C = re.compile(
    r"ACT rule [0-9a-z]{6}|WCAG technique (G|H|C|SCR|ARIA|SVR|SM|T|PDF)\d+|WCAG failure F\d+|RFC \d{4}|"
    r"OWASP ASVS 5\.0 \d+\.\d+\.\d+|W3C (Mixed Content|Referrer Policy|Subresource Integrity|"
    r"Content Security Policy Level 3)|WHATWG Fetch, X-Content-Type-Options"
)


def test_every_law_and_criterion_that_a_rule_cites_is_in_the_standards():
    known = {provision.id for provision in load().provisions}

    for rule in generator().rules().values():
        cited = {reference for reference in rule.references if not W3C.fullmatch(reference)}
        assert cited <= known, rule.id
        assert all(load().criterion(number) for number in rule.criteria), rule.id
        assert rule.title_fr, rule.id
        assert rule.why_fr, rule.id
        assert rule.fix_fr, rule.id


@pytest.mark.parametrize(("rule_id", "rule"), generator().rules().items(), ids=generator().rules())
def test_every_rule_tells_people_what_why_and_how_and_on_what_ground(rule_id, rule):
    for english, french in [(rule.title, rule.title_fr), (rule.why, rule.why_fr), (rule.fix, rule.fix_fr)]:
        assert english.strip()
        assert french.strip()
        assert english != french
    if rule.kind is Kind.ACCESSIBILITY:
        # A frame that nobody could look into may break any criterion, or none.
        assert rule.criteria or rule.best_practice or rule_id == "check/frame-not-entered"
    else:
        assert rule.references
    assert rule.help_url.startswith("https://")
    assert bool(rule.before) == bool(rule.after)
    assert not rule.before or rule.before != rule.after


COMMON = """
    image-alt label link-name button-name color-contrast html-has-lang document-title heading-order list listitem region
    landmark-one-main frame-title select-name aria-required-children tabindex target-size meta-viewport input-image-alt
    th-has-data-cells
"""


@pytest.mark.parametrize("name", COMMON.split())
def test_a_common_rule_shows_the_repair_in_code(name):
    rule = generator().rules()[f"axe/{name}"]
    text = load().axe_texts[name]

    assert rule.before == text.before != ""
    assert rule.after == text.after != ""
