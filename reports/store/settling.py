"""Derive from findings what became of issues: seen, fixed, returned. Nobody sets it by hand.

Settling a site counts its findings into ``sighting`` and moves ``life`` along. It may be done again at any time: pages
of a run are only ever added, so a later pass sees at least what an earlier one saw. What is on a carried page was seen,
for the page is unchanged; that something is fixed, only a page can prove that was audited in the run. Checks across
pages run anew each time, also over pages that were carried: see ``acrossing``. What is seen or gone on a
preview is counted for that run alone, and changes no life.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import Connection, case, delete, func, insert, or_, select, update

from audits.model import DOCUMENTS, IN_PICTURE, LEFT_OUT, OCR, OPENED, READ, UNPRESSED, Impact, Verdict
from reports.store import acrossing, schema
from reports.store.interning import chunks

_page, _site, _life = schema.page, schema.site, schema.life
AT_HOME = _site.c.preview.is_(False)
#: Worst first, as ``Impact`` and ``Verdict`` list them.
_IMPACTS = tuple(impact.value for impact in Impact)
_VERDICTS = (Verdict.FAIL.value, Verdict.REVIEW.value)


def settle_before(conn: Connection, key: str, seq: int) -> None:
    """Settle runs of this site before ``seq`` that nobody finished, oldest first."""
    earlier = select(_site.c.id).where(_site.c.key == key, _site.c.run < seq, _site.c.settled.is_(False))
    for site_id in conn.scalars(earlier.order_by(_site.c.run)).all():
        settle(conn, site_id)


def settle(conn: Connection, site_id: int) -> None:
    """Bring sightings and lives of one site in one run in line with its findings."""
    columns = (_site.c.key, _site.c.run, _site.c.preview)
    here = conn.execute(select(*columns).where(_site.c.id == site_id).with_for_update()).one()
    sighting = schema.sighting
    conn.execute(delete(sighting).where(sighting.c.site_id == site_id))
    if rows := counted(conn, site_id):
        conn.execute(insert(sighting), rows)
    if not here.preview:
        seen = {row["issue_id"] for row in rows}
        lives = _lives(conn, here.key)
        for issue_id in sorted(seen):
            _extend(conn, issue_id, here.run, lives.get(issue_id, []))
        _close(conn, here.key, here.run, seen)
    conn.execute(update(_site).where(_site.c.id == site_id).values(settled=True))


def counted(conn: Connection, site_id: int) -> list[dict[str, Any]]:
    """The rows of ``sighting`` that a site's findings make."""
    finding, place, rule = schema.finding, schema.place, schema.rule
    document = _page.c.outcome.in_([one.value for one in DOCUMENTS])
    verdict = func.min(case({name: n for n, name in enumerate(_VERDICTS)}, value=place.c.verdict))
    impact = func.min(case({name: n for n, name in enumerate(_IMPACTS)}, value=place.c.impact))
    rows = conn.execute(
        select(
            place.c.issue_id,
            func.count().label("places"),
            func.count(case((~document, finding.c.page_id)).distinct()).label("pages"),
            func.count(case((~document & _page.c.origin_id.is_not(None), finding.c.page_id)).distinct()).label(
                "carried"
            ),
            func.count(case((document, finding.c.page_id)).distinct()).label("documents"),
            func.count(case((document, finding.c.page_id))).label("in_documents"),
            func.count(case((place.c.verdict == Verdict.REVIEW.value, 1))).label("to_check"),
            verdict.label("verdict"),
            impact.label("impact"),
            func.min(rule.c.engine).label("engine"),
        )
        .select_from(_page)
        .join(finding, finding.c.page_id == _page.c.id)
        .join(place, place.c.id == finding.c.place_id)
        .join(rule, rule.c.id == place.c.rule_id)
        .where(_page.c.site_id == site_id)
        .group_by(place.c.issue_id)
    ).all()
    return [
        row._asdict() | {"site_id": site_id, "verdict": _VERDICTS[row.verdict], "impact": _IMPACTS[row.impact]}
        for row in rows
    ]


def _lives(conn: Connection, key: str) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    query = select(_life).join(schema.issue).where(schema.issue.c.site_key == key)
    for row in conn.execute(query.order_by(_life.c.issue_id, _life.c.first_run)):
        found[row.issue_id].append(row)
    return found


