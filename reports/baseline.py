"""The state that a gate compares with, as a file to commit: sorted, a line for each thing that may change, and nothing
in it that says anything of anybody. Addresses have no host; exposed values are told by fingerprints of their HMACs.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from audits.model import Impact, Kind, Verdict
from reports.standing import Standing, StandingIssue

SCHEMA_VERSION = "1.0"
_Kind = TypeVar("_Kind")
_FINGERPRINT = re.compile(r"\d+:[0-9a-f]{32}")


class BaselineError(ValueError):
    """What is wrong with a baseline file, and where."""


def dump(standings: Iterable[Standing]) -> str:
    """The file's text. The same standings give the same bytes, in whatever order they come."""
    sites = {one.site: _site(one) for one in sorted(standings, key=lambda one: one.site)}
    told = {"schema_version": SCHEMA_VERSION, "sites": sites}
    return json.dumps(told, ensure_ascii=True, indent=1, sort_keys=True) + "\n"


def load(text: str, name: str = "baseline") -> Mapping[str, Standing]:
    """Site key -> what stood there. Raises BaselineError."""
    try:
        told = json.loads(text, object_pairs_hook=_once)
    except _Twice as exc:
        raise BaselineError(f"{name}: {exc} stands there twice; {_MERGED}") from None
    except (ValueError, RecursionError) as exc:
        raise BaselineError(f"{name}: not JSON: {exc}") from None
    version = told.get("schema_version") if isinstance(told, dict) else None
    if not isinstance(version, str) or not isinstance(told.get("sites"), dict):
        raise BaselineError(f"{name}: is no baseline; write one with 'handrail baseline write'")
    if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise BaselineError(f"{name}: has schema_version {version}; this Handrail reads {SCHEMA_VERSION}")
    found = {}
    for key, site in told["sites"].items():
        try:
            found[key] = _standing(key, site)
        except (KeyError, TypeError, ValueError, AttributeError) as exc:
            what = f"{exc.args[0]!r} is missing" if isinstance(exc, KeyError) else str(exc)
            raise BaselineError(f"{name}: site {key}: {what}") from None
    return found


class _Twice(ValueError):
    """A name that one object has twice: JSON would let the last one stand, and nobody learns of the other."""


#: How a file comes to say two things of one.
_MERGED = "two versions of the file were merged: write it anew with 'handrail baseline write'"


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        names = Counter(name for name, _ in pairs)
        raise _Twice(repr(names.most_common(1)[0][0]))
    return told


def _site(one: Standing) -> dict[str, Any]:
    return {
        "run": one.run,
        "day": one.day,
        "sample": one.sample,
        "pages": one.pages,
        "tool": one.tool,
        "engines": dict(one.engines),
        "rules": sorted(one.rules),
        "issues": [_issue(issue) for _, issue in sorted(one.issues.items(), key=_by_rule)],
    }


def _by_rule(item: tuple[Any, StandingIssue]) -> tuple[str, str, str, str]:
    issue = item[1]
    return (issue.rule, issue.part, issue.verdict.value, issue.fingerprint)


def _issue(issue: StandingIssue) -> dict[str, Any]:
    told: dict[str, Any] = {
        "fingerprint": issue.fingerprint,
        "rule": issue.rule,
        "kind": issue.kind.value,
        "part": issue.part,
        "verdict": issue.verdict.value,
        "severity": issue.impact.value,
    }
    if issue.values:
        return told | {"values": sorted(issue.values)}
    if issue.elements:
        return told | {"elements": dict(issue.elements)}
    return told | {"pages": dict(issue.pages)}


def _standing(key: str, site: Mapping[str, Any]) -> Standing:
    issues = [_read_issue(told) for told in _is(site["issues"], list, "issues")]
    standing = {issue.which: issue for issue in issues}
    if len(standing) < len(issues):
        (fingerprint, _), _ = Counter(issue.which for issue in issues).most_common(1)[0]
        raise ValueError(f"issue {fingerprint} stands there twice; {_MERGED}")
    return Standing(
        site=key,
        run=str(site["run"]),
        day=str(site["day"]),
        complete=True,  # no other is written
        sample=str(site["sample"]),
        pages=_number(site["pages"], "pages"),
        tool=str(site["tool"]),
        engines={str(name): str(version) for name, version in _is(site["engines"], dict, "engines").items()},
        rules=frozenset(map(str, _is(site["rules"], list, "rules"))),
        issues=standing,
    )


def _read_issue(told: Mapping[str, Any]) -> StandingIssue:
    fingerprint = told["fingerprint"]
    if not isinstance(fingerprint, str) or not _FINGERPRINT.fullmatch(fingerprint):
        raise ValueError(f"{fingerprint!r} is no fingerprint of an issue")
    pages, elements = (_counts(told.get(name, {}), name) for name in ("pages", "elements"))
    values = frozenset(map(str, _is(told.get("values", []), list, "values")))
    return StandingIssue(
        fingerprint=fingerprint,
        rule=str(told["rule"]),
        kind=Kind(told["kind"]),
        part=str(told["part"]),
        verdict=Verdict(told["verdict"]),
        impact=Impact(told["severity"]),
        places=sum(pages.values()) or sum(elements.values()) or len(values),
        pages=pages,
        elements=elements,
        values=values,
    )


def _counts(told: Mapping[str, Any], name: str) -> Mapping[str, int]:
    return {str(what): _number(n, f"{name}: {what!r}") for what, n in _is(told, dict, name).items()}


def _number(told: Any, name: str) -> int:
    if type(told) is not int or told < 1:
        raise ValueError(f"{name} must be a whole number, 1 or more")
    return told


def _is(told: Any, kind: type[_Kind], name: str) -> _Kind:
    if not isinstance(told, kind):
        raise ValueError(f"{name} must be {'a list' if kind is list else 'an object'}")
    return told
