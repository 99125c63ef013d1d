"""W3C's WCAG-EM Report Tool opens our evaluations: read with the JSON-LD library that it uses, by the names it knows.

What it takes of an evaluation, and when it keeps an assertion, was read in its source (w3c/wai-wcag-em-report-tool,
src/stores/evaluationStore.js and src/data/jsonld/appContext.js).
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from audits.standards import load
from reports.formats import earl
from reports.formats.json import to_data
from reports.model import Report
from reports.text import Language, Words

ROOT = Path(__file__).parents[2]
READER = Path(__file__).with_name("report_tool.mjs")
EM, DCT = "http://www.w3.org/TR/WCAG-EM/#", "http://purl.org/dc/terms/"
#: The names under which the tool looks for what it reads.
NAMES: Mapping[str, Any] = {
    "Evaluation": f"{EM}procedure", "defineScope": f"{EM}step1", "scope": f"{EM}step1a",
    "step1b": {"@id": f"{EM}step1b", "@type": "@id"}, "conformanceTarget": "step1b",
    "additionalEvaluationRequirements": f"{EM}step1d", "exploreTarget": f"{EM}step2", "selectSample": f"{EM}step3",
    "structuredSample": f"{EM}step3a", "randomSample": f"{EM}step3b", "Website": f"{EM}website",
    "Webpage": f"{EM}webpage", "auditSample": f"{EM}step4", "reportFindings": f"{EM}step5",
    "commissioner": f"{EM}commissioner", "evaluator": f"{EM}evaluator", "evaluationSpecifics": f"{EM}step5b",
    "WCAG": "http://www.w3.org/TR/WCAG/#", "WCAG20": "http://www.w3.org/TR/WCAG20/#",
    "WCAG21": "http://www.w3.org/TR/WCAG21/#",
    "wcagVersion": "http://www.w3.org/WAI/standards-guidelines/wcag/#versions", "earl": "http://www.w3.org/ns/earl#",
    **{name: f"earl:{name}" for name in (
        "Assertion", "TestCriterion", "TestRequirement", "TestSubject", "TestResult", "OutcomeValue", "Pass", "Fail",
        "CannotTell", "NotApplicable", "NotTested", "assertedBy", "mode", "result", "subject", "test", "outcome",
    )},
    **{name: f"{DCT}{name}" for name in ("title", "description", "summary", "date")},
    "id": "@id", "type": "@type", "language": "@language",
}  # fmt: skip
OUTCOMES = {"earl:passed", "earl:failed", "earl:cantTell", "earl:inapplicable", "earl:untested"}


@cache
def node() -> str:
    if not (found := shutil.which("node")) or not (ROOT / "node_modules" / "jsonld").is_dir():
        pytest.skip("needs node and the npm package jsonld (npm ci)")
    return found


def opened(evaluation: Any) -> Any:
    """What the tool has of it, once opened."""
    asked = json.dumps({"evaluation": evaluation, "names": NAMES})
    done = subprocess.run(
        [node(), str(READER), str(ROOT / "package.json")], input=asked, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def several(value: Any) -> list[Any]:
    """One of something is no list in JSON-LD."""
    return value if isinstance(value, list) else [value] if value is not None else []


def has_type(one: Any, name: str) -> bool:
    return name in several(one["type"])


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("city", ["whole_city", "answered_city"])
def test_the_report_tool_opens_an_evaluation_whole(request: Any, city: str, language: Language) -> None:
    report: Report = request.getfixturevalue(city)
    data = to_data(report)
    ids = {criterion.url.rpartition("/")[2] for criterion in load().criteria}
    for site in data["sites"]:
        evaluation = json.loads(earl.render(site, data, Words(language)))
        read = opened(evaluation)
        scope, findings = read["opened"]["defineScope"], read["opened"]["reportFindings"]
        sample = read["opened"]["selectSample"]
        pages = [*several(sample.get("structuredSample")), *several(sample.get("randomSample"))]

        assert read["opened"]["language"] == language
        assert scope["wcagVersion"] in ("2.0", "2.1", "2.2")
        assert scope["conformanceTarget"] == "AA"
        assert scope["scope"]["title"] == site["name"][language]
        assert findings["date"]["@value"] == site["run"]["finished"]
        for name in ("title", "commissioner", "evaluator", "summary", "evaluationSpecifics"):
            assert findings[name] == evaluation["reportFindings"][name] != ""
        assert len(pages) == len(site["sample"]["structured"]) + len(site["sample"]["random"])
        assert all(isinstance(page["title"], str) for page in pages)

        titles = {page["title"] for page in pages}
        assert len(read["assertions"]) == len(evaluation["auditSample"])
        for one in read["assertions"]:
            assert one["test"]["id"].split(":")[-1] in ids
            assert one["result"]["outcome"]["id"] in OUTCOMES
            assert has_type(one["subject"], "Website") or one["subject"]["title"] in titles
            assert one["mode"]["id"] in ("earl:automatic", "earl:manual", "earl:semiAuto")
            assert one["assertedBy"]["title"]


def test_what_is_not_said_to_be_a_date_is_none_to_the_tool(whole_city: Report) -> None:
    data = to_data(whole_city)
    evaluation = json.loads(earl.render(data["sites"][0], data, Words("en")))
    evaluation["@context"]["date"] = f"{DCT}date"

    assert not isinstance(opened(evaluation)["opened"]["reportFindings"]["date"], dict)
