"""Answer the questions of reports by SQL aggregates; a site's findings never all come to memory at once."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from statistics import fmean, median
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, case, exists, func, or_, select

from audits.model import BASE, DOCUMENTS, Exposure, Impact, Kind, PageOutcome, Tier, Verdict
from reports.store import acrossing, documents, schema, settling
from reports.store.interning import chunks
from reports.store.records import (
    NO_AUDIT,
    AuditedPage,
    CarriedRecord,
    IssueRecord,
    NamedIssue,
    PageRecord,
    PlaceRecord,
    RuleTally,
    RunRecord,
    SiteCounts,
    SiteRecord,
    SiteRunData,
    SuspectRecord,
)
from reports.store.standing import ALONE

EXAMPLES = 5
SKIPPED_EXAMPLES = 20
PAGES_SAMPLE = 200
_BATCH = 500

_page, _site, _run, _issue, _life = schema.page, schema.site, schema.run, schema.issue, schema.life
_Tallies = dict[str, Counter[str]]
#: What a page's answers are about; of an audit of before that was kept, the whole of its content.
_seen = func.coalesce(_page.c.seen, _page.c.content_sha256).label("seen")


def runs(conn: Connection) -> Iterator[RunRecord]:
    """All runs, oldest first."""
    for row in conn.execute(select(_run).order_by(_run.c.seq)).mappings():
        values = {name: row[name] for name in RunRecord.__slots__}
        yield RunRecord(**values | {"notes": tuple(row["notes"])})


def sites(conn: Connection, run_id: str) -> Iterator[SiteRecord]:
    """The sites of one run, in the order in which they were begun."""
    query = select(_site).join(_run).where(_run.c.id == run_id).order_by(_site.c.id)
    for row in conn.execute(query).mappings():
        yield site_record(row, run_id)


def site_record(row: RowMapping, run_id: str) -> SiteRecord:
    values = {name: row[name] for name in SiteRecord.__slots__ if name != "run_id"}
    return SiteRecord(**values | {"run_id": run_id, "reasons": tuple(row["reasons"])})


def outcomes(conn: Connection, site_id: int) -> Mapping[PageOutcome | None, int]:
    """A site's addresses by how they ended; None = they wait."""
    query = select(_page.c.outcome, func.count()).where(_page.c.site_id == site_id).group_by(_page.c.outcome)
    return {PageOutcome(row[0]) if row[0] else None: row[1] for row in conn.execute(query)}


def site_data(conn: Connection, run_id: str, site_id: int) -> SiteRunData:
    """Everything a report may say of one site in one run."""
    site = conn.execute(select(_site).where(_site.c.id == site_id)).mappings().one()
    counted = counts(conn, run_id, site_id)
    audited = PageOutcome.AUDITED
    frames = conn.scalars(
        select(_page.c.frames).where(_page.c.site_id == site_id, _page.c.frames.is_not(None), _is(audited))
    )
    return SiteRunData(
        site=counted.site,
        outcomes=counted.outcomes,
        pending=counted.pending,
        skipped={
            outcome.value: _some_pages(conn, site, outcome, SKIPPED_EXAMPLES)
            for outcome in counted.outcomes
            if outcome not in (audited, PageOutcome.DOCUMENT)
        },
        pages_sample=_some_pages(conn, site, audited, PAGES_SAMPLE),
        issues=_with_examples(conn, site, counted.issues),
        tallies=counted.tallies,
        documents=documents.records(
            conn, site_id, {page.id: page for outcome in DOCUMENTS for page in _some_pages(conn, site, outcome, None)}
        ),
        document_tallies=counted.document_tallies,
        frames_not_entered=sum(len(entered) for entered in frames),
        history=tuple(_history(conn, site)),
        carried=tuple(_carried(conn, site_id)),
        audited_pages=audited_pages(conn, site_id),
        states=_states(conn, site_id),
        suspects=tuple(suspects(conn, site_id)),
        weight=_weight(conn, site_id),
        seconds=sum(step["total"] for name, step in timings(conn, run_id, site["key"]).items() if name != "queue"),
    )


def counts(conn: Connection, run_id: str, site_id: int) -> SiteCounts:
    """One site in one run, counted."""
    site = conn.execute(select(_site).where(_site.c.id == site_id)).mappings().one()
    here = select(_page.c.outcome, func.count()).where(_page.c.site_id == site_id).group_by(_page.c.outcome)
    pages: dict[str | None, int] = {row[0]: row[1] for row in conn.execute(here)}
    return SiteCounts(
        site=site_record(site, run_id),
        outcomes={outcome: pages[outcome.value] for outcome in PageOutcome if outcome.value in pages},
        pending=pages.get(None, 0),
        issues=issues(conn, site_id),
        tallies=tallies(conn, site["key"], site_id),
        document_tallies=_tallies_of(conn, site["key"], site_id, DOCUMENTS),
    )


