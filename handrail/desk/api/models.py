"""What the API takes and gives, as types; its OpenAPI document is written from them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from audits.model import Kind
from handrail.said import MOST
from reports import clean
from reports.feedback import State as ReportState
from reports.terms import IssueState, Severity, SiteVerdict
from reports.work import ACCEPTED, ASSIGNED, DUE, FALSE_ALARM, MARKED, Decided, Stage

if TYPE_CHECKING:
    from handrail.desk.rechecks import Look
    from handrail.desk.telling import SiteTold
    from handrail.documents import SiteDocuments
    from reports.documents_model import Document as RegisterDocument
    from reports.store.log import Entry
    from reports.store.records import PlaceRecord, RunRecord, SiteRecord
    from reports.worklist import WorkItem

KindName = Literal["accessibility", "exposure", "privacy"]
#: One line or several, without control characters.
Said = Annotated[str, Field(max_length=MOST, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]
Needed = Annotated[str, Field(min_length=1, max_length=MOST, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]


def _number(told: Any) -> Any:
    """JSON knows numbers: "5" and true are none."""
    if isinstance(told, bool) or not isinstance(told, int | float):
        raise ValueError("no number")
    return told


def _day(told: Any) -> Any:
    """A day and nothing else: seconds since 1970 and moments are none."""
    if not isinstance(told, date) and not (isinstance(told, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", told)):
        raise ValueError("no day")
    return told


EntryNumber = Annotated[
    int,
    Field(ge=1, le=2_000_000_000, description="The number of an entry of the log."),
    BeforeValidator(_number),
]
Day = Annotated[date, BeforeValidator(_day)]


class Asked(BaseModel):
    """What a program sends: nothing that we do not know."""

    model_config = ConfigDict(extra="forbid")


class Paging(Asked):
    """Which stretch of a list."""

    limit: int = Field(50, ge=1, le=200, description="So many at the most.")
    cursor: str = Field("", max_length=400, description="`next` of the page before. Empty = from the start.")


class Filters(Paging):
    """Which issues; of several values of one filter any will do."""

    site: list[Annotated[str, Field(max_length=80)]] = Field([], max_length=50, description="KEYs of sites.")
    state: list[IssueState] = Field([], max_length=5, description="None = all but fixed.")
    severity: Severity = Field("minor", description="This severe or worse.")
    kind: list[KindName] = Field([], max_length=3)
    rule: list[Annotated[str, Field(max_length=80)]] = Field([], max_length=20, description="Globs, such as `axe/*`.")
    owner: list[Annotated[str, Field(max_length=120)]] = Field([], max_length=20, description="Units, as written.")
    assigned: list[Annotated[str, Field(max_length=120)]] = Field([], max_length=20, description="Empty = to nobody.")
    stage: list[Stage] = Field([], max_length=3)
    overdue: bool = Field(False, description="Only what should have been repaired by now.")
    asked: bool = Field(False, description="Only those that an exception is asked for.")
    decided: bool = Field(False, description="Only what somebody accepted or calls a false alarm.")
    undecided: bool = Field(False, description="Leave out what is accepted or a false alarm.")
    due_before: Day | None = Field(None, description="Only what is due before this day.")


class DocumentFilters(Paging):
    """Which documents; of several values of one filter any will do."""

    site: list[Annotated[str, Field(max_length=80)]] = Field([], max_length=50, description="KEYs of sites.")
    kind: list[Annotated[str, Field(max_length=20)]] = Field([], max_length=20, description="Such as `pdf`, `docx`.")
    fault: list[Literal["failing", "to-review", "unread"]] = Field([], max_length=3)

    def fits(self, one: RegisterDocument) -> bool:
        """``site`` apart, which a document does not know."""
        faults = {"failing": one.failing > 0, "to-review": one.to_review > 0, "unread": one.state == "unread"}
        return (not self.kind or one.kind in self.kind) and (not self.fault or any(faults[name] for name in self.fault))


class ReportFilters(Paging):
    """Which of the residents' reports."""

    site: list[Annotated[str, Field(max_length=80)]] = Field([], max_length=50, description="KEYs of sites.")
    state: list[ReportState] = Field([], max_length=7, description="None = all but answered and closed.")
    overdue: bool = Field(False, description="Only where the City is late.")


# Given


class Bilingual(BaseModel):
    """In English and Canadian French; an empty `fr` was never translated."""

    en: str
    fr: str


class Page(BaseModel):
    """A stretch of a list."""

    total: int = Field(description="In all pages together.")
    next: str = Field(description="The `cursor` of the page after; empty = this is the last. Also in the Link header.")


