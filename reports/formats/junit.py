"""A gate as JUnit XML: a test for each thing asked for, for each issue, and for each criterion that only a person can
settle, which is skipped. Only what keeps the gate shut is a failure.

GitLab keeps the first of two tests with the same class and name, and shows the class as the suite.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET  # nosec: it writes

from reports.formats import gate_said as say
from reports.gate_model import GateDecision, GateIssue, SiteGate
from reports.text import Words

SUFFIX = ".xml"


def render(decision: GateDecision, words: Words) -> str:
    """``<testsuites>`` with a suite for each site. An incomplete audit is an error, not a failure."""
    suites = ET.Element("testsuites", name="Handrail")
    for site in decision.sites:
        _suite(suites, site, words)
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
    tests = suite.findall("testcase")
    suite.set("tests", str(len(tests)))
    for kind, plural in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        suite.set(plural, str(sum(case.find(kind) is not None for case in tests)))


def _told(issue: GateIssue, words: Words) -> str:
    lines = [say.where(issue, words), *issue.pages]
    for place in issue.shown:
        lines += [place.selector, place.snippet]
    lines += filter(None, [say.because(issue, words), say.repair(issue, words)])
    lines += filter(None, [say.again(issue, words)])
    return "\n".join(lines)