def _states(conn: Connection, site_id: int) -> dict[str, dict[str, int]]:
    """Pages by state, and by whether they were looked at in it."""
    query = select(schema.phrase.c.body, func.count()).join(_page, _page.c.states_id == schema.phrase.c.id)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for body, pages in conn.execute(query.where(_page.c.site_id == site_id).group_by(schema.phrase.c.body)):
        for state, told in json.loads(body).items():
            found[state][told] += pages
    return {state: dict(sorted(told.items())) for state, told in sorted(found.items())}


def _weight(conn: Connection, site_id: int) -> tuple[int, int]:
    """Bytes, and of how many audited pages they are known."""
    query = select(func.coalesce(func.sum(_page.c.weight), 0), func.count(_page.c.weight))
    row = conn.execute(query.where(_page.c.site_id == site_id, _is(PageOutcome.AUDITED))).one()
    return int(row[0]), row[1]


def _is(outcome: PageOutcome) -> Any:
    return _page.c.outcome == outcome.value


# Pages

_steps = schema.phrase.alias("steps")
#: The run that really audited a carried page.
_origin = _page.alias("origin")
_carried_from = (
    select(_run.c.id)
    .join(_site, _site.c.run == _run.c.seq)
    .join(_origin, _origin.c.site_id == _site.c.id)
    .where(_origin.c.id == _page.c.origin_id)
    .correlate(_page)
    .scalar_subquery()
    .label("carried_from")
)


_parent = _page.alias("parent")
_found_on = (
    select(_parent.c.url).where(_parent.c.id == _page.c.parent_id).correlate(_page).scalar_subquery().label("found_on")
)


def _page_query(site_id: int) -> Select[Any]:
    names = [name for name in PageRecord.__slots__ if name in _page.c]
    columns = [*(_page.c[name] for name in names), _page.c.frames, _page.c.step_ms, _steps.c.body]
    query = select(*columns, _carried_from, _found_on).outerjoin(_steps, _steps.c.id == _page.c.steps_id)
    return query.where(_page.c.site_id == site_id)


def _carried(conn: Connection, site_id: int) -> Iterator[CarriedRecord]:
    """The pages and documents of a site that are carried, by the run that audited them, oldest first."""
    audited = _is(PageOutcome.AUDITED)
    elsewhere = func.sum(case((schema.basis.c.elsewhere & audited, 1), else_=0))
    pages = func.sum(case((audited, 1), else_=0))
    documents = func.sum(case((_is(PageOutcome.DOCUMENT), 1), else_=0))
    query = (
        select(_run.c.id, _run.c.started, pages.label("pages"), elsewhere.label("elsewhere"))
        .add_columns(documents.label("documents"))
        .select_from(_page)
        .join(_origin, _origin.c.id == _page.c.origin_id)
        .join(_site, _site.c.id == _origin.c.site_id)
        .join(_run, _run.c.seq == _site.c.run)
        .outerjoin(schema.basis, schema.basis.c.page_id == _origin.c.id)
        .where(_page.c.site_id == site_id, _page.c.outcome != PageOutcome.FILE.value)
        .group_by(_run.c.seq, _run.c.id, _run.c.started)
        .order_by(_run.c.seq)
    )
    for row in conn.execute(query):
        yield CarriedRecord(
            run=row.id,
            started=row.started,
            pages=int(row.pages),
            elsewhere=int(row.elsewhere),
            documents=int(row.documents),
        )


def _page_record(row: Any, site_key: str) -> PageRecord:
    return PageRecord(
        id=row.id,
        site=site_key,
        url=row.url,
        title=row.title or "",
        lang=row.lang or "",
        via=row.via,
        depth=row.depth,
        outcome=PageOutcome(row.outcome) if row.outcome else None,
        reason=row.reason or "",
        status=row.status or 0,
        content_type=row.content_type or "",
        frames_not_entered=tuple(row.frames or ()),
        timings=_seconds(row.body, row.step_ms),
        carried_from=row.carried_from or "",
        found_on=row.found_on or "",
    )


def _seconds(names: str | None, step_ms: str | None) -> dict[str, float]:
    if not names or not step_ms:
        return {}
    return {name: int(ms) / 1000 for name, ms in zip(json.loads(names), step_ms.split(","), strict=True)}


def _some_pages(conn: Connection, site: RowMapping, outcome: PageOutcome, limit: int | None) -> tuple[PageRecord, ...]:
    query = _page_query(site["id"]).where(_is(outcome)).order_by(_page.c.depth, _page.c.id).limit(limit)
    return tuple(_page_record(row, site["key"]) for row in conn.execute(query))


