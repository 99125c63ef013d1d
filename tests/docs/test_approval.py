"""The approval pack names tests that are there, one for each threat; drawing and table agree."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACK = sorted((ROOT / "docs" / "approval").glob("*.md"))
STRIDE = [
    "Spoofing", "Tampering", "Repudiation", "Information disclosure", "Denial of service", "Elevation of privilege",
]  # fmt: skip
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def read(name):
    return (ROOT / "docs" / "approval" / name).read_text("utf-8")


def functions(path):
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def rows(text):
    """Cells of every row of every table, without heads."""
    tables = re.findall(r"^\|.*(?:\n\|.*)*", text, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|").split("|")] for one in tables for row in one.splitlines()[2:]]


@pytest.mark.parametrize("page", PACK, ids=lambda page: page.name)
def test_every_test_that_is_named_is_there(page):
    for path, name in NAMED.findall(page.read_text("utf-8")):
        assert (ROOT / path).is_file(), path
        assert name in functions(path), f"{path}::{name}"


def test_tests_are_named_in_the_one_way_that_is_looked_for():
    for page in PACK:
        text = page.read_text("utf-8")
        assert len(re.findall(r"\btest_\w+\b(?!\.py)", text)) == len(NAMED.findall(text)), page.name


def test_threats_stand_under_the_six_words_and_each_has_a_test():
    text = read("threats.md")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)

    assert headings == [*STRIDE, "What is left"]
    for heading in STRIDE:
        section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        found = rows(section)
        assert len(found) >= 2, heading
        assert [row[0] for row in found if not NAMED.search(row[-1])] == []


def test_what_is_said_to_leave_is_tested():
    claims = rows(read("what-leaves.md").partition("## How this is known")[2])

    assert len(claims) >= 8
    assert [row[0] for row in claims if not NAMED.search(row[-1])] == []


def test_every_step_of_the_drawing_is_in_the_table_for_who_cannot_see_it():
    text = read("data-flow.md")
    drawing = text.partition("```text\n")[2].partition("```")[0]
    (told,) = ([row[0] for row in rows(text) if row[0].isdigit()],)

    assert told == [str(n) for n in range(1, len(told) + 1)]
    for step in told:
        assert re.search(rf"(?<!\d){step}(?!\d)", drawing), step
    assert {int(one) for one in re.findall(r"\d+", drawing)} == {int(one) for one in told}
    assert drawing.isascii()
    assert max(len(line) for line in drawing.splitlines()) < 90


def test_the_words_for_the_city_stand_where_it_must_decide():
    assert read("privacy-impact.md").count("**City:**") >= 6


def test_the_readme_leads_to_every_page():
    linked = set(re.findall(r"\]\((?:\.\./)?([\w-]+\.md)", read("README.md")))

    assert {page.name for page in PACK} - {"README.md"} <= linked


def test_every_requirement_that_is_met_names_a_test_and_no_other_does():
    text = read("asvs.md")
    met, _, rest = text.partition("## Not applicable")

    assert len(rows(met)) > 20
    assert all(NAMED.search(row[2]) for row in rows(met))
    assert not NAMED.findall(rest)
    assert all(re.match(r"\d+\.\d+", row[0]) for row in rows(text))


def test_no_requirement_is_both_met_and_not():
    met, _, rest = read("asvs.md").partition("## Not applicable")
    numbers = [{one for row in rows(part) for one in re.findall(r"\b\d+\.\d+\.\d+\b", row[0])} for part in (met, rest)]

    assert not numbers[0] & numbers[1]
