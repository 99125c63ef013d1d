"""What people do about issues: who repairs them by when, what was decided, what was said. Pure.

What a City writes in handrail.toml goes before what stands in the log, and where the two differ, that is told. Nobody
sets the state of an issue: audits do.
"""

from __future__ import annotations

import glob
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

from audits.model import Kind, Waiver
from reports.common import PRESENT, severity_of
from reports.owners import Owned, Owners
from reports.standing import StandingIssue, Which
from reports.store.log import Entry
from reports.store.records import IssueRecord
from reports.waivers import Waivers

ASSIGNED, MARKED, DUE, NOTE = "issue-assigned", "issue-marked", "issue-due", "issue-note"
ACCEPTED, FALSE_ALARM, WITHDRAWN = "issue-accepted", "issue-false-alarm", "issue-withdrawn"
#: Somebody asks that an issue be accepted; another person accepts it (ACCEPTED names the entry that asked), or not.
ASKED, REFUSED = "issue-waiver-asked", "issue-waiver-refused"
#: Somebody has pages looked at again, for an issue or for a question; and what came of it.
RECHECKING, RECHECKED = "recheck-begun", "recheck-ended"
#: What people do about issues.
ACTS = (ASSIGNED, MARKED, DUE, NOTE, ACCEPTED, FALSE_ALARM, WITHDRAWN, ASKED, REFUSED)
#: What the log tells of issues.
KINDS = (*ACTS, RECHECKING, RECHECKED)