def audited_pages(conn: Connection, site_id: int) -> tuple[AuditedPage, ...]:
    """All audited pages of a site, lightly, with the accessibility rules that had something to judge there."""
    names = {number: rule for number, (rule, _) in _rule_names(conn).items() if rule.startswith(("axe/", "check/"))}
    here = (_page.c.site_id == site_id, _is(PageOutcome.AUDITED))
    outcome, phrase = schema.outcome, schema.phrase
    loud: dict[int, list[tuple[int, str]]] = defaultdict(list)
    query = select(outcome.c.page_id, outcome.c.rule_id, outcome.c.verdict).join(_page, _page.c.id == outcome.c.page_id)
    query = query.where(*here, outcome.c.verdict.in_([Verdict.FAIL, Verdict.REVIEW, Verdict.PASS]))
    for page_id, rule_id, verdict in conn.execute(query.order_by(outcome.c.page_id, outcome.c.rule_id)):
        if rule_id in names:
            loud[page_id].append((rule_id, verdict))
    plain_query = select(phrase.c.id, phrase.c.body).where(
        phrase.c.id.in_(select(_page.c.verdicts_id).where(*here).distinct())
    )
    plain: dict[int | None, list[tuple[int, str]]] = {None: []}
    for phrase_id, body in conn.execute(plain_query):
        plain[phrase_id] = [
            (rule_id, verdict)
            for verdict, rule_ids in json.loads(body).items()
            for rule_id in rule_ids
            if verdict != Verdict.INAPPLICABLE and rule_id in names
        ]
    shared: dict[tuple[Any, ...], tuple[frozenset[str], frozenset[str]]] = {}
    columns = [_page.c[name] for name in ("id", "url", "title", "lang", "depth", "via", "verdicts_id")]
    found = []
    for row in conn.execute(select(*columns, _seen).where(*here).order_by(_page.c.id)):
        said = loud.get(row.id, ())
        kind = (row.verdicts_id, *said)
        if kind not in shared:
            all_said = [*plain[row.verdicts_id], *said]
            spoke = frozenset(names[rule_id] for rule_id, _ in all_said)
            shared[kind] = spoke, frozenset(names[rule_id] for rule_id, verdict in all_said if verdict == Verdict.FAIL)
        spoke, failed = shared[kind]
        found.append(
            AuditedPage(
                id=row.id,
                url=row.url,
                title=row.title or "",
                lang=row.lang or "",
                depth=row.depth,
                start=row.via == "start",
                spoke=spoke,
                failed=failed,
                seen=bytes(row.seen).hex() if row.seen else "",
            )
        )
    return tuple(found)


def suspects(conn: Connection, site_id: int) -> Iterator[SuspectRecord]:
    """What tools suspect and a person must decide, by part, and in what is no shared part by page."""
    place = schema.place
    query = (
        select(_issue.c.fingerprint.label("issue"), schema.part.c.key, _page.c.id, _page.c.url, _page.c.title, _seen)
        .add_columns(place.c.fingerprint, schema.snippet.c.body.label("snippet"))
        .distinct()
        .select_from(_page)
        .join(schema.finding, schema.finding.c.page_id == _page.c.id)
        .join(place, place.c.id == schema.finding.c.place_id)
        .join(schema.snippet, schema.snippet.c.id == schema.finding.c.snippet_id)
        .join(_issue, _issue.c.id == place.c.issue_id)
        .join(schema.part, schema.part.c.id == _issue.c.part_id)
        .where(_page.c.site_id == site_id, _issue.c.kind == Kind.ACCESSIBILITY.value)
        .where(place.c.verdict == Verdict.REVIEW.value)
        .order_by(_page.c.id)
    )
    first: dict[tuple[str, int], Any] = {}
    spots: dict[tuple[str, int], set[str]] = defaultdict(set)
    for row in conn.execute(query):
        shared = row.key not in ALONE
        where = (row.issue, 0 if shared else row.id)
        first.setdefault(where, row)
        spots[where].add(blake2b(f"{row.fingerprint}\n{row.snippet}".encode(), digest_size=6).hexdigest())
    for where, row in first.items():
        yield SuspectRecord(
            issue=row.issue,
            shared=row.key not in ALONE,
            url=row.url,
            title=row.title or "",
            seen=bytes(row.seen).hex() if row.seen else "",
            spots=frozenset(spots[where]),
        )


def pages(conn: Connection, site_id: int, site_key: str, after: int) -> tuple[list[PageRecord], int]:
    """The next pages after one page id, and the id to go on from."""
    query = _page_query(site_id).where(_page.c.id > after).order_by(_page.c.id).limit(_BATCH)
    records = [_page_record(row, site_key) for row in conn.execute(query)]
    return records, records[-1].id if records else after


