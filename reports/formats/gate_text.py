"""A gate for a terminal: what keeps it from being met first, where it is, and how to repair it."""

from __future__ import annotations

from collections.abc import Iterator

from reports.formats import gate_said as say
from reports.gate_model import GateDecision, GateIssue, SiteGate
from reports.text import Words

SUFFIX = ".txt"
#: Issues in full; the report has all.
MOST = 50


def render(decision: GateDecision, words: Words) -> str:
    """Plain text without colours: logs keep it as it is."""
    lines: list[str] = []
    for site in decision.sites:
        lines += [*_site(site, words), ""]
    lines += say.remarks(decision, words)
    # A job's log is read for commands: what begins one, anywhere in a line, is taken apart.
    return "\n".join(lines).replace("##[", "# #[").replace("##vso", "# #vso").rstrip() + "\n"


def _site(site: SiteGate, words: Words) -> Iterator[str]:
    yield say.headline(site, words)
    yield from (f"  {fact}" for fact in say.facts(site, words))
    marks = {met: words.plain("gate.mark.met" if met else "gate.mark.not-met") for met in (True, False)}
    width = max(map(len, marks.values()))
    for requirement in site.requirements:
        yield f"  {marks[requirement.met].ljust(width)} {say.asked(requirement, words)}"
    for heading, issues in (("broken", site.broken), ("allowed", say.allowed(site))):
        if issues:
            yield ""
            yield f"  {words.plain(f'gate.{heading}')}"
            for issue in issues[:MOST]:
                yield from _issue(issue, words)
            if len(issues) > MOST:
                yield f"    {words.plain('gate.more-issues', n=len(issues) - MOST)}"
    others = list(say.counts(site, words))
    if others:
        yield ""
        yield from (f"  {line}" for line in others)


def _issue(issue: GateIssue, words: Words) -> Iterator[str]:
    severity = say.severity(issue.severity, words, exposure=issue.exposure)
    change = words.plain(f"gate.change.{issue.change}")
    yield f"    {change} · {severity} · {say.title(issue, words)} ({issue.rule}) {issue.id}"
    yield f"      {say.where(issue, words)}"
    for path in issue.pages[:5]:
        yield f"        {path}"
    if hidden := len(issue.pages) + issue.more_pages - 5 if len(issue.pages) > 5 else issue.more_pages:
        yield f"        {words.plain('gate.more-pages', n=hidden)}"
    for place in issue.shown[:3]:
        yield from (f"      | {line}" for line in (place.selector, *place.snippet.splitlines()[:3]))
    if told := say.because(issue, words):
        yield f"      {told}"
    yield f"      {say.repair(issue, words)}"
    if issue.owner:
        yield f"      {words.plain('gate.owner', owner=issue.owner)}"
    if command := say.again(issue, words):
        yield f"      {command}"