def _extend(conn: Connection, issue_id: int, run: int, lives: list[Any]) -> None:
    """Write that an issue was seen in a run; runs may be settled out of order."""
    begun = [life for life in lives if life.first_run <= run]
    if not begun and lives:
        _change(conn, lives[0], first_run=run)
    elif not begun or (begun[-1].fixed_run is not None and begun[-1].fixed_run < run):
        conn.execute(insert(_life).values(issue_id=issue_id, first_run=run, last_run=run))
    else:
        life = begun[-1]
        fixed = None if life.fixed_run == run else life.fixed_run
        _change(conn, life, last_run=max(life.last_run, run), fixed_run=fixed)


def _change(conn: Connection, life: Any, **values: Any) -> None:
    this = (_life.c.issue_id == life.issue_id, _life.c.first_run == life.first_run)
    conn.execute(update(_life).where(*this).values(values))


def _close(conn: Connection, key: str, run: int, seen: set[int]) -> None:
    """End the lives of issues that this run proved gone."""
    issue = schema.issue
    lives = conn.execute(
        select(_life, issue.c.rule)
        .join(issue)
        .where(issue.c.site_key == key, _life.c.last_run < run)
        .where(or_(_life.c.fixed_run.is_(None), _life.c.fixed_run == run))
    ).all()
    missing = {life.issue_id: life for life in lives if life.issue_id not in seen}
    site_id = conn.scalars(select(_site.c.id).where(_site.c.key == key, _site.c.run == run)).one()
    open_ = _open(conn, site_id, (key, run), missing)
    for issue_id, life in missing.items():
        _change(conn, life, fixed_run=None if issue_id in open_ else run)


def gone_from_preview(conn: Connection, site_id: int, issue_ids: Collection[int]) -> set[int]:
    """Of issues that stand on the site itself, those that a preview without them proves gone from it.

    A page of the preview is that of the site with the same path. Only the site proves what is found across pages.
    """
    here = conn.execute(select(_site.c.key, _site.c.run).where(_site.c.id == site_id)).one()
    alive = or_(_life.c.fixed_run.is_(None), _life.c.fixed_run > here.run)
    query = select(_life, schema.issue.c.rule).join(schema.issue)
    lives = [
        life
        for some in chunks(sorted(issue_ids))
        for life in conn.execute(query.where(_life.c.issue_id.in_(some), _life.c.first_run < here.run, alive))
    ]
    missing = {life.issue_id: life for life in lives if not acrossing.is_across(life.rule)}
    return missing.keys() - _open(conn, site_id, (here.key, here.run), missing, preview=True)


def _open(
    conn: Connection, site_id: int, here: tuple[str, int], missing: Mapping[int, Any], *, preview: bool = False
) -> set[int]:
    """Issues that a run neither shows nor proves gone."""
    key, run = here
    across = {issue_id: life for issue_id, life in missing.items() if acrossing.is_across(life.rule)}
    on_pages = {one: life for one, life in missing.items() if one not in across}
    unproved = _unproved(conn, key, run, on_pages, preview=site_id if preview else None)
    return unproved | acrossing.unproved(conn, site_id, here, across) | _unread(conn, key, run, missing)


def confirmed(conn: Connection, issue: Any, life: Any) -> int | None:
    """The first run after the one that proved an issue gone which proves it anew; None while there is none."""
    here = (_site.c.key == issue.site_key, _site.c.run > life.fixed_run, _site.c.settled.is_(True), AT_HOME)
    back = select(func.min(_life.c.first_run)).where(_life.c.issue_id == issue.id, _life.c.first_run > life.fixed_run)
    until = conn.scalar(back)
    missing = {issue.id: _Missing(life.issue_id, life.first_run, life.last_run, issue.rule)}
    for row in conn.execute(select(_site.c.id, _site.c.run).where(*here).order_by(_site.c.run)).all():
        if until is not None and row.run >= until:
            return None
        if acrossing.is_across(issue.rule):
            unproved = acrossing.unproved(conn, row.id, (issue.site_key, row.run), missing)
        else:
            unproved = _unproved(conn, issue.site_key, row.run, missing, fixed=life.fixed_run)
        if not unproved | _unread(conn, issue.site_key, row.run, missing, fixed=life.fixed_run):
            return int(row.run)
    return None


