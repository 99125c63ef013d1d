"""What a report says of PDF and Office files: the register of documents."""

from __future__ import annotations

from dataclasses import dataclass

from reports.terms import DocumentState, IssueGroup, Severity, SeverityCounts, Text


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
