"""What the report and its register are both built with."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal, cast

from audits.model import Impact, Kind, Rule, Verdict
from reports import clean
from reports.facts import StandardsFacts
from reports.store.records import IssueRecord, RunRecord, SiteRunData
from reports.terms import IssueGroup, IssueState, Severity, Text

#: What one page lists of an issue before it says how many more there are.
PLACES_LISTED = 25
SEVERITIES: tuple[Severity, ...] = ("critical", "serious", "moderate", "minor")
#: States in which an issue is there now. "fixed" is gone, "not-checked" was not looked at.
PRESENT = ("new", "open", "returned")


def most_harm(issue: IssueRecord) -> tuple[int, int, int, str]:
    return (SEVERITIES.index(severity_of(issue.impact)), issue.verdict is not Verdict.FAIL, -issue.judged, issue.id)


def rule_of(rules: Mapping[str, Rule], rule_id: str) -> Rule:
    """A rule that this version no longer knows is named by its id."""
    return rules.get(rule_id) or Rule(id=rule_id, title=rule_id, why="", fix="", impact=Impact.MODERATE)


def asked_of(standards: StandardsFacts, profile: str) -> frozenset[str]:
    """The criteria that a site is held to: what the law names, and the City's goal."""
    named = (criterion.number for criterion in standards.criteria if criterion.aoda in ("yes", "excluded"))
    return frozenset(named) | frozenset(standards.profile(profile))


def group_of(rule: Rule, kind: Kind, verdict: Verdict, asked: Collection[str]) -> IssueGroup | None:
    """Where a page lists an issue; exposures are in the register only."""
    if kind is Kind.EXPOSURE:
        return None
    if kind is Kind.PRIVACY:
        return "privacy"
    if rule.best_practice or not set(asked).intersection(rule.criteria):
        return "advice"
    return "failing" if verdict is Verdict.FAIL else "review"


def per_100(places: int, pages: int) -> int | None:
    """Places on pages, per 100 pages; None where no page was audited."""
    return round(places * 100 / pages) if pages else None


def percent(part: int, total: int | None) -> int:
    """Rounded down, so that only all of it is 100."""
    return part * 100 // total if total else 0


def id_of(issue: IssueRecord) -> str:
    return "".join(c for c in issue.id if c.isascii() and (c.isalnum() or c in "-_")) or "issue"


def severity_of(impact: Impact) -> Severity:
    return impact.value


def state_of(issue: IssueRecord) -> IssueState:
    return cast(IssueState, issue.state)


def fail_or_review(verdict: Verdict) -> Literal["fail", "review"]:
    return "fail" if verdict is Verdict.FAIL else "review"


def text(en: str, fr: str = "", limit: int = clean.TITLE) -> Text:
    return Text(en=clean.line(en, limit), fr=clean.line(fr, limit))


def iso(moment: Any, zone: tzinfo) -> str:
    """An ISO time in the City's zone; a time without a zone is UTC."""
    if isinstance(moment, str):
        try:
            moment = datetime.fromisoformat(moment)
        except ValueError:
            return ""
    if not isinstance(moment, datetime):
        return ""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(zone).isoformat(timespec="seconds")


def audits_of(run: RunRecord, data: SiteRunData, zone: tzinfo) -> Mapping[str, str]:
    """When each audit began that pages of a site rest on, by its run; "" stands for this one."""
    return {"": iso(run.started, zone), **{row.run: iso(row.started, zone) for row in data.carried}}
