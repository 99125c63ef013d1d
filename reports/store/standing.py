"""What a run found on a site, counted as runs are compared. See ``reports.standing``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from audits.check import WHOLE
from audits.model import Impact, Kind, Part, Verdict
from reports.standing import StandingIssue, Which, path_of
from reports.store import schema

_page, _issue, _part, _place, _finding = schema.page, schema.issue, schema.part, schema.place, schema.finding
_IMPACTS = tuple(impact.value for impact in Impact)
#: Repaired page by page, file by file; every other part is repaired once for all pages that have it.
ALONE = (Part().key, WHOLE.key)


def issues(conn: Connection, site_id: int) -> Mapping[Which, StandingIssue]:
    """Every issue that a run found on a site, by fingerprint and verdict."""
    impact = func.min(case({name: n for n, name in enumerate(_IMPACTS)}, value=_place.c.impact))
    told = (_issue.c.fingerprint, _issue.c.rule, _issue.c.kind, _part.c.key)
    rows = conn.execute(
        _found(site_id, impact.label("impact"), func.count().label("places"), *told).group_by(*told)
    ).all()
    pages = _by_page(conn, site_id)
    elements = _by_element(conn, site_id)
    values = _values(conn, site_id)
    found = (
        StandingIssue(
            fingerprint=row.fingerprint,
            rule=row.rule,
            kind=Kind(row.kind),
            part=row.key,
            verdict=Verdict(row.verdict),
            impact=Impact(_IMPACTS[row.impact]),
            places=row.places,
            pages=pages.get((row.issue_id, row.verdict), {}),
            elements=elements.get((row.issue_id, row.verdict), {}),
            values=values.get((row.issue_id, row.verdict), frozenset()),
        )
        for row in rows
    )
    return {issue.which: issue for issue in found}


def _found(site_id: int, *columns: Any) -> Select[Any]:
    """Of every issue and verdict of a site."""
    return (
        select(_place.c.issue_id, _place.c.verdict, *columns)
        .select_from(_page)
        .join(_finding, _finding.c.page_id == _page.c.id)
        .join(_place, _place.c.id == _finding.c.place_id)
        .join(_issue, _issue.c.id == _place.c.issue_id)
        .join(_part, _part.c.id == _issue.c.part_id)
        .where(_page.c.site_id == site_id)
        .group_by(_place.c.issue_id, _place.c.verdict)
    )


def _by_page(conn: Connection, site_id: int) -> Mapping[tuple[int, str], Mapping[str, int]]:
    found: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    query = _found(site_id, _page.c.id, _page.c.url, func.count().label("n")).group_by(_page.c.id, _page.c.url)
    for row in conn.execute(query.where(_issue.c.kind != Kind.EXPOSURE.value, _part.c.key.in_(ALONE))):
        found[row.issue_id, row.verdict][path_of(row.url)] += row.n
    return found


def _by_element(conn: Connection, site_id: int) -> Mapping[tuple[int, str], Mapping[str, int]]:
    here = _found(site_id, _place.c.fingerprint, func.count().label("n")).group_by(_page.c.id, _place.c.fingerprint)
    each = here.where(_issue.c.kind != Kind.EXPOSURE.value, _part.c.key.not_in(ALONE)).subquery()
    one = (each.c.issue_id, each.c.verdict, each.c.fingerprint)
    found: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    for row in conn.execute(select(*one, func.max(each.c.n).label("n")).group_by(*one)):
        found[row.issue_id, row.verdict][row.fingerprint] = row.n
    return found


def _values(conn: Connection, site_id: int) -> Mapping[tuple[int, str], frozenset[str]]:
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    query = _found(site_id, _place.c.fingerprint).group_by(_place.c.fingerprint)
    for row in conn.execute(query.where(_issue.c.kind == Kind.EXPOSURE.value)):
        found[row.issue_id, row.verdict].add(row.fingerprint)
    return {which: frozenset(some) for which, some in found.items()}
