"""SARIF 2.1.0 (OASIS): what was found in files, for code hosts and editors. Nothing in it is personal information."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from audits.model import Impact, Rule, Verdict
from reports import clean
from reports.formats import gate_said as say
from reports.formats import rows
from reports.gate_model import GateDecision, GateIssue, SiteGate
from reports.text import Words

SUFFIX = ".sarif"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
#: What GitHub takes of one run.
MOST_RESULTS = 25_000
MOST_TAGS = 10
#: Of one result, what it shows.
MOST_LOCATIONS = 100
#: SARIF 3.27.24, for what a gate says of a change.
_OF_REPORT = {"new": "new", "returned": "new", "open": "unchanged"}
_STATES = {"new": "new", "returned": "new", "more": "updated", "known": "unchanged"}
_LEVELS = {Impact.CRITICAL: "error", Impact.SERIOUS: "error", Impact.MODERATE: "warning", Impact.MINOR: "note"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """One finding in one file. ``path`` is relative, ``line`` from 1 or 0, ``place`` as people read it."""

    rule: str
    verdict: Verdict
    message: str
    path: str
    place: str = ""
    line: int = 0


def render(
    found: Sequence[Located], rules: Mapping[str, Rule], *, version: str, unread: Iterable[tuple[str, str]] = ()
) -> str:
    """One run. ``unread`` are files with the reason why they were not, or not wholly, read: then it did not succeed."""
    used = list(dict.fromkeys(one.rule for one in found))
    told = [_notification(path, reason) for path, reason in unread]
    if len(found) > MOST_RESULTS:
        told.append(_notification("", f"{len(found) - MOST_RESULTS} more results are left out"))
    run = {
        "tool": {
            "driver": {
                "name": "Handrail",
                "semanticVersion": version,
                "rules": [_rule(rule, rules[rule]) for rule in used],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not told, "toolExecutionNotifications": told}],
        "results": [_result(one, used.index(one.rule), rules[one.rule]) for one in found[:MOST_RESULTS]],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def render_gate(decision: GateDecision, words: Words) -> str:
    """A run for each site, a result for each issue that is no exposure. GitHub refuses an artifact with a web address:
    a template's path stands there, or one made of host and part.
    """
    runs = [_site_run(site, decision.tool, words) for site in decision.sites]
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": runs}, ensure_ascii=False, indent=1) + "\n"


def render_site(site: Mapping[str, Any], run: Mapping[str, Any], words: Words) -> str:
    """A site's report: a result for each issue, never for each place. Privacy stays out of it."""
    issues = [issue for issue in site["issues"] if issue["group"] != "privacy"]
    complete = site["verdict"] not in ("incomplete", "not-audited")
    told = [_notification("", words.reason(reason)) for reason in site["reasons"]]
    if len(issues) > MOST_RESULTS:
        told.append(_notification("", f"{len(issues) - MOST_RESULTS} more results are left out"))
    issues = issues[:MOST_RESULTS]
    first = {issue["rule"]: issue for issue in reversed(issues)}
    used = {rule: number for number, rule in enumerate(dict.fromkeys(issue["rule"] for issue in issues))}
    found = {
        "tool": {
            "driver": {
                "name": "Handrail",
                "semanticVersion": run["tool_version"],
                "language": words.lang,
                "rules": [_site_rule(first[rule], words) for rule in used],
            }
        },
        "automationDetails": {"id": f"web-audit/{_path_word(site['host'])}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": complete, "toolExecutionNotifications": told}],
        "results": [_site_result(issue, used[issue["rule"]], site, words) for issue in issues],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [found]}, ensure_ascii=False, indent=1) + "\n"


def artifact(host: str, part: str, file: str) -> str:
    """Where a code host shows an issue of a site: its template, else a path that names host and part."""
    if file:
        return quote(PurePath(file).as_posix(), safe="/")
    return "/".join(("web-audit", _path_word(host), _path_word(part)))


def _path_word(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.") or "site"


def _site_run(site: SiteGate, version: str, words: Words) -> dict[str, Any]:
    issues = [issue for issue in site.issues if not issue.exposure]
    told = [_notification("", words.reason(reason)) for reason in site.reasons]
    if len(issues) > MOST_RESULTS:
        told.append(_notification("", f"{len(issues) - MOST_RESULTS} more results are left out"))
    issues = issues[:MOST_RESULTS]
    used = list(dict.fromkeys(issue.rule for issue in issues))
    first = {issue.rule: issue for issue in reversed(issues)}
    return {
        "tool": {
            "driver": {
                "name": "Handrail",
                "semanticVersion": version,
                "rules": [_gate_rule(first[rule], words) for rule in used],
            }
        },
        "automationDetails": {"id": f"web-audit/{_path_word(site.host)}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": site.verdict != "incomplete", "toolExecutionNotifications": told}],
        "results": [_gate_result(issue, used.index(issue.rule), site, words) for issue in issues],
    }


def _gate_rule(issue: GateIssue, words: Words) -> dict[str, Any]:
    tags = [issue.kind.value, *(f"WCAG {number}" for number in issue.criteria)]
    told: dict[str, Any] = {
        "id": issue.rule,
        "shortDescription": {"text": say.title(issue, words)},
        "help": {"text": say.fix(issue, words) or say.title(issue, words)},
        "properties": {"tags": tags[:MOST_TAGS]},
    }
    return told | ({"helpUri": issue.help_url} if issue.help_url else {})


