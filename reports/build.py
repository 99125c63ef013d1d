"""A run and its records in, a report out. Pure: no clock, no files; the same records give the same report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from zoneinfo import ZoneInfo

from audits.model import Rule, Waiver
from reports import clean, coming
from reports.answers import Answer
from reports.common import SEVERITIES, iso, per_100, text
from reports.counting import by_group, owner_rows, shares_of, worst_kind
from reports.decisions import Decisions
from reports.facts import CityFacts, NeverAudited, StandardsFacts
from reports.model import (
    SCHEMA_VERSION,
    Action,
    CityName,
    ExposureKind,
    ExposureSummary,
    OwnerRow,
    Report,
    SiteFeedback,
    SiteReport,
    Totals,
    Waiting,
)
from reports.over_time import change_of, city_trend, goal_of
from reports.principles import Case, Lives, PrinciplesFacts, policy_view
from reports.register import build_register, guidance
from reports.site import SiteBuilder, run_facts
from reports.store.records import CustodyRecord, RunRecord, SiteRunData
from reports.terms import SeverityCounts
from reports.work import Work

#: The provisions that speak of websites, by how their ids begin.
LAW = ("O. Reg. 191/11", "AODA")


def build_report(
    run: RunRecord,
    sites: Sequence[SiteRunData],
    rules: Mapping[str, Rule],
    standards: StandardsFacts,
    city: CityFacts,
    custody: CustodyRecord | None = None,
    work: Mapping[str, Mapping[str, Work]] | None = None,
    waivers: Sequence[Waiver] = (),
    feedback: Mapping[str, SiteFeedback] | None = None,
    answers: Mapping[str, Mapping[str, Answer]] | None = None,
    principles: PrinciplesFacts | None = None,
    lives: Mapping[str, Lives] | None = None,
    others: Sequence[RunRecord] = (),
) -> Report:
    """Tell sites, each by the run that its data is of: ``run``, the newest, or one of ``others``. Sites come out with
    the most work first. ``custody`` is for the register alone.

    ``work``: by site and fingerprint, what people do about issues; ``waivers``: all there are; ``feedback``: by site,
    where residents reported anything; ``answers``: by site and question, what people answered;
    ``principles``: what the City works by; ``lives``: by site, how long issues took to be repaired.
    """
    zone = ZoneInfo(city.timezone)
    day = iso(run.started, zone)[:10]
    decisions = Decisions(city.dispositions, day)
    runs = {one.id: one for one in others}
    builders = [
        SiteBuilder(
            run=runs.get(data.site.run_id, run),
            data=data,
            rules=rules,
            standards=standards,
            zone=zone,
            path=path,
            decisions=decisions,
            entries=city.documents.get(data.site.key, ()),
            work=(work or {}).get(data.site.key, {}),
            waivers=waivers,
            feedback=(feedback or {}).get(data.site.key),
            answers=(answers or {}).get(data.site.key, {}),
            confirmed=city.confirmed.get(data.site.key, city.confirmed.get("")),
            day=day,
            aim=city.aims.get(data.site.key),
            max_age=city.max_ages.get(data.site.key),
        )
        for data, path in zip(sites, _folders([data.site.key for data in sites]), strict=True)
    ]
    built = sorted((one.build() for one in builders), key=_most_work)
    told_by = {one.data.site.key: one.run for one in builders}
    owners = _owners(built)
    trend = city_trend(one.points for one in builders if not one.run.sample)
    next_, more = coming.of_all(day, (row for site in built for row in site.coming), decisions, standards.provisions)
    totals = _totals(built, city.never_audited, standards, change_of(trend))
    return Report(
        schema_version=SCHEMA_VERSION,
        city=CityName(name=text(city.name_en, city.name_fr), timezone=city.timezone, demo=city.demo),
        run=run_facts(run, zone),
        totals=totals,
        first=_first_of_all(built),
        sites=tuple(built),
        parts=shares_of(
            (part for site in built for part in site.parts),
            sum(site.places - site.places_in_documents for site in built),
        ),
        owners=owners,
        law=tuple(guidance(one) for one in standards.provisions if one.id.startswith(LAW)),
        policy=policy_view(principles, Case(sites=built, totals=totals, owners=owners, data=sites, lives=lives or {}))
        if principles
        else None,
        waiting=tuple(_waiting(one) for one in city.never_audited),
        trend=trend if len(trend) > 1 else (),
        aim=goal_of(city.aims.get("")),
        coming=next_,
        more_coming=more,
        register=build_register(
            told_by, sites, built, rules, zone, decisions, standards.breach, custody, city.left_out
        ),
    )


def _waiting(one: NeverAudited) -> Waiting:
    return Waiting(
        key=clean.line(one.key),
        host=clean.line(one.host),
        name=text(one.name_en or one.host, one.name_fr),
        owner=clean.line(one.owner),
        vendor=clean.line(one.vendor),
    )


def _totals(
    sites: Sequence[SiteReport], waiting: Sequence[NeverAudited], standards: StandardsFacts, change: int | None
) -> Totals:
    """What waits for its first audit is a site that was not audited."""
    audited = sum(site.coverage.audited for site in sites)
    places = sum(site.places for site in sites)
    in_documents = sum(site.places_in_documents for site in sites)
    return Totals(
        sites=len(sites) + len(waiting),
        sites_failing=sum(site.required.fails > 0 for site in sites),
        sites_incomplete=sum(site.verdict in ("incomplete", "not-audited") for site in sites) + len(waiting),
        sites_not_audited=sum(site.verdict == "not-audited" for site in sites) + len(waiting),
        sites_no_failure=sum(site.verdict in ("no-failure-found", "goal-fails") for site in sites),
        sites_without_authorization=sum(not site.authorization for site in sites),
        pages_found=sum(site.coverage.found for site in sites),
        pages_audited=audited,
        pages_carried=sum(site.coverage.carried for site in sites),
        oldest_audit=min((stamp for site in sites if (stamp := site.coverage.oldest_audit)), default=None),
        pages_not_audited=sum(site.coverage.not_audited for site in sites),
        not_audited_by=by_group(row for site in sites for row in site.coverage.skipped),
        places=places,
        places_per_100_pages=per_100(places - in_documents, audited),
        issues_failing=sum(site.issues_failing for site in sites),
        exposures=_add_exposures(sites),
        check_errors=sum(site.check_errors.total for site in sites),
        frames_not_entered=sum(site.frames_not_entered for site in sites),
        documents=sum(site.documents.found for site in sites),
        documents_checked=sum(site.documents.checked for site in sites),
        documents_failing=sum(site.documents.failing for site in sites),
        places_in_documents=in_documents,
        audits=len({site.run.id for site in sites}),
        first_audit=min((site.run.started for site in sites), default=""),
        overdue=sum(row.n for site in sites for row in site.coming if row.kind == "overdue"),
        change=change,
        places_to_check=sum(site.places_to_check for site in sites),
        required_criteria=sum(criterion.aoda == "yes" for criterion in standards.criteria),
    )


def _add_exposures(sites: Sequence[SiteReport]) -> ExposureSummary:
    kinds: dict[str, list[ExposureKind]] = defaultdict(list)
    for site in sites:
        for kind in site.exposures.kinds:
            kinds[kind.rule].append(kind)
    merged = [
        ExposureKind(
            rule=rule,
            title=same[0].title,
            severity=min((kind.severity for kind in same), key=SEVERITIES.index),
            exposures=sum(kind.exposures for kind in same),
            to_review=sum(kind.to_review for kind in same),
            values=sum(kind.values for kind in same),
        )
        for rule, same in kinds.items()
    ]
    return ExposureSummary(
        open=sum(site.exposures.open for site in sites),
        to_review=sum(site.exposures.to_review for site in sites),
        values=sum(site.exposures.values for site in sites),
        not_checked=sum(site.exposures.not_checked for site in sites),
        by_severity=SeverityCounts(
            **{name: sum(getattr(site.exposures.by_severity, name) for site in sites) for name in SEVERITIES}
        ),
        kinds=tuple(sorted(merged, key=worst_kind)),
    )


def _first_of_all(sites: Sequence[SiteReport]) -> tuple[Action, ...]:
    order = ("contain", "new", "places")
    actions = [action for site in sites for action in site.first]
    actions.sort(key=lambda action: (order.index(action.kind), -action.places, action.site, action.issue))
    contain = [action for action in actions if action.kind == "contain"]
    if contain:
        together = replace(
            contain[0],
            site=contain[0].site if len(contain) == 1 else "",
            places=sum(action.places for action in contain),
            exposures=sum(action.exposures for action in contain),
        )
        actions = [together, *(action for action in actions if action.kind != "contain")]
    return tuple(actions[:3])


def _owners(sites: Sequence[SiteReport]) -> tuple[OwnerRow, ...]:
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for site in sites:
        for row in site.owners:
            counts = asdict(row)
            del counts["oldest"]
            rows[counts.pop("owner")].update(counts)
    return owner_rows(rows, ((row.owner, row.oldest) for site in sites for row in site.owners))


def _most_work(site: SiteReport) -> tuple[int, int, int, str]:
    return (-site.required.fails, site.coverage.audited, -site.places, site.key)


def _folders(keys: Sequence[str]) -> list[str]:
    """One folder for each site, also where two keys come down to the same name."""
    taken: set[str] = set()
    folders = []
    for n, key in enumerate(keys, start=1):
        name = clean.folder(key) or f"site-{n}"
        while name in taken:
            name = f"{name}-{n}"
        taken.add(name)
        folders.append(name)
    return folders