def timings(conn: Connection, run_id: str, site: str | None) -> dict[str, dict[str, float]]:
    """Seconds by step: pages, total, mean, median, max."""
    query = (
        select(_steps.c.body, _page.c.step_ms)
        .select_from(_page)
        .join(_site, _site.c.id == _page.c.site_id)
        .join(_run, _run.c.seq == _site.c.run)
        .join(_steps, _steps.c.id == _page.c.steps_id)
        .where(_run.c.id == run_id)
    )
    if site is not None:
        query = query.where(_site.c.key == site)
    spent: dict[str, list[float]] = defaultdict(list)
    for names, step_ms in conn.execute(query):
        for name, seconds in _seconds(names, step_ms).items():
            spent[name].append(seconds)
    return {
        name: {
            "pages": len(seconds),
            "total": sum(seconds),
            "mean": fmean(seconds),
            "median": median(seconds),
            "max": max(seconds),
        }
        for name, seconds in sorted(spent.items())
    }


# Rules


def _rule_names(conn: Connection) -> dict[int, tuple[str, str]]:
    return {row.id: (row.name, row.engine) for row in conn.execute(select(schema.rule))}


def tallies(conn: Connection, site_key: str, site_id: int) -> tuple[RuleTally, ...]:
    """How often each rule ended in each verdict over a site's audited pages."""
    return _tallies_of(conn, site_key, site_id, (PageOutcome.AUDITED,))


def _tallies_of(
    conn: Connection, site_key: str, site_id: int, outcomes: Sequence[PageOutcome]
) -> tuple[RuleTally, ...]:
    names = _rule_names(conn)
    counts: _Tallies = defaultdict(Counter)
    reasons: _Tallies = defaultdict(Counter)
    here = (_page.c.site_id == site_id, _page.c.outcome.in_([one.value for one in outcomes]))
    outcome, phrase = schema.outcome, schema.phrase
    loud = (outcome.c.rule_id, outcome.c.verdict, outcome.c.reason)
    query = select(*loud, func.count()).join(_page, _page.c.id == outcome.c.page_id).where(*here).group_by(*loud)
    for rule_id, verdict, reason, number in conn.execute(query):
        counts[names[rule_id][0]][verdict] += number
        if reason is not None:
            reasons[names[rule_id][0]][reason] += number
    plain = select(phrase.c.body, func.count()).join(_page, _page.c.verdicts_id == phrase.c.id)
    for body, number in conn.execute(plain.where(*here).group_by(phrase.c.id, phrase.c.body)):
        for verdict, rule_ids in json.loads(body).items():
            for rule_id in rule_ids:
                counts[names[rule_id][0]][verdict] += number
    audited = conn.scalar(select(func.count()).select_from(_page).where(*here)) or 0
    of_site = acrossing.counts(conn, site_id, audited) if PageOutcome.AUDITED in outcomes else ()
    for rule_id, verdict, number, why in of_site:
        counts[names[rule_id][0]][verdict] += number
        if why is not None:
            reasons[names[rule_id][0]][why] += number
    return tuple(
        RuleTally(
            site=site_key,
            rule=name,
            fail=found[Verdict.FAIL],
            review=found[Verdict.REVIEW],
            passed=found[Verdict.PASS],
            inapplicable=found[Verdict.INAPPLICABLE],
            error=found[Verdict.ERROR],
            not_run=found[Verdict.NOT_RUN],
            reasons=dict(reasons[name]),
        )
        for name, found in sorted(counts.items())
    )


# Issues


