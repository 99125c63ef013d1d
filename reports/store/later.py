"""What later runs over a few pages say of the issues that a run told: gone, found again, or nothing.

A run over a few pages never tells of a site as a whole. What it proves, it proves: see ``settling``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, func, or_, select

from audits.model import READ
from reports.store import reading, schema
from reports.store.interning import chunks
from reports.store.records import IssueRecord, RecheckPage
from reports.store.settling import AT_HOME

_issue, _life, _site, _run, _page = schema.issue, schema.life, schema.site, schema.run, schema.page


def unsettled(conn: Connection, site_id: int) -> list[int]:
    """Runs of the same site since, whose findings were not derived from yet; oldest first. What still runs is left."""
    waiting = (_site.c.settled.is_(False), _site.c.state != "running")
    return list(conn.scalars(select(_site.c.id).where(*_since(conn, site_id), *waiting).order_by(_site.c.run)))


def up_to_now(conn: Connection, site_id: int, told: tuple[IssueRecord, ...]) -> tuple[IssueRecord, ...]:
    """The issues of a run with the states that later runs of the site gave them, and those that only these found."""
    here = conn.execute(select(_site.c.key, _site.c.run).where(_site.c.id == site_id)).one()
    moved = or_(_life.c.fixed_run > here.run, _life.c.last_run > here.run)
    query = select(_life, _issue.c.fingerprint).join(_issue).where(_issue.c.site_key == here.key, moved)
    latest = {row.fingerprint: row for row in conn.execute(query.order_by(_life.c.first_run))}
    if not latest:
        return told
    runs = {row.seq: row for row in conn.execute(select(_run.c.seq, _run.c.id, _run.c.started))}
    known = {one.fingerprint for one in told}
    unknown = {name: row for name, row in latest.items() if name not in known and row.fixed_run is None}
    return (
        *(_moved(one, latest.get(one.fingerprint), here.run, runs) for one in told),
        *_added(conn, here.key, unknown),
    )


def _moved(one: IssueRecord, life: Any, run: int, runs: Mapping[int, Any]) -> IssueRecord:
    if life is None:
        return one
    if life.last_run > run:
        last = runs[life.last_run]
        state = "returned" if life.first_run > run else "open"
        one = replace(one, state=state, last_run=last.id, last_seen=last.started, since=runs[life.first_run].started)
    if life.fixed_run is not None and life.fixed_run > run:
        return replace(one, state="fixed", fixed=runs[life.fixed_run].started)
    return one


def _added(conn: Connection, key: str, unknown: Mapping[str, Any]) -> list[IssueRecord]:
    """Issues that no run before knew, or that were fixed before it, each as the run tells it that saw it last."""
    found: list[IssueRecord] = []
    for run in sorted({life.last_run for life in unknown.values()}):
        site_id = conn.scalars(select(_site.c.id).where(_site.c.key == key, _site.c.run == run)).one()
        here = {name for name, life in unknown.items() if life.last_run == run}
        found += [one for one in reading.issues(conn, site_id) if one.fingerprint in here]
    return found


def pages_of(conn: Connection, site_id: int, fingerprint: str, urls: tuple[str, ...]) -> list[RecheckPage]:
    """The pages of a run on which an issue stands, or those with these addresses: what nobody looked at since first."""
    query = select(_page.c.digest, _page.c.url, _page.c.sealed, _page.c.via, _page.c.depth, _page.c.id)
    query = query.where(_page.c.site_id == site_id)
    which: tuple[Any, Iterable[Any]] = (_page.c.url, urls)
    if fingerprint:
        which = (_page.c.id, reading.pages_of(conn, site_id, fingerprint))
    column, wanted = which
    rows = [row for some in chunks(list(wanted)) for row in conn.execute(query.where(column.in_(some)))]
    really = (_page.c.outcome.in_([one.value for one in READ]), _page.c.origin_id.is_(None))
    looked = (
        select(_page.c.digest, func.max(_site.c.run).label("run"))
        .join(_site, _site.c.id == _page.c.site_id)
        .where(*_since(conn, site_id), *really)
        .group_by(_page.c.digest)
    )
    since = {bytes(row.digest): int(row.run) for row in conn.execute(looked)}
    rows = sorted(rows, key=lambda row: (since.get(bytes(row.digest), 0), row.depth, row.id))
    return [
        # A walk through several pages is no page, and an address with a personal value goes to nobody.
        RecheckPage(url=row.url, may=row.sealed is None and row.via != "journey")
        for row in rows
    ]


def _since(conn: Connection, site_id: int) -> tuple[Any, ...]:
    here = conn.execute(select(_site.c.key, _site.c.run).where(_site.c.id == site_id)).one()
    return (_site.c.key == here.key, _site.c.run > here.run, AT_HOME)
