"""The issues of sites as a list to work from: who repairs what by when, and what was decided. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from audits.model import Kind, Rule
from reports import clean
from reports.common import PRESENT, SEVERITIES, fail_or_review, id_of, iso, rule_of, severity_of, state_of, text
from reports.standing import StandingIssue, Which
from reports.store.records import IssueRecord
from reports.terms import IssueState, Severity, Text
from reports.work import Work, Works


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """One issue of the list."""

    id: str
    fingerprint: str
    site: str
    rule: str
    title: Text
    kind: Kind
    criteria: tuple[str, ...]
    severity: Severity
    verdict: str
    state: IssueState
    part_key: str
    part: str
    places: int
    pages: int
    documents: int
    first_seen: str  # ISO day
    since: str
    last_seen: str
    work: Work
    last_run: str = ""  # that saw it

    @property
    def owners(self) -> tuple[str, ...]:
        return self.work.owned.all

    @property
    def open(self) -> bool:
        """Whether somebody has something to do about it."""
        return self.state != "fixed" and self.work.decided in ("", "partly-accepted")


def items(
    issues: Iterable[IssueRecord], standings: Mapping[Which, StandingIssue], rules: Mapping[str, Rule], works: Works
) -> list[WorkItem]:
    """Of one site: what is overdue first, then what is due, then the rest, the worst of each first."""
    issues = tuple(issues)
    work = works.all(issues, standings)
    return sorted((_item(issue, work[issue.fingerprint], rules, works.zone) for issue in issues), key=order)


def order(item: WorkItem) -> tuple[bool, bool, str, int, int, str, str]:
    work = item.work
    due = work.due.isoformat() if work.due and item.open else "9999"
    rank = SEVERITIES.index(item.severity)
    return (not item.open, item.state not in PRESENT, due, rank, -item.places, item.site, item.id)


def _item(issue: IssueRecord, work: Work, rules: Mapping[str, Rule], zone: tzinfo) -> WorkItem:
    rule = rule_of(rules, issue.rule)
    first, since, last = (iso(moment, zone)[:10] for moment in (issue.first_seen, issue.since, issue.last_seen))

    return WorkItem(
        id=id_of(issue),
        fingerprint=issue.fingerprint,
        site=clean.line(issue.site),
        rule=issue.rule,
        title=text(rule.title, rule.title_fr),
        kind=issue.kind,
        criteria=tuple(rule.criteria),
        severity=severity_of(issue.impact),
        verdict=fail_or_review(issue.verdict),
        state=state_of(issue),
        part_key=clean.line(issue.part_key),
        part=clean.line(issue.part_name),
        places=issue.places,
        pages=issue.pages,
        documents=issue.documents,
        first_seen=first,
        since=since,
        last_seen=last,
        work=work,
        last_run=issue.last_run,
    )
