"""What a report says. Every number that a page shows is here, and so in report.json.

The field names and their order are the published format: see ``reports/schema/report-1.json``. Texts that come from a
crawled page are already cleaned and shortened, personal values masked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from audits.model import Disposition, DocumentEntry, Ground

#: Raised in its first part when a field changes meaning or goes away, in its second when one is added.
SCHEMA_VERSION = "1.8"
#: The register's own, by the same rule. Up to 1.4 it bore the report's.
REGISTER_VERSION = "1.7"

SiteVerdict = Literal["not-audited", "incomplete", "fails", "goal-fails", "no-failure-found"]
CriterionState = Literal[
    "fails",
    "needs-person",
    "no-failure-found",
    "not-covered",
    "not-checked",
    "removed",
    "not-required",
    "supports",
    "not-applicable",
]
#: What a person says of a question, having looked.
AnswerResult = Literal["supports", "does-not-support", "partially-supports", "not-applicable", "cannot-tell"]
#: "changed": what it was about is another now, so that it says nothing any more. "not-looked": nobody saw its page.
AnswerState = Literal["answered", "changed", "not-looked"]
Severity = Literal["critical", "serious", "moderate", "minor"]
IssueState = Literal["new", "open", "fixed", "returned", "not-checked"]
#: Where a page lists an issue. "advice" never fails a criterion of the site's standard.
IssueGroup = Literal["failing", "review", "advice", "privacy"]
#: Why a page is in the sample. "kind": nothing else in the sample is built like it.
SampleReason = Literal[
    "start", "contact", "help", "search", "form", "sitemap", "accessibility", "login", "language", "kind", "random"
]
#: What the register knows of an exposure's life. "seen": still there in this run. "looked": somebody had a value shown.
EventKind = Literal["found", "seen", "decided", "looked", "done", "undone"]
#: "read" to its end; "unread": not, or not to its end; "listed": nobody asked for it to be read.
DocumentState = Literal["read", "unread", "listed"]
#: What a public statement says that no audit can know.
StatementKey = Literal["contact", "formats", "reply", "repairs", "measures"]
SkipGroup = Literal["sign-in", "robots", "refused", "errors", "time", "waiting", "plan"]


class CriterionFacts(Protocol):
    """One WCAG success criterion, as the standards data describes it."""

    @property
    def number(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def name_fr(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def aoda(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def removed(self) -> str: ...


class QuestionFacts(Protocol):
    """What a person asks of a page, as the standards data words it."""

    @property
    def ask(self) -> str: ...
    @property
    def how(self) -> str: ...
    @property
    def ask_fr(self) -> str: ...
    @property
    def how_fr(self) -> str: ...
    @property
    def pages(self) -> str: ...


class WordedFacts(Protocol):
    """What the standards data gives a title and a text in both languages."""

    @property
    def id(self) -> str: ...
    @property
    def title_en(self) -> str: ...
    @property
    def title_fr(self) -> str: ...
    @property
    def text_en(self) -> str: ...
    @property
    def text_fr(self) -> str: ...


class GuidanceFacts(WordedFacts, Protocol):
    """A provision of law, a step or a field of a form, as the standards data words it."""

    @property
    def source(self) -> str: ...
    @property
    def date(self) -> date: ...
    @property
    def status(self) -> str: ...


class StepFacts(GuidanceFacts, Protocol):
    """What a person does about an exposure, and at which places."""

    @property
    def where(self) -> Sequence[str]: ...


class BreachFacts(Protocol):
    """What to do when personal information stands on a public page, and what the IPC's form asks."""

    @property
    def steps(self) -> Sequence[StepFacts]: ...
    @property
    def duties(self) -> Sequence[GuidanceFacts]: ...
    @property
    def fields(self) -> Sequence[GuidanceFacts]: ...
    @property
    def note_en(self) -> str: ...
    @property
    def note_fr(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def date(self) -> date: ...


class StandardsFacts(Protocol):
    """What a report needs of the standards data."""

    @property
    def questions(self) -> Mapping[str, Sequence[QuestionFacts]]: ...

    @property
    def criteria(self) -> Sequence[CriterionFacts]: ...

    @property
    def provisions(self) -> Sequence[GuidanceFacts]: ...

    @property
    def breach(self) -> BreachFacts: ...

    @property
    def leads(self) -> Mapping[str, Sequence[str]]: ...

    def profile(self, name: str) -> Sequence[str]:
        """The numbers of the criteria in one conformance target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What a named person confirmed for a public statement; ``texts``: "contact_en", "contact_fr" and so on."""

    by: str
    on: date
    until: date | None
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CityFacts:
    """Who the report is for. ``demo`` marks every page as invented data."""

    name_en: str
    name_fr: str = ""
    timezone: str = "America/Toronto"
    demo: bool = False
    #: What people decided about exposures.
    dispositions: tuple[Disposition, ...] = ()
    #: Which contacts the City has left out before they are told.
    left_out: LeftOut = field(default_factory=lambda: LeftOut())
    #: By site, what people know of documents.
    documents: Mapping[str, tuple[DocumentEntry, ...]] = field(default_factory=dict)
    #: By site, what a named person confirmed for its statement; "" = for any other.
    confirmed: Mapping[str, Confirmed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The same words in English and Canadian French; an empty ``fr`` is shown in English and marked so."""

    en: str
    fr: str = ""


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

    What fails in a document fails on the site: ``places`` counts pages and documents. ``method``: who says what the
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
    asked: AnswerCounts = field(default_factory=AnswerCounts)
    answers: tuple[AnswerRow, ...] = ()
    more_answers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One finding: an element on a page, or a place in a document: then ``selector`` says where ("p3 Figure 2")."""

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

    ``documents`` come on top of ``pages``; ``places_in_documents`` are among ``places``.
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
    work: IssueWork = field(default_factory=IssueWork)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCount:
    """How much one group of issues holds. ``not_listed``: how many of them the report leaves out; it lists all."""

    group: IssueGroup
    issues: int
    places: int
    not_listed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRef:
    """An issue named elsewhere than in the list of issues."""

    id: str
    title: Text
    places: int
    pages: int
    severity: Severity
    listed: bool
    documents: int = 0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityCounts:
    """Exposures by severity; ``serious`` reads "high" and ``minor`` "low" in the register."""

    critical: int
    serious: int
    moderate: int
    minor: int


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
    """One audit of the site in the trend. The rate is of pages: places in documents are not in it."""

    run: str
    finished: str
    pages: int
    places: int
    per_100_pages: int
    places_in_documents: int = 0


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
class LinkingPage:
    """A page that links to a document."""

    url: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFinding:
    """Places of one rule in one document; its words are among the rules of the register."""

    rule: str
    group: IssueGroup
    severity: Severity
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A PDF or Office file in the register. What is not known is 0 or empty.

    ``modified`` is the file's own date and says nothing of when it was published. ``linked_from`` counts audited pages
    that link to it; ``linking`` names some. ``same_as``: the address of the first file with the same bytes. ``leads``:
    what matters first that was found in it, failures and what a person must look at. ``failing`` counts places, and
    ``to_review`` those that a person must look at. ``entry`` names what people wrote about it.
    """

    url: str
    title: str
    content_type: str
    name: str
    state: DocumentState
    reason: str
    kind: str
    pages: int
    words: int
    size: int
    lang: str
    made_with: str
    modified: str
    image_only: int
    locked: str
    carried_from: str
    audited: str
    same_as: str
    linked_from: int
    linking: tuple[LinkingPage, ...]
    owner: str
    failing: int
    by_severity: SeverityCounts
    to_review: int
    leads: tuple[str, ...]
    findings: tuple[DocumentFinding, ...]
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRule:
    """A rule that found something in documents, and the issues that hold it."""

    rule: str
    title: Text
    fix: Text
    criteria: tuple[str, ...]
    lead: str
    documents: int
    places: int
    issues: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRow:
    """One of the things that matter first, and in how many documents it was found; ``to_review``: only suspected."""

    lead: str
    documents: int
    to_review: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadRow:
    """Documents that were not read, or not to their end, for one reason."""

    reason: str
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryException:
    """Why documents may stay as they are until a day, in an officer's words. ``ended`` once that day is over."""

    ground: str
    by: str
    on: str
    until: str
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRequest:
    """A request for another format; ``answered`` is empty while it is open."""

    number: str
    received: str
    answered: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """What people wrote about documents, and for how many it speaks. It changes no result.

    ``published`` is empty where it is not known; ``evidence`` says how it is. ``matches_nothing`` is said of complete
    audits of whole sites only.
    """

    name: str
    urls: tuple[str, ...]
    documents: int
    matches_nothing: bool
    owner: str
    published: str
    evidence: str
    alternative: str
    exception: EntryException | None
    requests: tuple[EntryRequest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """The register of documents: those with failures first, and among these what most pages link to.

    ``found`` = ``checked`` (read to the end) + ``unread`` + ``only_listed``. ``copies`` have the same bytes as another.
    ``failing`` documents have ``places`` that fail.
    """

    found: int
    checked: int
    listed: tuple[Document, ...]
    not_listed: int
    unread: int
    only_listed: int
    carried: int
    copies: int
    failing: int
    to_review: int
    places: int
    excepted: int
    requests_open: int
    leads: tuple[LeadRow, ...]
    unread_by: tuple[UnreadRow, ...]
    rules: tuple[DocumentRule, ...]
    entries: tuple[EntryRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaFilter:
    """A choice of rows in the table of criteria, and how many it shows."""

    key: Literal["all", "required", "fails", "needs-person", "no-failure-found", "not-covered", "settled"]
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRow:
    """On how many pages a state was looked at, on how many of them it showed anything new, and why not on the others.

    ``state``: "narrow", "dark", "opened" (what controls open); "unopened" counts pages with more of those than were.
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
    """Everything that the page of one site says."""

    key: str
    path: str
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRow:
    """What one unit answers for. ``owner`` is empty where none is recorded. An issue counts once, for its first owner.

    ``issues`` are those that fail, ``accepted`` among them; ``overdue`` and ``in_time`` count those with a date.
    ``taken_up``: of the failing ones, those that somebody was given, works on, or decided about.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceDecision:
    """What a person decided about a value; ``ended`` once its last day is over.

    ``name`` is that of a decision that speaks of more than this value; "" = of this one alone.
    """

    ground: Ground
    reason: str
    by: str
    on: str
    until: str
    ended: bool
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposurePlace:
    """Where a value may be exposed. Holds the mask, never the value.

    ``id`` is what a decision names. ``people`` is how many people the page's exposures stand for, at the least.
    ``picture`` is a file in "evidence" beside the register; ``unpictured`` says why a place in a PDF has none.
    """

    id: str
    url: str
    page_title: str
    where: str
    entity: str
    tier: str
    score: float
    mask: str
    value_hmac: str
    snippet: str
    selector: str
    carried_from: str
    audited: str
    beside: tuple[str, ...]
    people: int
    child: bool
    page_kind: str
    decision: PlaceDecision | None
    picture: str = ""
    unpictured: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEvent:
    """Something that happened to an exposure, as far as the store knows. ``on`` is a day where no time is known.

    ``outcome`` is a ground, how a look ended, or the id of a step.
    """

    on: str
    kind: EventKind
    by: str
    place: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """A decision as it stands. Not ``listed``: it speaks of no value that the register lists, else of ``values``.

    ``id`` is that of one value, or the name of a decision by domain, number or page: those it names, numbers masked.
    """

    id: str
    ground: Ground
    reason: str
    by: str
    on: str
    until: str
    ended: bool
    listed: bool
    values: int = 0
    site: str = ""
    domains: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Contacts that the City's configuration calls business contacts: never told, new ones too."""

    own_domains: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """A step that somebody recorded as done, and nobody took back. ``place`` "" = for all values."""

    step: str
    place: str
    on: str
    by: str
    note: str
    entry: int  # of the log


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEntry:
    """One exposure in the restricted register. ``decided`` counts places that a valid decision calls no exposure.

    ``steps`` are the ids of those that apply to where it stands. ``kinds``, ``people``, ``child``, ``addresses`` and
    ``vendor`` are for the IPC's form; like ``history`` they speak of the places that are listed. Addresses are masked.
    """

    id: str
    fingerprint: str
    site: str
    host: str
    site_name: Text
    owner: str
    rule: str
    title: Text
    why: Text
    fix: Text
    severity: Severity
    verdict: Literal["fail", "review"]
    state: IssueState
    part_key: str
    part: str
    values: int
    pages: int
    first_seen: str
    last_seen: str
    places: tuple[ExposurePlace, ...]
    more_places: int
    decided: int
    history: tuple[RegisterEvent, ...]
    steps: tuple[str, ...]
    kinds: tuple[str, ...]
    people: int
    child: bool
    addresses: tuple[str, ...]
    vendor: str
    documents: int = 0
    done: tuple[StepDone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEarlier:
    """An exposure of earlier runs: gone from every page that showed it ("fixed"), or not looked at."""

    id: str
    site: str
    site_name: Text
    title: Text
    severity: Severity
    state: Literal["fixed", "not-checked"]
    values: int
    first_seen: str
    last_seen: str
    done: tuple[StepDone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """Words from the standards data. ``date``: when the source was read; what is not "verified" is guidance."""

    id: str
    title: Text
    text: Text
    source: str
    date: str
    status: Literal["verified", "guidance"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterStep(Guidance):
    """What to do, in order. ``everywhere``: it is for all exposures; else ``exposures`` of those listed need it.

    ``done``: of how many of those listed somebody recorded it, for all values or for some.
    """

    everywhere: bool
    exposures: int
    done: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField(Guidance):
    """What the IPC's form asks; ``known``: an exposure in the register says something of it."""

    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachForm:
    """The IPC's form for reporting a privacy breach, as far as it could be read, in our words."""

    note: Text
    source: str
    url: str
    date: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRow:
    """A reason to keep evidence although its time is over; ``site`` is empty where it is for all."""

    id: str
    kind: Literal["legal", "access-request"]
    site: str
    by: str
    reason: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """What is held of a site in one run, and from when on it may go; ``holds`` keep it longer."""

    run: str
    site: str
    used: str
    due: str
    findings: int
    holds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgedRow:
    """A run of which something was purged, and the entry of the log that says why."""

    run: str
    entry: int
    on: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorRow:
    """Where the hash of an entry of the log is kept outside the store, as a person noted it."""

    entry: int
    where: str
    by: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFacts:
    """The log of what people did with the evidence, as it was when the register was written. ``head``: number:hash."""

    entries: int
    emptied: int
    looks: int
    head: str
    faults: int
    anchors: tuple[AnchorRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """How the evidence is kept: its period, holds, what may go when, what went, and the log."""

    days: int
    by_law: str
    holds: tuple[HoldRow, ...]
    held: tuple[HeldRow, ...]
    held_not_listed: int
    purged: tuple[PurgedRow, ...]
    purged_not_listed: int
    log: LogFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The restricted privacy register: for the privacy officer, never part of report.json.

    ``people`` adds up what each page shows of people at the least; who is on two pages counts twice. 0 = not estimated.
    ``custody`` is None where the store was not asked.
    """

    open: int
    to_review: int
    not_checked: int
    values: int
    sites: int
    by_severity: SeverityCounts
    pages_audited: int
    pages_found: int
    sites_incomplete: int
    documents_found: int
    first: str
    entries: tuple[RegisterEntry, ...]
    not_listed: int
    people: int
    decided: int
    gone: int
    oldest: str
    earlier: tuple[RegisterEarlier, ...]
    earlier_not_listed: int
    steps: tuple[RegisterStep, ...]
    duties: tuple[Guidance, ...]
    form: BreachForm
    custody: Custody | None
    documents_checked: int = 0
    decisions: tuple[DecisionRow, ...] = ()
    left_out: LeftOut = field(default_factory=LeftOut)


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
    """One run, told. ``register`` is written apart, with its own rights."""

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
    register: Register = field(repr=False)