class _Missing(NamedTuple):
    issue_id: int
    first_run: int
    last_run: int
    rule: str


def _unread(conn: Connection, key: str, run: int, missing: Mapping[int, Any], *, fixed: int = 0) -> set[int]:
    """Issues that stood in pictures of text, where this run reads none."""
    if OCR in conn.scalars(select(schema.run.c.engines).where(schema.run.c.seq == run)).one():
        return set()
    pictured = schema.place.c.selector.endswith(IN_PICTURE, autoescape=True)
    return {place.issue_id for place, _, _ in _earlier(conn, key, run, missing, pictured, fixed=fixed)}


def _earlier(
    conn: Connection, key: str, run: int, issues: Collection[int], *which: Any, fixed: int = 0
) -> Iterator[tuple[Any, bytes, int]]:
    """Where runs before this one saw issues since their lives began: row of ``place``, digest of the page, run."""
    place, sighting, found = schema.place, schema.sighting, schema.found
    living = or_(_life.c.fixed_run.is_(None), _life.c.fixed_run >= (fixed or run))
    since: dict[int, int] = {}
    places: dict[int, Any] = {}
    counted: set[int] = set()
    for some in chunks(sorted(issues)):
        lives = select(_life.c.issue_id, func.min(_life.c.first_run)).where(_life.c.issue_id.in_(some), living)
        since |= {row[0]: row[1] for row in conn.execute(lives.group_by(_life.c.issue_id))}
        query = select(place.c.id, place.c.issue_id, place.c.state).where(place.c.issue_id.in_(some), *which)
        places |= {row.id: row for row in conn.execute(query) if row.issue_id in since}
        counted |= set(conn.scalars(select(sighting.c.site_id).where(sighting.c.issue_id.in_(some)).distinct()))
    if not places:
        return
    span = (_site.c.run >= min(since.values()), _site.c.run < run, AT_HOME)
    sites = select(_site.c.id, _site.c.run, _site.c.settled).where(_site.c.key == key, *span)
    for site in conn.execute(sites).all():
        if site.settled and site.id not in counted:
            continue
        own = (_page.c.site_id == site.id, found.c.start < schema.FIRST_ACROSS)
        rows = select(_page.c.digest, found.c.body).join(found, found.c.page_id == _page.c.id).where(*own)
        for digest, body in conn.execute(rows):
            for place_id, *_ in json.loads(body):
                one = places.get(place_id)
                if one is not None and since[one.issue_id] <= site.run:
                    yield one, bytes(digest), site.run


def _unproved(
    conn: Connection,
    key: str,
    run: int,
    missing: Mapping[int, Any],
    *,
    fixed: int = 0,
    preview: int | None = None,
) -> set[int]:
    """Issues with a page where they were seen and where their rule has not run since without finding them.

    A page counts from its own last sighting on, so a run over a sample neither hides nor forgets the other pages. With
    ``fixed``, the run that proved them gone, it counts from there on: they are to be proved gone anew. With ``preview``
    (its row of ``site``) its own pages alone prove anything.
    """
    if not missing:
        return set()
    bad: dict[int, dict[bytes, int]] = {issue_id: {} for issue_id in missing}
    shown: dict[tuple[int, bytes], set[str]] = defaultdict(set)
    for place, digest, seen in _earlier(conn, key, run, missing, fixed=fixed):
        bad[place.issue_id][digest] = max(seen, fixed, bad[place.issue_id].get(digest, 0))
        if place.state:
            shown[place.issue_id, digest].add(place.state if place.state in UNPRESSED else OPENED)
    digests = sorted({digest for pages in bad.values() for digest in pages})
    if preview is None:
        there: Mapping[bytes, bytes] = {digest: digest for digest in digests}
        since = min((last for pages in bad.values() for last in pages.values()), default=run)
        span = (_site.c.key == key, _site.c.run.between(since, run), AT_HOME)
        sites = {row.id: row.run for row in conn.execute(select(_site.c.id, _site.c.run).where(*span))}
    else:
        there = _on_preview(conn, preview, digests)
        sites = {preview: run}
    checked = _checked(conn, sites, sorted(set(there.values())), {life.rule for life in missing.values()})
    visited = _visited(conn, sites, sorted({there[digest] for _, digest in shown if digest in there}))

    def proved(issue_id: int, digest: bytes, last: int) -> bool:
        page = there.get(digest, b"")
        states = (visited.get((page, state), 0) > last for state in shown[issue_id, digest])
        return checked.get((page, missing[issue_id].rule), 0) > last and all(states)

    return {
        issue_id
        for issue_id, pages in bad.items()
        if not pages or not all(proved(issue_id, digest, last) for digest, last in pages.items())
    }