def issues(conn: Connection, site_id: int) -> tuple[IssueRecord, ...]:
    """What became of each issue of a site until one run, without examples: from what settling counted alone."""
    site = conn.execute(select(_site).where(_site.c.id == site_id)).mappings().one()
    sighting, part = schema.sighting, schema.part
    run_rows = conn.execute(select(_run.c.seq, _run.c.id, _run.c.started)).all()
    run_names = {row.seq: row for row in run_rows}
    firsts = select(_life.c.issue_id, func.min(_life.c.first_run).label("first")).group_by(_life.c.issue_id).subquery()
    # The sighting that counts: this run's, else the last before it on the site itself.
    last = (
        select(sighting.c.issue_id, func.max(_site.c.run).label("run"))
        .join(_site, _site.c.id == sighting.c.site_id)
        .where(_site.c.key == site["key"], _site.c.run <= site["run"])
        .where(or_(_site.c.preview.is_(False), _site.c.id == site_id))
        .group_by(sighting.c.issue_id)
        .subquery()
    )
    told, before = _audits_before(conn, site)
    # What a look at a few pages proved gone since is told once, by the first audit after it.
    since = and_(_life.c.fixed_run > told, _life.c.fixed_run < site["run"], ~_back(site["run"]))
    alive = or_(_life.c.fixed_run.is_(None), _life.c.fixed_run >= site["run"], since)
    names = ("places", "pages", "carried", "documents", "in_documents", "to_check", "verdict", "impact", "engine")
    counted = [sighting.c[name] for name in names]
    query = (
        select(_issue, part.c.key.label("part_key"), part.c.name.label("part_name"), *counted)
        .add_columns(_life.c.first_run, _life.c.fixed_run, firsts.c.first, last.c.run)
        .join(part, part.c.id == _issue.c.part_id)
        .outerjoin(_life, and_(_life.c.issue_id == _issue.c.id, _life.c.first_run <= site["run"], alive))
        .outerjoin(firsts, firsts.c.issue_id == _issue.c.id)
        .join(last, last.c.issue_id == _issue.c.id)
        .join(_site, and_(_site.c.key == site["key"], _site.c.run == last.c.run))
        .join(sighting, and_(sighting.c.site_id == _site.c.id, sighting.c.issue_id == _issue.c.id))
        .where(_issue.c.site_key == site["key"], or_(_life.c.issue_id.is_not(None), last.c.run == site["run"]))
        .order_by(sighting.c.places.desc(), _issue.c.id)
    )
    rows = conn.execute(query).all()
    missing = [row.id for row in rows if row.run < site["run"]]
    gone = settling.gone_from_preview(conn, site_id, missing) if site["preview"] else set()
    return tuple(
        IssueRecord(
            id=row.public_id,
            fingerprint=row.fingerprint,
            site=site["key"],
            rule=row.rule,
            kind=Kind(row.kind),
            part_key=row.part_key,
            part_name=row.part_name,
            verdict=Verdict(row.verdict),
            impact=Impact(row.impact),
            engine=row.engine,
            state=state,
            places=row.places,
            pages=row.pages,
            first_run=run_names[first].id,
            first_seen=run_names[first].started,
            last_run=run_names[row.run].id,
            last_seen=run_names[row.run].started,
            since=run_names[row.first_run or row.run].started,
            fixed=_fixed_on(row, state, site["run"], run_names),
            carried=row.carried,
            documents=row.documents,
            in_documents=row.in_documents,
            to_check=row.to_check,
        )
        for row in rows
        for first in (min(row.first or row.run, row.run),)
        for state in ("fixed" if row.id in gone else _state(row, site["run"], before),)
    )


def _audits_before(conn: Connection, site: RowMapping) -> tuple[int, int]:
    """Of the runs before this one that were no look at a few pages, the last that ended, and so was told, and the last
    that saw anything; 0: there is none."""
    ended = case((_run.c.state.in_(("complete", "incomplete")), _site.c.run))
    query = select(func.max(ended), func.max(_site.c.run)).join(_run, _run.c.seq == _site.c.run)
    audits = (_run.c.trigger.not_in(NO_AUDIT), _site.c.preview.is_(False))
    told, seen = conn.execute(query.where(_site.c.key == site["key"], _site.c.run < site["run"], *audits)).one()
    return told or 0, seen or 0


def _back(run: int) -> ColumnElement[bool]:
    """Whether an issue came back after a life, and by this run."""
    later = _life.alias()
    return exists().where(later.c.issue_id == _life.c.issue_id, later.c.first_run.between(_life.c.fixed_run, run))


def _fixed_on(row: Any, state: str, run: int, runs: Mapping[int, Any]) -> datetime | None:
    """When it was proved gone; on a preview by that run itself."""
    return runs[row.fixed_run if row.fixed_run is not None else run].started if state == "fixed" else None


def _with_examples(conn: Connection, site: RowMapping, found: Sequence[IssueRecord]) -> tuple[IssueRecord, ...]:
    """Each with places of the run that saw it last."""
    query = select(_issue.c.public_id, _issue.c.id).where(_issue.c.site_key == site["key"])
    numbers = {row.public_id: row.id for row in conn.execute(query)}
    by_run: dict[str, list[int]] = defaultdict(list)
    for issue in found:
        by_run[issue.last_run].append(numbers[issue.id])
    query = select(_run.c.id, _site.c.id.label("site_id")).join(_site).where(_site.c.key == site["key"])
    sites = {row.id: row.site_id for row in conn.execute(query)}
    examples: dict[int, tuple[PlaceRecord, ...]] = {}
    for run_id, issue_ids in by_run.items():
        examples |= _examples(conn, sites[run_id], issue_ids)
    return tuple(replace(issue, examples=examples.get(numbers[issue.id], ())) for issue in found)


def _state(row: Any, run: int, before: int) -> str:
    """``before``: the audit before. What a look at a few pages found since was told by none."""
    if row.run < run:
        return "fixed" if row.fixed_run is not None and row.fixed_run <= run else "not-checked"
    if row.first_run is not None and row.first_run <= before:
        return "open"
    return "returned" if row.first is not None and row.first < (row.first_run or run) else "new"


