"""The audit under the principles of the City's policy: which measures speak of each. Pure.

Estimates name the assumption that they rest on; what was not measured is said to be so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from statistics import median
from typing import Literal, Protocol

from audits.model import Kind
from reports import clean
from reports.common import per_100, text
from reports.facts import WordedFacts
from reports.model import OwnerRow, PolicyMeasure, PolicyPrinciple, PolicyView, SiteReport, Totals
from reports.store.records import SiteHistory, SiteRunData
from reports.wishes import FORMATS

Unit = Literal["count", "days", "hours", "bytes", "watt-hours"]
BYTES_A_GIGABYTE = 1_000_000_000
#: Page views for which energy is told: of one it is too little to be read.
VIEWS = 1_000


class PrincipleFacts(WordedFacts, Protocol):
    """A principle, as the standards data words it."""

    @property
    def measures(self) -> Sequence[str]: ...


class PrinciplesFacts(Protocol):
    """All of them, and what estimates rest on."""

    @property
    def name_en(self) -> str: ...
    @property
    def name_fr(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def date(self) -> date: ...
    @property
    def status(self) -> str: ...
    @property
    def assumptions(self) -> Mapping[str, float]: ...
    @property
    def principles(self) -> Sequence[PrincipleFacts]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Lives:
    """Days from the audit that first saw an issue of a site to the one that proved it gone. ``target``: 0 = none."""

    fixed: tuple[int, ...]
    contained: tuple[int, ...]
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What measures are made of."""

    sites: Sequence[SiteReport]
    totals: Totals
    owners: Sequence[OwnerRow]
    data: Sequence[SiteRunData]
    lives: Mapping[str, Lives]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One measure's value."""

    value: int | None
    of: int | None = None
    unit: Unit = "count"
    assumption: str = ""


def lives_of(history: SiteHistory, run: str, target: int, zone: tzinfo) -> Lives:
    """Of one site until a run."""
    days = {one.seq: one.started.astimezone(zone).date() for one in history.audits}
    last = next((one.seq for one in history.audits if one.run == run), max(days, default=0))
    took: dict[bool, list[int]] = {True: [], False: []}
    for issue in history.issues:
        for life in issue.lives:
            if life.fixed is not None and life.fixed <= last and life.first in days and life.fixed in days:
                took[issue.kind is Kind.EXPOSURE].append((days[life.fixed] - days[life.first]).days)
    return Lives(fixed=tuple(took[False]), contained=tuple(took[True]), target=target)


def policy_view(principles: PrinciplesFacts, case: Case) -> PolicyView:
    """Each principle with its measures. A name that is no measure was refused when the file was read."""
    return PolicyView(
        name=text(principles.name_en, principles.name_fr),
        source=clean.line(principles.source),
        date=principles.date.isoformat(),
        status=clean.line(principles.status),
        assumptions={name: principles.assumptions[name] for name in sorted(principles.assumptions)},
        principles=tuple(
            PolicyPrinciple(
                id=clean.line(one.id),
                title=text(one.title_en, one.title_fr),
                text=text(one.text_en, one.text_fr, clean.MESSAGE),
                measures=tuple(_measure(key, case, principles.assumptions) for key in one.measures),
            )
            for one in principles.principles
        ),
    )


def check(principles: PrinciplesFacts) -> None:
    """Raises ValueError where a principle names no measure."""
    for one in principles.principles:
        for key in one.measures:
            if key not in MEASURES:
                raise ValueError(f"principle {one.id}: {key!r} is no measure; these are: {', '.join(MEASURES)}")


def _measure(key: str, case: Case, assumptions: Mapping[str, float]) -> PolicyMeasure:
    told = MEASURES[key](case, assumptions)
    return PolicyMeasure(key=key, value=told.value, of=told.of, unit=told.unit, assumption=told.assumption)


# What residents report


def _feedback_answered(case: Case, _: Mapping[str, float]) -> Told:
    told = [site.feedback for site in case.sites if site.feedback]
    if not told:
        return Told(value=None)
    return Told(value=sum(one.answered for one in told), of=sum(one.reports - one.closed for one in told))


def _feedback_overdue(case: Case, _: Mapping[str, float]) -> Told:
    told = [site.feedback for site in case.sites if site.feedback]
    targets = any(one.to_acknowledge.target_days or one.to_answer.target_days for one in told)
    return Told(value=sum(one.overdue for one in told) if targets else None)


def _feedback_longest(case: Case, _: Mapping[str, float]) -> Told:
    days = [
        site.feedback.to_answer.longest_days
        for site in case.sites
        if site.feedback and site.feedback.to_answer.longest_days is not None
    ]
    return Told(value=max(days, default=None), unit="days")


def _days_to_fix(case: Case, _: Mapping[str, float]) -> Told:
    days = [day for one in case.lives.values() for day in one.fixed]
    return Told(value=round(median(days)) if days else None, of=len(days) or None, unit="days")


# Access


def _coverage(case: Case, _: Mapping[str, float]) -> Told:
    return Told(value=case.totals.pages_audited, of=case.totals.pages_found)


def _criteria(pick: Callable[[SiteReport], int]) -> Measure:
    """A count of criteria, on each site that was audited."""

    def told(case: Case, _: Mapping[str, float]) -> Told:
        audited = [site for site in case.sites if site.coverage.audited]
        if not audited:
            return Told(value=None)
        return Told(value=sum(map(pick, audited)), of=sum(site.required.total for site in audited))

    return told


def _places_rate(case: Case, _: Mapping[str, float]) -> Told:
    totals = case.totals
    return Told(value=per_100(totals.places - totals.places_in_documents, totals.pages_audited))


