"""Counts that the report of one site and that of all sites make alike. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields

from audits.model import Kind, Rule, Verdict
from reports.common import PRESENT, SEVERITIES, percent, rule_of, severity_of, text
from reports.model import ExposureKind, ExposureSummary, OwnerRow, PartShare, SkipRow, SkipTotal
from reports.store.records import IssueRecord
from reports.terms import SeverityCounts, SkipGroup

PARTS_LISTED = 10
SKIP_ORDER: tuple[SkipGroup, ...] = ("waiting", "errors", "refused", "sign-in", "robots", "time", "plan")


def owner_rows(rows: Mapping[str, Counter[str]], since: Iterable[tuple[str, str]]) -> tuple[OwnerRow, ...]:
    """What each unit answers for. ``since``: by unit, days on which something of it was first seen; "" = nothing."""
    oldest: dict[str, str] = {}
    for owner, day in since:
        if day and day < oldest.get(owner, "9999"):
            oldest[owner] = day
    names = [field.name for field in fields(OwnerRow) if field.name not in ("owner", "oldest")]
    told = [
        OwnerRow(owner=owner, oldest=oldest.get(owner, ""), **{name: counts[name] for name in names})
        for owner, counts in rows.items()
    ]
    return tuple(sorted(told, key=lambda row: (-row.overdue, -row.places, -row.issues, row.owner)))


def exposures_of(issues: Iterable[IssueRecord], rules: Mapping[str, Rule]) -> ExposureSummary:
    ours = [issue for issue in issues if issue.kind is Kind.EXPOSURE]
    present = [issue for issue in ours if issue.state in PRESENT]
    by_rule: dict[str, list[IssueRecord]] = defaultdict(list)
    for issue in present:
        by_rule[issue.rule].append(issue)
    kinds = [
        ExposureKind(
            rule=rule_id,
            title=text(rule_of(rules, rule_id).title, rule_of(rules, rule_id).title_fr),
            severity=min((severity_of(issue.impact) for issue in same), key=SEVERITIES.index),
            exposures=len(same),
            to_review=sum(issue.verdict is not Verdict.FAIL for issue in same),
            values=sum(issue.places for issue in same),
        )
        for rule_id, same in by_rule.items()
    ]
    severities = Counter(severity_of(issue.impact) for issue in present)
    return ExposureSummary(
        open=len(present),
        to_review=sum(issue.verdict is not Verdict.FAIL for issue in present),
        values=sum(issue.places for issue in present),
        not_checked=sum(issue.state == "not-checked" for issue in ours),
        by_severity=SeverityCounts(**{name: severities[name] for name in SEVERITIES}),
        kinds=tuple(sorted(kinds, key=worst_kind)),
    )


def worst_kind(kind: ExposureKind) -> tuple[int, int, str]:
    return (SEVERITIES.index(kind.severity), -kind.values, kind.rule)


def shares_of(parts: Iterable[PartShare], total: int) -> tuple[PartShare, ...]:
    """The parts with most places, with bars to the largest and a running share. Percentages are of ``total``."""
    rows = sorted(parts, key=lambda row: (-row.places, row.site, row.part_key))[:PARTS_LISTED]
    largest = max((row.places for row in rows), default=0)
    running = 0
    shares = []
    for row in rows:
        running += row.places
        shares.append(
            PartShare(
                site=row.site,
                part_key=row.part_key,
                part=row.part,
                places=row.places,
                percent=percent(row.places, total),
                running_percent=percent(running, total),
                bar=round(row.places * 100 / largest, 1),
                issues=row.issues,
                more_issues=row.more_issues,
                owner=row.owner,
            )
        )
    return tuple(shares)


def by_group(rows: Iterable[SkipRow]) -> tuple[SkipTotal, ...]:
    pages: Counter[SkipGroup] = Counter()
    for row in rows:
        pages[row.group] += row.pages
    return tuple(SkipTotal(group=group, pages=pages[group]) for group in SKIP_ORDER if pages[group])
