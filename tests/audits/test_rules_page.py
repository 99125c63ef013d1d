"""docs/rules.md says what the code says."""

import importlib.util
import re
from pathlib import Path

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
W3C = re.compile(r"ACT rule [0-9a-z]{6}|WCAG technique (G|H|C|SCR|ARIA|SVR|SM|T|PDF)\d+|WCAG failure F\d+")


def test_every_law_and_criterion_that_a_rule_cites_is_in_the_standards():
    known = {provision.id for provision in load().provisions}

    for rule in generator().rules().values():
        cited = {reference for reference in rule.references if not W3C.fullmatch(reference)}
        assert cited <= known, rule.id
        assert all(load().criterion(number) for number in rule.criteria), rule.id
        assert rule.title_fr, rule.id
        assert rule.why_fr, rule.id
        assert rule.fix_fr, rule.id
