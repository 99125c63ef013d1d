"""The restricted privacy register: what is exposed, where, and what a person has to do. Pure, like the report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import Any, Literal, cast

from audits.model import Kind, Rule, exposure_id
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
from reports.decisions import Decisions
from reports.facts import BreachFacts, GuidanceFacts, LeftOut
from reports.model import SiteReport
from reports.register_model import (
    AnchorRow,
    BreachForm,
    Custody,
    DecisionRow,
    ExposurePlace,
    FormField,
    Guidance,
    HeldRow,
    HoldRow,
    LogFacts,
    PlaceDecision,
    PurgedRow,
    Register,
    RegisterEarlier,
    RegisterEntry,
    RegisterEvent,
    RegisterStep,
    StepDone,
)
from reports.store.log import DONE, UNDONE, Entry, steps_done
from reports.store.records import CustodyRecord, IssueRecord, PlaceRecord, RunRecord, SiteRunData
from reports.terms import SeverityCounts

EXPOSURES_LISTED = 500
EARLIER_LISTED = 200
HELD_LISTED = 50
PURGED_LISTED = 20
LOOKS_LISTED = 20
#: Fields of the IPC's form of which the register knows something; the others are for people alone.
FORM_KNOWN = frozenset({"what", "when", "discovered", "discovered-how", "others", "kinds", "people", "contained"})

Pair = tuple[SiteRunData, IssueRecord]
Looks = Mapping[str, Sequence[RegisterEvent]]
#: By the id of an exposure, what was done and stands, and all that was recorded.
Done = Mapping[str, tuple[Sequence[StepDone], Sequence[RegisterEvent]]]
NOTHING: tuple[Sequence[StepDone], Sequence[RegisterEvent]] = ((), ())


def build_register(
    runs: Mapping[str, RunRecord],
    sites: Sequence[SiteRunData],
    built: Sequence[SiteReport],
    rules: Mapping[str, Rule],
    zone: tzinfo,
    decisions: Decisions,
    breach: BreachFacts,
    custody: CustodyRecord | None,
    left_out: LeftOut | None = None,
) -> Register:
    """Tell what is exposed. ``runs``: by site, the run that tells it. ``custody``: what the store says of keeping it;
    None = it was not asked."""
    pairs = [(data, issue) for data in sites for issue in data.issues if issue.kind is Kind.EXPOSURE]
    pairs.sort(key=lambda pair: most_harm(pair[1]))
    there = [pair for pair in pairs if pair[1].state in PRESENT]
    before = [pair for pair in pairs if pair[1].state not in PRESENT]
    told = custody.entries if custody else ()
    looks, done = _looks(told, zone), _done(told, zone)
    summaries = [site.exposures for site in built]
    listed = [
        _entry(runs[data.site.key], data, issue, rules, zone, decisions, breach, looks, done)
        for data, issue in there[:EXPOSURES_LISTED]
    ]
    # All of whose values a person settled come last; nothing is left out.
    entries = tuple(sorted(listed, key=lambda entry: not entry.more_places and entry.decided == len(entry.places) > 0))
    return Register(
        open=len(there),
        to_review=sum(summary.to_review for summary in summaries),
        not_checked=sum(summary.not_checked for summary in summaries),
        values=sum(summary.values for summary in summaries),
        sites=len({data.site.key for data, _ in there}),
        by_severity=SeverityCounts(
            **{name: sum(getattr(summary.by_severity, name) for summary in summaries) for name in SEVERITIES}
        ),
        pages_audited=sum(site.coverage.audited for site in built),
        pages_found=sum(site.coverage.found for site in built),
        sites_incomplete=sum(site.verdict in ("incomplete", "not-audited") for site in built),
        documents_found=sum(site.documents.found for site in built),
        documents_checked=sum(site.documents.checked for site in built),
        first=entries[0].id if entries else "",
        entries=entries,
        not_listed=len(there) - len(entries),
        people=_people(place for entry in entries for place in entry.places),
        decided=sum(entry.decided for entry in entries),
        gone=sum(issue.state == "fixed" for _, issue in before),
        oldest=iso(min(issue.first_seen for _, issue in there), zone) if there else "",
        earlier=tuple(_earlier(pair, rules, zone, done) for pair in before[:EARLIER_LISTED]),
        earlier_not_listed=max(0, len(before) - EARLIER_LISTED),
        steps=tuple(
            RegisterStep(
                **_words(step),
                everywhere=not step.where,
                exposures=sum(step.id in entry.steps for entry in entries),
                done=sum(any(one.step == step.id for one in entry.done) for entry in entries),
            )
            for step in breach.steps
        ),
        duties=tuple(map(guidance, breach.duties)),
        form=BreachForm(
            note=text(breach.note_en, breach.note_fr, clean.MESSAGE),
            source=breach.source,
            url=breach.url,
            date=breach.date.isoformat(),
            fields=tuple(FormField(**_words(one), known=one.id in FORM_KNOWN) for one in breach.fields),
        ),
        custody=_custody(custody, zone) if custody else None,
        decisions=_decisions(decisions, (place for entry in entries for place in entry.places)),
        left_out=_left_out(left_out or LeftOut()),
        first_audit=min((site.run.started for site in built), default=""),
    )


def entries_of(
    run: RunRecord,
    data: SiteRunData,
    rules: Mapping[str, Rule],
    zone: tzinfo,
    decisions: Decisions,
    breach: BreachFacts,
    log: Sequence[Entry],
) -> list[RegisterEntry]:
    """What is exposed on one site as a run saw it, the worst first. ``log``: what people did."""
    there = [issue for issue in data.issues if issue.kind is Kind.EXPOSURE and issue.state in PRESENT]
    looks, done = _looks(log, zone), _done(log, zone)
    return [
        _entry(run, data, issue, rules, zone, decisions, breach, looks, done) for issue in sorted(there, key=most_harm)
    ]


def _decisions(decisions: Decisions, listed: Iterable[ExposurePlace]) -> tuple[DecisionRow, ...]:
    """All of them: those that ended first, then in the order in which they end."""
    speaks_for = Counter(place.decision.name or place.id for place in listed if place.decision)
    rows = [
        DecisionRow(
            id=(name := clean.line(one.finding)),
            ground=told.ground,
            reason=told.reason,
            by=told.by,
            on=told.on,
            until=told.until,
            ended=told.ended,
            listed=speaks_for[name] > 0,
            values=speaks_for[name],
            site=clean.line(one.site),
            domains=tuple(map(clean.line, one.domains)),
            numbers=tuple(map(clean.line, one.numbers)),
            pages=tuple(map(clean.line, one.pages)),
        )
        for one, told in decisions
    ]
    return tuple(sorted(rows, key=lambda row: (not row.ended, row.until, row.id)))


def _left_out(lists: LeftOut) -> LeftOut:
    return LeftOut(**{name: tuple(map(clean.line, getattr(lists, name))) for name in LeftOut.__slots__})


def settles(decision: PlaceDecision | None) -> bool:
    """Whether a person said that it is no exposure, and that still holds."""
    return decision is not None and not decision.ended and decision.ground != "exposure"


# Exposures


def _entry(
    run: RunRecord,
    data: SiteRunData,
    issue: IssueRecord,
    rules: Mapping[str, Rule],
    zone: tzinfo,
    decisions: Decisions,
    breach: BreachFacts,
    looks: Looks,
    done: Done,
) -> RegisterEntry:
    rule = rule_of(rules, issue.rule)
    audits = audits_of(run, data, zone)
    places = tuple(
        _exposure_place(place, audits.get(place.carried_from, ""), decisions.of(data.site.key, issue, place))
        for place in issue.examples[:PLACES_LISTED]
    )
    stands = {place.where for place in places}
    steps, recorded = done.get(id_of(issue), NOTHING)
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
        documents=issue.documents,
        first_seen=iso(issue.first_seen, zone),
        last_seen=iso(issue.last_seen, zone),
        places=places,
        more_places=max(0, issue.places - len(places)),
        decided=sum(settles(place.decision) for place in places),
        history=_history(issue, places, zone, looks, recorded),
        steps=tuple(step.id for step in breach.steps if not step.where or stands.intersection(step.where)),
        kinds=tuple(dict.fromkeys(kind for place in places for kind in (place.entity, *place.beside) if kind)),
        people=_people(places),
        child=any(place.child for place in places),
        addresses=tuple(dict.fromkeys(place.url for place in places)),
        vendor=clean.line(data.site.vendor),
        done=tuple(steps),
    )


def _exposure_place(place: PlaceRecord, audited: str, decision: PlaceDecision | None) -> ExposurePlace:
    seen = place.exposure
    return ExposurePlace(
        id=exposure_id(place.fingerprint),
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
        decision=decision,
        picture=clean.picture(place.evidence),
        unpictured=seen.unpictured if seen else "",
    )


def _people(places: Iterable[ExposurePlace]) -> int:
    by_page: dict[str, int] = defaultdict(int)
    for place in places:
        by_page[place.url] = max(by_page[place.url], place.people)
    return sum(by_page.values())


def _history(
    issue: IssueRecord,
    places: Sequence[ExposurePlace],
    zone: tzinfo,
    looks: Looks,
    recorded: Sequence[RegisterEvent],
) -> tuple[RegisterEvent, ...]:
    """What is known of an exposure's life, oldest first."""
    first, last = iso(issue.first_seen, zone), iso(issue.last_seen, zone)
    events = [RegisterEvent(on=first, kind="found", by="", place="", outcome="")]
    if issue.last_run != issue.first_run:
        events.append(RegisterEvent(on=last, kind="seen", by="", place="", outcome=""))
    decided = {place.decision.name or place.id: place.decision for place in places if place.decision}
    events += [
        RegisterEvent(on=one.on, kind="decided", by=one.by, place=name, outcome=one.ground)
        for name, one in decided.items()
    ]
    told = [look for place in places for look in looks.get(place.id, ())]
    events += sorted(told, key=lambda look: look.on)[-LOOKS_LISTED:]
    events += recorded
    return tuple(sorted(events, key=lambda event: event.on))


