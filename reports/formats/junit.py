"""A gate as JUnit XML: a test for each thing asked for, for each issue, and for each criterion that only a person can
settle, which is skipped. Only what keeps the gate shut is a failure.

GitLab keeps the first of two tests with the same class and name, and shows the class as the suite.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET  # nosec: it writes

from reports.criteria import OPEN
from reports.formats import gate_said as say
from reports.formats import rows
from reports.gate_model import GateDecision, GateIssue, SiteGate
from reports.text import Words

SUFFIX = ".xml"
#: GitLab reads 30 MB; a test takes two kilobytes at the most.
MOST_TESTS = 10_000


def render(decision: GateDecision, words: Words) -> str:
    """``<testsuites>`` with a suite for each site. An incomplete audit is an error, not a failure."""
    suites = ET.Element("testsuites", name="Handrail")
    for site in decision.sites:
        _suite(suites, site, words)
    return _document(suites)


def _document(suites: ET.Element) -> str:
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _suite(suites: ET.Element, site: SiteGate, words: Words) -> None:
    suite = ET.SubElement(suites, "testsuite", name=f"handrail.{site.key}")
    broken = site.broken
    for number, requirement in enumerate(site.requirements, start=1):
        said = say.asked(requirement, words)
        # A sentence holds numbers that change from run to run; what is asked for has a name that stays.
        name = requirement.key if requirement.limit is None else f"limit {number}"
        case = ET.SubElement(suite, "testcase", classname=f"handrail.{site.key}.gate", name=name)
        if not requirement.met:
            kind = "error" if requirement.key == "complete" else "failure"
            told = "\n".join(say.facts(site, words)) if requirement.key == "complete" else said
            ET.SubElement(case, kind, message=said, type=requirement.key).text = told
    for issue in site.issues:
        classname = f"handrail.{site.key}.{issue.rule}"
        name = f"{say.title(issue, words)} [{issue.id} {issue.verdict}]"
        case = ET.SubElement(suite, "testcase", classname=classname, name=name)
        if issue.file:
            case.set("file", issue.file)
        if issue in broken:
            change = words.plain(f"gate.change.{issue.change}")
            ET.SubElement(
                case, "failure", message=f"{change}: {say.amount(issue, words)}", type=issue.change
            ).text = _told(issue, words)
        elif issue.waiver:
            ET.SubElement(case, "skipped", message=issue.waiver)
    for criterion in site.open:
        name = f"{criterion.number} {say.named(criterion.name, words)}"
        case = ET.SubElement(suite, "testcase", classname=f"handrail.{site.key}.criteria", name=name)
        ET.SubElement(case, "skipped", message=words.plain(f"result.{criterion.state}"))
    _count(suite)


def _count(suite: ET.Element) -> None:
    tests = suite.findall("testcase")
    suite.set("tests", str(len(tests)))
    for kind, plural in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        suite.set(plural, str(sum(case.find(kind) is not None for case in tests)))


def render_site(site: Mapping[str, Any], run: Mapping[str, Any], words: Words) -> str:
    """A site's report: a test for the audit itself, for each issue, and a skipped one for each criterion that only a
    person can settle. A known issue does not fail it: only what is new or back does, and an audit that is incomplete.
    """
    root = ET.Element("testsuites", name="Handrail")
    suite = ET.SubElement(root, "testsuite", name=site["host"], timestamp=run["started"][:19])
    whole = ET.SubElement(suite, "testcase", classname=f"handrail.{site['key']}", name=words.plain("export.complete"))
    if site["verdict"] in ("incomplete", "not-audited"):
        said = rows.verdict(site, words)
        ET.SubElement(whole, "error", message=said, type="complete").text = "\n".join(
            map(words.reason, site["reasons"])
        )
    for issue in site["issues"][:MOST_TESTS]:
        _site_issue(suite, site, issue, words)
    for one in site["criteria"]:
        if one["result"] in OPEN:
            name = f"{one['number']} {rows.said(one['name'], words)}"
            case = ET.SubElement(suite, "testcase", classname=f"handrail.{site['key']}.criteria", name=name)
            ET.SubElement(case, "skipped", message=words.plain(f"result.{one['result']}"))
    _count(suite)
    if (more := len(site["issues"]) - MOST_TESTS) > 0:
        ET.SubElement(suite, "system-out").text = words.plain("more.issues", n=more)
    return _document(root)


def _site_issue(suite: ET.Element, site: Mapping[str, Any], issue: Mapping[str, Any], words: Words) -> None:
    title = rows.said(issue["title"], words)
    case = ET.SubElement(
        suite, "testcase", classname=f"handrail.{site['key']}.{issue['rule']}", name=f"{title} [{issue['id']}]"
    )
    amount = rows.amount(issue, words)
    lines = [rows.where(issue, words)]
    for place in issue["examples"][:3]:
        lines += filter(None, (place["url"], place["selector"], place["snippet"]))
    lines += filter(None, (rows.said(issue["fix"], words),))
    told = "\n".join(lines)
    state = issue["state"]
    if issue["work"]["decided"] in ("accepted", "false-alarm"):
        ET.SubElement(case, "skipped", message=words.plain(f"issue.decided.{issue['work']['decided']}"))
    elif issue["group"] == "failing" and state in ("new", "returned"):
        message = f"{words.plain(f'state.{state}')}: {amount}"
        ET.SubElement(case, "failure", message=message, type=issue["severity"]).text = told
    else:
        ET.SubElement(case, "system-out").text = told


def _told(issue: GateIssue, words: Words) -> str:
    lines = [say.where(issue, words), *issue.pages]
    for place in issue.shown:
        lines += [place.selector, place.snippet]
    lines += filter(None, [say.because(issue, words), say.repair(issue, words)])
    lines += filter(None, [say.again(issue, words)])
    return "\n".join(lines)
