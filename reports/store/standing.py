"""What a run found on a site, counted as runs are compared. See ``reports.standing``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class _Found:
    """What is counted of one issue with one verdict; see ``StandingIssue``."""

    places: int = 0
    impact: int = len(_IMPACTS) - 1
    pages: Counter[str] = field(default_factory=Counter)
    elements: dict[str, int] = field(default_factory=dict)
    values: set[str] = field(default_factory=set)

    def add(self, row: Any) -> None:
        self.places += int(row.places)
        self.impact = min(self.impact, row.impact)


def issues(conn: Connection, site_id: int) -> Mapping[Which, StandingIssue]:
    """Every issue that a run found on a site, by fingerprint and verdict.

    Three kinds of issues are counted in three ways, each in one pass over the findings; a kind that the site never had
    costs nothing.
    """
    key = select(schema.site.c.key).where(schema.site.c.id == site_id).scalar_subquery()
    known = {
        row.id: row
        for row in conn.execute(select(_issue, _part.c.key.label("part")).join(_part).where(_issue.c.site_key == key))
    }
    exposed = {one.id for one in known.values() if one.kind == Kind.EXPOSURE.value}
    alone = {one.id for one in known.values() if one.part in ALONE} - exposed
    found: dict[tuple[int, str], _Found] = defaultdict(_Found)
    if alone:
        _by_page(conn, site_id, found)
    if known.keys() - alone - exposed:
        _by_element(conn, site_id, found)
    if exposed:
        _values(conn, site_id, found)
    told = (
        StandingIssue(
            fingerprint=known[issue_id].fingerprint,
            rule=known[issue_id].rule,
            kind=Kind(known[issue_id].kind),
            part=known[issue_id].part,
            verdict=Verdict(verdict),
            impact=Impact(_IMPACTS[one.impact]),
            places=one.places,
            pages=one.pages,
            elements=one.elements,
            values=frozenset(one.values),
        )
        for (issue_id, verdict), one in found.items()
    )
    return {issue.which: issue for issue in told}


_exposes = _issue.c.kind == Kind.EXPOSURE.value
_alone = _issue.c.part_id.in_(select(_part.c.id).where(_part.c.key.in_(ALONE)))
_worst = func.min(case({name: n for n, name in enumerate(_IMPACTS)}, value=_place.c.impact)).label("impact")


def _found(site_id: int, *columns: Any) -> Select[Any]:
    """Of every issue and verdict of a site, the number of places and their worst impact."""
    return (
        select(_place.c.issue_id, _place.c.verdict, func.count().label("places"), _worst, *columns)
        .select_from(_page)
        .join(_finding, _finding.c.page_id == _page.c.id)
        .join(_place, _place.c.id == _finding.c.place_id)
        .join(_issue, _issue.c.id == _place.c.issue_id)
        .where(_page.c.site_id == site_id)
        .group_by(_place.c.issue_id, _place.c.verdict)
    )


def _by_page(conn: Connection, site_id: int, found: dict[tuple[int, str], _Found]) -> None:
    query = _found(site_id, _page.c.id, _page.c.url).group_by(_page.c.id, _page.c.url)
    for row in conn.execute(query.where(~_exposes, _alone)):
        one = found[row.issue_id, row.verdict]
        one.add(row)
        one.pages[path_of(row.url)] += row.places


def _by_element(conn: Connection, site_id: int, found: dict[tuple[int, str], _Found]) -> None:
    here = _found(site_id, _place.c.fingerprint).group_by(_page.c.id, _place.c.fingerprint)
    each = here.where(~_exposes, ~_alone).subquery()
    this = (each.c.issue_id, each.c.verdict, each.c.fingerprint)
    counted = (func.sum(each.c.places).label("places"), func.min(each.c.impact).label("impact"))
    for row in conn.execute(select(*this, *counted, func.max(each.c.places).label("most")).group_by(*this)):
        one = found[row.issue_id, row.verdict]
        one.add(row)
        one.elements[row.fingerprint] = row.most


def _values(conn: Connection, site_id: int, found: dict[tuple[int, str], _Found]) -> None:
    query = _found(site_id, _place.c.fingerprint).group_by(_place.c.fingerprint)
    for row in conn.execute(query.where(_exposes)):
        one = found[row.issue_id, row.verdict]
        one.add(row)
        one.values.add(row.fingerprint)
