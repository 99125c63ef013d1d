"""What a gate is asked and what it answers. See ``reports.gate``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from audits.model import Kind, Waiver
from reports.answers import People
from reports.owners import Owners
from reports.standing import Standing
from reports.store.records import SiteCounts
from reports.terms import CriterionState, Severity, Text
from reports.waivers import Conflict

GateKind = Literal["any", "accessibility", "exposure", "privacy", "tracker", "broken-link"]
SiteVerdict = Literal["met", "not-met", "incomplete"]
#: Why an issue is told: it was not in the baseline; it was fixed before; a known one has more places; it stood there.
Change = Literal["new", "returned", "more", "known"]
#: What brought it: the site; a rule that did not run in the baseline; perhaps another version of the engine.
Because = Literal["site", "rule", "engine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many issues at the most. ``profile`` "" = also what no criterion asks for; ``verdict`` "any" = both."""

    most: int
    kind: GateKind = "any"
    severity: Severity = "minor"  # this or worse
    verdict: Literal["fail", "review", "any"] = "fail"
    profile: str = ""
    rules: tuple[str, ...] = ()
    unit: Literal["issues", "places"] = "issues"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePolicy:
    """What a City asks of a deploy. ``new`` "" = new issues are told and allowed."""

    new: Severity | Literal[""] = "minor"
    returned: bool = True
    more: Literal["page", "site", ""] = "page"
    review: bool = False
    advice: bool = False
    new_rules: bool = False
    min_coverage: float = 0
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One site before the gate. ``base`` None = there is nothing to compare with.

    ``base_began``: when the baseline's run began, where the store that tells the lives of issues holds it. ``decided``:
    ids of exposed values that decisions which hold call no exposure.
    """

    data: SiteCounts
    now: Standing
    base: Standing | None
    policy: GatePolicy
    base_began: datetime | None = None
    owners: Owners = field(default_factory=Owners)
    decided: frozenset[str] = frozenset()
    #: What people answered; None = nothing.
    people: People | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePlace:
    """Where it is, as a developer looks for it."""

    url: str
    selector: str
    snippet: str
    message: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateIssue:
    """One issue with one verdict. ``places`` counts those that matter here: of "more", what came on top.

    ``exposure``: it is personal information; then there are no places, and nothing of it leaves the register.
    """

    id: str
    fingerprint: str
    rule: str
    title: Text
    why: Text
    fix: Text
    help_url: str
    criteria: tuple[str, ...]
    kind: Kind
    severity: Severity
    verdict: Literal["fail", "review"]
    advice: bool
    part_key: str
    part: str  # as the page names it
    called: Text  # as the City does; empty = it has no name for it
    owner: str
    file: str
    change: Change
    because: Because
    places: int
    pages: tuple[str, ...] = ()
    more_pages: int = 0
    shown: tuple[GatePlace, ...] = ()
    waiver: str = ""

    @property
    def key(self) -> str:
        """Of this issue with this verdict."""
        return f"{self.fingerprint} {self.verdict}"

    @property
    def exposure(self) -> bool:
        return self.kind is Kind.EXPOSURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One thing that is asked for. ``key`` names its sentence; ``found`` is beyond ``most`` where it is not met."""

    key: Literal["complete", "coverage", "new", "returned", "more", "limit"]
    met: bool
    found: int = 0
    most: int = 0
    limit: Limit | None = None
    issues: tuple[str, ...] = ()  # their keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """An issue of the baseline that is not there now: fixed, or not looked at."""

    fingerprint: str
    rule: str
    title: Text
    part: str
    state: Literal["fixed", "not-checked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCriterion:
    """A criterion of the site that does not fail, and that a person has to settle. ``state``: what tools say of it."""

    number: str
    name: Text
    state: CriterionState


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteGate:
    """One site's answer. ``issues`` are all that stand, those that the deploy brought first."""

    key: str
    host: str
    verdict: SiteVerdict
    reasons: tuple[str, ...]  # why the audit is incomplete
    sample: str
    coverage: int | None  # percent
    pages: int
    baseline: Literal["run", "none"]
    baseline_run: str
    baseline_day: str
    baseline_sample: str
    requirements: tuple[Requirement, ...]
    issues: tuple[GateIssue, ...]
    gone: tuple[Gone, ...]
    open: tuple[OpenCriterion, ...] = ()
    engines: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # name -> before, now

    @property
    def broken(self) -> tuple[GateIssue, ...]:
        """What keeps the gate from being met."""
        ids = {one for requirement in self.requirements if not requirement.met for one in requirement.issues}
        return tuple(issue for issue in self.issues if issue.key in ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateDecision:
    """The answer for all sites. ``code``: 0 met, 1 not met, 3 an audit is incomplete; 3 goes before 1."""

    run: str
    tool: str
    sites: tuple[SiteGate, ...]
    begun: str = ""  # when the run began, ISO, in the City's time zone
    absent: tuple[str, ...] = ()  # sites of the configuration that this run did not look at
    waivers_ended: tuple[Waiver, ...] = ()
    waivers_unused: tuple[Waiver, ...] = ()
    waivers_early: tuple[Waiver, ...] = ()  # approved on a day that has not come
    conflicts: tuple[Conflict, ...] = ()

    @property
    def code(self) -> int:
        verdicts = {site.verdict for site in self.sites}
        return 3 if "incomplete" in verdicts or not self.sites else 1 if "not-met" in verdicts else 0
