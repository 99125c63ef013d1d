"""docs/rules.md says what the code says."""

import importlib.util
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
