"""Remove what runs hold of people and pages, when it is due. Counts, issues and their lives stay: nobody is in them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from audits.model import PageOutcome
from reports.store import log, schema
from reports.store.carrying import unpack
from reports.store.interning import chunks

_page, _site, _run, _finding = schema.page, schema.site, schema.run, schema.finding
_purged, _place = schema.purged, schema.place


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one run holds of one site. ``used``: the last use, by the run, by one that carries it, by a look."""

    site_id: int
    run_id: str
    site: str
    state: str
    used: datetime
    pages: int
    audited: int
    findings: int
    #: Runs that carry audits of its pages.
    carried_by: tuple[str, ...] = ()

    def due(self, days: int) -> datetime:
        """From when on it may go."""
        return self.used + timedelta(days=days)


def holdings(conn: Connection) -> list[Holding]:
    """Everything that was not purged yet, oldest run first."""
    pages = select(func.count()).where(_page.c.site_id == _site.c.id)
    found = (
        select(func.count())
        .select_from(_finding.join(_page, _page.c.id == _finding.c.page_id))
        .where(_page.c.site_id == _site.c.id)
    )
    query = (
        select(_site.c.id, _site.c.key, _run.c.id.label("run_id"), _run.c.state, _run.c.started, _run.c.finished)
        .add_columns(pages.scalar_subquery().label("pages"), found.scalar_subquery().label("findings"))
        .add_columns(
            pages.where(_page.c.outcome == PageOutcome.AUDITED.value).scalar_subquery().label("audited"),
        )
        .join(_run, _run.c.seq == _site.c.run)
        .where(~exists().where(_purged.c.site_id == _site.c.id))
        .order_by(_run.c.seq, _site.c.id)
    )
    origin = _page.alias("origin")
    carried: dict[int, set[int]] = {}
    pairs = select(origin.c.site_id, _page.c.site_id).join(origin, origin.c.id == _page.c.origin_id).distinct()
    for from_, to in conn.execute(pairs):
        carried.setdefault(from_, set()).add(to)
    looked: dict[tuple[str, str], datetime] = {}
    for entry in log.entries(conn, log.REVEAL):
        if entry.facts:
            key = (entry.facts["run"], entry.facts["site"])
            looked[key] = max(entry.at, looked.get(key, entry.at))
    known: dict[int, Holding] = {}
    for row in reversed(conn.execute(query).all()):  # a run is carried by later ones only
        by = [known[one] for one in sorted(carried.get(row.id, ())) if one in known]
        own = row.finished or row.started
        moments = [own, looked.get((row.run_id, row.key), own), *(one.used for one in by)]
        known[row.id] = Holding(
            site_id=row.id,
            run_id=row.run_id,
            site=row.key,
            state=row.state,
            used=max(moments),
            pages=row.pages,
            audited=row.audited,
            findings=row.findings,
            carried_by=tuple(one.run_id for one in by),
        )
    return [known[one] for one in reversed(known)]


def pictures(conn: Connection, chosen: Sequence[Holding]) -> set[str]:
    """File names of pictures that no other run shows."""
    ids = [one.site_id for one in chosen]
    query = select(_finding.c.evidence).join(_page, _page.c.id == _finding.c.page_id).distinct()
    named = query.where(_finding.c.evidence.is_not(None))
    return set(conn.scalars(named.where(_page.c.site_id.in_(ids)))) - set(
        conn.scalars(named.where(_page.c.site_id.not_in(ids)))
    )


def remove(conn: Connection, chosen: Sequence[Holding], seq: int) -> None:
    """Delete it, and leave a tombstone for each."""
    for one in chosen:
        here = select(_page.c.id).where(_page.c.site_id == one.site_id)
        for table in (schema.spread, schema.found, schema.outcome, schema.basis, schema.facts, schema.document):
            conn.execute(delete(table).where(table.c.page_id.in_(here)))
        conn.execute(delete(schema.across).where(schema.across.c.site_id == one.site_id))
    ids = [one.site_id for one in chosen]
    # What waits for a run's end ends here: nobody goes on with a run of which something is gone.
    runs = select(_site.c.run).where(_site.c.id.in_(ids))
    for table in (schema.shared, schema.picture):
        conn.execute(delete(table).where(table.c.run.in_(runs)))
    conn.execute(update(_page).where(_page.c.site_id.in_(ids)).values(parent_id=None, origin_id=None))
    conn.execute(delete(_page).where(_page.c.site_id.in_(ids)))
    rows = [{"site_id": one.site_id, "log_seq": seq, "pages": one.audited, "findings": one.findings} for one in chosen]
    conn.execute(insert(_purged), rows)
    _sweep(conn)


def _sweep(conn: Connection) -> None:
    """Delete the texts, values and files that nothing refers to any more."""
    places: set[int] = set()
    snippets: set[int] = set()
    for body in conn.scalars(select(schema.found.c.body)):
        for place_id, snippet_id, *_ in json.loads(body):
            places.add(place_id)
            snippets.add(snippet_id)
    _delete_others(conn, _place, places)
    _delete_others(conn, schema.snippet, snippets)
    value = schema.value
    conn.execute(delete(value).where(~exists().where(_place.c.value_id == value.c.id)))
    basis, facts = schema.basis, schema.facts
    files = {one for (packed,) in conn.execute(select(basis.c.assets)) for one in unpack(packed)}
    _delete_others(conn, schema.asset, files)
    parts = {one for (body,) in conn.execute(select(facts.c.body)) for one in json.loads(zlib.decompress(body))[0]}
    _delete_others(conn, schema.layout, parts)
    phrase = schema.phrase
    referring = [
        key.parent
        for table in schema.metadata.tables.values()
        for key in table.foreign_keys
        if key.column is phrase.c.id
    ]
    used = {one for column in referring for one in conn.scalars(select(column).distinct()) if one is not None}
    _delete_others(conn, phrase, used)


def _delete_others(conn: Connection, table: Any, used: Collection[int]) -> None:
    gone = [one for one in conn.scalars(select(table.c.id)) if one not in used]
    for some in chunks(gone):
        conn.execute(delete(table).where(table.c.id.in_(some)))


def tombstones(conn: Connection) -> Mapping[str, int]:
    """Runs of which something was purged, by id: the entry of the log that says why."""
    query = select(_run.c.id, func.max(_purged.c.log_seq)).join(_site, _site.c.run == _run.c.seq)
    query = query.join(_purged, _purged.c.site_id == _site.c.id).group_by(_run.c.id)
    return {row[0]: row[1] for row in conn.execute(query)}