def _documents_failing(case: Case, _: Mapping[str, float]) -> Told:
    if not case.totals.documents_checked:
        return Told(value=None)
    return Told(value=case.totals.documents_failing, of=case.totals.documents_checked)


def _formats_open(case: Case, _: Mapping[str, float]) -> Told:
    asked = sum(len(entry.requests) for site in case.sites for entry in site.documents.entries)
    return Told(value=sum(site.documents.requests_open for site in case.sites), of=asked)


# Value


def _hours_saved(case: Case, assumptions: Mapping[str, float]) -> Told:
    """Repairing a part once, instead of each of its places by itself."""
    parts = [part for site in case.sites for part in site.parts]
    places = sum(part.places for part in parts)
    repairs = sum(len(part.issues) + part.more_issues for part in parts)
    hours = max(0, places - repairs) * assumptions["minutes_per_place"] / 60
    return Told(value=round(hours), unit="hours", assumption="minutes_per_place")


def _page_weight(case: Case, _: Mapping[str, float]) -> Told:
    whole, pages = _weight(case)
    return Told(value=round(whole / pages) if pages else None, of=pages or None, unit="bytes")


def _view_energy(case: Case, assumptions: Mapping[str, float]) -> Told:
    whole, pages = _weight(case)
    told = Told(value=None, unit="watt-hours", assumption="kwh_per_gigabyte")
    if not pages:
        return told
    hours = whole / pages / BYTES_A_GIGABYTE * assumptions["kwh_per_gigabyte"] * 1_000 * VIEWS
    return Told(value=round(hours), unit="watt-hours", assumption="kwh_per_gigabyte")


def _audit_energy(case: Case, assumptions: Mapping[str, float]) -> Told:
    seconds = sum(one.seconds for one in case.data)
    hours = seconds / 3600 * assumptions["audit_watts"]
    return Told(value=round(hours) if seconds else None, unit="watt-hours", assumption="audit_watts")


def _weight(case: Case) -> tuple[int, int]:
    return sum(one.weight[0] for one in case.data), sum(one.weight[1] for one in case.data)


# Privacy and security


def _exposures_open(case: Case, _: Mapping[str, float]) -> Told:
    return Told(value=case.totals.exposures.open if case.totals.pages_audited else None)


def _exposures_contained(case: Case, _: Mapping[str, float]) -> Told:
    """In time, of those that an audit proved gone; without a target all of these."""
    with_target = [one for one in case.lives.values() if one.target]
    if not with_target:
        return Told(value=sum(len(one.contained) for one in case.lives.values()))
    in_time = sum(day <= one.target for one in with_target for day in one.contained)
    return Told(value=in_time, of=sum(len(one.contained) for one in with_target))


def _privacy_issues(case: Case, _: Mapping[str, float]) -> Told:
    groups = [group for site in case.sites for group in site.groups if group.group == "privacy"]
    return Told(value=sum(group.issues for group in groups) if case.totals.pages_audited else None)


# Leadership


def _owners_silent(case: Case, _: Mapping[str, float]) -> Told:
    asked = [row for row in case.owners if row.owner and row.issues]
    return Told(value=sum(not row.taken_up for row in asked), of=len(asked))


def _issues_unowned(case: Case, _: Mapping[str, float]) -> Told:
    unowned = sum(row.issues for row in case.owners if not row.owner)
    return Told(value=unowned, of=sum(row.issues for row in case.owners))


def _issues_overdue(case: Case, _: Mapping[str, float]) -> Told:
    overdue, in_time = (sum(getattr(row, name) for row in case.owners) for name in ("overdue", "in_time"))
    return Told(value=overdue if overdue + in_time else None, of=overdue + in_time or None)


def _questions_answered(case: Case, _: Mapping[str, float]) -> Told:
    return Told(value=sum(site.asked.answered for site in case.sites), of=sum(site.asked.asked for site in case.sites))


# Collaboration


def _formats_shared(_case: Case, _: Mapping[str, float]) -> Told:
    return Told(value=len(("html", *FORMATS)))


def _vendor_sites(case: Case, _: Mapping[str, float]) -> Told:
    return Told(value=sum(bool(site.vendor) for site in case.sites), of=len(case.sites))


def _parts_shared(case: Case, _: Mapping[str, float]) -> Told:
    return Told(value=sum(len(site.parts) for site in case.sites))


Measure = Callable[[Case, Mapping[str, float]], Told]
#: By the name under which a file of principles asks for it.
MEASURES: Mapping[str, Measure] = {
    "feedback-answered": _feedback_answered,
    "feedback-overdue": _feedback_overdue,
    "feedback-longest": _feedback_longest,
    "days-to-fix": _days_to_fix,
    "coverage": _coverage,
    "criteria-failing": _criteria(lambda site: site.required.fails),
    "criteria-settled": _criteria(lambda site: site.required.supports + site.required.not_applicable),
    "criteria-open": _criteria(lambda site: site.required.person),
    "places-rate": _places_rate,
    "documents-failing": _documents_failing,
    "formats-open": _formats_open,
    "hours-saved": _hours_saved,
    "page-weight": _page_weight,
    "view-energy": _view_energy,
    "audit-energy": _audit_energy,
    "exposures-open": _exposures_open,
    "exposures-contained": _exposures_contained,
    "privacy-issues": _privacy_issues,
    "owners-silent": _owners_silent,
    "issues-unowned": _issues_unowned,
    "issues-overdue": _issues_overdue,
    "questions-answered": _questions_answered,
    "formats-shared": _formats_shared,
    "vendor-sites": _vendor_sites,
    "parts-shared": _parts_shared,
}
