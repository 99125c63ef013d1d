"""The restricted privacy register: what is exposed, where, and what a person has to do. Pure, like the report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo

from audits.model import Disposition, Kind, Rule, exposure_id
from reports import clean
from reports.common import (
    PLACES_LISTED,
    PRESENT,
    SEVERITIES,
    audits_of,
    fail_or_review,
    id_of,
    iso,
    most_harm,
    rule_of,
    severity_of,
    state_of,
    text,
)
from reports.model import (
    ExposurePlace,
    PlaceDecision,
    Register,
    RegisterEntry,
    SeverityCounts,
    SiteReport,
)
from reports.store.records import IssueRecord, PlaceRecord, RunRecord, SiteRunData

EXPOSURES_LISTED = 500


def build_register(
    run: RunRecord,
    sites: Sequence[SiteRunData],
    built: Sequence[SiteReport],
    rules: Mapping[str, Rule],
    zone: tzinfo,
    decisions: Mapping[str, PlaceDecision],
) -> Register:
    pairs = [
        (data, issue)
        for data in sites
        for issue in data.issues
        if issue.kind is Kind.EXPOSURE and issue.state in PRESENT
    ]
    pairs.sort(key=lambda pair: most_harm(pair[1]))
    summaries = [site.exposures for site in built]
    listed = [_entry(run, data, issue, rules, zone, decisions) for data, issue in pairs[:EXPOSURES_LISTED]]
    # All of whose values a person settled come last; nothing is left out.
    entries = tuple(sorted(listed, key=lambda entry: not entry.more_places and entry.decided == len(entry.places) > 0))
    return Register(
        open=len(pairs),
        to_review=sum(summary.to_review for summary in summaries),
        not_checked=sum(summary.not_checked for summary in summaries),
        values=sum(summary.values for summary in summaries),
        sites=len({data.site.key for data, _ in pairs}),
        by_severity=SeverityCounts(
            **{name: sum(getattr(summary.by_severity, name) for summary in summaries) for name in SEVERITIES}
        ),
        pages_audited=sum(site.coverage.audited for site in built),
        pages_found=sum(site.coverage.found for site in built),
        sites_incomplete=sum(site.verdict in ("incomplete", "not-audited") for site in built),
        documents_found=sum(site.documents.found for site in built),
        first=entries[0].id if entries else "",
        entries=entries,
        not_listed=len(pairs) - len(entries),
        people=_people(entries),
        decided=sum(entry.decided for entry in entries),
    )


def decisions_of(dispositions: Iterable[Disposition], day: str) -> dict[str, PlaceDecision]:
    """By the id of what they speak of. A decision whose last day was before the run has ended, and is told all the
    same."""
    return {
        one.finding: PlaceDecision(
            ground=one.ground,
            reason=clean.line(one.reason, clean.MESSAGE),
            by=clean.line(one.by),
            on=one.on.isoformat(),
            until=one.until.isoformat(),
            ended=one.until.isoformat() < day,
        )
        for one in dispositions
    }


def _people(entries: Iterable[RegisterEntry]) -> int:
    by_page: dict[str, int] = defaultdict(int)
    for place in (place for entry in entries for place in entry.places):
        by_page[place.url] = max(by_page[place.url], place.people)
    return sum(by_page.values())


def settles(decision: PlaceDecision | None) -> bool:
    """Whether a person said that it is no exposure, and that still holds."""
    return decision is not None and not decision.ended and decision.ground != "exposure"


def _entry(
    run: RunRecord,
    data: SiteRunData,
    issue: IssueRecord,
    rules: Mapping[str, Rule],
    zone: tzinfo,
    decisions: Mapping[str, PlaceDecision],
) -> RegisterEntry:
    rule = rule_of(rules, issue.rule)
    audits = audits_of(run, data, zone)
    places = tuple(
        _exposure_place(place, audits.get(place.carried_from, ""), decisions)
        for place in issue.examples[:PLACES_LISTED]
    )
    return RegisterEntry(
        id=id_of(issue),
        fingerprint=issue.fingerprint,
        site=clean.line(data.site.key),
        host=clean.line(data.site.host),
        site_name=text(data.site.name_en or data.site.host, data.site.name_fr),
        owner=clean.line(data.site.owner),
        rule=issue.rule,
        title=text(rule.title, rule.title_fr),
        why=text(rule.why, rule.why_fr, clean.MESSAGE),
        fix=text(rule.fix, rule.fix_fr, clean.MESSAGE),
        severity=severity_of(issue.impact),
        verdict=fail_or_review(issue.verdict),
        state=state_of(issue),
        part_key=clean.line(issue.part_key),
        part=clean.line(issue.part_name),
        values=issue.places,
        pages=issue.pages,
        first_seen=iso(issue.first_seen, zone),
        last_seen=iso(issue.last_seen, zone),
        places=places,
        more_places=max(0, issue.places - len(places)),
        decided=sum(settles(place.decision) for place in places),
    )


def _exposure_place(place: PlaceRecord, audited: str, decisions: Mapping[str, PlaceDecision]) -> ExposurePlace:
    seen = place.exposure
    name = exposure_id(place.fingerprint)
    return ExposurePlace(
        id=name,
        url=clean.line(place.url, clean.URL),
        page_title=clean.line(place.page_title),
        where=seen.where if seen else "",
        entity=seen.entity if seen else "",
        tier=seen.tier.value if seen else "",
        score=round(seen.score, 2) if seen else 0.0,
        mask=clean.line(seen.mask) if seen else "",
        value_hmac=seen.value_hmac if seen else "",
        snippet=clean.block(place.snippet),
        selector=clean.line(place.selector, clean.SELECTOR),
        carried_from=place.carried_from,
        audited=audited,
        beside=tuple(seen.beside) if seen else (),
        people=seen.people if seen else 0,
        child=seen.child if seen else False,
        page_kind=seen.page if seen else "",
        decision=decisions.get(name),
    )