def _earlier(pair: Pair, rules: Mapping[str, Rule], zone: tzinfo, done: Done) -> RegisterEarlier:
    data, issue = pair
    rule = rule_of(rules, issue.rule)
    return RegisterEarlier(
        id=id_of(issue),
        site=clean.line(data.site.key),
        site_name=text(data.site.name_en or data.site.host, data.site.name_fr),
        title=text(rule.title, rule.title_fr),
        severity=severity_of(issue.impact),
        state="fixed" if issue.state == "fixed" else "not-checked",
        values=issue.places,
        first_seen=iso(issue.first_seen, zone),
        last_seen=iso(issue.last_seen, zone),
        done=tuple(done.get(id_of(issue), NOTHING)[0]),
    )


# Words of the standards data


def guidance(one: GuidanceFacts) -> Guidance:
    """A provision of the standards data, as a report tells it."""
    return Guidance(**_words(one))


def _words(one: GuidanceFacts) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": text(one.title_en, one.title_fr),
        "text": text(one.text_en, one.text_fr, clean.MESSAGE),
        "source": one.source,
        "date": one.date.isoformat(),
        # Whatever is not marked as read is printed as guidance.
        "status": "verified" if one.status == "verified" else "guidance",
    }


# What the store keeps


def _looks(entries: Iterable[Entry], zone: tzinfo) -> Looks:
    """Who had a value shown, by the id of what was looked for. A purge may have emptied older entries."""
    found: dict[str, list[RegisterEvent]] = defaultdict(list)
    for entry in entries:
        if entry.kind == "reveal" and entry.facts:
            told = entry.facts
            found[told["finding"]].append(
                RegisterEvent(
                    on=iso(entry.at, zone),
                    kind="looked",
                    by=clean.line(told.get("by", "")),
                    place=clean.line(told["finding"]),
                    outcome=clean.line(told.get("outcome", "")),
                )
            )
    return found


