"""What became of each issue from one standing of a site to the next: gates and differences both ask here. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from audits.model import TRACKERS, Kind
from reports import clean
from reports.common import PRESENT
from reports.gate_model import Because, Change
from reports.standing import Standing, StandingIssue
from reports.store.records import IssueRecord, SiteCounts

#: What happened to it, how many places that is, and on which pages where pages tell.
Changed = tuple[Change, int, Mapping[str, int]]
GoneState = Literal["fixed", "not-checked"]
#: Of the engines that a run records, this program itself; and what its rules ask.
TOOL = "handrail"
RULES = "rules"
#: Rules that ask the list of trackers.
TRACKING = ("privacy/tracker", "privacy/session-replay", "site/kept-before-consent", "site/refused-and-kept")


class Comparison:
    """One site in two runs. ``base`` None = there is nothing to compare with.

    ``more``: whether a known issue has more places is asked page by page, or of the site as a whole. ``base_began``:
    when that run began, where the store that tells the lives of issues holds it.
    """

    def __init__(
        self,
        data: SiteCounts,
        now: Standing,
        base: Standing | None,
        more: Literal["page", "site", ""] = "page",
        base_began: datetime | None = None,
    ) -> None:
        self.now = now
        self.base = base
        self.base_began = base_began
        self.more = more
        self.engines = other_versions(base.engines, now.engines) if base else {}
        self._tallies = (*data.tallies, *data.document_tallies)
        self._records = {issue.fingerprint: issue for issue in data.issues}

    def record(self, fingerprint: str) -> IssueRecord | None:
        """The issue as the run's records tell it."""
        return self._records.get(fingerprint)

    def before(self, issue: StandingIssue) -> StandingIssue | None:
        return self.base.issues.get(issue.which) if self.base else None

    def change(self, now: StandingIssue) -> Changed:
        """What happened to an issue that stands now."""
        record, before = self.record(now.fingerprint), self.before(now)
        returned = record is not None and record.state == "returned"
        if self.base is None:
            return ("returned" if returned else "known"), now.places, now.pages
        if before is None and record is not None and self._stood_unseen(record):
            return "known", now.places, now.pages
        if before is None:
            return ("returned" if returned else "new"), now.places, now.pages
        if now.kind is Kind.EXPOSURE:
            values = now.values - before.values
            return ("more", len(values), {}) if values else ("known", now.places, {})
        if now.pages:
            grown = {path: n - before.pages.get(path, 0) for path, n in now.pages.items()}
            grown = {path: n for path, n in grown.items() if n > 0}
            if grown and (self.more != "site" or now.places > before.places):
                return "more", sum(grown.values()), grown
            return "known", now.places, now.pages
        added = sum(max(0, n - before.elements.get(element, 0)) for element, n in now.elements.items())
        return ("more", added, {}) if added else ("known", now.places, {})

    def _stood_unseen(self, record: IssueRecord) -> bool:
        """Whether it was there before the baseline, and the baseline's audit neither saw it nor proved it gone."""
        base, began = self.base, self.base_began
        if base is None or began is None or record.state != "open":
            return False
        return record.since < began and all(record.fingerprint != fingerprint for fingerprint, _ in base.issues)

    def because(self, now: StandingIssue, change: Change) -> Because:
        """Whether it may be none of the site's doing."""
        if self.base is None or change == "known":
            return "site"
        if now.rule not in self.base.rules:
            return "rule"
        if TRACKERS in self.engines and now.rule in TRACKING:
            return "engine"
        record = self.record(now.fingerprint)
        return "engine" if record is not None and record.engine in self.engines else "site"

    def gone(self) -> Iterator[tuple[StandingIssue, GoneState]]:
        """Issues of the baseline that were not found. Only a look at all of it says that one is fixed."""
        there = {fingerprint for fingerprint, _ in self.now.issues}
        for _, issue in sorted(self.base.issues.items()) if self.base else ():
            if issue.fingerprint in there:
                continue
            yield issue, "fixed" if self._is_fixed(issue) else "not-checked"

    def _is_fixed(self, issue: StandingIssue) -> bool:
        record = self.record(issue.fingerprint)
        if record is not None and record.state not in PRESENT:
            return record.state == "fixed"
        missed = {tally.rule for tally in self._tallies if tally.error or tally.not_run}
        looked = self.now.complete and not self.now.sample and issue.rule in self.now.rules
        return looked and issue.rule not in missed


class Engines(Protocol):
    """With what a run judged."""

    @property
    def tool_version(self) -> str: ...
    @property
    def engines(self) -> Mapping[str, str]: ...
    @property
    def rules_sha256(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An engine in another version than in the run before; "" = it was not there, or is no more.

    ``what`` "rules": what the rules ask is not what it was, with no version to name.
    """

    what: str
    before: str = ""
    now: str = ""


def marks_of(before: Engines, now: Engines) -> Sequence[Mark]:
    """What a change of numbers may come from, besides the site."""
    was, is_ = ({TOOL: one.tool_version, **one.engines} for one in (before, now))
    found = [
        Mark(what=clean.line(name), before=clean.line(was.get(name, "")), now=clean.line(is_.get(name, "")))
        for name in sorted(was.keys() | is_.keys())
        if was.get(name) != is_.get(name)
    ]
    return found or ([Mark(what=RULES)] if before.rules_sha256 != now.rules_sha256 else [])


def other_versions(before: Mapping[str, str], now: Mapping[str, str]) -> Mapping[str, tuple[str, str]]:
    """Engines that both have, in another version: name -> before, now."""
    both = before.keys() & now.keys()
    if TRACKERS in {*before, *now}:  # where there is none, our own is asked all the same
        both = both | {TRACKERS}
    told = ((name, before.get(name, "–"), now.get(name, "–")) for name in sorted(both))
    return {name: (earlier, later) for name, earlier, later in told if earlier != later}


def unfinished(data: SiteCounts, pages: int) -> tuple[str, ...]:
    """Why an audit cannot be trusted as a whole: as recorded, and as the numbers show."""
    reasons = [clean.line(reason) for reason in data.site.reasons]
    if data.pending:
        reasons.append("pages-waiting")
    if not pages:
        reasons.append("no-page-audited")
    if data.site.state != "complete" and not reasons:
        reasons.append("not-recorded")
    if any(tally.error and not tally.ended for tally in data.tallies):
        reasons.append("checks-could-not-run")
    return tuple(dict.fromkeys(reasons))


def covered(pages: int, reachable: int | None) -> int | None:
    """Percent of the pages that the plan asked for, rounded down; None where that is not known."""
    return pages * 100 // reachable if reachable else None
