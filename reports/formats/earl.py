"""EARL as JSON-LD: an evaluation that W3C's WCAG-EM Report Tool opens ("Open evaluation") or adds to another.

The names are those of the tool's own files. It holds a failure that a tool proved, "cannot tell" where a person must
look, "untested" where no tool looked; that a criterion is met ("passed") or does not apply, people say.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from reports import clean
from reports.formats import rows
from reports.formats.rows import Data
from reports.text import Words

SUFFIX = ".jsonld"
#: The tool's names for what it reads. WCAG21 and WCAG are the only editions that it can fold back into a criterion's
#: id; those that came after 2.1 are named in the latest edition.
CONTEXT: Mapping[str, str | Mapping[str, str]] = {
    "wcagem": "http://www.w3.org/TR/WCAG-EM/#",
    "Evaluation": "wcagem:procedure",
    "Website": "wcagem:website",
    "Webpage": "wcagem:webpage",
    "defineScope": "wcagem:step1",
    "scope": "wcagem:step1a",
    "step1b": {"@id": "wcagem:step1b", "@type": "@id"},
    "conformanceTarget": "step1b",
    "additionalEvaluationRequirements": "wcagem:step1d",
    "exploreTarget": "wcagem:step2",
    "selectSample": "wcagem:step3",
    "structuredSample": "wcagem:step3a",
    "randomSample": "wcagem:step3b",
    "auditSample": "wcagem:step4",
    "reportFindings": "wcagem:step5",
    "commissioner": "wcagem:commissioner",
    "evaluator": "wcagem:evaluator",
    "evaluationSpecifics": "wcagem:step5b",
    "WCAG": "http://www.w3.org/TR/WCAG/#",
    "WCAG21": "http://www.w3.org/TR/WCAG21/#",
    "WAI": "http://www.w3.org/WAI/",
    "A": "WAI:WCAG2A-Conformance",
    "AA": "WAI:WCAG2AA-Conformance",
    "AAA": "WAI:WCAG2AAA-Conformance",
    "wcagVersion": "WAI:standards-guidelines/wcag/#versions",
    "earl": "http://www.w3.org/ns/earl#",
    **{
        name: f"earl:{name}"
        for name in (
            *("Assertion", "TestCriterion", "TestRequirement", "TestSubject", "TestResult", "OutcomeValue"),
            *("Pass", "Fail", "CannotTell", "NotApplicable", "NotTested", "Software"),
            *("assertedBy", "mode", "result", "subject", "test", "outcome"),
        )
    },
    "Person": "http://xmlns.com/foaf/0.1/Person",
    "dcterms": "http://purl.org/dc/terms/",
    **{name: f"dcterms:{name}" for name in ("title", "description", "summary")},
    # The tool reads the date of an evaluation only where it is said to be one.
    "date": {"@id": "dcterms:date", "@type": "http://www.w3.org/TR/NOTE-datetime"},
    "id": "@id",
    "type": "@type",
    "language": "@language",
}
_FAILED, _CANNOT_TELL, _UNTESTED = ("failed", "Fail"), ("cantTell", "CannotTell"), ("untested", "NotTested")
_OUTCOMES: Mapping[str, tuple[str, str]] = {
    "fails": _FAILED,
    "needs-person": _CANNOT_TELL,
    "no-failure-found": _CANNOT_TELL,
    "not-covered": _UNTESTED,
    "not-checked": _UNTESTED,
    "not-required": _UNTESTED,
    "supports": ("passed", "Pass"),
    "not-applicable": ("inapplicable", "NotApplicable"),
}
_MODES: Mapping[str, str] = {"person": "manual", "both": "semiAuto"}
_VERSIONS: Mapping[str, str] = {"aoda": "2.0", "wcag21-aa": "2.1", "en301549": "2.1", "wcag22-aa": "2.2"}
_TOOL, _WEBSITE = "_:tool", "_:website"


def render(site: Data, data: Data, words: Words) -> str:
    run = site["run"]
    pages = _pages(site)
    website = {
        "id": _WEBSITE,
        "type": ["TestSubject", "Website"],
        "title": rows.said(site["name"], words),
        "description": f"https://{site['host']}/",
    }
    by_url = {page["description"]: page for page in pages.values()}
    told = {
        "@context": CONTEXT,
        "@type": "Evaluation",
        "@language": words.language,
        "defineScope": {
            "@id": "_:defineScope",
            "scope": website,
            "wcagVersion": _VERSIONS[site["profile"]],
            "conformanceTarget": "AA",
            "additionalEvaluationRequirements": words.plain("profile.floor"),
        },
        "exploreTarget": {"@id": "_:exploreTarget"},
        "selectSample": {
            "@id": "_:selectSample",
            "structuredSample": [pages[page["url"]] for page in site["sample"]["structured"]],
            "randomSample": [pages[page["url"]] for page in site["sample"]["random"]],
        },
        "auditSample": list(_assertions(site, run, website, by_url, words)),
        "reportFindings": {
            "@id": "_:reportFindings",
            "commissioner": rows.said(data["city"]["name"], words),
            "date": run["finished"] or run["started"],
            "evaluator": f"Handrail {run['tool_version']}",
            "summary": " ".join((rows.verdict(site, words).rstrip(".") + ".", words.plain("limits.tools"))),
            "evaluationSpecifics": rows.methods(site, run, words),
            "title": rows.title(site, run, words),
        },
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _pages(site: Data) -> Mapping[str, Mapping[str, Any]]:
    """By address. The tool tells pages apart by their titles, so that no two may have the same."""
    sample = (*site["sample"]["structured"], *site["sample"]["random"])
    titles = Counter(page["title"] for page in sample)
    pages = {}
    for number, page in enumerate(sample):
        title, url = page["title"], page["url"]
        if not title or titles[title] > 1:
            path = urlsplit(url).path or "/"
            title = f"{title} ({path})" if title else path
        # An address with a mask in it is none.
        where = clean.href(url) or f"_:page_{number}"
        pages[url] = {"id": where, "type": ["TestSubject", "Webpage"], "title": title, "description": url}
    return pages


def _assertions(
    site: Data, run: Data, website: Data, pages: Mapping[str, Data], words: Words
) -> Iterator[Mapping[str, Any]]:
    """One for the whole site by criterion; where it fails, one for each page of the sample that was seen to fail it."""
    issues = [issue for issue in site["issues"] if issue["group"] == "failing"]
    named = False
    for criterion in site["criteria"]:
        if criterion["result"] not in _OUTCOMES:
            continue  # 4.1.1 is no criterion of WCAG 2.2
        outcome = _OUTCOMES[criterion["result"]]
        by_tool = not _people(criterion)
        told = rows.evidence(criterion, words)
        if criterion["extent"] and outcome == _FAILED:
            # EARL has one word for a failure; how much of the site it is on, people say.
            told = f"{words.plain(f'result.{rows.shown_as(criterion)}')}. {told}"
        yield _assertion(criterion, outcome, website, told, run, words, name_tool=by_tool and not named)
        named |= by_tool
        if outcome != _FAILED:
            continue
        ours = [issue for issue in issues if criterion["number"] in issue["criteria"]]
        for url, titles in _seen(ours, words).items():
            if url in pages:
                yield _assertion(criterion, _FAILED, pages[url], "\n".join(titles), run, words)


def _seen(issues: Sequence[Data], words: Words) -> Mapping[str, list[str]]:
    """By address, the titles of the issues that the report shows there."""
    found: dict[str, list[str]] = {}
    for issue in issues:
        for url in dict.fromkeys(place["url"] for place in issue["examples"]):
            found.setdefault(url, []).append(f"{rows.said(issue['title'], words)} ({issue['id']}, {issue['rule']})")
    return found


def _assertion(
    criterion: Data,
    outcome: tuple[str, str],
    subject: Data,
    told: str,
    run: Data,
    words: Words,
    *,
    name_tool: bool = False,
) -> Mapping[str, Any]:
    """``name_tool``: the tool is described once, and referred to after that."""
    name, kind = outcome
    who: Mapping[str, Any] = {"id": _TOOL}
    if name_tool:
        who = {**who, "type": ["Software"], "title": f"Handrail {run['tool_version']}"}
    method = criterion["method"] if subject["id"] == _WEBSITE else ""
    if method and (people := _people(criterion)):
        who = {"type": ["Person"], "title": "; ".join(people)}
    return {
        "type": ["Assertion"],
        "date": run["finished"] or run["started"],
        "assertedBy": who,
        "mode": {"id": f"earl:{_MODES.get(method, 'automatic')}"},
        "subject": {"id": subject["id"], "type": subject["type"]},
        "test": {
            "id": _test(criterion),
            "type": ["TestCriterion", "TestRequirement"],
            "title": f"{criterion['number']} {rows.said(criterion['name'], words)}",
        },
        "result": {
            "type": ["TestResult"],
            "outcome": {"id": f"earl:{name}", "type": ["OutcomeValue", kind]},
            "description": told,
        },
    }


def _people(criterion: Data) -> list[str]:
    """Who settled it, where it was people alone."""
    return sorted({one["by"] for one in rows.answered(criterion)}) if criterion["method"] == "person" else []


def _test(criterion: Data) -> str:
    """A criterion's id in W3C's text is the last part of the address that explains it."""
    name = criterion["understanding_url"].rstrip("/").rpartition("/")[2].removesuffix(".html")
    return f"{'WCAG' if criterion['version'] == '2.2' else 'WCAG21'}:{name}"
