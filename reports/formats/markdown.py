"""A gate as Markdown for a job's summary or a merge request. Whatever comes from pages is escaped.

GitHub takes 1 MiB of a step's summary and drops the rest, so it is cut by section, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from reports.formats import gate_said as say
from reports.formats import rows
from reports.gate_model import GateDecision, GateIssue, SiteGate
from reports.text import Words

T = TypeVar("T")

SUFFIX = ".md"
MOST_BYTES = 1_000_000
MOST_ISSUES = 100
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~-])")


def render(decision: GateDecision, words: Words) -> str:
    """Headings begin at the third level: a summary stands below others'."""
    text = ""
    for section in _sections(decision, words):
        if len((text + section).encode()) > MOST_BYTES:
            return text
        text += section
    return text


def render_site(site: Mapping[str, Any], run: Mapping[str, Any], words: Words) -> str:
    """A site's report, short: what it says first, what fails, what a person must settle."""
    text = ""
    for section in _site_sections(site, run, words):
        if len((text + section).encode()) > MOST_BYTES:
            return text
        text += section
    return text


def escape(text: str) -> str:
    """Text as it reads: no markup, no HTML, nobody mentioned, no link."""
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    marked = _SPECIAL.sub(r"\\\1", plain)
    # A word joiner after these keeps hosts from making a mention, a reference or a link of it.
    return marked.replace("@", "@\u2060").replace("://", ":\u2060//").replace("www.", "www\u2060.")


def _sections(decision: GateDecision, words: Words) -> Iterator[str]:
    for site in decision.sites:
        mark = {"met": "✅", "not-met": "❌", "incomplete": "⚠️"}[site.verdict]
        yield f"### {mark} {escape(say.headline(site, words))}\n\n"
        yield "".join(f"- {escape(fact)}\n" for fact in say.facts(site, words)) + "\n"
        yield _asked(site, words)
        for heading, issues in (("broken", site.broken), ("allowed", say.allowed(site))):
            yield from _list(f"gate.{heading}", issues, _issue, "gate.more-issues", words)
        yield _fixed(site, words)
        others = list(say.counts(site, words, fixed=False))
        yield "".join(f"- {escape(line)}\n" for line in others) + ("\n" if others else "")
    told = list(say.remarks(decision, words))
    yield "".join(f"- {escape(line)}\n" for line in told)


def _site_sections(site: Mapping[str, Any], run: Mapping[str, Any], words: Words) -> Iterator[str]:
    yield f"### {escape(rows.title(site, run, words))}\n\n"
    yield _table_head(words.plain("export.about.what"), words.plain("export.about.value"))
    yield "".join(f"| {escape(name)} | {escape(value)} |\n" for name, value in rows.facts(site, words)) + "\n"
    for group in ("failing", "review"):
        issues = [issue for issue in site["issues"] if issue["group"] == group]
        yield from _list(f"toc.{group}", issues, _site_issue, "more.issues", words)
    yield f"#### {escape(words.plain('toc.criteria'))}\n\n"
    heads = ("criterion", "required", "result", "evidence")
    yield _table_head(*(words.plain(f"col.{name}") for name in heads))
    for one in site["criteria"]:
        cells = (
            f"{one['number']} {rows.said(one['name'], words)}",
            words.plain(f"required.{one['aoda']}"),
            words.plain(f"result.{rows.shown_as(one)}"),
            rows.evidence(one, words),
        )
        yield "| " + " | ".join(map(escape, cells)) + " |\n"


def _table_head(*names: str) -> str:
    return f"| {' | '.join(map(escape, names))} |\n|{' --- |' * len(names)}\n"


def _site_issue(issue: Mapping[str, Any], words: Words) -> str:
    severity = words.plain(f"severity.{issue['severity']}")
    summary = f"<b>{_html(severity)}</b> · {_html(rows.said(issue['title'], words))}"
    lines = [f"<details><summary>{summary}</summary>\n\n"]
    lines.append(f"- {escape(rows.where(issue, words))}\n")
    for place in issue["examples"][:3]:
        lines.append(f"- {code(place['url'])} {code(place['selector'])} {code(place['snippet'])}".rstrip() + "\n")
    if told := rows.said(issue["fix"], words):
        lines.append(f"- {escape(words.plain('gate.repair', fix=told))}\n")
    if issue["work"]["owners"]:
        lines.append(f"- {escape(words.plain('gate.owner', owner=', '.join(issue['work']['owners'])))}\n")
    lines.append(
        f"- {code(issue['rule'])} {code(issue['id'])} {' '.join(map(code, issue['criteria']))}".rstrip() + "\n"
    )
    return "".join(lines) + "\n</details>\n\n"


def _asked(site: SiteGate, words: Words) -> str:
    lines = [f"- {'✅' if one.met else '❌'} {escape(say.asked(one, words))}\n" for one in site.requirements]
    return "".join(lines) + "\n"


def _list(heading: str, issues: Sequence[T], tell: Callable[[T, Words], str], more: str, words: Words) -> Iterator[str]:
    """As many as a summary holds, under a heading. ``more``: the words for the others."""
    if not issues:
        return
    yield f"#### {escape(words.plain(heading))}\n\n"
    for issue in issues[:MOST_ISSUES]:
        yield tell(issue, words)
    if len(issues) > MOST_ISSUES:
        yield f"{escape(words.plain(more, n=len(issues) - MOST_ISSUES))}\n"
    yield "\n"


def _fixed(site: SiteGate, words: Words) -> str:
    """What was repaired, by name."""
    fixed = [gone for gone in site.gone if gone.state == "fixed"]
    if not fixed:
        return ""
    summary = f"<details><summary>{_html(words.plain('gate.fixed', n=len(fixed)))}</summary>\n\n"
    lines = [f"- {escape(say.named(gone.title, words))} {code(gone.rule)}\n" for gone in fixed[:MOST_ISSUES]]
    return summary + "".join(lines) + "\n</details>\n\n"


def _issue(issue: GateIssue, words: Words) -> str:
    severity = say.severity(issue.severity, words, exposure=issue.exposure)
    change = words.plain(f"gate.change.{issue.change}")
    summary = f"<b>{_html(change)} · {_html(severity)}</b> · {_html(say.title(issue, words))}"
    lines = [f"<details><summary>{summary}</summary>\n\n"]
    lines.append(f"- {escape(say.where(issue, words))}\n")
    lines += [f"  - {code(path)}\n" for path in issue.pages]
    if issue.more_pages:
        lines.append(f"  - {escape(words.plain('gate.more-pages', n=issue.more_pages))}\n")
    lines += [f"- {code(place.selector)} {code(place.snippet)}\n" for place in issue.shown[:3]]
    if told := say.because(issue, words):
        lines.append(f"- {escape(told)}\n")
    lines.append(f"- {escape(say.repair(issue, words))}\n")
    if issue.owner:
        lines.append(f"- {escape(words.plain('gate.owner', owner=issue.owner))}\n")
    if command := say.command(issue):
        lines.append(f"- {escape(words.plain('gate.again', command=''))} {code(command)}\n")
    lines.append(f"- {code(issue.rule)} {code(issue.id)}\n")
    return "".join(lines) + "\n</details>\n\n"


def _html(text: str) -> str:
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace("@", "@\u2060")


def code(text: str) -> str:
    """Inline code with a fence longer than any in it."""
    plain = " ".join(text.split()).replace("##", "#\u2060#")
    fence = "`" * (max(map(len, re.findall("`+", plain)), default=0) + 1)
    return f"{fence} {plain} {fence}" if "`" in plain else f"{fence}{plain}{fence}" if plain else ""
