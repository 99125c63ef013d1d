"""docs/coverage.md says what the cases say; tests/audits/test_known_failures.py holds those against a browser."""

import importlib.util
from pathlib import Path

from audits.standards import load

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_of_known_failures_is_up_to_date():
    spec = importlib.util.spec_from_file_location("generate_coverage", DOCS / "generate_coverage.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)

    assert made.TARGET.read_text("utf-8") == made.render(load()), "run: .venv/bin/python docs/generate_coverage.py"
