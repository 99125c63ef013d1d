"""What the restricted privacy register says. The field names and their order are the published format of privacy.json:
see ``reports/schema/register-1.json``. It holds masks, never values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from audits.model import Ground
from reports.facts import LeftOut
from reports.terms import EventKind, IssueState, Severity, SeverityCounts, Text

#: Raised by the rule of report.json's. Up to 1.4 it bore the report's.
REGISTER_VERSION = "1.9"


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
class ReportBeside:
    """The report of a site that the register stands beside, by the hash that people sign."""

    site: str
    run: str
    content_sha256: str


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
    #: Begin of the oldest of the audits that sites are told by.
    first_audit: str = ""
    left_out: LeftOut = field(default_factory=LeftOut)
    #: Made with the data, as report.json's hashes are.
    reports: tuple[ReportBeside, ...] = ()
