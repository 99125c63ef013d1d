"""What is different between two runs, as text and JSON. Exposures are counted, never placed."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from reports.diff import STATES, Diff, DiffIssue, Paths, Side, SiteDiff
from reports.formats import gate_said as say
from reports.sampled import said as sample_said
from reports.text import Words

SCHEMA_VERSION = "1.0"
#: Issues in full, pages of each; JSON has all issues.
MOST = 50
PAGES = 5
#: Rules that are named.
RULES = 10


def as_text(diff: Diff, words: Words) -> str:
    lines: list[str] = []
    for site in diff.sites:
        lines += [*_site(site, words), ""]
    if diff.only_before:
        lines.append(words.plain("diff.only-before", sites=", ".join(diff.only_before)))
    if diff.only_now:
        lines.append(words.plain("diff.only-now", sites=", ".join(diff.only_now)))
    return "\n".join(lines).rstrip() + "\n"


def as_json(diff: Diff, words: Words) -> str:
    """All of it; both languages stand beside each other, so ``words`` changes nothing."""
    return json.dumps({"schema_version": SCHEMA_VERSION, **asdict(diff)}, ensure_ascii=False, indent=1) + "\n"


def _site(site: SiteDiff, words: Words) -> Iterator[str]:
    before, now = site.before, site.now
    dates = {"start": words.date(before.begun), "end": words.date(now.begun)}
    runs = words.plain("diff.runs", before=before.run, now=now.run, **dates)
    yield f"{site.key}: {runs}"
    yield from (f"  {line}" for line in _facts(site, words))
    if not site.issues:
        yield ""
        nothing = words.plain("diff.nothing")
        yield f"  {nothing}"
    for state in STATES:
        issues = [issue for issue in site.issues if issue.state == state]
        if issues:
            yield ""
            yield from _issues(words.plain(f"diff.state.{state}"), issues, words, short=state == "unchanged")


def _facts(site: SiteDiff, words: Words) -> Iterator[str]:
    yield words.plain("diff.before", told=_looked(site.before, words))
    yield words.plain("diff.now", told=_looked(site.now, words))
    if site.before.sample != site.now.sample:
        yield words.plain("diff.samples")
    if site.marks:
        yield say.marks(site.marks, words)
    if site.browser:
        yield words.plain("diff.browser", before=site.browser[0], now=site.browser[1])
    if site.config_changed:
        yield words.plain("diff.config")
    if site.rules_new:
        yield words.plain("diff.rules-new", rules=_rules(site.rules_new, words))
    if site.rules_gone:
        yield words.plain("diff.rules-gone", rules=_rules(site.rules_gone, words))
    pages = site.pages
    if pages.new.n or pages.gone.n or pages.missed.n:
        yield words.plain("diff.pages", new=pages.new.n, gone=pages.gone.n, missed=pages.missed.n)
        for sign, paths in (("+", pages.new), ("-", pages.gone), ("?", pages.missed)):
            yield from (f"  {line}" for line in _paths(sign, paths, words))


def _rules(rules: Sequence[str], words: Words) -> str:
    more = [words.plain("diff.more-rules", n=len(rules) - RULES)] if len(rules) > RULES else []
    return ", ".join([*rules[:RULES], *more])


def _paths(sign: str, paths: Paths, words: Words) -> Iterator[str]:
    named = paths.named[:PAGES]
    yield from (f"{sign} {path}" for path in named)
    if paths.n > len(named):
        yield f"{sign} {words.plain('gate.more-pages', n=paths.n - len(named))}"


def _looked(side: Side, words: Words) -> str:
    if side.coverage is None or not side.pages:
        told = [words.plain("gate.no-page")]
    else:
        told = [words.plain("gate.pages", n=side.pages, percent=words.percent(side.coverage))]
    if side.sample:
        told.append(words.plain("gate.sample", sample=sample_said(side.sample, words)).rstrip("."))
    told += [words.plain("gate.why", reason=words.reason(reason)) for reason in side.reasons]
    return "; ".join(told)


def _issues(state: str, issues: Sequence[DiffIssue], words: Words, *, short: bool) -> Iterator[str]:
    heading = words.plain("diff.heading", state=state, n=len(issues))
    yield f"  {heading}"
    if short:
        more = words.plain("diff.more-unchanged")
        yield f"    {more}"
        return
    for issue in issues[:MOST]:
        yield from (f"    {line}" for line in _issue(issue, words))
    if len(issues) > MOST:
        yield f"    {words.plain('gate.more-issues', n=len(issues) - MOST)}"


def _issue(issue: DiffIssue, words: Words) -> Iterator[str]:
    exposed = issue.kind == "exposure"
    severity = say.severity(issue.severity, words, exposure=exposed)
    title = issue.title.fr or issue.title.en if words.language == "fr" else issue.title.en
    verdict = "" if issue.verdict == "fail" else f" · {words.plain(f'gate.verdict.{issue.verdict}')}"
    yield f"{severity}{verdict} · {title} ({issue.rule}) {issue.id}"
    yield f"  {_where(issue, words)}"
    yield from (f"    {path}" for path in issue.pages[:PAGES])
    if hidden := len(issue.pages) + issue.more_pages - PAGES if len(issue.pages) > PAGES else issue.more_pages:
        yield f"    {words.plain('gate.more-pages', n=hidden)}"
    if issue.unseen:
        unseen = words.plain("diff.unseen")
        yield f"  {unseen}"
    if issue.because != "site":
        because = words.plain(f"diff.because.{issue.because}")
        yield f"  {because}"
    if issue.owner:
        yield f"  {words.plain('gate.owner', owner=issue.owner)}"


def _where(issue: DiffIssue, words: Words) -> str:
    called = issue.called.fr or issue.called.en if words.language == "fr" else issue.called.en
    part = called or html.unescape(words.part(issue.part_key, issue.part))
    n = issue.changed or issue.now or issue.before
    if issue.kind == "exposure":
        amount = words.plain("gate.values", n=n)
    elif issue.on_pages:
        amount = words.plain("gate.on-pages", n=n, pages=issue.on_pages)
    else:
        amount = words.plain("gate.places", n=n)
    if issue.state == "more":
        grown = words.plain("diff.grown", before=issue.before, now=issue.now)
        amount = f"{amount} ({grown})"
    return words.plain("gate.part", part=part, amount=amount)