class Issue(BaseModel):
    """All findings of one rule in one part of a site."""

    id: str
    site: str
    rule: str
    title: Bilingual
    kind: KindName
    criteria: list[str] = Field(description="Success criteria of WCAG.")
    severity: Severity
    verdict: Literal["fail", "review"] = Field(description="`review`: a person has to look.")
    state: IssueState = Field(description="From runs alone. `not-checked` is never fixed.")
    part: str
    file: str = Field(description="Where handrail.toml says it is repaired.")
    places: int = Field(description="Of an exposure: values.")
    pages: int
    documents: int
    first_seen: date
    since: date
    last_seen: date
    owners: list[str]
    assigned: str
    stage: Stage
    still_there: bool = Field(description="It was marked ready, and an audit after that found it again.")
    due: date | None
    overdue: bool
    decided: Decided
    version: int = Field(description="The last entry of the log about it; 0 = none.")

    @classmethod
    def facts(cls, item: WorkItem) -> dict[str, Any]:
        work = item.work
        return {
            "id": item.id,
            "site": item.site,
            "rule": item.rule,
            "title": {"en": clean.line(item.title.en, clean.MESSAGE), "fr": clean.line(item.title.fr, clean.MESSAGE)},
            "kind": item.kind.value,
            "criteria": list(item.criteria),
            "severity": item.severity,
            "verdict": item.verdict,
            "state": item.state,
            "part": item.part,
            "file": work.owned.file,
            "places": item.places,
            "pages": item.pages,
            "documents": item.documents,
            "first_seen": item.first_seen,
            "since": item.since,
            "last_seen": item.last_seen,
            "owners": list(item.owners),
            "assigned": work.assigned,
            "stage": work.stage,
            "still_there": work.still_there,
            "due": work.due,
            "overdue": work.overdue,
            "decided": work.decided,
            "version": work.told.version,
        }

    @classmethod
    def of(cls, item: WorkItem) -> Issue:
        return cls(**cls.facts(item))


class Place(BaseModel):
    """One finding. Personal information in it was masked before it was stored."""

    url: str
    page: str = Field(description="The title of the page.")
    selector: str
    snippet: str
    verdict: Literal["fail", "review"]

    @classmethod
    def of(cls, one: PlaceRecord) -> Place:
        return cls(
            url=clean.line(one.url, clean.URL),
            page=clean.line(one.page_title),
            selector=clean.line(one.selector, clean.SELECTOR),
            snippet=clean.block(one.snippet),
            verdict="fail" if one.verdict.value == "fail" else "review",
        )


class Act(BaseModel):
    """An entry of the log about an issue."""

    entry: int
    at: datetime
    kind: str
    by: str
    account: str
    said: str = Field(description="The note or the reason.")
    to: str = Field("", description="Whom it was given to.")
    stage: str = ""
    due: str = Field("", description="An ISO day, or empty.")
    until: str = Field("", description="The last day on which a decision holds.")
    answers: int = Field(0, description="The entry that it answers or takes back.")

    @classmethod
    def of(cls, entry: Entry) -> Act:
        facts: Mapping[str, Any] = entry.facts or {}

        def told(name: str, *kinds: str) -> str:
            return clean.line(str(facts.get(name, "")), clean.MESSAGE) if not kinds or entry.kind in kinds else ""

        return cls(
            entry=entry.seq,
            at=entry.at,
            kind=entry.kind,
            by=told("by"),
            account=told("account"),
            said=told("note") or told("reason"),
            to=told("to", ASSIGNED),
            stage=told("stage", MARKED),
            due=told("due", DUE),
            until=told("until"),
            answers=int((facts.get("asked") if entry.kind in (ACCEPTED, FALSE_ALARM) else facts.get("entry")) or 0),
        )


_ASKED = ("by", "ground", "reason", "owner", "alternative")


class Asking(BaseModel):
    """An exception that is asked for and has no answer yet."""

    entry: int
    at: datetime
    by: str
    ground: str
    reason: str
    owner: str
    alternative: str
    until: date
    urls: list[str]

    @classmethod
    def of(cls, entry: Entry) -> Asking:
        facts = entry.facts or {}
        told = {name: clean.line(str(facts[name]), clean.MESSAGE) for name in _ASKED}
        urls = [clean.line(one, clean.URL) for one in facts["urls"]]
        return cls(entry=entry.seq, at=entry.at, until=facts["until"], urls=urls, **told)


class Decision(BaseModel):
    """An exception or a false alarm that holds."""

    entry: int = Field(description="0 = written in handrail.toml.")
    false_alarm: bool
    ground: str
    reason: str
    by: str
    on: date
    until: date


class IssueWhole(Issue):
    """One issue: what it is, where, how to repair it, who does, and what people decided."""

    why: Bilingual
    fix: Bilingual
    run: str = Field(description="The run that it is told from.")
    examples: list[Place] = Field(description="Some of its places. Of an exposure: none.")
    asked: list[Asking]
    decisions: list[Decision]