def _on_preview(conn: Connection, site_id: int, digests: Sequence[bytes]) -> Mapping[bytes, bytes]:
    """By page of the site, the page with the same path and query on a preview. A sealed address has none."""
    plain = _page.c.sealed.is_(None)
    here = select(_page.c.url, _page.c.digest).where(_page.c.site_id == site_id, plain)
    own = {_path(row.url): bytes(row.digest) for row in conn.execute(here)}
    query = select(_page.c.url, _page.c.digest).where(plain).distinct()
    pages = [row for some in chunks(digests) for row in conn.execute(query.where(_page.c.digest.in_(some)))]
    return {bytes(row.digest): own[_path(row.url)] for row in pages if _path(row.url) in own}


def _path(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.path or "/", parts.query


def _visited(conn: Connection, sites: Mapping[int, int], digests: Sequence[bytes]) -> Mapping[tuple[bytes, str], int]:
    """By page and state, the last of some runs that looked at the page in that state. ``sites``: their rows -> run."""
    last: dict[tuple[bytes, str], int] = {}
    for some in chunks(digests):
        rows = conn.execute(
            select(_page.c.digest, _page.c.site_id, schema.phrase.c.body)
            .join(schema.phrase, schema.phrase.c.id == _page.c.states_id)
            .where(_page.c.site_id.in_(list(sites)), _page.c.digest.in_(some))
            .where(_page.c.origin_id.is_(None))
        )
        for row in rows:
            for state, told in json.loads(row.body).items():
                if not told.startswith(LEFT_OUT):
                    last[row.digest, state] = max(sites[row.site_id], last.get((row.digest, state), 0))
    return last


def _checked(
    conn: Connection, sites: Mapping[int, int], digests: Sequence[bytes], rules: set[str]
) -> Mapping[tuple[bytes, str], int]:
    """By page and rule, the last of some runs in which the rule ran there without error. ``sites``: their rows -> run.

    On a page that was carried no rule ran: it proves nothing that the run it was carried from does not prove.
    """
    names = {row.id: row.name for row in conn.execute(select(schema.rule)) if row.name in rules}
    last: dict[tuple[bytes, str], int] = {}
    plain: dict[int | None, set[str]] = {None: set()}
    outcome = schema.outcome
    for some in chunks(digests):
        audited = (
            _page.c.site_id.in_(list(sites)),
            _page.c.digest.in_(some),
            _page.c.outcome.in_([one.value for one in READ]),
            _page.c.origin_id.is_(None),
        )
        pages = conn.execute(select(_page.c.id, _page.c.site_id, _page.c.digest, _page.c.verdicts_id).where(*audited))
        # Fail and review ran, an error did not; a reason says that the rule did not run everywhere on the page.
        loud = conn.execute(
            select(_page.c.site_id, _page.c.digest, outcome.c.rule_id)
            .join(outcome, outcome.c.page_id == _page.c.id)
            .where(*audited, outcome.c.reason.is_(None), outcome.c.rule_id.in_(list(names)))
        )
        ran = [(row.site_id, row.digest, names[row.rule_id]) for row in loud]
        for row in pages:
            if row.verdicts_id not in plain:
                plain[row.verdicts_id] = _ran(conn, row.verdicts_id, names)
            ran += [(row.site_id, row.digest, name) for name in plain[row.verdicts_id]]
        for site_id, digest, name in ran:
            last[digest, name] = max(last.get((digest, name), 0), sites[site_id])
    return last


def _ran(conn: Connection, verdicts_id: int, names: Mapping[int, str]) -> set[str]:
    body = conn.scalars(select(schema.phrase.c.body).where(schema.phrase.c.id == verdicts_id)).one()
    return {names[rule_id] for ids in json.loads(body).values() for rule_id in ids if rule_id in names}