Stage = Literal["unassigned", "in-progress", "ready"]
STAGES: tuple[Stage, ...] = ("unassigned", "in-progress", "ready")
Decided = Literal["", "accepted", "partly-accepted", "false-alarm"]
#: There is still something to repair.
_OPEN: tuple[Decided, ...] = ("", "partly-accepted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the log holds of one issue, as it stands. ``entries`` are all that speak of it, oldest first.

    ``asked``: those that ask for a waiver and have no answer yet.
    """

    assigned: str = ""
    stage: Stage = "unassigned"
    staged: datetime | None = None
    due: date | None = None
    due_set: datetime | None = None
    waivers: tuple[Waiver, ...] = ()
    asked: tuple[Entry, ...] = field(default=(), repr=False)
    entries: tuple[Entry, ...] = field(default=(), repr=False)

    @property
    def version(self) -> int:
        """The last entry that speaks of it; whoever saw an earlier one saw something else."""
        return self.entries[-1].seq if self.entries else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Days until an issue is to be repaired, by severity; 0 = no date."""

    critical: int = 0
    serious: int = 0
    moderate: int = 0
    minor: int = 0
    exposure: int = 0

    def of(self, issue: IssueRecord) -> int:
        if issue.kind is Kind.EXPOSURE:
            return self.exposure
        found: int = getattr(self, severity_of(issue.impact))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Where the work on an issue stands on one day.

    ``waivers`` are those that speak for it, ``open_pages`` pages that none of them speaks for. ``still_there``: it was
    marked ready, and an audit after that found it again. ``clash``: the log gives it to another unit than handrail.toml
    does; handrail.toml stands.
    """

    owned: Owned
    assigned: str
    stage: Stage
    due: date | None
    overdue: bool
    decided: Decided
    waivers: tuple[Waiver, ...] = ()
    open_pages: int = 0
    still_there: bool = False
    clash: str = ""
    told: Told = field(default_factory=Told)


def told_of(entries: Iterable[Entry]) -> Mapping[str, Told]:
    """By fingerprint, what the log holds of issues."""
    found: dict[str, Told] = {}
    for entry in entries:
        facts = entry.facts
        if entry.kind not in KINDS or facts is None:
            continue
        told = found.get(facts["fingerprint"], Told())
        told = replace(told, entries=(*told.entries, entry))
        if entry.kind == ASSIGNED:
            stage: Stage = "unassigned" if not facts["to"] else "in-progress"
            told = replace(told, assigned=facts["to"], stage=stage, staged=entry.at)
        elif entry.kind == MARKED:
            told = replace(told, stage=facts["stage"], staged=entry.at)
        elif entry.kind == DUE:
            due = date.fromisoformat(facts["due"]) if facts["due"] else None
            told = replace(told, due=due, due_set=entry.at)
        elif entry.kind in (ACCEPTED, FALSE_ALARM):
            told = replace(told, waivers=(*told.waivers, _waiver(entry)), asked=_without(told, facts.get("asked")))
        elif entry.kind == ASKED:
            told = replace(told, asked=(*told.asked, entry))
        elif entry.kind == REFUSED:
            told = replace(told, asked=_without(told, facts["entry"]))
        elif entry.kind == WITHDRAWN:
            told = replace(told, waivers=tuple(one for one in told.waivers if one.entry != facts["entry"]))
        found[facts["fingerprint"]] = told
    return found


def _without(told: Told, seq: int | None) -> tuple[Entry, ...]:
    return tuple(one for one in told.asked if one.seq != seq)


def _waiver(entry: Entry) -> Waiver:
    """An entry of the log as a waiver: for this rule in this part of this site, and nothing else."""
    facts = entry.facts or {}
    return Waiver(
        name=f"log-{entry.seq}",
        rules=(glob.escape(facts["rule"]),),
        parts=(glob.escape(facts["part"]),),
        site=facts["site"],
        urls=tuple(facts["urls"]),
        ground=facts["ground"],
        reason=facts["reason"],
        owner=facts["owner"],
        by=facts["by"],
        on=date.fromisoformat(facts["on"]),
        until=date.fromisoformat(facts["until"]),
        alternative=facts["alternative"],
        false_alarm=entry.kind == FALSE_ALARM,
        entry=entry.seq,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """Tells the work on the issues of one site."""

    owners: Owners
    days: Days
    told: Mapping[str, Told]
    waivers: Waivers
    day: date
    zone: tzinfo

    def all(self, issues: Iterable[IssueRecord], standings: Mapping[Which, StandingIssue]) -> dict[str, Work]:
        """By fingerprint, the work on every issue; ``standings``: what stands on the site now."""
        found: dict[str, list[StandingIssue]] = defaultdict(list)
        for standing in standings.values():
            found[standing.fingerprint].append(standing)
        return {issue.fingerprint: self.of(issue, found[issue.fingerprint]) for issue in issues}

    def of(self, issue: IssueRecord, standings: Iterable[StandingIssue] = ()) -> Work:
        """``standings``: what stands of it now, a verdict each; none where it is gone or nobody looked."""
        standings = tuple(standings)
        told = self.told.get(issue.fingerprint, Told())
        pages: dict[str, int] = {}
        for standing in standings:
            for path, places in standing.pages.items():
                pages[path] = pages.get(path, 0) + places
        owned = self.owners.of(issue.part_key, issue.part_name, pages)
        assigned, clash = told.assigned, ""
        if assigned and owned.by != "site" and owned.owner and assigned not in owned.all:
            assigned, clash = "", told.assigned
        # What was marked before it came back was about the time before.
        stage = told.stage if told.staged is not None and told.staged >= issue.since else "unassigned"
        if stage == "unassigned" and assigned:
            stage = "in-progress"
        present = issue.state in PRESENT
        due = self._due(issue, told)
        decided, waivers, left = self._decided(issue, standings)
        return Work(
            owned=owned,
            assigned=assigned,
            stage=stage,
            due=due,
            overdue=due is not None
            and due < self.day
            and issue.state != "fixed"
            and decided in ("", "partly-accepted"),
            decided=decided,
            waivers=waivers,
            open_pages=left,
            still_there=stage == "ready" and present and told.staged is not None and told.staged < issue.last_seen,
            clash=clash,
            told=told,
        )

    def _due(self, issue: IssueRecord, told: Told) -> date | None:
        if told.due is not None and told.due_set is not None and told.due_set >= issue.since:
            return told.due
        days = self.days.of(issue)
        return issue.since.astimezone(self.zone).date() + timedelta(days=days) if days else None

    def _decided(
        self, issue: IssueRecord, standings: tuple[StandingIssue, ...]
    ) -> tuple[Decided, tuple[Waiver, ...], int]:
        speaking: dict[str, Waiver] = {}
        left = 0
        for standing in standings:
            by_page, whole = self.waivers.of(issue.site, standing, issue.part_name)
            if standing.pages:
                speaking |= {one.name: one for one in by_page.values()}
                left += sum(path not in by_page for path in standing.pages)
            elif whole is not None:
                speaking[whole.name] = whole
            else:
                left += 1
        if not speaking:
            return "", (), left
        waivers = tuple(speaking[name] for name in sorted(speaking))
        if left:
            return "partly-accepted", waivers, left
        return "false-alarm" if all(one.false_alarm for one in waivers) else "accepted", waivers, 0
