"""Issues over all runs: seen, proved gone, proved gone again by a later run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, select

from audits.model import Kind
from reports.store import schema, settling
from reports.store.interning import chunks
from reports.store.records import IssueLife, RunMoment, Span

_issue, _life, _site, _run = schema.issue, schema.life, schema.site, schema.run


def unsettled(conn: Connection, ids: Collection[str]) -> list[int]:
    """Sites in runs whose findings were not derived from yet, of the sites of these issues; oldest first."""
    found: set[tuple[int, int]] = set()
    for some in chunks(sorted(ids)):
        query = (
            select(_site.c.run, _site.c.id)
            .join(_issue, _issue.c.site_key == _site.c.key)
            .where(_issue.c.public_id.in_(some), _site.c.settled.is_(False))
        )
        found |= {(row.run, row.id) for row in conn.execute(query)}
    return [site_id for _, site_id in sorted(found)]


def lives(conn: Connection, ids: Collection[str]) -> dict[str, IssueLife]:
    """By public id; one that the site itself never had, as far as is known, is left out."""
    moments = {row.seq: RunMoment(run=row.id, on=row.started) for row in conn.execute(select(_run))}
    found: dict[str, IssueLife] = {}
    for some in chunks(sorted(ids)):
        part = schema.part
        query = (
            select(_issue, part.c.key.label("part_key"), part.c.name.label("part_name"))
            .join(part, part.c.id == _issue.c.part_id)
            .where(_issue.c.public_id.in_(some))
        )
        for row in conn.execute(query).all():
            spans = conn.execute(select(_life).where(_life.c.issue_id == row.id).order_by(_life.c.first_run)).all()
            if not spans:
                continue
            found[row.public_id] = IssueLife(
                id=row.public_id,
                site=row.site_key,
                rule=row.rule,
                kind=Kind(row.kind),
                part_key=row.part_key,
                part_name=row.part_name,
                spans=tuple(_span(conn, row, span, moments) for span in spans),
            )
    return found


def _span(conn: Connection, issue: Any, life: Any, moments: Mapping[int, RunMoment]) -> Span:
    again = settling.confirmed(conn, issue, life) if life.fixed_run is not None else None
    return Span(
        first=moments[life.first_run],
        last=moments[life.last_run],
        fixed=moments[life.fixed_run] if life.fixed_run is not None else None,
        confirmed=moments[again] if again is not None else None,
    )