def _examples(conn: Connection, site_id: int, issue_ids: Sequence[int]) -> dict[int, tuple[PlaceRecord, ...]]:
    """A few places of each issue: what fails first, different ones before the same one on other pages."""
    finding, place = schema.finding, schema.place
    order = (_page.c.depth, _page.c.id, finding.c.n)
    different = (place.c.id, finding.c.snippet_id)
    found: dict[int, tuple[PlaceRecord, ...]] = {}
    for some in chunks(issue_ids):
        repeats = (
            select(place.c.issue_id, finding.c.page_id, finding.c.n, _page.c.depth)
            .add_columns(func.row_number().over(partition_by=different, order_by=order).label("again"))
            .add_columns(case((place.c.verdict == Verdict.REVIEW.value, 1), else_=0).label("suspected"))
            .select_from(_page)
            .join(finding, finding.c.page_id == _page.c.id)
            .join(place, place.c.id == finding.c.place_id)
            .where(_page.c.site_id == site_id, place.c.issue_id.in_(some))
            .subquery()
        )
        ranked = (
            select(repeats.c.page_id, repeats.c.n)
            .add_columns(
                func.row_number()
                .over(
                    partition_by=repeats.c.issue_id,
                    order_by=tuple(repeats.c[name] for name in ("suspected", "again", "depth", "page_id", "n")),
                )
                .label("rank")
            )
            .where(repeats.c.again <= EXAMPLES)
            .subquery()
        )
        query = (
            _place_query()
            .join(ranked, and_(ranked.c.page_id == finding.c.page_id, ranked.c.n == finding.c.n))
            .where(ranked.c.rank <= EXAMPLES)
            .order_by(place.c.issue_id, ranked.c.rank)
        )
        gathered: dict[int, list[PlaceRecord]] = defaultdict(list)
        for row in conn.execute(query):
            gathered[row.issue_id].append(_place_record(row))
        found |= {issue_id: tuple(places) for issue_id, places in gathered.items()}
    return found


def _place_query() -> Select[Any]:
    finding, place = schema.finding, schema.place
    return (
        select(place.c.issue_id, place.c.selector, place.c.verdict, place.c.fingerprint)
        .add_columns(place.c.exposure, place.c.state, finding.c.page_id, finding.c.evidence)
        .add_columns(schema.snippet.c.body.label("snippet"), _page.c.url, _page.c.title, _page.c.outcome)
        .add_columns(schema.phrase.c.body.label("message"), schema.rule.c.name, schema.rule.c.engine)
        .add_columns(_issue.c.public_id, _carried_from, schema.value.c.hmac.label("value_hmac"))
        .select_from(finding)
        .join(place, place.c.id == finding.c.place_id)
        .join(schema.snippet, schema.snippet.c.id == finding.c.snippet_id)
        .join(_issue, _issue.c.id == place.c.issue_id)
        .join(schema.phrase, schema.phrase.c.id == place.c.message_id)
        .join(schema.rule, schema.rule.c.id == place.c.rule_id)
        .join(_page, _page.c.id == finding.c.page_id)
        .outerjoin(schema.value, schema.value.c.id == place.c.value_id)
    )


def pages_of(conn: Connection, site_id: int, fingerprint: str) -> Sequence[int]:
    """The pages of a site on which an issue stands, the shallowest first."""
    query = _standing(select(_page.c.id))
    here = (_page.c.site_id == site_id, _issue.c.fingerprint == fingerprint)
    return conn.scalars(query.where(*here).distinct().order_by(_page.c.id)).all()


def _standing(query: Select[Any]) -> Select[Any]:
    finding, place = schema.finding, schema.place
    return (
        query.select_from(_page)
        .join(finding, finding.c.page_id == _page.c.id)
        .join(place, place.c.id == finding.c.place_id)
        .join(_issue, _issue.c.id == place.c.issue_id)
    )


def places(conn: Connection, fingerprint: str, page_ids: Sequence[int]) -> list[PlaceRecord]:
    """Places of one issue on these pages."""
    here = (_page.c.id.in_(page_ids), _issue.c.fingerprint == fingerprint)
    rows = conn.execute(_place_query().where(*here).order_by(_page.c.id, schema.finding.c.n))
    return [_place_record(row) for row in rows]


def different_places(conn: Connection, site_id: int, fingerprint: str) -> list[PlaceRecord]:
    """Places of one issue, what pages share once: from the first page that has it."""
    finding = schema.finding
    here = (_page.c.site_id == site_id, _issue.c.fingerprint == fingerprint)
    different = (finding.c.place_id, finding.c.snippet_id)
    firsts = (
        _standing(select(*different, func.min(finding.c.page_id).label("page_id")))
        .where(*here)
        .group_by(*different)
        .subquery()
    )
    this = and_(*(firsts.c[one.name] == one for one in (*different, finding.c.page_id)))
    rows = conn.execute(_place_query().join(firsts, this).order_by(_page.c.id, finding.c.n))
    return [_place_record(row) for row in rows]