class Exposure(BaseModel):
    """Exposed personal information: how much of what kind. No value, no place, no address."""

    id: str
    site: str
    rule: str
    title: Bilingual
    severity: Severity
    verdict: Literal["fail", "review"]
    state: IssueState
    values: int
    pages: int
    documents: int
    first_seen: date
    last_seen: date
    owners: list[str]
    assigned: str
    stage: Stage
    due: date | None
    overdue: bool
    version: int

    @classmethod
    def of(cls, item: WorkItem) -> Exposure:
        facts = Issue.facts(item)
        assert item.kind is Kind.EXPOSURE
        return cls(values=item.places, **{name: facts[name] for name in cls.model_fields if name in facts})


class SiteOfRun(BaseModel):
    """How one site came out in one run."""

    key: str
    state: str
    reasons: list[str] = Field(description="Why it is incomplete.")
    preview: bool

    @classmethod
    def of(cls, one: SiteRecord) -> SiteOfRun:
        return cls(
            key=clean.line(one.key), state=one.state, reasons=[*map(clean.line, one.reasons)], preview=one.preview
        )


class Run(BaseModel):
    """One audit."""

    id: str
    started: datetime
    finished: datetime | None
    state: str
    trigger: str
    sample: str = Field(description="Empty = whole sites.")
    tool_version: str
    sites: list[SiteOfRun]

    @classmethod
    def of(cls, run: RunRecord, sites: tuple[SiteRecord, ...]) -> Run:
        return cls(
            id=run.id,
            started=run.started,
            finished=run.finished,
            state=run.state,
            trigger=run.trigger,
            sample=clean.line(run.sample),
            tool_version=run.tool_version,
            sites=[SiteOfRun.of(one) for one in sites],
        )


class Site(BaseModel):
    """A site, as its last audit as a whole saw it."""

    key: str
    name: Bilingual
    owner: str
    profile: str
    state: str = Field(description="Of that audit: `running`, `complete`, `incomplete`.")
    run: str
    audited: datetime
    issues: int = Field(description="That are not fixed, and that this token may see.")
    overdue: int


class Signature(BaseModel):
    """What somebody signed of a site's report."""

    entry: EntryNumber
    name: str
    role: str
    statement: str
    signed_at: datetime
    state: Literal["valid", "changed", "earlier"] = Field(
        description="`valid`, or of this audit's report as it was before (`changed`), or of an `earlier` audit's."
    )
    run: str


class SignedSite(BaseModel):
    """What the report says of a site now, by its hash, and whether somebody signed that."""

    site: str
    run: str
    audited: datetime
    verdict: SiteVerdict
    content_sha256: str
    state: Literal["valid", "changed", "unsigned"] = Field(description="As `handrail verify` says it.")
    unanswered: int = Field(description="Checks that nobody has answered.")
    signatures: list[Signature]

    @classmethod
    def of(cls, one: SiteTold) -> SignedSite:
        return cls(
            site=one.key,
            run=one.run,
            audited=one.on,
            verdict=one.verdict,
            content_sha256=one.content.sha256,
            state=one.state,
            unanswered=one.facts["unanswered"],
            signatures=[Signature(**{name: told[name] for name in Signature.model_fields}) for told in one.signatures],
        )


class Recheck(BaseModel):
    """A look at a few pages again. What it proved counts; it says nothing of the rest of the site."""

    entry: EntryNumber
    site: str
    issue: str = Field(description="What it was for; empty = a question of the checks.")
    question: str
    by: str
    phase: Literal["starting", "looking", "ending", "over"]
    pages: int = Field(description="That are to be looked at.")
    done: int = Field(description="So far; 0 once it is over: see `looked`.")
    ended: Literal["", "done", "incomplete", "stopped", "time", "failed", "busy"] = Field(
        description="Once it is over. `busy`: an audit of the site came first."
    )
    looked: int = Field(description="Pages that were really seen, once it is over.")
    places: int = Field(description="Where it was found again; of a question, whatever was found.")
    before: str = Field(description="State of the issue when it was begun.")
    after: str = Field(description="Once it is over. `fixed` only where that is proved.")
    run: str

    @classmethod
    def of(cls, look: Look) -> Recheck:
        told = {name: getattr(look, name) for name in cls.model_fields}
        return cls(**told | {"by": clean.line(look.by), "done": 0 if look.over else look.done})


class DocumentFault(BaseModel):
    """What one rule found in a document."""

    rule: str
    title: Bilingual
    places: int
    issues: list[str] = Field(description="Ids of the issues of this rule in documents of the site.")


