"""What is different between two runs: issue by issue, as a gate compares, and all that changed besides. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal

from audits.model import MISSED, READ, Kind, PageOutcome, Rule
from reports import clean
from reports.common import SEVERITIES, fail_or_review, id_of, iso, rule_of, severity_of, text
from reports.compare import Comparison, Mark, covered, marks_of, unfinished
from reports.gate_model import Because
from reports.owners import Owners
from reports.standing import Standing, StandingIssue
from reports.store.records import IssueRecord, RunRecord, SiteRunData
from reports.terms import Severity, Text

State = Literal["new", "returned", "more", "fixed", "not-checked", "unchanged"]
STATES: tuple[State, ...] = ("new", "returned", "more", "fixed", "not-checked", "unchanged")
#: Pages that one entry names.
PAGES_NAMED = 20
#: A page that ended so was not looked at, and nothing says that it is not there.
_STILL_THERE = MISSED | {PageOutcome.TRAP, PageOutcome.BUDGET_DEPTH, PageOutcome.BUDGET_PAGES, PageOutcome.LISTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One site in one run. ``outcomes``: by path, how each address ended; None while it waits."""

    run: RunRecord
    data: SiteRunData
    standing: Standing
    outcomes: Mapping[str, PageOutcome | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two. ``reasons``: why its audit is incomplete."""

    run: str
    begun: str  # ISO, in the City's time zone
    reasons: tuple[str, ...]
    sample: str
    pages: int
    coverage: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffIssue:
    """One issue with one verdict. ``changed``: places that came on top; ``before`` and ``now`` count all.

    In page content and documents ``pages`` are those that matter here, by path. An exposure counts values, and says
    nothing of where. ``unseen``: it stands on pages alone that the earlier run did not audit.
    """

    id: str
    fingerprint: str
    rule: str
    title: Text
    kind: Kind
    severity: Severity
    verdict: Literal["fail", "review"]
    part_key: str
    part: str
    called: Text  # as the City names the part; empty = it has no name for it
    owner: str
    state: State
    because: Because
    unseen: bool
    before: int
    now: int
    changed: int
    on_pages: int
    pages: tuple[str, ...]
    more_pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Some addresses, without their host."""

    n: int
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesDiff:
    """Audited pages. ``new``: not audited before; ``gone``: no page any more; ``missed``: not audited this time."""

    new: Paths
    gone: Paths
    missed: Paths


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDiff:
    """One site in both runs, the worst first of each state. ``rules_new`` ran now and not before."""

    key: str
    host: str
    before: Side
    now: Side
    issues: tuple[DiffIssue, ...]
    marks: tuple[Mark, ...]
    browser: tuple[str, str] | None
    config_changed: bool
    rules_new: tuple[str, ...]
    rules_gone: tuple[str, ...]
    pages: PagesDiff

    @property
    def incomplete(self) -> bool:
        return bool(self.before.reasons or self.now.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """Two runs. ``only_before``, ``only_now``: sites that the other did not audit."""

    before: str
    now: str
    sites: tuple[SiteDiff, ...]
    only_before: tuple[str, ...] = ()
    only_now: tuple[str, ...] = ()


def diff_of(before: View, now: View, rules: Mapping[str, Rule], zone: tzinfo, owners: Owners) -> SiteDiff:
    """One site in an earlier and a later run."""
    return _Site(before, now, rules, zone, owners).build()


class _Site:
    def __init__(self, before: View, now: View, rules: Mapping[str, Rule], zone: tzinfo, owners: Owners) -> None:
        self.before = before
        self.now = now
        self.rules = rules
        self.zone = zone
        self.owners = owners
        self.compared = Comparison(now.data, now.standing, before.standing, base_began=before.run.started)
        self.earlier = {issue.fingerprint: issue for issue in before.data.issues}
        self.read = {path for path, outcome in before.outcomes.items() if outcome in READ}

    def build(self) -> SiteDiff:
        was, is_ = self.before, self.now
        browsers = (clean.line(was.run.browser), clean.line(is_.run.browser))
        return SiteDiff(
            key=clean.line(is_.standing.site),
            host=clean.line(is_.data.site.host),
            before=self.side(was),
            now=self.side(is_),
            issues=tuple(sorted((*self.standing(), *self.gone()), key=_first)),
            marks=tuple(marks_of(was.run, is_.run)),
            browser=browsers if browsers[0] != browsers[1] else None,
            config_changed=was.run.config_sha256 != is_.run.config_sha256,
            rules_new=tuple(sorted(is_.standing.rules - was.standing.rules)),
            rules_gone=tuple(sorted(was.standing.rules - is_.standing.rules)),
            pages=self.pages(),
        )

    def side(self, view: View) -> Side:
        pages = view.standing.pages
        return Side(
            run=view.run.id,
            begun=iso(view.run.started, self.zone),
            reasons=unfinished(view.data, pages),
            sample=clean.line(view.run.sample, clean.MESSAGE),
            pages=pages,
            coverage=covered(pages, view.data.reachable),
        )

    def standing(self) -> Iterator[DiffIssue]:
        """What stands now."""
        for issue in self.now.standing.issues.values():
            change, changed, pages = self.compared.change(issue)
            before = self.compared.before(issue)
            yield self.issue(
                issue,
                self.compared.record(issue.fingerprint),
                state="unchanged" if change == "known" else change,
                because=self.compared.because(issue, change),
                unseen=change != "known" and bool(pages) and not self.read.intersection(pages),
                counts=(_amount(before), _amount(issue), 0 if change == "known" else changed),
                pages=pages,
            )

    def gone(self) -> Iterator[DiffIssue]:
        """What stood before."""
        for issue, state in self.compared.gone():
            record = self.earlier.get(issue.fingerprint)
            counts = (_amount(issue), 0, 0)
            yield self.issue(issue, record, state=state, because="site", unseen=False, counts=counts, pages=issue.pages)

    def issue(
        self,
        issue: StandingIssue,
        record: IssueRecord | None,
        *,
        state: State,
        because: Because,
        unseen: bool,
        counts: tuple[int, int, int],
        pages: Mapping[str, int],
    ) -> DiffIssue:
        rule = rule_of(self.rules, issue.rule)
        part = clean.line(record.part_name if record else issue.part)
        owned = self.owners.of(issue.part, part, pages or issue.pages)
        named = sorted(pages, key=lambda path: (-pages[path], path))
        everywhere = record.pages + record.documents if record else 0
        exposed = issue.kind is Kind.EXPOSURE
        return DiffIssue(
            id=id_of(record) if record else issue.fingerprint,
            fingerprint=issue.fingerprint,
            rule=issue.rule,
            title=text(rule.title, rule.title_fr),
            kind=issue.kind,
            severity=severity_of(issue.impact),
            verdict=fail_or_review(issue.verdict),
            part_key=clean.line(issue.part),
            part=part,
            called=text(owned.name_en, owned.name_fr),
            owner=", ".join(owned.all),
            state=state,
            because=because,
            unseen=unseen,
            before=counts[0],
            now=counts[1],
            changed=counts[2],
            on_pages=0 if exposed else len(named) or everywhere,
            pages=() if exposed else tuple(clean.line(path, clean.URL) for path in named[:PAGES_NAMED]),
            more_pages=0 if exposed else max(0, len(named) - PAGES_NAMED),
        )

    def pages(self) -> PagesDiff:
        was, is_ = (
            {path for path, outcome in view.outcomes.items() if outcome is PageOutcome.AUDITED}
            for view in (self.before, self.now)
        )
        lost = was - is_
        gone = {path for path in lost if self.is_gone(path)}
        return PagesDiff(new=_paths(is_ - was), gone=_paths(gone), missed=_paths(lost - gone))

    def is_gone(self, path: str) -> bool:
        """Whether somebody looked and there is no such page, or a look at the whole site did not come across it."""
        if path in self.now.outcomes:
            outcome = self.now.outcomes[path]
            return outcome is not None and outcome not in _STILL_THERE
        return not self.now.run.sample and not unfinished(self.now.data, self.now.standing.pages)


def _amount(issue: StandingIssue | None) -> int:
    """Places; of an exposure, values: the same one on ten pages is one."""
    return 0 if issue is None else len(issue.values) or issue.places


def _paths(paths: set[str]) -> Paths:
    return Paths(n=len(paths), named=tuple(clean.line(path, clean.URL) for path in sorted(paths)[:PAGES_NAMED]))


def _first(issue: DiffIssue) -> tuple[int, int, bool, int, str]:
    harm = SEVERITIES.index(issue.severity)
    return (STATES.index(issue.state), harm, issue.verdict != "fail", -max(issue.now, issue.before), issue.id)
