"""How sites change, as text, JSON and CSV. Exposures are counted, never placed."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from dataclasses import asdict

from reports.compare import RULES
from reports.formats import cells, columns
from reports.formats import gate_said as say
from reports.sampled import said as sample_said
from reports.text import Words
from reports.trend import Audit, Counts, Series, SiteTrend, Trend

SCHEMA_VERSION = "1.0"
COLUMNS = (
    *("record", "site", "by", "group", "name", "run", "begun", "gap", "sample", "pages", "coverage"),
    *("places", "in_documents", "per_100_pages", "failing_per_100_pages"),
    *("new", "open", "returned", "fixed", "not_checked", "changed"),
    *(
        "fixed_from_start",
        "median_days",
        "nine_in_ten_days",
        "standing",
        "standing_median_days",
        "standing_oldest_days",
    ),
)


def as_text(trend: Trend, words: Words) -> str:
    lines: list[str] = []
    if trend.since:
        lines += [words.plain("course.since", date=words.date(trend.since)), ""]
    for site in trend.sites:
        lines += [*_site(site, trend, words), ""]
    return "\n".join(lines).rstrip() + "\n"


def as_json(trend: Trend, words: Words) -> str:
    """All of it; both languages stand beside each other, so ``words`` changes nothing."""
    return json.dumps({"schema_version": SCHEMA_VERSION, **asdict(trend)}, ensure_ascii=False, indent=1) + "\n"


def as_csv(trend: Trend, words: Words) -> str:
    """A line per group and audit ("audit"), one per group for its times ("period"), one per gap ("gap")."""
    return cells.BOM + cells.line(COLUMNS) + "".join(cells.line(_row(row)) for row in _rows(trend, words))


# Text


def _site(site: SiteTrend, trend: Trend, words: Words) -> Iterator[str]:
    yield f"{site.key}: {site.host}"
    if site.sample:
        yield f"  {words.plain('gate.sample', sample=sample_said(site.sample, words))}"
    compared = [audit for audit in site.audits if not audit.gap]
    if not compared:
        none = words.plain("course.none")
        yield f"  {none}"
    if trend.by == "site":
        yield from (f"  {line}" for line in _audits(site, words))
        yield from (f"  {line}" for series in site.series for line in _times(series, words))
        return
    if compared and site.series:
        dates = {"start": words.date(compared[0].begun), "end": words.date(compared[-1].begun)}
        between = words.plain("course.between", n=len(compared), **dates)
        yield f"  {between}"
        yield from (f"  {line}" for line in _groups(site, trend, words))
    for audit in site.audits:
        if audit.gap or audit.marks:
            yield f"  {words.date(audit.begun)}: {_gap(audit, words) if audit.gap else say.marks(audit.marks, words)}"


def _audits(site: SiteTrend, words: Words) -> Iterator[str]:
    if not site.audits:
        return
    (series,) = site.series
    counted = {counts.run: counts for counts in series.counts}
    rows: list[list[str]] = []
    for audit in site.audits:
        day = words.date(audit.begun, short=True)
        if audit.gap:
            rows.append([day, _gap(audit, words)])
            continue
        if audit.marks:
            rows.append([day, say.marks(audit.marks, words)])
        rows.append([day, *_numbers(audit, counted[audit.run], words)])
    head = ("audit", "pages", "coverage", "per-100", "failing", "new", "open", "returned", "fixed", "not-checked")
    yield from columns.lines([words.plain(f"course.col.{name}") for name in head], rows)


def _numbers(audit: Audit, counts: Counts, words: Words) -> list[str]:
    coverage = "–" if audit.coverage is None else words.percent(audit.coverage)
    rates = [_rate(rate, words) for rate in (counts.per_100, counts.failing_per_100)]
    states = (counts.new, counts.open, counts.returned, counts.fixed, counts.not_checked)
    return [words.number(audit.pages), coverage, *rates, *map(words.number, states)]


def _gap(audit: Audit, words: Words) -> str:
    why = [words.reason(reason) for reason in audit.reasons] if audit.gap == "incomplete" else []
    told = words.plain(f"course.gap.{audit.gap}", sample=sample_said(audit.sample, words), host=audit.host)
    return ". ".join([told, " ".join(why)]) if why else told


def _times(series: Series, words: Words) -> Iterator[str]:
    times = series.times
    if times.fixed:
        took = {"median": _days(times.median, words), "ninth": _days(times.ninth, words)}
        yield words.plain("course.fixed", n=times.fixed, **took)
    else:
        yield words.plain("course.none-fixed")
    if times.from_start:
        yield words.plain("course.from-start", n=times.from_start)
    if times.standing:
        age = {"median": _days(times.standing_median, words), "oldest": _days(times.standing_oldest, words)}
        yield words.plain("course.standing", n=times.standing, **age)
    if times.not_checked:
        yield words.plain("course.not-checked", n=times.not_checked)


def _groups(site: SiteTrend, trend: Trend, words: Words) -> Iterator[str]:
    head = ("first", "last", "failing", "standing", "age", "not-checked", "fixed", "median", "ninth")
    rows = []
    for series in site.series:
        first, last, times = series.counts[0], series.counts[-1], series.times
        rates = (first.per_100, last.per_100, last.failing_per_100)
        told = [_rate(rate, words) for rate in rates]
        told += [words.number(times.standing), _number(times.standing_median, words), words.number(times.not_checked)]
        told += [words.number(times.fixed), _number(times.median, words), _number(times.ninth, words)]
        rows.append([name(series, trend, words), *told])
    heads = [words.plain(f"course.by.{trend.by}"), *(words.plain(f"course.col.{one}") for one in head)]
    yield from columns.lines(heads, rows)


def name(series: Series, trend: Trend, words: Words) -> str:
    """The group as people call it, in the reader's language."""
    if not series.group:
        return words.plain(f"course.no.{trend.by}")
    if words.language == "fr" and series.name.fr:
        return series.name.fr
    return html.unescape(words.part(series.group, series.name.en)) if trend.by == "part" else series.name.en


