"""Where to begin on a site with too many findings: repairs in the order in which they are worth it. Pure.

A repair is one issue that fails: one rule in one part. What the law requires comes first, then the City's goal, then
privacy, then advice; within each, by places cleared, weighted by harm, for the effort.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Literal

from audits.model import Kind, Rule, Verdict, exposure_id
from reports import clean
from reports.common import PRESENT, asked_of, group_of, id_of, iso, percent, rule_of, severity_of, text
from reports.compare import covered, unfinished
from reports.facts import StandardsFacts
from reports.owners import Owners
from reports.standing import Standing, StandingIssue
from reports.store.records import RunRecord, SiteRunData
from reports.terms import Severity, Text
from reports.waivers import Waivers

Tier = Literal["required", "goal", "privacy", "advice"]
TIERS: tuple[Tier, ...] = ("required", "goal", "privacy", "advice")
Effort = Literal["small", "medium", "large"]
#: What a repair touches: a part that pages share; pages; what is probably one template; files; pages and files.
Touches = Literal["part", "pages", "template", "documents", "both"]

WEIGHTS: Mapping[Severity, int] = {"critical": 4, "serious": 3, "moderate": 2, "minor": 1}
COSTS: Mapping[Effort, int] = {"small": 1, "medium": 3, "large": 9}
#: By what is touched, up to how many of it a repair is small, and medium.
SIZES: Mapping[Touches, tuple[int, int]] = {
    "part": (10, 50),  # kinds of element
    "pages": (3, 20),
    "template": (0, 10**9),  # a guess is never small
    "documents": (1, 5),
    "both": (1, 5),
}
#: The same fault once on each of nearly all pages, and on so many at the least, comes of a template, probably.
_NEARLY_ALL, _MANY = 0.8, 10
#: Of so many repairs it is said how much they clear.
FIRST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One issue that fails. ``count``: how many of what it ``touches``; ``running``: places cleared up to here."""

    n: int
    id: str
    fingerprint: str
    rule: str
    title: Text
    fix: Text
    help_url: str
    criteria: tuple[str, ...]
    tier: Tier
    severity: Severity
    part_key: str
    part: str
    called: Text
    owner: str
    file: str
    places: int
    pages: int
    documents: int
    touches: Touches
    count: int
    effort: Effort
    running: int
    running_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPlan:
    """All repairs in one part; ``required``: places of them that the law asks for."""

    part_key: str
    part: str
    called: Text
    owner: str
    repairs: int
    places: int
    required: int
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TierTotal:
    tier: Tier
    repairs: int
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePlan:
    """One site. ``places`` are those of the plan; exposures, what a person must look at and what is accepted are not.

    ``first_percent``: how much of ``places`` the first ``first`` repairs clear.
    """

    key: str
    host: str
    run: str
    begun: str
    reasons: tuple[str, ...]
    sample: str
    pages: int
    coverage: int | None
    places: int
    first: int
    first_percent: int
    tiers: tuple[TierTotal, ...]
    parts: tuple[PartPlan, ...]
    repairs: tuple[Repair, ...]
    exposures: int
    values: int
    review_issues: int
    review_places: int
    accepted: int
    not_checked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    sites: tuple[SitePlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One site to plan for. ``decided``: the ids of values that a person's decision calls no exposure."""

    run: RunRecord
    data: SiteRunData
    standing: Standing
    owners: Owners = field(default_factory=Owners)
    decided: frozenset[str] = frozenset()


def plan_of(
    case: Case, rules: Mapping[str, Rule], standards: StandardsFacts, waivers: Waivers, zone: tzinfo
) -> SitePlan:
    """What to repair first."""
    return _Site(case, rules, standards, waivers).plan(zone)


def without_amnesty(
    standing: Standing, keep: Severity | Literal[""] = "", decided: Container[str] = frozenset()
) -> Standing:
    """What a first baseline may take as it stands: no exposure that nobody decided about, and nothing that fails as
    badly as ``keep``.

    What is left out stays new for a gate until it is gone.
    """
    least = WEIGHTS[keep] if keep else max(WEIGHTS.values()) + 1
    taken = {
        which: issue
        for which, issue in standing.issues.items()
        if not undecided(issue, decided)
        and not (issue.verdict is Verdict.FAIL and WEIGHTS[severity_of(issue.impact)] >= least)
    }
    return replace(standing, issues=taken)


def undecided(issue: StandingIssue, decided: Container[str]) -> frozenset[str]:
    """The values of an exposure that no decision speaks for."""
    return frozenset(value for value in issue.values if exposure_id(value) not in decided)


class _Site:
    def __init__(self, case: Case, rules: Mapping[str, Rule], standards: StandardsFacts, waivers: Waivers) -> None:
        self.case = case
        self.rules = rules
        self.waivers = waivers
        self.records = {issue.fingerprint: issue for issue in case.data.issues}
        self.asked = asked_of(standards, case.data.site.profile)
        self.floor = frozenset(criterion.number for criterion in standards.criteria if criterion.aoda == "yes")

    def plan(self, zone: tzinfo) -> SitePlan:
        case = self.case
        issues = case.standing.issues.values()
        exposed: dict[str, frozenset[str]] = defaultdict(frozenset)
        for issue in issues:
            exposed[issue.fingerprint] |= undecided(issue, case.decided)
        others = [issue for issue in issues if issue.kind is not Kind.EXPOSURE]
        review = [issue for issue in others if issue.verdict is not Verdict.FAIL]
        found = [self.repair(issue) for issue in others if issue.verdict is Verdict.FAIL]
        repairs = _in_order([one for one in found if one is not None])
        places = sum(one.places for one in repairs)
        return SitePlan(
            key=clean.line(case.data.site.key),
            host=clean.line(case.data.site.host),
            run=case.run.id,
            begun=iso(case.run.started, zone),
            reasons=unfinished(case.data, case.standing.pages),
            sample=clean.line(case.run.sample, clean.MESSAGE),
            pages=case.standing.pages,
            coverage=covered(case.standing.pages, case.data.reachable),
            places=places,
            first=min(FIRST, len(repairs)),
            first_percent=repairs[min(FIRST, len(repairs)) - 1].running_percent if repairs else 0,
            tiers=tuple(_tiers(repairs)),
            parts=_parts(repairs, places),
            repairs=tuple(repairs),
            exposures=sum(map(bool, exposed.values())),
            values=sum(map(len, exposed.values())),
            review_issues=len(review),
            review_places=sum(issue.places for issue in review),
            accepted=sum(one is None for one in found),
            not_checked=sum(
                issue.state not in PRESENT and issue.state != "fixed" and issue.kind is not Kind.EXPOSURE
                for issue in case.data.issues
            ),
        )

    def repair(self, issue: StandingIssue) -> Repair | None:
        """Of an issue that fails; None where the City has accepted all of it for a time."""
        record = self.records.get(issue.fingerprint)
        rule = rule_of(self.rules, issue.rule)
        part = clean.line(record.part_name if record else issue.part)
        by_page, whole = self.waivers.of(self.case.standing.site, issue, part)
        pages = {path: n for path, n in issue.pages.items() if path not in by_page}
        if (whole is not None and not issue.pages) or (issue.pages and not pages):
            return None
        owned = self.case.owners.of(issue.part, part, pages)
        places = sum(pages.values()) if issue.pages else issue.places
        documents = min(record.documents, len(pages)) if record else 0
        on_pages = len(pages) - documents if issue.pages else record.pages if record else 0
        touches, count = self.touches(issue, on_pages, documents, pages)
        return Repair(
            n=0,
            id=id_of(record) if record else issue.fingerprint,
            fingerprint=issue.fingerprint,
            rule=issue.rule,
            title=text(rule.title, rule.title_fr),
            fix=text(rule.fix, rule.fix_fr, clean.MESSAGE),
            help_url=clean.href(rule.help_url),
            criteria=tuple(rule.criteria),
            tier=self.tier(issue, rule),
            severity=severity_of(issue.impact),
            part_key=clean.line(issue.part),
            part=part,
            called=text(owned.name_en, owned.name_fr),
            owner=", ".join(owned.all),
            file=owned.file,
            places=places,
            pages=on_pages,
            documents=documents,
            touches=touches,
            count=count,
            effort=effort_of(touches, count),
            running=0,
            running_percent=0,
        )

    def tier(self, issue: StandingIssue, rule: Rule) -> Tier:
        group = group_of(rule, issue.kind, issue.verdict, self.asked)
        if group == "failing":
            return "required" if self.floor.intersection(rule.criteria) else "goal"
        return "privacy" if group == "privacy" else "advice"

    def touches(
        self, issue: StandingIssue, on_pages: int, documents: int, pages: Mapping[str, int]
    ) -> tuple[Touches, int]:
        """What somebody has to open to repair it, and how much of that there is."""
        if issue.elements:
            return "part", len(issue.elements)
        if documents:
            return ("both", on_pages + documents) if on_pages else ("documents", documents)
        once = all(n == 1 for n in pages.values())
        if once and on_pages >= _MANY and on_pages >= _NEARLY_ALL * self.case.standing.pages:
            return "template", on_pages
        return "pages", on_pages


def effort_of(touches: Touches, count: int) -> Effort:
    small, medium = SIZES[touches]
    return "small" if count <= small else "medium" if count <= medium else "large"


def worth(repair: Repair) -> float:
    """Places cleared, weighted by harm, for the effort. A file is repaired as a whole: its places count as one."""
    cleared = repair.documents if repair.touches == "documents" else repair.places
    return cleared * WEIGHTS[repair.severity] / COSTS[repair.effort]


def _in_order(repairs: Sequence[Repair]) -> list[Repair]:
    ordered = sorted(repairs, key=lambda one: (TIERS.index(one.tier), -worth(one), -one.places, one.id))
    total = sum(one.places for one in repairs)
    running, told = 0, []
    for n, one in enumerate(ordered, start=1):
        running += one.places
        told.append(replace(one, n=n, running=running, running_percent=percent(running, total)))
    return told


def _tiers(repairs: Sequence[Repair]) -> Iterator[TierTotal]:
    for tier in TIERS:
        ours = [one for one in repairs if one.tier == tier]
        if ours:
            yield TierTotal(tier=tier, repairs=len(ours), places=sum(one.places for one in ours))


def _parts(repairs: Sequence[Repair], total: int) -> tuple[PartPlan, ...]:
    """The parts with most places; those that the City calls alike are one."""
    grouped: dict[tuple[str, str], list[Repair]] = defaultdict(list)
    for one in repairs:
        grouped[one.called.en or one.part_key, one.owner].append(one)
    plans = [
        PartPlan(
            part_key=ours[0].part_key,
            part=ours[0].part,
            called=ours[0].called,
            owner=owner,
            repairs=len(ours),
            places=sum(one.places for one in ours),
            required=sum(one.places for one in ours if one.tier == "required"),
            percent=percent(sum(one.places for one in ours), total),
        )
        for (_, owner), ours in grouped.items()
    ]
    return tuple(sorted(plans, key=lambda one: (-one.places, one.part_key, one.owner)))