def _gate_result(issue: GateIssue, index: int, site: SiteGate, words: Words) -> dict[str, Any]:
    fails = issue.verdict == "fail"
    where: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": artifact(site.host, issue.part_key, issue.file)},
            "region": {"startLine": 1},
        }
    }
    names = [place.url for place in issue.shown] or list(issue.pages)
    if names:
        where["logicalLocations"] = [{"fullyQualifiedName": name} for name in names]
    said = f"{say.title(issue, words)}. {say.where(issue, words)}."
    key = hashlib.sha256(issue.key.encode()).hexdigest()[:32]
    told: dict[str, Any] = {
        "ruleId": issue.rule,
        "ruleIndex": index,
        "kind": "fail" if fails else "review",
        "level": _LEVELS[Impact(issue.severity)] if fails else "none",
        "message": {"text": said},
        "locations": [where],
        "partialFingerprints": {"primaryLocationLineHash": key, "handrail/v1": key},
        "baselineState": _STATES[issue.change] if site.baseline != "none" else "none",
    }
    if told["baselineState"] == "none":
        del told["baselineState"]
    if issue.waiver:
        told["suppressions"] = [{"kind": "external", "justification": issue.waiver}]
    return told


def _site_rule(issue: Mapping[str, Any], words: Words) -> dict[str, Any]:
    title = rows.said(issue["title"], words)
    tags = ["accessibility", *(f"WCAG {number}" for number in issue["criteria"])]
    told: dict[str, Any] = {
        "id": issue["rule"],
        "shortDescription": {"text": title},
        "fullDescription": {"text": rows.said(issue["why"], words) or title},
        "help": {"text": rows.said(issue["fix"], words) or title},
        "properties": {"tags": tags[:MOST_TAGS]},
    }
    return told | ({"helpUri": issue["help_url"]} if issue["help_url"] else {})


def _site_result(issue: Mapping[str, Any], index: int, site: Mapping[str, Any], words: Words) -> dict[str, Any]:
    fails = issue["verdict"] == "fail"
    where: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": artifact(site["host"], issue["part_key"], "")},
            "region": {"startLine": 1},
        }
    }
    names = dict.fromkeys(place["url"] for place in issue["examples"] if place["url"])
    if names:
        where["logicalLocations"] = [{"fullyQualifiedName": name} for name in [*names][:MOST_LOCATIONS]]
    key = hashlib.sha256(f"{site['key']}\n{issue['fingerprint']}".encode()).hexdigest()[:32]
    said = f"{rows.said(issue['title'], words)}. {rows.where(issue, words)}."
    told: dict[str, Any] = {
        "ruleId": issue["rule"],
        "ruleIndex": index,
        "kind": "fail" if fails else "review",
        "level": _LEVELS[Impact(issue["severity"])] if fails else "none",
        "message": {"text": said},
        "locations": [where],
        "partialFingerprints": {"primaryLocationLineHash": key, "handrail/v1": key},
        "baselineState": _OF_REPORT[issue["state"]],
    }
    if issue["work"]["decided"] in ("accepted", "false-alarm"):
        reason = ", ".join(issue["work"]["exceptions"]) or issue["work"]["decided"]
        told["suppressions"] = [{"kind": "external", "justification": reason}]
    return told


def _rule(rule_id: str, rule: Rule) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": rule_id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.fix},
        "defaultConfiguration": {"level": _LEVELS[rule.impact]},
        "properties": {"tags": [rule.kind.value, *(f"WCAG {number}" for number in rule.criteria)]},
    }
    return told | ({"helpUri": rule.help_url} if rule.help_url else {})


def _result(one: Located, index: int, rule: Rule) -> dict[str, Any]:
    """A review is no failure: SARIF 3.27.9 has a kind for it, and 3.27.10 then asks for no level."""
    fails = one.verdict is Verdict.FAIL
    place = {"physicalLocation": _physical(one)}
    if one.place:
        place["logicalLocations"] = [{"fullyQualifiedName": clean.line(one.place)}]  # type: ignore[assignment]
    key = hashlib.sha256(f"{one.rule}\n{_uri(one.path)}\n{one.place}".encode("utf-8", "surrogatepass")).hexdigest()
    return {
        "ruleId": one.rule,
        "ruleIndex": index,
        "kind": "fail" if fails else "review",
        "level": _LEVELS[rule.impact] if fails else "none",
        "message": {"text": clean.line(one.message) or rule.title},
        "locations": [place],
        "partialFingerprints": {"handrail/v1": key[:32]},
    }


def _physical(one: Located) -> dict[str, Any]:
    told: dict[str, Any] = {"artifactLocation": {"uri": _uri(one.path)}}
    return told | ({"region": {"startLine": one.line}} if one.line else {})


def _uri(path: str) -> str:
    """A relative URI reference. Names are bytes on Linux, and need not be text. Raises ValueError for a whole path: it
    tells whose machine it is."""
    if PurePath(path).is_absolute():
        raise ValueError("SARIF holds relative paths")
    return quote(PurePath(path).as_posix(), safe="/", errors="surrogateescape")


def _notification(path: str, reason: str) -> dict[str, Any]:
    told: dict[str, Any] = {"level": "error", "message": {"text": clean.line(reason)}}
    return told | ({"locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(path)}}}]} if path else {})
