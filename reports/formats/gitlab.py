"""A gate as GitLab reads it: the Code Quality report, and the accessibility report (pa11y's form)."""

from __future__ import annotations

import json
from typing import Any

from reports.formats import gate_said as say
from reports.formats.sarif import artifact
from reports.gate_model import GateDecision, GateIssue
from reports.text import Words

SUFFIX = ".json"
_SEVERITY = {"critical": "critical", "serious": "major", "moderate": "minor", "minor": "info"}

#: pa11y's words: what fails, what a person must look at, what no criterion asks for.
_TYPES = ("error", "warning", "notice")


def code_quality(decision: GateDecision, words: Words) -> str:
    """All issues that stand and are no exposure; GitLab compares two reports by fingerprint."""
    told = [
        {
            "description": f"{say.title(issue, words)}: {say.where(issue, words)}",
            "check_name": issue.rule,
            "fingerprint": issue.key,
            "severity": _SEVERITY[issue.severity],
            "location": {"path": artifact(site.host, issue.part_key, issue.file), "lines": {"begin": 1}},
        }
        for site in decision.sites
        for issue in site.issues
        if not issue.exposure and not issue.waiver
    ]
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def accessibility(decision: GateDecision, words: Words) -> str:
    """By address, places of issues that changed, without a baseline of all; GitLab's widget counts errors."""
    results: dict[str, list[dict[str, Any]]] = {}
    for site in decision.sites:
        for issue in site.issues:
            if not issue.waiver:
                _add(results, issue, words)
    errors = sum(one["type"] == "error" for places in results.values() for one in places)
    passed = sum(all(one["type"] != "error" for one in places) for places in results.values())
    told = {"total": len(results), "passes": passed, "errors": errors, "results": results}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _add(results: dict[str, list[dict[str, Any]]], issue: GateIssue, words: Words) -> None:
    kind = "notice" if issue.advice else "error" if issue.verdict == "fail" else "warning"
    for place in issue.shown:
        results.setdefault(place.url, []).append(
            {
                "code": issue.rule,
                "type": kind,
                "typeCode": _TYPES.index(kind) + 1,
                "message": f"{say.title(issue, words)}. {say.fix(issue, words)}",
                "context": place.snippet,
                "selector": place.selector,
                "runner": "handrail",
            }
        )