def _place_record(row: Any) -> PlaceRecord:
    return PlaceRecord(
        issue_id=row.public_id,
        page_id=row.page_id,
        url=row.url,
        page_title=row.title or "",
        state=row.state or BASE,
        selector=row.selector,
        snippet=row.snippet,
        message=row.message,
        verdict=Verdict(row.verdict),
        engine=row.engine,
        fingerprint=row.fingerprint,
        evidence=row.evidence or "",
        exposure=_exposure(row) if row.exposure else None,
        carried_from=row.carried_from or "",
        in_document=row.outcome in DOCUMENTS,
    )


def _exposure(row: Any) -> Exposure:
    told = row.exposure | {"value_hmac": row.value_hmac}
    return Exposure(**{**told, "tier": Tier(told["tier"]), "beside": tuple(told.get("beside", ()))})


def _history(conn: Connection, site: RowMapping) -> Iterator[Mapping[str, Any]]:
    """Earlier runs that saw something of this site, oldest first."""
    sighting = schema.sighting
    there = select(func.count()).where(_page.c.site_id == _site.c.id, _is(PageOutcome.AUDITED)).scalar_subquery()
    pages = func.coalesce(schema.purged.c.pages, there)

    def total(column: Any) -> Any:
        return select(func.coalesce(func.sum(column), 0)).where(sighting.c.site_id == _site.c.id).scalar_subquery()

    issues = select(func.count()).where(sighting.c.site_id == _site.c.id).scalar_subquery()
    counts = _counts_by_rule(conn, site)
    query = (
        select(
            _site.c.id.label("site_id"),
            _run.c.id,
            _run.c.finished,
            _run.c.sample,
            _run.c.trigger,
            _site.c.state,
            pages.label("pages"),
            issues.label("issues"),
        )
        .add_columns(total(sighting.c.places).label("places"), total(sighting.c.in_documents).label("in_documents"))
        .join(_site, _site.c.run == _run.c.seq)
        .outerjoin(schema.purged, schema.purged.c.site_id == _site.c.id)
        .where(_site.c.key == site["key"], _run.c.seq < site["run"], _site.c.preview.is_(False))
        .order_by(_run.c.seq)
    )
    for row in conn.execute(query):
        if row.pages:
            yield {
                "run": row.id,
                "finished": row.finished,
                "pages": row.pages,
                "places": int(row.places),
                "in_documents": int(row.in_documents),
                "issues": row.issues,
                "sample": row.sample,
                "state": row.state,
                "trigger": row.trigger,
                "by_rule": counts[row.site_id],
            }


def _counts_by_rule(conn: Connection, site: RowMapping) -> Mapping[int, list[tuple[str, Kind, Verdict, int, int]]]:
    """By earlier run of this site: rule, kind and verdict, with the places that bear it, and those in documents."""
    sighting = schema.sighting
    suspected = case((sighting.c.verdict == Verdict.FAIL.value, func.coalesce(sighting.c.to_check, 0)), else_=0)
    judged = sighting.c.places - suspected
    there = case((sighting.c.in_documents < judged, sighting.c.in_documents), else_=judged)
    query = (
        select(sighting.c.site_id, _issue.c.rule, _issue.c.kind, sighting.c.verdict)
        .add_columns(func.sum(judged).label("places"), func.sum(there).label("there"))
        .join(_issue, _issue.c.id == sighting.c.issue_id)
        .join(_site, _site.c.id == sighting.c.site_id)
        .where(_site.c.key == site["key"], _site.c.run < site["run"], _site.c.preview.is_(False))
        .group_by(sighting.c.site_id, _issue.c.rule, _issue.c.kind, sighting.c.verdict)
        .order_by(sighting.c.site_id, _issue.c.rule, sighting.c.verdict)
    )
    found: dict[int, list[tuple[str, Kind, Verdict, int, int]]] = defaultdict(list)
    for row in conn.execute(query):
        told = (row.rule, Kind(row.kind), Verdict(row.verdict), int(row.places), int(row.there))
        found[row.site_id].append(told)
    return found


# Looking again


def exposed(conn: Connection, exposure_id: str) -> list[Any]:
    """Where the last run that saw an exposure saw it: page, address, kind, mask, HMAC and the key of that."""
    place, finding, value = schema.place, schema.finding, schema.value
    this = place.c.fingerprint.endswith(exposure_id.removeprefix("x-"), autoescape=True)
    query = (
        select(_page.c.id, _page.c.url, _page.c.sealed, _page.c.via, _page.c.content_sha256, _page.c.origin_id)
        .add_columns(place.c.exposure, place.c.selector, place.c.fingerprint, value.c.hmac, value.c.key)
        .add_columns(_site.c.key.label("site"), _site.c.host, _run.c.id.label("run_id"), _run.c.seq, _run.c.trigger)
        .join(finding, finding.c.page_id == _page.c.id)
        .join(place, place.c.id == finding.c.place_id)
        .join(value, value.c.id == place.c.value_id)
        .join(_site, _site.c.id == _page.c.site_id)
        .join(_run, _run.c.seq == _site.c.run)
        .where(this)
        .order_by(_page.c.depth, _page.c.id, finding.c.n)
    )
    keys = conn.scalars(select(_issue.c.site_key).join(place, place.c.issue_id == _issue.c.id).where(this)).all()
    runs = select(_site.c.run).where(_site.c.key.in_(keys)).distinct().order_by(_site.c.run.desc())
    for seq in conn.scalars(runs):
        rows = conn.execute(query.where(_run.c.seq == seq)).all()
        if rows:
            pages = {row.id: row for row in reversed(rows)}
            return list(reversed(pages.values()))
    return []


