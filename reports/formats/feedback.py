"""Residents' reports as text and as data for a page: a list, and one chain from the report to the reply."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reports import clean
from reports.feedback import Chain, Ledger, Reported, Step, days_between
from reports.text import Words


def rows(ledger: Ledger, reports: Iterable[Reported]) -> list[dict[str, Any]]:
    """A report as data, without its words."""
    return [
        {
            "id": one.id,
            "site": one.site,
            "received": one.day,
            "state": ledger.state(one),
            "barrier": ledger.barrier(one),
            "issue": one.issue,
            "language": one.language,
            "channel": one.channel,
            "ticket": one.ticket,
            "acknowledged": one.heard,
            "acknowledged_days": days_between(one.day, one.heard),
            "acknowledge_by": ledger.due(one, ledger.target.acknowledge),
            "answered": one.answered.on if one.answered else "",
            "answered_days": days_between(one.day, one.answered.on if one.answered else ""),
            "answer_by": ledger.due(one, ledger.target.answer),
            "closed": one.closed.on if one.closed else "",
            "overdue": list(ledger.overdue(one)),
            "entry": one.entry,
        }
        for one in reports
    ]


def list_text(told: Sequence[Mapping[str, Any]], words: Words) -> Iterator[str]:
    """A line for each, what is late said in words."""
    if not told:
        yield words.plain("feedback.list.none")
        return
    head = [words.plain(f"feedback.list.{name}") for name in ("id", "received", "site", "state", "issue")]
    table = [head]
    for row in told:
        state = words.plain(f"feedback.state.{row['state']}")
        if row["state"] in ("answered", "closed") and row["barrier"] == "open":
            state = words.plain("feedback.list.still", state=state)
        table.append([row["id"], row["received"], row["site"] or "–", state, row["issue"] or "–"])
    widths = [max(len(line[at]) for line in table) for at in range(len(head))]
    late = [[], *(row["overdue"] for row in told)]
    for line, names in zip(table, late, strict=True):
        cells = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        said = " ".join(words.plain(f"feedback.late.{name}") for name in names)
        yield f"{cells}  {said}".rstrip()
    yield ""
    yield words.plain("feedback.list.sum", n=len(told), late=sum(bool(row["overdue"]) for row in told))


def chain_data(chain: Chain, ledger: Ledger) -> dict[str, Any]:
    """A chain as plain data: what the page and ``--json`` say."""
    fault = chain.fault
    told = rows(ledger, chain.reports)
    for row, one in zip(told, chain.reports, strict=True):
        row |= {
            "page": clean.line(one.page, clean.URL),
            "words": clean.line(one.barrier, clean.MESSAGE),
            "technology": clean.line(one.technology),
            "erased": one.erased,
        }
    return {
        "about": chain.about,
        "on": ledger.day,
        "reports": told,
        "issue": None
        if fault is None
        else {
            "id": fault.id,
            "site": fault.site,
            "rule": fault.rule,
            "title": {"en": clean.line(chain.title[0]), "fr": clean.line(chain.title[1])},
            "criteria": list(chain.criteria),
            "part_key": clean.line(fault.part_key),
            "part": clean.line(fault.part),
            "barrier": fault.barrier,
            "fixed": fault.fixed,
            "rechecked": fault.confirmed,
            "by_people": fault.by_people,
        },
        "steps": [_step(one) for one in chain.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "on": step.on,
        "kind": step.kind,
        "report": step.report,
        "who": clean.line(step.who),
        "note": clean.line(step.note, clean.MESSAGE),
        "entry": step.entry,
    }


def chain_text(data: Mapping[str, Any], words: Words) -> Iterator[str]:
    """The same for a terminal."""
    for one in data["reports"]:
        state = words.plain(f"feedback.state.{one['state']}")
        yield words.plain("feedback.show.report", id=one["id"], date=words.date(one["received"]), state=state)
        for name, value in report_facts(one, words):
            yield "  " + fact_line(name, value, words)
        for name in one["overdue"]:
            yield f"  {words.plain(f'feedback.late.{name}')}"
        yield ""
    if issue := data["issue"]:
        title = issue["title"].get(words.language) or issue["title"]["en"]
        yield words.plain("feedback.show.issue", id=issue["id"], title=title)
        for name, value in issue_facts(issue, words):
            yield "  " + fact_line(name, value, words)
        yield ""
    yield words.plain("feedback.show.chain")
    for step in data["steps"]:
        said = words.plain(f"feedback.step.{step['kind']}", who=step["who"], report=step["report"])
        entry = words.plain("feedback.show.entry", n=step["entry"]) if step["entry"] else ""
        yield f"  {step['on']}  {said} {entry}".rstrip()
        if note := note_of(step, words):
            yield f"              {note}"
    yield ""


def report_facts(one: Mapping[str, Any], words: Words) -> Iterator[tuple[str, str]]:
    """What is known of a report: a name and a value each."""
    if one["erased"]:
        yield words.plain("feedback.fact.words"), words.plain("feedback.fact.erased")
    channel = words.plain(f"feedback.channel.{one['channel']}")
    language = one["language"] and words.plain(f"feedback.language.{one['language']}")
    told = (
        ("page", one["page"]),
        ("words", one["words"]),
        ("technology", one["technology"]),
        ("language", language),
        ("channel", channel),
        ("ticket", one["ticket"]),
    )
    for name, value in told:
        if value:
            yield words.plain(f"feedback.fact.{name}"), value
    for name, end in (("acknowledged", "acknowledge_by"), ("answered", "answer_by")):
        took, due = one[f"{name}_days"], one[end]
        if took is not None:
            yield words.plain(f"feedback.fact.{name}"), words.plain("feedback.fact.after", n=took)
        elif due and one["state"] != "closed":
            yield words.plain(f"feedback.fact.{name}"), words.plain("feedback.fact.due", date=words.date(due))


def fact_line(name: str, value: str, words: Words) -> str:
    """ "Page: …", with the space that French puts before the colon."""
    return words.plain("feedback.show.fact", name=name, value=value)


def issue_facts(issue: Mapping[str, Any], words: Words) -> Iterator[tuple[str, str]]:
    """What is known of an issue."""
    yield words.plain("feedback.fact.rule"), issue["rule"]
    if issue["criteria"]:
        yield words.plain("feedback.fact.criteria"), ", ".join(issue["criteria"])
    if part := html.unescape(words.part(issue["part_key"], issue["part"])):
        yield words.plain("feedback.fact.part"), part
    yield words.plain("feedback.fact.barrier"), words.plain(f"feedback.barrier.{issue['barrier']}")


def note_of(step: Mapping[str, Any], words: Words) -> str:
    """What a person said of a step; of a closed report the reason in words."""
    note = str(step["note"])
    return words.plain(f"feedback.reason.{note}") if step["kind"] == "closed" else note
