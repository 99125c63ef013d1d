"""How a site changes from audit to audit: only what is comparable, and what is not shown as a gap. Pure.

Compared are complete audits of the same sample. An issue is "new" when it stands in this audit and began after the
compared one before it, whatever happened in between; without a gap that is what the run's own report says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from statistics import median
from typing import Literal

from audits.model import Kind, Rule, Verdict
from reports import clean
from reports.common import asked_of, group_of, iso, per_100, rule_of, text
from reports.compare import Mark, covered, marks_of
from reports.facts import StandardsFacts
from reports.owners import Owners
from reports.store.records import AuditRecord, IssueHistory, LifeRecord, SightingRecord, SiteHistory
from reports.terms import Text

By = Literal["site", "part", "owner", "criterion"]
Became = Literal["new", "open", "returned", "fixed", "not-checked"]
#: Why an audit is no point of the line.
GapReason = Literal["", "incomplete", "running", "sample", "elsewhere"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One audit of a site. ``gap`` "" = it is compared. ``begun``: ISO, in the City's time zone."""

    run: str
    host: str
    begun: str
    gap: GapReason
    reasons: tuple[str, ...]
    sample: str
    pages: int
    coverage: int | None  # percent, rounded down; None: no page was asked for, or it was purged
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """A group in one compared audit. Places are of every kind, as in the report's trend; issues by what they became.

    ``per_100`` counts places on pages, without those in documents, on 100 audited pages of the site, and
    ``failing_per_100`` of them what fails a criterion that the site is held to.
    """

    run: str
    places: int
    in_documents: int
    per_100: int | None
    failing_per_100: int | None
    new: int
    open: int
    returned: int
    fixed: int
    not_checked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Days from the audit that first saw an issue to the one that proved it gone, of those fixed in the period.

    ``ninth``: nine of ten took no longer. Of ``fixed``, ``from_start`` were there at the first audit: they are older
    than anybody can say. What still stands at the last compared audit, or was not looked at in it, is told apart.
    """

    fixed: int
    median: float | None
    ninth: int | None
    from_start: int
    standing: int
    standing_median: float | None
    standing_oldest: int | None
    not_checked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One group of issues over the compared audits. ``group`` "" = none: no owner named, no criterion asks for it."""

    group: str
    name: Text
    counts: tuple[Counts, ...]
    times: Times


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTrend:
    """A site. ``sample``: what is compared with one another; "" = audits of the whole site."""

    key: str
    host: str
    sample: str
    audits: tuple[Audit, ...]
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    by: By
    since: str  # the first day of the period, ISO; "" = all
    sites: tuple[SiteTrend, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a site's history.

    ``owners``: what people know of its parts and addresses. ``pages``: by issue, the paths where it was seen last.
    """

    by: By
    rules: Mapping[str, Rule]
    standards: StandardsFacts
    zone: tzinfo
    since: date | None = None
    owners: Owners = field(default_factory=Owners)
    pages: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def trend_of(history: SiteHistory, asked: Asked) -> SiteTrend:
    """One site over its audits."""
    return _Site(history, asked).build()


def sample_of(audits: Sequence[AuditRecord]) -> str:
    """Which audits are compared: those of the whole site, where there is a complete one; else as the last was."""
    complete = [one.sample for one in audits if _is_complete(one)]
    return complete[-1] if complete and "" not in complete else ""


def became(issue: IssueHistory, now: int, before: int | None) -> Became | None:
    """What an issue is in one audit, seen from the compared one before; None: nothing that it has a say in."""
    begun = [life for life in issue.lives if life.first <= now]
    if not begun:
        return None
    life, since = begun[-1], now - 1 if before is None else before
    if now in issue.seen:
        if life.first <= since:
            return "open"
        return "new" if life is issue.lives[0] else "returned"
    if life.fixed is None or life.fixed > now:
        return "not-checked"
    return "fixed" if life.first <= since < life.fixed else None


def _is_complete(audit: AuditRecord) -> bool:
    return audit.state == "complete" and audit.settled and audit.pages > 0


class _Site:
    def __init__(self, history: SiteHistory, asked: Asked) -> None:
        self.history = history
        self.asked = asked
        self.criteria = asked_of(asked.standards, history.site.profile)
        self.sample = sample_of([one for one in history.audits if not one.preview])
        self.days = {one.seq: self.day(one.started) for one in history.audits}
        compared = [one for one in history.audits if self.gap(one) == ""]
        #: By its number, the compared audit before.
        self.before: Mapping[int, AuditRecord | None] = {
            now.seq: before for before, now in zip([None, *compared], compared, strict=False)
        }
        self.audits = [one for one in history.audits if self.is_asked(one.seq)]
        self.compared = [one for one in compared if self.is_asked(one.seq)]

    def build(self) -> SiteTrend:
        grouped: dict[str, list[IssueHistory]] = defaultdict(list)
        if self.asked.by == "site":
            grouped[self.history.site.key] = []
        for issue in self.history.issues:
            for group in self.groups(issue):
                grouped[group].append(issue)
        series = (self.series(group, issues) for group, issues in grouped.items())
        told = [one for one in series if self.asked.by == "site" or _says_anything(one)]
        return SiteTrend(
            key=clean.line(self.history.site.key),
            host=clean.line(self.history.site.host),
            sample=clean.line(self.sample, clean.MESSAGE),
            audits=tuple(map(self.audit, self.audits)),
            series=tuple(sorted(told, key=_most_places)),
        )

    # Audits

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.asked.zone).date()

    def is_asked(self, seq: int) -> bool:
        return self.asked.since is None or self.days[seq] >= self.asked.since

    def gap(self, audit: AuditRecord) -> GapReason:
        if audit.state == "running":
            return "running"
        if not _is_complete(audit):
            return "incomplete"
        if audit.preview:
            return "elsewhere"
        return "" if audit.sample == self.sample else "sample"

    def audit(self, one: AuditRecord) -> Audit:
        gap = self.gap(one)
        before = self.before.get(one.seq)
        return Audit(
            run=one.run,
            host=clean.line(one.host),
            begun=iso(one.started, self.asked.zone),
            gap=gap,
            reasons=tuple(clean.line(reason) for reason in one.reasons),
            sample=clean.line(one.sample, clean.MESSAGE),
            pages=one.pages,
            coverage=covered(one.pages, one.reachable),
            marks=tuple(marks_of(before, one)) if before and not gap else (),
        )

    # Groups

    def groups(self, issue: IssueHistory) -> Iterable[str]:
        """Those that an issue counts in: one, each owner of its pages, or each criterion that asks for it."""
        if self.asked.by == "site":
            return (self.history.site.key,)
        pages = self.asked.pages.get(issue.fingerprint, {})
        owned = self.asked.owners.of(issue.part_key, issue.part_name, pages)
        if self.asked.by == "part":
            return (owned.name_en or issue.part_key,)
        if self.asked.by == "owner":
            return owned.all or ("",)
        rule = rule_of(self.asked.rules, issue.rule)
        asks = () if issue.kind is not Kind.ACCESSIBILITY or rule.best_practice else rule.criteria
        return asks or ("",)

    def name(self, group: str, issues: Sequence[IssueHistory]) -> Text:
        site = self.history.site
        if self.asked.by == "site":
            return text(site.name_en or site.host, site.name_fr)
        if self.asked.by == "part":
            owned = self.asked.owners.of(issues[0].part_key, issues[0].part_name, {})
            return text(owned.name_en, owned.name_fr) if owned.name_en else text(issues[0].part_name)
        if self.asked.by == "criterion":
            found = next((one for one in self.asked.standards.criteria if one.number == group), None)
            return text(f"{group} {found.name_en}", f"{group} {found.name_fr}") if found else text(group)
        return text(group)

    def series(self, group: str, issues: Sequence[IssueHistory]) -> Series:
        return Series(
            group=clean.line(group),
            name=self.name(group, issues),
            counts=tuple(self.counts(one, issues) for one in self.compared),
            times=self.times(issues),
        )

    def counts(self, audit: AuditRecord, issues: Sequence[IssueHistory]) -> Counts:
        before = self.before[audit.seq]
        states: dict[Became, int] = defaultdict(int)
        places = in_documents = failing = 0
        for issue in issues:
            state = became(issue, audit.seq, before.seq if before else None)
            if state is not None:
                states[state] += 1
            if seen := issue.seen.get(audit.seq):
                places += seen.places
                in_documents += seen.in_documents
                failing += seen.judged_on_pages if self.fails(issue, seen) else 0
        return Counts(
            run=audit.run,
            places=places,
            in_documents=in_documents,
            per_100=per_100(places - in_documents, audit.pages),
            failing_per_100=per_100(failing, audit.pages),
            new=states["new"],
            open=states["open"],
            returned=states["returned"],
            fixed=states["fixed"],
            not_checked=states["not-checked"],
        )

    def fails(self, issue: IssueHistory, seen: SightingRecord) -> bool:
        rule = rule_of(self.asked.rules, issue.rule)
        return seen.verdict is Verdict.FAIL and group_of(rule, issue.kind, seen.verdict, self.criteria) == "failing"

    # Time to fix

    def times(self, issues: Sequence[IssueHistory]) -> Times:
        start = self.history.audits[0].seq
        ended = [life for issue in issues for life in issue.lives if self.was_fixed(life)]
        took = sorted(self.days_of(life, life.fixed) for life in ended if life.fixed is not None)
        last = self.compared[-1].seq if self.compared else None
        ages = [self.days_of(_at(issue, last), last) for issue in issues if last is not None and last in issue.seen]
        return Times(
            fixed=len(took),
            median=median(took) if took else None,
            ninth=nearest_rank(took, 90) if took else None,
            from_start=sum(life.first == start for life in ended),
            standing=len(ages),
            standing_median=median(ages) if ages else None,
            standing_oldest=max(ages, default=None),
            not_checked=sum(last is not None and became(issue, last, None) == "not-checked" for issue in issues),
        )

    def was_fixed(self, life: LifeRecord) -> bool:
        """In the period."""
        return life.fixed is not None and self.is_asked(life.fixed)

    def days_of(self, life: LifeRecord, end: int) -> int:
        return (self.days[end] - self.days[life.first]).days


def nearest_rank(ordered: Sequence[int], percent: int) -> int:
    """The smallest of the values that so many percent of them do not exceed: always one of them."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _at(issue: IssueHistory, seq: int) -> LifeRecord:
    return next(life for life in reversed(issue.lives) if life.first <= seq)


def _says_anything(series: Series) -> bool:
    times = series.times
    return bool(times.fixed or times.standing or times.not_checked) or any(one.places for one in series.counts)


def _most_places(series: Series) -> tuple[int, str]:
    return (-series.counts[-1].places if series.counts else 0, series.group)