def _rate(rate: int | None, words: Words) -> str:
    return "–" if rate is None else words.number(rate)


def _number(days: float | None, words: Words) -> str:
    """Whole days, or a half between two."""
    if days is None:
        return "–"
    whole = words.number(int(days))
    return whole if days == int(days) else f"{whole}{'.' if words.language == 'en' else ','}5"


def _days(days: float | None, words: Words) -> str:
    if days is not None and days == int(days):
        return words.plain("course.days", n=int(days))
    return words.plain("course.half-days", n=_number(days, words))


# CSV


def _rows(trend: Trend, words: Words) -> Iterator[dict[str, object]]:
    for site in trend.sites:
        audits = {audit.run: audit for audit in site.audits}
        for audit in site.audits:
            if audit.gap:
                yield {"record": "gap", **_of_audit(site, trend, audit)}
        for series in site.series:
            group = {"group": series.group, "name": name(series, trend, words)}
            for counts in series.counts:
                rates = {"per_100_pages": counts.per_100, "failing_per_100_pages": counts.failing_per_100}
                of_audit = _of_audit(site, trend, audits[counts.run])
                yield {"record": "audit", **of_audit, **group, **asdict(counts), **rates}
            times = series.times
            yield {
                **{"record": "period", "site": site.key, "by": trend.by, **group},
                **{"fixed": times.fixed, "fixed_from_start": times.from_start, "not_checked": times.not_checked},
                **{"median_days": times.median, "nine_in_ten_days": times.ninth, "standing": times.standing},
                "standing_median_days": times.standing_median,
                "standing_oldest_days": times.standing_oldest,
            }


def _of_audit(site: SiteTrend, trend: Trend, audit: Audit) -> dict[str, object]:
    marks = (RULES if mark.what == RULES else f"{mark.what} {mark.before} -> {mark.now}" for mark in audit.marks)
    told = {"site": site.key, "by": trend.by, "run": audit.run, "begun": audit.begun, "gap": audit.gap}
    return told | {
        "sample": audit.sample,
        "pages": audit.pages,
        "coverage": audit.coverage,
        "changed": "; ".join(marks),
    }


def _row(told: dict[str, object]) -> Iterator[str]:
    return ("" if (value := told.get(column)) is None else str(value) for column in COLUMNS)
