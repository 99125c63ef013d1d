"""What the store gives to those who tell: plain records, every readable text already masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from audits.model import MISSED, DocumentFacts, Exposure, Impact, Kind, PageOutcome, Verdict

if TYPE_CHECKING:
    from reports.store.log import Checked, Entry, Hold
    from reports.store.purging import Holding


#: What begins runs that tell of no site: a list of addresses; a look at a few pages again, for one issue.
INVENTORY, RECHECK = "inventory", "recheck"
NO_AUDIT = (INVENTORY, RECHECK)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One audit. ``state``: "running", "complete", "incomplete", "interrupted"."""

    id: str
    started: datetime
    finished: datetime | None
    state: str
    trigger: str  # "person", "schedule", "deploy", "demo": invented data; and those of NO_AUDIT
    tool_version: str
    engines: Mapping[str, str]  # {"axe-core": "4.14.1", "presidio-analyzer": "2.2.366", ...}
    browser: str
    config_sha256: str
    rules_sha256: str
    sample: str = ""  # "" = the whole site; else how the declared sample was drawn
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRecord:
    """One site in one run. ``state``: "running", "complete", "incomplete"; ``reasons`` say why it is incomplete."""

    run_id: str
    key: str
    host: str
    name_en: str
    name_fr: str
    owner: str
    contact: str
    vendor: str
    profile: str  # "aoda", "wcag21-aa", "wcag22-aa", "en301549"
    authorization: Mapping[str, str]  # {} = none recorded; by, on, scope, vendor_consent; staging
    robots_override: str  # "" = robots obeyed; else the recorded reason
    state: str
    reasons: tuple[str, ...] = ()
    min_coverage: float = 0.9
    preview: bool = False  # audited where it does not stand


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRecord:
    """One URL of a run. ``url`` and ``title`` are masked; ``outcome`` is None while it waits.

    ``carried_from`` is the run that really audited the page, where this run found it unchanged; "" where this one did.
    """

    id: int
    site: str
    url: str
    title: str
    lang: str
    via: str
    depth: int
    outcome: PageOutcome | None
    reason: str
    status: int
    content_type: str
    frames_not_entered: tuple[str, ...] = ()
    found_on: str = ""  # the page whose link or redirect named it first
    timings: Mapping[str, float] = field(default_factory=dict)
    carried_from: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedPage:
    """An audited page, as much of it as choosing a sample takes.

    ``spoke``: the accessibility rules that had something to judge on it, ``failed``: those that failed. Pages built
    alike share them. ``seen``: a keyed digest of its content.
    """

    id: int
    url: str
    title: str
    lang: str
    depth: int
    start: bool
    spoke: frozenset[str]
    failed: frozenset[str]
    seen: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectRecord:
    """Places of an issue that a tool suspects and cannot decide: in a part that pages share, or on one page.

    ``shared``: then the page is the first that shows them. ``spots`` tells the places apart.
    """

    issue: str  # its fingerprint
    shared: bool
    url: str
    title: str
    seen: str = field(repr=False)
    spots: frozenset[str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """A page that links to a document, as people may read it."""

    url: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """A document of a run. ``facts`` is None where nobody opened it: listed only, or not had; of its ``sha256``,
    nothing comes back.

    ``same_as`` is the page id of the first document of the site with the same bytes, 0 of that itself. ``linked_from``
    counts audited pages with a link to it, in their content or in a part; ``linking`` names the shallowest of them.
    ``findings`` counts the places of accessibility rules in it, by rule, verdict and impact.
    """

    page: PageRecord
    facts: DocumentFacts | None = None
    same_as: int = 0
    linked_from: int = 0
    linking: tuple[Linking, ...] = ()
    findings: Mapping[tuple[str, Verdict, Impact], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRecord:
    """One finding as stored."""

    issue_id: str
    page_id: int
    url: str
    page_title: str
    state: str
    selector: str
    snippet: str
    message: str
    verdict: Verdict
    engine: str
    fingerprint: str
    evidence: str
    exposure: Exposure | None = None
    carried_from: str = ""
    in_document: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckPage:
    """A page that may be looked at again, or may not: a journey's, or one whose address holds a personal value."""

    url: str  # masked, where it may not
    may: bool


def of_its_verdict(verdict: Verdict, places: int, to_check: int | None) -> int:
    """Of the places of an issue, those that bear its verdict: in one that fails some may be for a person to judge."""
    return places - (to_check or 0) if verdict is Verdict.FAIL else places


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRecord:
    """All findings of one rule in one part of a site, in one run.

    ``state``: "new", "open", "fixed", "returned", "not-checked", derived from runs. ``places``, ``pages`` and
    ``documents`` count all of them; a few example places ride along. On pages that were carried an issue is seen, for
    they are unchanged.
    """

    id: str  # for people: "A-1a2b3c" (accessibility), "E-…" (exposure), from the fingerprint, stable from run to run
    fingerprint: str
    site: str
    rule: str
    kind: Kind
    part_key: str
    part_name: str
    verdict: Verdict
    impact: Impact
    engine: str
    state: str
    places: int
    pages: int
    first_run: str
    first_seen: datetime
    last_run: str
    last_seen: datetime
    since: datetime  # when it came for the last time: after a return, the return
    fixed: datetime | None = None  # begun then, a run proved it gone
    examples: tuple[PlaceRecord, ...] = ()
    carried: int = 0  # of ``pages``
    documents: int = 0  # besides ``pages``
    in_documents: int = 0  # of ``places``
    to_check: int | None = None  # of ``places``, those that only a person can judge; None: nobody counted them

    @property
    def judged(self) -> int:
        """Places that the verdict is of: where an issue fails, without those that are only suspected."""
        return of_its_verdict(self.verdict, self.places, self.to_check)

    @property
    def judged_in_documents(self) -> int:
        """Those in documents: an issue is repaired either in pages or in files."""
        return min(self.in_documents, self.judged)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedIssue:
    """An issue by its id, whatever runs saw of it."""

    id: str
    fingerprint: str
    site: str
    rule: str
    kind: Kind
    part_key: str
    part_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMoment:
    """A run, as far as a life needs it."""

    run: str
    on: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From the run that first saw an issue to the one that saw it last. ``fixed`` proved it gone, and ``confirmed``, a
    later one, proved it anew."""

    first: RunMoment
    last: RunMoment
    fixed: RunMoment | None = None
    confirmed: RunMoment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLife:
    """An issue over all runs, oldest span first; there is more than one where it came back."""

    id: str
    site: str
    rule: str
    kind: Kind
    part_key: str
    part_name: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTally:
    """How often one rule ended in each verdict over a site's audited pages, or over its documents."""

    site: str
    rule: str
    fail: int = 0
    review: int = 0
    passed: int = 0
    inapplicable: int = 0
    error: int = 0
    not_run: int = 0
    #: Why it could not run, or was left out: pages by reason.
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def ended(self) -> int:
        """Pages on which it came to an end, also where it found nothing to test."""
        return self.fail + self.review + self.passed + self.inapplicable


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedRecord:
    """The pages and documents of a site that one earlier run audited and this run carries."""

    run: str
    started: datetime
    pages: int
    elsewhere: int  # of them, with scripts or frames of other hosts, which nobody asked whether they changed
    documents: int = 0  # besides ``pages``


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCounts:
    """One site in one run, counted: of its pages and places only how many."""

    site: SiteRecord
    outcomes: Mapping[PageOutcome, int]  # final pages by outcome
    pending: int
    issues: tuple[IssueRecord, ...]
    tallies: tuple[RuleTally, ...]
    document_tallies: tuple[RuleTally, ...] = ()

    @property
    def reachable(self) -> int:
        """Pages of the site that the plan asked for."""
        asked = sum(n for outcome, n in self.outcomes.items() if outcome is PageOutcome.AUDITED or outcome in MISSED)
        return asked + self.pending


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRunData(SiteCounts):
    """Everything a report may say of one site in one run. Its issues have a few example places."""

    skipped: Mapping[str, tuple[PageRecord, ...]]  # by outcome value: up to 20 examples each
    pages_sample: tuple[PageRecord, ...]  # audited pages, shallowest first, up to 200
    documents: tuple[DocumentRecord, ...]
    frames_not_entered: int
    history: tuple[
        Mapping[str, Any], ...
    ]  # earlier runs, oldest first: "run", "finished", "pages", "places", "in_documents", "issues", "sample", "state",
    # "trigger", and "by_rule": (rule, kind, verdict, places, of these in documents), ...
    carried: tuple[CarriedRecord, ...] = ()  # oldest first
    audited_pages: tuple[AuditedPage, ...] = ()  # all of them
    #: Audited pages by state, and by whether they were looked at in it: {"narrow": {"seen": 9, "not run: …": 1}}.
    states: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    suspects: tuple[SuspectRecord, ...] = ()
    #: Bytes that pages loaded, and of how many pages that is known; seconds that all of them took.
    weight: tuple[int, int] = (0, 0)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One run of one site, as the site's history counts it. ``seq`` orders runs."""

    seq: int
    run: str
    host: str
    preview: bool  # of the site, where it does not stand
    started: datetime
    trigger: str
    sample: str
    state: str  # of the site
    reasons: tuple[str, ...]
    settled: bool  # what it saw is in the lives of issues
    tool_version: str
    engines: Mapping[str, str]
    rules_sha256: str
    pages: int  # audited
    reachable: int | None  # pages that the plan asked for; None: purged


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingRecord:
    """An issue in one run: what was counted."""

    places: int
    in_documents: int
    verdict: Verdict
    impact: Impact
    to_check: int | None = None

    @property
    def judged_on_pages(self) -> int:
        """As ``IssueRecord.judged``, without documents."""
        judged = of_its_verdict(self.verdict, self.places, self.to_check)
        return judged - min(self.in_documents, judged)


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeRecord:
    """From the run that first saw an issue (again) to the one that proved it gone; None while none did."""

    first: int
    fixed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueHistory:
    """An issue over all runs: ``lives`` oldest first, ``seen`` by the run's ``seq``."""

    fingerprint: str
    rule: str
    kind: Kind
    part_key: str
    part_name: str
    lives: tuple[LifeRecord, ...]
    seen: Mapping[int, SightingRecord]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteHistory:
    """A site over all runs that audited it, oldest first; ``site`` as the last of them knew it."""

    site: SiteRecord
    audits: tuple[AuditRecord, ...]
    issues: tuple[IssueHistory, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposedOn:
    """A page on which a run saw an exposure, with what tells the value again."""

    run_id: str
    site: str
    host: str
    url: str = field(repr=False)  # to fetch; it may hold a personal value
    shown: str  # as people may read it
    via: str
    entity: str
    mask: str
    selector: str
    value_hmac: str
    key: str  # the id of the key that made it
    content: str  # how the page's content is kept; "" = not known


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyRecord:
    """How the store keeps its evidence, in one moment. ``purged``: run -> the entry of the log that says why."""

    days: int  # after the last use
    by_law: str
    holds: tuple[Hold, ...]
    held: tuple[Holding, ...]
    purged: Mapping[str, int]
    entries: tuple[Entry, ...] = field(repr=False)
    checked: Checked  # against no head kept elsewhere
