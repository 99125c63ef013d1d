"""The sentences that every format of a gate says alike, in plain text."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator

from audits.model import Waiver
from reports.compare import RULES, Mark
from reports.gate_model import GateDecision, GateIssue, Requirement, SiteGate
from reports.sampled import said as sample_said
from reports.terms import Text
from reports.text import Words
from reports.waivers import Conflict


def headline(site: SiteGate, words: Words) -> str:
    return words.plain(f"gate.{site.verdict}", site=site.key)


def facts(site: SiteGate, words: Words) -> Iterator[str]:
    """What was looked at, and what it is compared with."""
    if site.coverage is None or not site.pages:
        yield words.plain("gate.no-page")
    else:
        yield words.plain("gate.pages", n=site.pages, percent=words.percent(site.coverage))
    if site.sample:
        yield words.plain("gate.sample", sample=sample_said(site.sample, words))
    if site.baseline == "none":
        yield words.plain("gate.no-baseline")
    else:
        yield words.plain("gate.baseline", run=site.baseline_run, date=words.date(site.baseline_day))
        if site.baseline_sample:
            yield words.plain("gate.baseline-sample", sample=sample_said(site.baseline_sample, words))
    for reason in site.reasons:
        yield words.plain("gate.why", reason=words.reason(reason))
    for name, (before, now) in site.engines.items():
        yield words.plain("gate.engine", name=name, before=before, now=now)


def asked(requirement: Requirement, words: Words) -> str:
    """One requirement as a sentence with its numbers."""
    if requirement.key == "coverage":
        most, found = words.percent(requirement.most), words.percent(requirement.found)
        return words.plain("gate.asked.coverage", most=most, found=found)
    if requirement.limit is None:
        key = f"gate.asked.{requirement.key}"
        return words.plain(key, n=requirement.found) if requirement.key != "complete" else words.plain(key)
    limit = requirement.limit
    told = [words.plain(f"gate.kind.{limit.kind}"), words.plain(f"gate.verdict.{limit.verdict}")]
    if limit.severity != "minor":
        told.append(f"≥ {severity(limit.severity, words)}")
    told += [name for name in (limit.profile if limit.profile != "site" else "", *limit.rules) if name]
    key = f"gate.asked.limit-{limit.unit}"
    return words.plain(key, most=requirement.most, n=requirement.found, what=", ".join(told))


def severity(name: str, words: Words, *, exposure: bool = False) -> str:
    return words.plain(f"{'exposure' if exposure else 'severity'}.{name}")


def named(text: Text, words: Words) -> str:
    """In the reader's language, where it has that."""
    return text.fr or text.en if words.language == "fr" else text.en


def title(issue: GateIssue, words: Words) -> str:
    """The rule's title."""
    return named(issue.title, words)


def fix(issue: GateIssue, words: Words) -> str:
    """What to do."""
    return named(issue.fix, words)


def repair(issue: GateIssue, words: Words) -> str:
    return words.plain("gate.repair", fix=fix(issue, words))


def where(issue: GateIssue, words: Words) -> str:
    """In which part, with its file where that is known, and how many places."""
    part = named(issue.called, words) or html.unescape(words.part(issue.part_key, issue.part))
    told = {"part": part, "amount": amount(issue, words)}
    return words.plain("gate.part-file", file=issue.file, **told) if issue.file else words.plain("gate.part", **told)


def amount(issue: GateIssue, words: Words) -> str:
    if issue.exposure:
        return words.plain("gate.values", n=issue.places)
    pages = len(issue.pages) + issue.more_pages
    if pages:
        return words.plain("gate.on-pages", n=issue.places, pages=pages)
    return words.plain("gate.places", n=issue.places)


def because(issue: GateIssue, words: Words) -> str:
    """Why it may be none of the site's doing; "" where nothing says so."""
    return "" if issue.because == "site" else words.plain(f"gate.because.{issue.because}")


def again(issue: GateIssue, words: Words) -> str:
    """That one page can be looked at again, and how; "" where no page is known."""
    told = command(issue)
    return words.plain("gate.again", command=told) if told else ""


def command(issue: GateIssue) -> str:
    """The command that looks at one page again; "" where no page is known."""
    if not issue.shown:
        return ""
    url = issue.shown[0].url
    # An address with a masked value in it asks for nothing.
    if "'" in url or not url.isascii():
        return ""
    return f"handrail check '{url}' --rule {issue.rule}"


def counts(site: SiteGate, words: Words, *, fixed: bool = True) -> Iterator[str]:
    """What else there is of it, a line for each that is not nothing."""
    known = sum(issue.change == "known" and not issue.waiver for issue in site.issues)
    waived = sum(bool(issue.waiver) for issue in site.issues)
    for key, state in (("fixed", "fixed"), ("not-checked", "not-checked")):
        if (n := sum(gone.state == state for gone in site.gone)) and (fixed or state != "fixed"):
            yield words.plain(f"gate.{key}", n=n)
    if known and site.baseline != "none":
        yield words.plain("gate.standing", n=known)
    if waived:
        yield words.plain("gate.waived", n=waived)


def allowed(site: SiteGate) -> list[GateIssue]:
    """What changed and does not keep the gate from being met."""
    broken = site.broken
    return [issue for issue in site.issues if issue.change != "known" and not issue.waiver and issue not in broken]


def remarks(decision: GateDecision, words: Words) -> Iterator[str]:
    """Which run this is, what it did not look at, and what is to be said of waivers."""
    if decision.begun:
        date, time = words.date(decision.begun), words.time(decision.begun)
        yield words.plain("gate.run", run=decision.run, date=date, time=time)
    if decision.absent:
        yield words.plain("gate.absent", sites=", ".join(decision.absent))
    yield from of_waivers(decision.waivers_ended, decision.waivers_unused, decision.conflicts, words)
    for waiver in decision.waivers_early:
        yield words.plain("gate.waiver-early", name=waiver.name, on=words.date(waiver.on.isoformat()))


def of_waivers(
    ended: Iterable[Waiver], unused: Iterable[Waiver], conflicts: Iterable[Conflict], words: Words
) -> Iterator[str]:
    """What somebody has to look at."""
    for waiver in ended:
        until = words.date(waiver.until.isoformat())
        yield words.plain("gate.waiver-ended", name=waiver.name, until=until, owner=waiver.owner or waiver.by)
    for waiver in unused:
        yield words.plain("gate.waiver-unused", name=waiver.name)
    for conflict in conflicts:
        yield words.plain("gate.waiver-conflict", policy=conflict.policy.name, log=conflict.log.name)


def marks(marks: Iterable[Mark], words: Words) -> str:
    """What else changed from one run to the other."""
    return words.plain("course.marks", marks=", ".join(_mark(mark, words) for mark in marks))


def _mark(mark: Mark, words: Words) -> str:
    if mark.what == RULES:
        return words.plain("course.mark.rules")
    how = "changed" if mark.before and mark.now else "came" if mark.now else "went"
    return words.plain(f"course.mark.{how}", name=mark.what, before=mark.before, now=mark.now)