class Document(BaseModel):
    """A PDF or Office file, by the last audit of its site. What is not known is 0 or empty."""

    site: str
    run: str
    url: str
    name: str
    title: str
    kind: str
    state: str = Field(description="`unread`: nobody could read it to its end; see `reason`.")
    reason: str
    size: int = Field(description="Bytes.")
    pages: int
    lang: str
    modified: str = Field(description="The file's own date; it says nothing of when it was published.")
    tags: Literal["", "tagged", "untagged"] = Field(description="Of a PDF that was read.")
    linked_from: int = Field(description="Audited pages that link to it.")
    owner: str
    failing: int = Field(description="Places.")
    to_review: int = Field(description="Places that a person has to judge.")
    faults: list[DocumentFault]
    entry: str = Field(description="The entry of handrail.toml that speaks of it.")

    @classmethod
    def of(cls, held: SiteDocuments, one: RegisterDocument) -> Document:
        rules = {rule.rule: rule for rule in held.documents.rules}
        same = ("url", "name", "title", "kind", "state", "reason", "size", "pages", "lang", "modified", "linked_from")
        read = one.kind == "pdf" and one.state == "read"
        return cls(
            **{name: getattr(one, name) for name in (*same, "owner", "failing", "to_review", "entry")},
            site=held.site,
            run=held.run.id,
            tags="" if not read else "untagged" if "untagged" in one.leads else "tagged",
            faults=[
                DocumentFault(
                    rule=found.rule,
                    title=Bilingual(en=rules[found.rule].title.en, fr=rules[found.rule].title.fr),
                    places=found.places,
                    issues=list(rules[found.rule].issues),
                )
                for found in one.findings
            ],
        )


class ResidentReport(BaseModel):
    """What somebody reported, without the words. Who it was, nobody kept."""

    id: str
    site: str = Field(description="Empty = about no site that is audited.")
    received: date
    state: ReportState
    barrier: Literal["none", "open", "fixed", "rechecked"] = Field(description="`none`: linked to no issue.")
    issue: str
    language: str
    channel: str
    ticket: str = Field(description="In the City's own system.")
    acknowledged: str = Field(description="An ISO day, or empty.")
    acknowledge_by: str
    answered: str
    answer_by: str
    closed: str
    overdue: list[str] = Field(description="What is late: `acknowledge`, `answer`.")
    entry: EntryNumber


class ReportedIssue(BaseModel):
    """What a report led to: an issue that an audit found, or one that only people can judge."""

    id: str
    site: str
    rule: str
    title: Bilingual
    criteria: list[str]
    barrier: Literal["none", "open", "fixed", "rechecked"]
    fixed: str
    rechecked: str
    by_people: bool = Field(description="No audit can say anything of it.")


class ReportStep(BaseModel):
    """One step from the report to the reply."""

    on: str
    kind: str
    report: str
    who: str
    note: str
    entry: int = Field(description="Of the log; 0 = an audit saw it.")


class ResidentReportWhole(ResidentReport):
    """One report with its words. Personal information in them was masked before they were kept."""

    page: str
    words: str
    technology: str
    erased: bool = Field(description="The words were taken out.")
    barrier_issue: ReportedIssue | None
    steps: list[ReportStep]


class RecheckPage(Page):
    items: list[Recheck]


class DocumentPage(Page):
    items: list[Document]


class ResidentReportPage(Page):
    items: list[ResidentReport]


class SignedSitePage(Page):
    items: list[SignedSite]


class IssuePage(Page):
    items: list[Issue]


class ExposurePage(Page):
    items: list[Exposure]


class PlacePage(Page):
    items: list[Place]


class ActPage(Page):
    items: list[Act]


class RunPage(Page):
    items: list[Run]


class SitePage(Page):
    items: list[Site]


# Taken


class Assign(Asked):
    to: Said = Field(description="A unit or a role. Empty = nobody any more.")
    note: Said = ""


class Due(Asked):
    on: Day | None = Field(description="A date of its own. null = none any more.")
    note: Said = ""


class Mark(Asked):
    stage: Stage = Field(description="Fixed is only what an audit no longer finds.")
    note: Said = ""


class Note(Asked):
    note: Needed


class LookAgain(Asked):
    pages: Literal["all", "one"] = Field(
        "all", description="`all` on which it stands, 25 at the most; or `one`, of a part that many pages share."
    )


class FalseAlarm(Asked):
    reason: Needed
    until: Day = Field(description="The last day on which it holds.")


class AskWaiver(Asked):
    ground: Needed = Field(description="In the words of O. Reg. 191/11, s. 14.")
    reason: Needed
    owner: Needed = Field(description="Who has to end it.")
    until: Day = Field(description="The last day on which it holds.")
    alternative: Said = Field("", description="What people can use until then.")
    urls: list[Annotated[Needed, Field(max_length=200)]] = Field(
        [], max_length=50, description="Only on these paths, such as `/maps/*`. None = wherever it is."
    )


class Approve(Asked):
    entry: EntryNumber


class Refuse(Asked):
    entry: EntryNumber
    reason: Needed


class Withdraw(Asked):
    entry: EntryNumber
    reason: Needed