def _done(entries: Sequence[Entry], zone: tzinfo) -> Done:
    """What people recorded as done, by the id of the exposure."""
    events: dict[str, list[RegisterEvent]] = defaultdict(list)
    steps: dict[str, list[StepDone]] = defaultdict(list)
    for entry in entries:
        if entry.kind in (DONE, UNDONE) and entry.facts:
            told = {name: clean.line(str(value)) for name, value in entry.facts.items()}
            events[told["exposure"]].append(
                RegisterEvent(
                    on=told["on"] if entry.kind == DONE else iso(entry.at, zone),
                    kind="done" if entry.kind == DONE else "undone",
                    by=told["by"],
                    place=told["finding"],
                    outcome=told["step"],
                )
            )
    for entry in steps_done(entries).values():
        facts = entry.facts or {}
        steps[facts["exposure"]].append(
            StepDone(
                step=clean.line(facts["step"]),
                place=clean.line(facts["finding"]),
                on=clean.line(facts["on"]),
                by=clean.line(facts["by"]),
                note=clean.line(facts["note"], clean.MESSAGE),
                entry=entry.seq,
            )
        )
    return {name: (steps[name], events[name]) for name in events}


def _custody(record: CustodyRecord, zone: tzinfo) -> Custody:
    facts = {entry.seq: entry for entry in record.entries}
    held = sorted(record.held, key=lambda one: (one.due(record.days), one.run_id, one.site))
    gone = sorted(record.purged.items(), key=lambda item: -item[1])
    checked = record.checked
    return Custody(
        days=record.days,
        by_law=clean.line(record.by_law, clean.MESSAGE),
        holds=tuple(
            HoldRow(
                id=hold.id,
                kind=cast('Literal["legal", "access-request"]', hold.kind),
                site=clean.line(hold.site),
                by=clean.line(hold.by),
                reason=clean.line(hold.reason, clean.MESSAGE),
                since=iso(hold.since, zone),
            )
            for hold in record.holds
        ),
        held=tuple(
            HeldRow(
                run=one.run_id,
                site=clean.line(one.site),
                used=iso(one.used, zone),
                due=iso(one.due(record.days), zone),
                findings=one.findings,
                holds=tuple(hold.id for hold in record.holds if hold.keeps(one.site)),
            )
            for one in held[:HELD_LISTED]
        ),
        held_not_listed=max(0, len(held) - HELD_LISTED),
        purged=tuple(
            PurgedRow(
                run=run_id,
                entry=seq,
                on=iso(facts[seq].at, zone) if seq in facts else "",
                by=_told(facts, seq, "by"),
                reason=_told(facts, seq, "reason"),
            )
            for run_id, seq in gone[:PURGED_LISTED]
        ),
        purged_not_listed=max(0, len(gone) - PURGED_LISTED),
        log=LogFacts(
            entries=checked.entries,
            emptied=checked.emptied,
            looks=sum(entry.kind == "reveal" for entry in record.entries),
            head=f"{checked.entries}:{checked.head}" if checked.entries else "",
            faults=len(checked.faults),
            anchors=tuple(
                AnchorRow(
                    entry=entry.facts["seq"],
                    where=clean.line(entry.facts["where"], clean.MESSAGE),
                    by=clean.line(entry.facts["by"]),
                    on=iso(entry.at, zone),
                )
                for entry in record.entries
                if entry.kind == "anchor" and entry.facts
            ),
        ),
    )


def _told(entries: Mapping[int, Any], seq: int, name: str) -> str:
    facts = entries[seq].facts if seq in entries else None
    return clean.line(str(facts.get(name, "")), clean.MESSAGE) if facts else ""
