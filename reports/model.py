"""What a report says. Every number that a page shows is here, and so in report.json.

The field names and their order are the published format: see ``reports/schema/report-1.json``. Texts that come from a
crawled page are already cleaned and shortened, personal values masked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from reports.documents_model import Documents
from reports.register_model import Guidance, Register
from reports.terms import (
    AnswerResult,
    AnswerState,
    ComingKind,
    CriterionState,
    Extent,
    IssueGroup,
    IssueState,
    SampleReason,
    Searched,
    Severity,
    SeverityCounts,
    SiteVerdict,
    SkipGroup,
    StatementKey,
    Text,
)

#: Raised in its first part when a field changes meaning or goes away, in its second when one is added.
SCHEMA_VERSION = "1.13"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """The audit. Times are in the City's time zone, with their offset."""

    id: str
    started: str
    finished: str | None
    state: str
    trigger: str
    tool_version: str
    engines: Mapping[str, str]
    browser: str
    config_sha256: str
    rules_sha256: str
    sample: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipExample:
    """One URL that was not audited, and why."""

    url: str
    reason: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipRow:
    """Pages of the site that were not audited, for one reason."""

    outcome: str
    group: SkipGroup
    pages: int
    examples: tuple[SkipExample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipTotal:
    """Pages that were not audited, by a reader's word for the reason."""

    group: SkipGroup
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRow:
    """Addresses that are rightly not audited as pages: redirects, documents, images, dead links."""

    outcome: str
    addresses: int
    examples: tuple[SkipExample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedRow:
    """Pages that did not change since the audit that began at ``audited``, so that its results were carried over."""

    run: str
    audited: str
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """``found`` = ``audited`` + ``not_audited``. ``percent`` leaves out what the plan left out, and is rounded down.

    ``audited`` = ``audited_now`` + ``carried``. ``carried_elsewhere`` of the carried pages use scripts, styles or
    frames of other sites, which nobody asked whether they changed. ``oldest_audit`` is when the oldest audit began that
    a page of this report rests on.
    """

    found: int
    audited: int
    audited_now: int
    carried: int
    carried_from: tuple[CarriedRow, ...]
    carried_elsewhere: int
    oldest_audit: str | None
    not_audited: int
    percent: int | None
    min_percent: int
    not_audited_by: tuple[SkipTotal, ...]
    skipped: tuple[SkipRow, ...]
    other: tuple[OtherRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaCounts:
    """``person`` = the criteria that a person has still to settle. ``supports`` and ``not_applicable``: people did."""

    total: int
    fails: int
    person: int
    needs_person: int
    no_failure_found: int
    not_covered: int
    not_checked: int
    removed: int
    with_rules: int
    supports: int = 0
    not_applicable: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionCheck:
    """One rule that tests a criterion: pages and documents by how it ended.

    ``left_out``: by why the plan left the rule out.
    """

    rule: str
    title: Text
    pages_tested: int
    errors: int
    not_run: int
    left_out: Mapping[str, int]
    documents_tested: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonQuestion:
    """A question with yes or no for an answer, how to look, and which kind of page it is about.

    ``look_at``: addresses of pages of the sample that are of that kind, the ones with most to see first.
    """

    ask: Text
    how: Text
    pages: str
    look_at: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFile:
    """A file that somebody handed in with an answer, as it is kept. It is no part of the report."""

    sha256: str
    media_type: str
    size: int
    searched: Searched


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """What a person answered to a question, on which page, on which day, on what evidence; ``entry`` of the log."""

    question: str
    ask: Text
    page: str
    result: AnswerResult
    state: AnswerState
    by: str
    on: str
    evidence: str
    entry: int
    files: tuple[AnswerFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCounts:
    """Questions to people: ``asked`` = ``answered`` + ``changed`` (an answer ended) + ``open``."""

    asked: int = 0
    answered: int = 0
    changed: int = 0
    open: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """One success criterion on one site. A tool says "fails" or asks for a person; it never says "supports".

    What fails in a document fails on the site: ``places`` counts pages and documents. ``review_places`` are suspected,
    some of them within issues that fail. ``method``: who says what the
    result says; "" where nobody does yet.
    """

    number: str
    name: Text
    level: str
    version: str
    aoda: str
    in_goal: bool
    result: CriterionState
    places: int
    issues: tuple[str, ...]
    more_issues: int
    review_places: int
    pages_tested: int
    errors: int
    not_checked_issues: int
    understanding_url: str
    not_run: int
    checks: tuple[CriterionCheck, ...]
    questions: tuple[PersonQuestion, ...]
    documents_tested: int = 0
    places_in_documents: int = 0
    method: Literal["", "tool", "person", "both"] = ""
    #: Answers that saw a barrier which is still as it was.
    against: int = 0
    #: The worst that these say: a tool proves that something fails, never how much.
    extent: Extent = ""
    asked: AnswerCounts = field(default_factory=AnswerCounts)
    answers: tuple[AnswerRow, ...] = ()
    more_answers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One finding: an element on a page, or a place in a document: then ``selector`` says where ("p3 Figure 2").

    ``verdict`` is that of this place: in an issue that fails some may be left for a person to judge.
    """

    url: str
    page_title: str
    state: str
    selector: str
    snippet: str
    message: str
    engine: str
    fingerprint: str
    carried_from: str
    in_document: bool = False
    verdict: Literal["fail", "review"] = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """A page or document where an issue was seen. ``carried_from`` names the run that audited it, "" this one."""

    url: str
    title: str
    carried_from: str
    audited: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueWork:
    """Who repairs an issue by when, and what was decided. Days are ISO dates in the City's time zone; "" = none.

    ``owners``: the unit that answers for it first, then units with pages of it. ``decided``: "accepted" and
    "false-alarm" until ``until``, by ``exceptions`` (their names); "partly-accepted" leaves ``open_pages``.
    ``still_there``: it was marked ready, and found again.
    """

    owners: tuple[str, ...] = ()
    assigned: str = ""
    stage: Literal["unassigned", "in-progress", "ready"] = "unassigned"
    due: str = ""
    overdue: bool = False
    still_there: bool = False
    decided: Literal["", "accepted", "partly-accepted", "false-alarm"] = ""
    until: str = ""
    exceptions: tuple[str, ...] = ()
    open_pages: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionRow:
    """What the City accepted for a time, in the words of whoever approved it. It changes no result.

    ``entry`` is its number in the log; 0 = it stands in handrail.toml. ``issues`` are those that it speaks for now.
    """

    name: str
    entry: int
    false_alarm: bool
    rules: tuple[str, ...]
    parts: tuple[str, ...]
    urls: tuple[str, ...]
    ground: str
    reason: str
    owner: str
    by: str
    on: str
    until: str
    alternative: str
    ended: bool
    issues: tuple[IssueRef, ...]
    more_issues: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """All findings of one rule in one part of the site: what is repaired once.

    ``verdict`` is the worst of its places. ``documents`` come on top of ``pages``; ``places_in_documents`` are among
    ``places``, and so are ``places_to_check``, which only a person can judge (null: an older audit did not count them).
    """

    id: str
    fingerprint: str
    group: IssueGroup
    rule: str
    title: Text
    why: Text
    fix: Text
    help_url: str
    engine: str
    engine_version: str
    criteria: tuple[str, ...]
    references: tuple[str, ...]
    required: bool
    best_practice: bool
    severity: Severity
    verdict: Literal["fail", "review"]
    part_key: str
    part: str
    state: IssueState
    places: int
    pages: int
    pages_carried: int
    first_seen: str
    last_seen: str
    evidence: str
    evidence_state: str
    examples: tuple[Place, ...]
    more_places: int
    example_pages: tuple[PageLink, ...]
    more_pages: int
    documents: int = 0
    places_in_documents: int = 0
    places_to_check: int | None = None
    work: IssueWork = field(default_factory=IssueWork)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCount:
    """How much one group of issues holds. ``not_listed``: how many of them the report leaves out; it lists all.

    ``places_to_check`` are not in ``places``: what is only suspected within issues that fail.
    """

    group: IssueGroup
    issues: int
    places: int
    not_listed: int
    places_to_check: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRef:
    """An issue named elsewhere than in the list of issues. ``places`` bear its verdict."""

    id: str
    title: Text
    places: int
    pages: int
    severity: Severity
    listed: bool
    documents: int = 0
    fixed: str = ""  # ISO: begun then, an audit or a look at some pages proved it gone


@dataclass(frozen=True, slots=True, kw_only=True)
class PartShare:
    """What one repair of a shared part would clear. ``bar`` is the length of its bar, 0 to 100."""

    site: str
    part_key: str
    part: str
    places: int
    percent: int
    running_percent: int
    bar: float
    issues: tuple[IssueRef, ...]
    more_issues: int
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One of the three things to do first.

    "contain" stands for all critical and high exposures together: ``issue`` and ``title`` are the worst one's,
    ``places`` counts values, and ``site`` is empty where they are on several sites.
    """

    kind: Literal["contain", "new", "places"]
    site: str
    issue: str
    title: Text
    fix: Text
    part_key: str
    part: str
    places: int
    pages: int
    exposures: int = 0
    documents: int = 0
    owner: str = ""
    due: str = ""
    overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureKind:
    """Exposures of one kind on a site: a number and no detail."""

    rule: str
    title: Text
    severity: Severity
    exposures: int
    to_review: int
    values: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureSummary:
    """What the public report says of exposed personal information: kinds and numbers."""

    open: int
    to_review: int
    values: int
    not_checked: int
    by_severity: SeverityCounts
    kinds: tuple[ExposureKind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleErrors:
    """A rule that could not be tested on some pages."""

    rule: str
    title: Text
    errors: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckErrors:
    """Checks that could not run: one rule on one page each."""

    total: int
    rules: int
    listed: tuple[RuleErrors, ...]
    not_listed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How the issues stand against earlier runs; ``first_run`` = there is nothing to compare with."""

    first_run: bool
    new: int
    open: int
    returned: int
    fixed: int
    not_checked: int
    listed_new: tuple[IssueRef, ...]
    listed_returned: tuple[IssueRef, ...]
    listed_fixed: tuple[IssueRef, ...]
    listed_not_checked: tuple[IssueRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """One audit of the site in the trend. Rates are of pages: places in documents are not in them.

    ``to_fix`` are places that fail by what the site is held to now, ``places`` those of every kind.
    """

    run: str
    finished: str
    pages: int
    places: int
    per_100_pages: int
    places_in_documents: int = 0
    to_fix: int = 0
    to_fix_in_documents: int = 0
    to_fix_per_100_pages: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployMark:
    """A deploy that an audit looked at. ``issues`` failed first in that audit and are there still, at ``places``."""

    run: str
    on: str
    issues: int
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What the City aims at: at most so many places to fix per 100 pages, by a day ("" = none named)."""

    per_100_pages: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerShare:
    """How many of something one unit answers for; "" = nobody is recorded."""

    owner: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingUp:
    """What is to be done, or ends, on a day. ``n`` counts issues, exposures, decisions or answers.

    "contain" and "answers-ended" are for the day of the report; "overdue" bears the oldest date that is over. ``site``
    is empty where several have it. ``names``: of exceptions, or of entries in the register of documents.
    """

    on: str
    kind: ComingKind
    site: str
    n: int
    names: tuple[str, ...] = ()
    owners: tuple[OwnerShare, ...] = ()
    title: Text = field(default_factory=lambda: Text(en=""))


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCheck:
    """A check that a person must make, with the open criteria that it settles. ``key`` names its words.

    ``settled``: the criteria of it that people settled; ``names``: who answered, until ``last``.
    """

    key: str
    criteria: tuple[str, ...]
    required: int
    settled: tuple[str, ...] = ()
    asked: AnswerCounts = field(default_factory=AnswerCounts)
    names: tuple[str, ...] = ()
    last: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePage:
    """A page of the sample, and why it is in it."""

    url: str
    title: str
    why: SampleReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Pages for a person to look at, drawn from all audited ones as W3C's WCAG-EM says.

    ``seed`` is made of the run's id and the site's key: the same audit gives the same sample. ``grow``: a rule failed
    on the random pages and on no structured one, so that the structured sample does not yet stand for the site.
    """

    seed: str
    structured: tuple[SamplePage, ...]
    random: tuple[SamplePage, ...]
    grow: bool
    rules_only_in_random: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaFilter:
    """A choice of rows in the table of criteria, and how many it shows."""

    key: Literal["all", "required", "fails", "needs-person", "no-failure-found", "not-covered", "settled"]
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRow:
    """On how many pages a state was looked at, on how many of them it showed anything new, and why not on the others.

    ``state``: "narrow", "dark", "opened" (what controls open); "unopened" counts pages with more of those than were,
    "held-back" those with a control that was left alone, by its name or as the site's settings say.
    """

    state: str
    pages: int
    new: int
    left_out: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackTime:
    """Days from a resident's report to a word from the City; ``target_days`` 0: the City has set none."""

    target_days: int
    done: int
    in_time: int
    median_days: int | None
    longest_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackIssue:
    """An issue that residents met, and by how many reports. "M-…": no tool found it."""

    id: str
    rule: str
    title: Text
    reports: int
    barrier: Literal["open", "fixed", "rechecked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFeedback:
    """What residents reported of a site, as of the day ``on``: numbers, and no word of any report.

    A report is counted once, where it has come to: ``reports`` is the sum of the seven. ``answered_before_fixed`` of
    the answered ones tell of a barrier that is still there. ``overdue`` are late with one of the targets.
    """

    on: str
    reports: int
    received: int
    acknowledged: int
    linked: int
    fixed: int
    rechecked: int
    answered: int
    closed: int
    answered_before_fixed: int
    overdue: int
    to_acknowledge: FeedbackTime
    to_answer: FeedbackTime
    issues: tuple[FeedbackIssue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFact:
    """What a statement says that no audit can know. ``text`` is None while nobody has confirmed it."""

    key: StatementKey
    text: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementBarrier:
    """A barrier that a statement names: all that one rule found against the law, or a criterion that people failed.

    ``several``: it is in several parts, and on as many pages and in as many documents at the least.
    """

    title: Text
    pages: int
    documents: int
    several: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The draft of a public statement: counts of this audit, and what a named person confirmed, and nothing else.

    ``ended``: what was confirmed may not be said any more, and is left out.
    """

    by: str
    on: str
    until: str
    ended: bool
    facts: tuple[StatementFact, ...]
    barriers: tuple[StatementBarrier, ...]
    more_barriers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReport:
    """Everything that the page of one site says. ``run``: the audit that it tells, which may be an older one than that
    of other sites. ``change``: of places to fix per 100 pages since the audit before, in the trend.

    ``places`` and all sums of it count what fails; ``places_to_check`` what is only suspected within issues that fail,
    ``places_review`` what nothing but a suspicion stands for.

    ``content_sha256`` is the hash of all this but of what the calendar alone changes: what a signature is of.
    """

    key: str
    path: str
    run: RunFacts
    host: str
    name: Text
    owner: str
    contact: str
    vendor: str
    profile: str
    verdict: SiteVerdict
    state: str
    reasons: tuple[str, ...]
    authorization: Mapping[str, str]
    robots_override: str
    coverage: Coverage
    required: CriteriaCounts
    goal: CriteriaCounts
    criteria: tuple[CriterionResult, ...]
    filters: tuple[CriteriaFilter, ...]
    goal_only_fails: int
    goal_only_total: int
    excluded_total: int
    places: int
    places_required: int
    places_per_100_pages: int | None
    issues_failing: int
    places_review: int
    first: tuple[Action, ...]
    groups: tuple[GroupCount, ...]
    issues: tuple[Issue, ...]
    parts: tuple[PartShare, ...]
    places_in_content: int
    exposures: ExposureSummary
    check_errors: CheckErrors
    frames_not_entered: int
    states: tuple[StateRow, ...]
    changes: Changes
    trend: tuple[TrendPoint, ...]
    person_checks: tuple[PersonCheck, ...]
    documents: Documents
    sample: Sample
    places_in_documents: int = 0
    owners: tuple[OwnerRow, ...] = ()
    exceptions: tuple[ExceptionRow, ...] = ()
    #: None: nobody reported anything.
    feedback: SiteFeedback | None = None
    asked: AnswerCounts = field(default_factory=AnswerCounts)
    statement: Statement | None = None
    change: int | None = None
    aim: Goal | None = None
    deploys: tuple[DeployMark, ...] = ()
    coming: tuple[ComingUp, ...] = ()
    places_to_check: int = 0
    #: Made with the data: in a report for everybody it is of what stands there.
    content_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRow:
    """What one unit answers for. ``owner`` is empty where none is recorded. An issue counts once, for its first owner.

    ``issues`` are those that fail, ``accepted`` among them; ``overdue`` and ``in_time`` count those with a date.
    ``taken_up``: of the failing ones, those that somebody was given, works on, or decided about. ``oldest``: the day on
    which the oldest of them, or of the exposures, was first seen.
    """

    owner: str
    sites: int
    issues: int
    places: int
    exposures: int
    accepted: int = 0
    overdue: int = 0
    in_time: int = 0
    taken_up: int = 0
    oldest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """All sites together."""

    sites: int
    sites_failing: int
    sites_incomplete: int
    sites_not_audited: int
    sites_no_failure: int
    sites_without_authorization: int
    pages_found: int
    pages_audited: int
    pages_carried: int
    oldest_audit: str | None
    pages_not_audited: int
    not_audited_by: tuple[SkipTotal, ...]
    places: int
    places_per_100_pages: int | None
    issues_failing: int
    exposures: ExposureSummary
    check_errors: int
    frames_not_entered: int
    documents: int
    required_criteria: int
    documents_checked: int = 0
    documents_failing: int = 0
    places_in_documents: int = 0
    #: Runs that the sites are told by.
    audits: int = 1
    #: Begin of the oldest of these.
    first_audit: str = ""
    overdue: int = 0
    change: int | None = None
    places_to_check: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CityPoint:
    """All sites on a day on which an audit ended: each by its last one until then. ``sites``: those that had one."""

    on: str
    sites: int
    pages: int
    to_fix: int
    to_fix_in_documents: int
    to_fix_per_100_pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A site that no run has audited yet."""

    key: str
    host: str
    name: Text
    owner: str
    vendor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyMeasure:
    """What an audit can say of a principle. ``value`` None: it was not measured; ``assumption`` is one of the view's.

    "exposures-contained" without ``of``: no target is set.
    """

    key: str
    value: int | None
    of: int | None
    unit: Literal["count", "days", "hours", "bytes", "watt-hours"]
    assumption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPrinciple:
    """A principle that the City works by."""

    id: str
    title: Text
    text: Text
    measures: tuple[PolicyMeasure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyView:
    """The audit under the principles of the City's policy. ``assumptions``: what its estimates rest on."""

    name: Text
    source: str
    date: str
    status: str
    assumptions: Mapping[str, float]
    principles: tuple[PolicyPrinciple, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CityName:
    """The City, as pages name it."""

    name: Text
    timezone: str
    demo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The City's sites, each by its last audit. ``run`` is the newest of these; each site names its own. ``register``
    is written apart, with its own rights."""

    schema_version: str
    city: CityName
    run: RunFacts
    totals: Totals
    first: tuple[Action, ...]
    sites: tuple[SiteReport, ...]
    parts: tuple[PartShare, ...]
    owners: tuple[OwnerRow, ...]
    #: What Ontario asks of websites, as the standards data words it.
    law: tuple[Guidance, ...]
    policy: PolicyView | None
    waiting: tuple[Waiting, ...]
    trend: tuple[CityPoint, ...]
    aim: Goal | None
    coming: tuple[ComingUp, ...]
    more_coming: int
    register: Register = field(repr=False)
