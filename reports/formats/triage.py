"""A plan of repairs, as text, JSON, CSV, and Markdown for an issue tracker. Exposures are counted, never placed."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from reports.formats import cells, columns
from reports.formats import gate_said as say
from reports.formats.markdown import code, escape
from reports.sampled import said as sample_said
from reports.terms import Text
from reports.text import Words
from reports.triage import PartPlan, Repair, SitePlan, Triage

SCHEMA_VERSION = "1.0"
#: Repairs and parts that text shows; the other forms have all.
MOST = 20
#: GitHub takes 65,536 of an issue.
MOST_LETTERS = 60_000
COLUMNS = (
    *("site", "n", "id", "rule", "title", "fix", "tier", "severity", "criteria", "part", "part_name", "file", "owner"),
    *("places", "pages", "documents", "effort", "touches", "count", "running_places", "running_percent", "help"),
)


def as_text(triage: Triage, words: Words) -> str:
    lines: list[str] = []
    for site in triage.sites:
        lines += [f"{site.key}: {site.host}", *(f"  {line}" for line in _facts(site, words)), ""]
        if not site.repairs:
            continue
        lines += [f"  {line}" for line in _parts(site.parts[:MOST], words)]
        for total in site.tiers:
            lines += ["", f"  {_total(site, total.tier, words)}"]
            for one in site.repairs[:MOST]:
                if one.tier == total.tier:
                    lines += [f"    {line}" for line in _repair(one, words)]
        if len(site.repairs) > MOST:
            lines += ["", "  " + words.plain("triage.all-repairs", n=len(site.repairs) - MOST)]
        lines += ["", "  " + words.plain("triage.order"), ""]
    return "\n".join(lines).rstrip() + "\n"


def as_json(triage: Triage, words: Words) -> str:
    """All of it; both languages stand beside each other, so ``words`` changes nothing."""
    return json.dumps({"schema_version": SCHEMA_VERSION, **asdict(triage)}, ensure_ascii=False, indent=1) + "\n"


def as_csv(triage: Triage, words: Words) -> str:
    """A line per repair, in order."""
    rows = (_row(site, one, words) for site in triage.sites for one in site.repairs)
    return cells.BOM + cells.line(COLUMNS) + "".join(map(cells.line, rows))


def as_markdown(triage: Triage, words: Words) -> str:
    """A task for each repair: an issue tracker ticks them off. As many as the text of one issue holds."""
    text = ""
    for site in triage.sites:
        text += f"### {escape(f'{site.key}: {site.host}')}\n\n"
        text += "".join(f"- {escape(line)}\n" for line in _facts(site, words)) + "\n"
        left, tier = len(site.repairs), ""
        for one in site.repairs:
            heading = "" if one.tier == tier else f"#### {escape(_total(site, one.tier, words))}\n\n"
            told = ("\n" if heading and tier else "") + heading + _task(one, words)
            if len(text) + len(told) > MOST_LETTERS:
                break
            text, left, tier = text + told, left - 1, one.tier
        text += "\n"
        if left:
            text += "- " + escape(words.plain("triage.more-tasks", n=left)) + "\n\n"
    return text


def _facts(site: SitePlan, words: Words) -> Iterator[str]:
    yield words.plain("triage.run", run=site.run, date=words.date(site.begun))
    if site.coverage is None or not site.pages:
        yield words.plain("gate.no-page")
    else:
        yield words.plain("gate.pages", n=site.pages, percent=words.percent(site.coverage))
    if site.sample:
        yield words.plain("gate.sample", sample=sample_said(site.sample, words))
    if site.reasons:
        yield words.plain("triage.incomplete")
    yield from (words.plain("gate.why", reason=words.reason(reason)) for reason in site.reasons)
    if site.exposures:
        yield words.plain("triage.contain", n=site.exposures, values=site.values)
    if site.repairs:
        share = words.percent(site.first_percent)
        yield words.plain("triage.first", n=site.first, percent=share, places=site.places)
    else:
        yield words.plain("triage.nothing")
    if site.review_issues:
        yield words.plain("triage.review", n=site.review_issues, places=site.review_places)
    if site.accepted:
        yield words.plain("triage.accepted", n=site.accepted)
    if site.not_checked:
        yield words.plain("triage.not-checked", n=site.not_checked)


def _parts(parts: Sequence[PartPlan], words: Words) -> Iterator[str]:
    nobody = words.plain("triage.no-owner")
    rows = [
        [
            f"{_part(one, words)} ({one.owner or nobody})",
            *map(words.number, (one.repairs, one.places, one.required)),
            words.percent(one.percent),
        ]
        for one in parts
    ]
    head = [words.plain(f"triage.col.{name}") for name in ("part", "repairs", "places", "required", "percent")]
    yield from columns.lines(head, rows)


def _total(site: SitePlan, tier: str, words: Words) -> str:
    total = next(one for one in site.tiers if one.tier == tier)
    name = words.plain(f"triage.tier.{tier}")
    return words.plain("triage.total", tier=name, n=total.repairs, places=total.places)


def _repair(one: Repair, words: Words) -> Iterator[str]:
    yield f"{one.n}. {say.severity(one.severity, words)} · {_said(one.title, words)} ({one.rule}) {one.id}"
    yield f"   {_where(one, words)}"
    yield f"   {_effort(one, words)}"
    yield f"   {_running(one, words)}"
    fix = words.plain("gate.repair", fix=_said(one.fix, words))
    yield f"   {fix}"
    if one.owner:
        owner = words.plain("gate.owner", owner=one.owner)
        yield f"   {owner}"


def _task(one: Repair, words: Words) -> str:
    severity = say.severity(one.severity, words)
    lines = [f"- [ ] **{escape(_said(one.title, words))}** · {escape(severity)} · {code(one.rule)} {code(one.id)}\n"]
    told = [_where(one, words), _effort(one, words), _running(one, words)]
    told.append(words.plain("gate.repair", fix=_said(one.fix, words)))
    if one.owner:
        told.append(words.plain("gate.owner", owner=one.owner))
    return "".join([*lines, *(f"  - {escape(line)}\n" for line in told)])


def _where(one: Repair, words: Words) -> str:
    amount = words.plain("gate.on-pages", n=one.places, pages=one.pages) if one.pages and not one.documents else ""
    told = {"part": _part(one, words), "amount": amount or words.plain("gate.places", n=one.places)}
    return words.plain("gate.part-file", file=one.file, **told) if one.file else words.plain("gate.part", **told)


def _effort(one: Repair, words: Words) -> str:
    why = words.plain(f"triage.why.{one.touches}", n=one.count)
    return words.plain("triage.effort", effort=words.plain(f"triage.size.{one.effort}"), why=why)


def _running(one: Repair, words: Words) -> str:
    return words.plain("triage.running", percent=words.percent(one.running_percent))


def _part(one: Repair | PartPlan, words: Words) -> str:
    return _said(one.called, words) or html.unescape(words.part(one.part_key, one.part))


def _said(text: Text, words: Words) -> str:
    return text.fr or text.en if words.language == "fr" else text.en


def _row(site: SitePlan, one: Repair, words: Words) -> Iterator[str]:
    told = (
        *(site.key, one.n, one.id, one.rule, _said(one.title, words), _said(one.fix, words), one.tier, one.severity),
        *(" ".join(one.criteria), one.part_key, _part(one, words), one.file, one.owner, one.places, one.pages),
        *(one.documents, one.effort, one.touches, one.count, one.running, one.running_percent, one.help_url),
    )
    return map(str, told)