def exposure_of(conn: Connection, name: str) -> tuple[str, str] | None:
    """The exposure that a value ("x-…") belongs to, or that is called so ("E-…"), and its site; None: unknown."""
    query = select(_issue.c.public_id, _issue.c.site_key).where(_issue.c.kind == Kind.EXPOSURE.value)
    if name.startswith("x-"):
        place = schema.place
        query = query.join(place, place.c.issue_id == _issue.c.id).where(
            place.c.fingerprint.endswith(name.removeprefix("x-"), autoescape=True)
        )
    else:
        query = query.where(_issue.c.public_id == name)
    row = conn.execute(query.limit(1)).one_or_none()
    return None if row is None else (row.public_id, row.site_key)


def issue_named(conn: Connection, name: str) -> NamedIssue | None:
    """The issue that people call so; None: unknown."""
    part = schema.part
    query = select(_issue, part.c.key, part.c.name).join(part, part.c.id == _issue.c.part_id)
    row = conn.execute(query.where(_issue.c.public_id == name)).one_or_none()
    if row is None:
        return None
    return NamedIssue(
        id=row.public_id,
        fingerprint=row.fingerprint,
        site=row.site_key,
        rule=row.rule,
        kind=Kind(row.kind),
        part_key=row.key,
        part_name=row.name,
    )


# Export


def lines(conn: Connection, site_id: int, site_key: str, after: int) -> tuple[list[dict[str, Any]], int]:
    """Lines of the next pages after one page id, and the id to go on from."""
    query = select(_page.c.id, _page.c.url, schema.phrase.c.body, _carried_from)
    query = query.outerjoin(schema.phrase, schema.phrase.c.id == _page.c.verdicts_id)
    query = query.where(_page.c.site_id == site_id, _page.c.id > after, _page.c.outcome.is_not(None))
    rows = conn.execute(query.order_by(_page.c.id).limit(_BATCH)).all()
    if not rows:
        return [], after
    names = _rule_names(conn)
    outcome, finding, place = schema.outcome, schema.finding, schema.place
    span = (rows[0].id, rows[-1].id)
    loud: dict[int, list[Any]] = defaultdict(list)
    query = select(outcome).join(_page, _page.c.id == outcome.c.page_id)
    for row in conn.execute(query.where(_page.c.site_id == site_id, outcome.c.page_id.between(*span))):
        loud[row.page_id].append((row.rule_id, row.verdict, row.reason or ""))
    places: dict[int, list[Any]] = defaultdict(list)
    query = _place_query().add_columns(schema.part.c.key, place.c.impact)
    query = query.join(schema.part, schema.part.c.id == _issue.c.part_id).order_by(finding.c.page_id, finding.c.n)
    for row in conn.execute(query.where(_page.c.site_id == site_id, finding.c.page_id.between(*span))):
        places[row.page_id].append(row)
    found: list[dict[str, Any]] = []
    for row in rows:
        plain = json.loads(row.body) if row.body else {}
        ended = loud[row.id] + [(rule_id, verdict, "") for verdict, ids in plain.items() for rule_id in ids]
        common = {"site": site_key, "url": row.url, "carried_from": row.carried_from or ""}
        for rule_id, verdict, reason in sorted(ended, key=lambda one: names[one[0]]):
            rule, engine = names[rule_id]
            line = {"record": "outcome", **common, "rule": rule, "verdict": verdict, "engine": engine}
            found.append(line | {"reason": reason})
        found += [{"record": "finding", **common, **_finding_line(one)} for one in places[row.id]]
    return found, rows[-1].id


def _finding_line(row: Any) -> dict[str, Any]:
    line = {
        "rule": row.name,
        "verdict": row.verdict,
        "selector": row.selector,
        "part": row.key,
        "engine": row.engine,
        "impact": row.impact,
        "message": row.message,
        "snippet": row.snippet,
        "state": row.state or BASE,
        "fingerprint": row.fingerprint,
        "issue": row.public_id,
    }
    return line | ({"exposure": row.exposure | {"value_hmac": row.value_hmac}} if row.exposure else {})
