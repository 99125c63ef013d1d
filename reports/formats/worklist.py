"""Lists of issues to work from: for a terminal, as JSON, as CSV. Exposures are counted, never placed."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from audits.model import Kind, Waiver
from reports import clean
from reports.formats import cells
from reports.formats import gate_said as say
from reports.store.log import Entry
from reports.text import Words
from reports.waivers import Waivers
from reports.work import ACCEPTED, ASKED, ASSIGNED, DUE, FALSE_ALARM, MARKED, NOTE, RECHECKED, RECHECKING, REFUSED
from reports.worklist import WorkItem

SCHEMA_VERSION = "1.0"


def as_text(items: Sequence[WorkItem], most: int, waivers: Waivers, words: Words) -> str:
    """At the most ``most`` of them, what is late first, then what is to be said of waivers."""
    overdue = sum(item.work.overdue for item in items)
    lines = [words.plain("work.count", n=len(items), overdue=overdue)]
    for item in items[:most]:
        lines += ["", *_item(item, words)]
    if len(items) > most:
        lines += ["", words.plain("work.more", n=len(items) - most)]
    told = list(say.of_waivers(waivers.ended, waivers.unused, waivers.conflicts, words))
    return _plain([*lines, *([""] if told else []), *told])


def as_json(items: Sequence[WorkItem]) -> str:
    """``schema_version`` and ``issues``: what is late first."""
    told = {"schema_version": SCHEMA_VERSION, "issues": [_facts(item) for item in items]}
    return json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n"


def as_csv(items: Sequence[WorkItem], words: Words) -> str:
    """A row each, headings as in the JSON; texts in one language."""
    rows = []
    for item in items:
        facts = {**_facts(item), "title": _in(item.title, words), "part": _part(item, words)}
        facts |= {name: " ".join(facts[name]) for name in ("criteria", "waivers")}
        facts["owners"] = ", ".join(item.owners)
        rows.append({name: _cell(value) for name, value in facts.items()})
    if not rows:
        return ""
    return cells.BOM + cells.line(rows[0]) + "".join(cells.line(row.values()) for row in rows)


def shown(item: WorkItem, words: Words, where: Sequence[str], fix: str, why: str) -> str:
    """One issue whole, with what the log holds of it."""
    lines = [*_item(item, words)]
    if why:
        lines += ["", why]
    if fix:
        lines += ["", words.plain("gate.repair", fix=fix)]
    if where:
        lines += ["", *where]
    lines += ["", words.plain("work.seen", first=words.date(item.first_seen), last=words.date(item.last_seen))]
    for waiver in item.work.waivers:
        lines += ["", *_waiver(waiver, words)]
    if item.work.told.entries:
        lines += ["", words.plain("work.log")]
        lines += [f"  {_entry(entry, words)}" for entry in item.work.told.entries]
    return _plain(lines)


def _plain(lines: Sequence[str]) -> str:
    """For a terminal: what people said may hold what it obeys, in logs of older versions too."""
    told = "\n".join(lines)
    return clean.block(told, len(told)) + "\n"


def _item(item: WorkItem, words: Words) -> Iterator[str]:
    work = item.work
    exposure = item.kind is Kind.EXPOSURE
    severity = say.severity(item.severity, words, exposure=exposure)
    late = f"{words.plain('work.overdue')} · " if work.overdue else ""
    yield f"{late}{item.id} · {item.site} · {severity} · {words.plain(f'state.{item.state}')}"
    yield f"  {_in(item.title, words)} ({item.rule})"
    yield f"  {_part(item, words)}: {_amount(item, words)}"
    owners = ", ".join(item.owners) or words.plain("none-recorded")
    told = [words.plain("gate.owner", owner=owners)]
    if work.assigned:
        told.append(words.plain("work.assigned", to=work.assigned))
    if work.stage != "unassigned":
        told.append(words.plain(f"work.stage.{work.stage}"))
    if work.due:
        told.append(words.plain("work.due", date=words.date(work.due.isoformat())))
    yield f"  {' · '.join(told)}"
    if work.owned.file:
        yield f"  {work.owned.file}"
    if work.still_there:
        yield f"  {words.plain('work.still-there', date=words.date(item.last_seen))}"
    if work.clash:
        yield f"  {words.plain('work.clash', to=work.clash)}"
    if work.decided:
        until = words.date(min(one.until for one in work.waivers).isoformat())
        names = ", ".join(one.name for one in work.waivers)
        yield f"  {words.plain(f'work.decided.{work.decided}', until=until, names=names, n=work.open_pages)}"


def _amount(item: WorkItem, words: Words) -> str:
    if item.kind is Kind.EXPOSURE:
        return words.plain("gate.values", n=item.places)
    if item.documents:
        key = "on.both" if item.pages else "on.documents"
        on = words.plain(key, pages=item.pages, documents=item.documents, n=item.documents)
        return f"{words.plain('gate.places', n=item.places)} {on}"
    return words.plain("gate.on-pages", n=item.places, pages=item.pages)


def _part(item: WorkItem, words: Words) -> str:
    owned = item.work.owned
    called = owned.name_fr or owned.name_en if words.language == "fr" else owned.name_en
    return called or html.unescape(words.part(item.part_key, item.part))


def _waiver(waiver: Waiver, words: Words) -> Iterator[str]:
    kind = "false-alarm" if waiver.false_alarm else "accepted"
    on, until = words.date(waiver.on.isoformat()), words.date(waiver.until.isoformat())
    yield words.plain(f"work.waiver.{kind}", name=waiver.name, by=waiver.by, on=on, until=until)
    yield f"  {waiver.ground}: {waiver.reason}" if waiver.ground != waiver.reason else f"  {waiver.reason}"
    if waiver.alternative:
        yield f"  {words.plain('work.alternative', alternative=waiver.alternative)}"


def _entry(entry: Entry, words: Words) -> str:
    facts = entry.facts or {}
    on = words.date(entry.at.isoformat())
    said = facts.get("note") or facts.get("reason") or ""
    return f"{entry.seq}  {on}  {facts['by']}: {done(entry.kind, facts, words)}{f' ({said})' if said else ''}"


def done(kind: str, facts: Mapping[str, Any], words: Words) -> str:
    """What an entry of the log says was done about an issue."""
    if kind == ASSIGNED:
        return words.plain("work.entry.assigned" if facts["to"] else "work.entry.unassigned", to=facts["to"])
    if kind == MARKED:
        return words.plain(f"work.stage.{facts['stage']}")
    if kind == DUE:
        return words.plain("work.due", date=words.date(facts["due"])) if facts["due"] else words.plain("work.no-due")
    if kind == NOTE:
        return words.plain("work.entry.note")
    if kind == ASKED:
        return words.plain("work.entry.asked", until=words.date(facts["until"]))
    if kind == REFUSED:
        return words.plain("work.entry.refused", entry=facts["entry"])
    if kind in (ACCEPTED, FALSE_ALARM):
        key = "accepted" if kind == ACCEPTED else "false-alarm"
        return words.plain(f"work.entry.{key}", until=words.date(facts["until"]))
    if kind == RECHECKING:
        return words.plain("work.entry.rechecking", n=facts["pages"])
    if kind == RECHECKED:
        return _rechecked(facts, words)
    return words.plain("work.entry.withdrawn", name=f"log-{facts['entry']}")


def _rechecked(facts: Mapping[str, Any], words: Words) -> str:
    """What came of a look again: how far it went, what it found, and whether the issue is another now."""
    if not facts["looked"]:
        return words.plain(f"work.recheck.none.{facts['ended']}")
    found = words.plain("work.recheck.found" if facts["places"] else "work.recheck.not-found", n=facts["places"])
    told = words.plain("work.recheck.looked", n=facts["looked"], of=facts["pages"], found=found)
    if facts["ended"] != "done":
        told += " " + words.plain(f"work.recheck.{facts['ended']}")
    if facts["after"] != facts["before"]:
        told += " " + words.plain(f"work.recheck.became.{facts['after']}")
    return told


def _in(text: Any, words: Words) -> str:
    return str(text.fr or text.en if words.language == "fr" else text.en)


def _facts(item: WorkItem) -> dict[str, Any]:
    work = item.work
    return {
        "id": item.id,
        "site": item.site,
        "rule": item.rule,
        "title": {"en": item.title.en, "fr": item.title.fr},
        "kind": item.kind.value,
        "criteria": list(item.criteria),
        "severity": item.severity,
        "verdict": item.verdict,
        "state": item.state,
        "part": item.part,
        "file": work.owned.file,
        "places": item.places,
        "pages": item.pages,
        "documents": item.documents,
        "first_seen": item.first_seen,
        "since": item.since,
        "last_seen": item.last_seen,
        "owners": list(item.owners),
        "assigned": work.assigned,
        "stage": work.stage,
        "still_there": work.still_there,
        "due": work.due.isoformat() if work.due else "",
        "overdue": work.overdue,
        "decided": work.decided,
        "waivers": [one.name for one in work.waivers],
        "until": min(one.until for one in work.waivers).isoformat() if work.waivers else "",
        "fingerprint": item.fingerprint,
    }


def _cell(value: Any) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)
