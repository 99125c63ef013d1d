"""A site over all runs: what each of them looked at and counted, and how long its issues lived.

Nothing here is read from findings: counts by issue outlive a purge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, or_, select

from audits.model import MISSED, Impact, Kind, PageOutcome, Verdict
from reports.store import schema
from reports.store.reading import site_record
from reports.store.records import AuditRecord, IssueHistory, LifeRecord, SightingRecord, SiteHistory

_page, _site, _run, _issue, _life = schema.page, schema.site, schema.run, schema.issue, schema.life
#: It lists what is there and audits nothing.
INVENTORY = "inventory"


def site_keys(conn: Connection) -> tuple[str, ...]:
    query = select(_site.c.key, func.min(_site.c.id)).join(_run, _run.c.seq == _site.c.run)
    query = query.where(_run.c.trigger != INVENTORY).group_by(_site.c.key).order_by(func.min(_site.c.id))
    return tuple(row.key for row in conn.execute(query))


def unsettled(conn: Connection, key: str) -> tuple[int, ...]:
    """Runs of a site whose findings are not in its history yet, oldest first. One that still runs is left alone."""
    query = select(_site.c.id).where(_site.c.key == key, _site.c.settled.is_(False), _site.c.state != "running")
    return tuple(conn.scalars(query.order_by(_site.c.run)))


def history(conn: Connection, key: str) -> SiteHistory | None:
    """Every audit of a site and every issue; None where nobody audited it."""
    query = select(_site, *(_run.c[name].label(f"run_{name}") for name in _RUN)).join(_run, _run.c.seq == _site.c.run)
    query = query.where(_site.c.key == key, _run.c.trigger != INVENTORY).order_by(_run.c.seq)
    rows = conn.execute(query).mappings().all()
    if not rows:
        return None
    looked = _looked(conn, key)
    last = next((row for row in reversed(rows) if not row["preview"]), rows[-1])
    return SiteHistory(
        site=site_record(last, last["run_id"]),
        audits=tuple(
            AuditRecord(
                seq=row["run"],
                run=row["run_id"],
                host=row["host"],
                preview=row["preview"],
                started=row["run_started"],
                trigger=row["run_trigger"],
                sample=row["run_sample"],
                state=row["state"],
                reasons=tuple(row["reasons"]),
                settled=row["settled"],
                tool_version=row["run_tool_version"],
                engines=row["run_engines"],
                rules_sha256=row["run_rules_sha256"],
                pages=looked.get(row["id"], (0, 0))[0],
                reachable=looked.get(row["id"], (0, 0))[1],
            )
            for row in rows
        ),
        issues=_issues(conn, key),
    )


_RUN = ("id", "started", "trigger", "sample", "tool_version", "engines", "rules_sha256")


def _looked(conn: Connection, key: str) -> Mapping[int, tuple[int, int | None]]:
    """By run of the site: pages audited, and pages that its plan asked for."""
    audited = PageOutcome.AUDITED.value
    asked = (audited, *(one.value for one in MISSED))
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    query = (
        select(_page.c.site_id, _page.c.outcome, func.count().label("n"))
        .join(_site, _site.c.id == _page.c.site_id)
        .where(_site.c.key == key, or_(_page.c.outcome.is_(None), _page.c.outcome.in_(asked)))
        .group_by(_page.c.site_id, _page.c.outcome)
    )
    for row in conn.execute(query):
        found[row.site_id][0] += row.n if row.outcome == audited else 0
        found[row.site_id][1] += row.n
    told: dict[int, tuple[int, int | None]] = {site_id: (pages, of) for site_id, (pages, of) in found.items()}
    purged = schema.purged
    gone = select(purged.c.site_id, purged.c.pages).join(_site, _site.c.id == purged.c.site_id)
    return told | {row.site_id: (row.pages, None) for row in conn.execute(gone.where(_site.c.key == key))}


def _issues(conn: Connection, key: str) -> tuple[IssueHistory, ...]:
    sighting, part = schema.sighting, schema.part
    lives: dict[int, list[LifeRecord]] = defaultdict(list)
    query = select(_life).join(_issue, _issue.c.id == _life.c.issue_id).where(_issue.c.site_key == key)
    for row in conn.execute(query.order_by(_life.c.issue_id, _life.c.first_run)):
        lives[row.issue_id].append(LifeRecord(first=row.first_run, fixed=row.fixed_run))
    seen: dict[int, dict[int, SightingRecord]] = defaultdict(dict)
    counted = select(sighting, _site.c.run).join(_site, _site.c.id == sighting.c.site_id)
    for row in conn.execute(counted.where(_site.c.key == key)):
        seen[row.issue_id][row.run] = SightingRecord(
            places=row.places,
            in_documents=row.in_documents,
            verdict=Verdict(row.verdict),
            impact=Impact(row.impact),
            to_check=row.to_check,
        )
    named: Any = select(_issue, part.c.key.label("part_key"), part.c.name.label("part_name"))
    named = named.join(part, part.c.id == _issue.c.part_id).where(_issue.c.site_key == key).order_by(_issue.c.id)
    return tuple(
        IssueHistory(
            fingerprint=row.fingerprint,
            rule=row.rule,
            kind=Kind(row.kind),
            part_key=row.part_key,
            part_name=row.part_name,
            lives=tuple(lives[row.id]),
            seen=seen[row.id],
        )
        for row in conn.execute(named)
        if lives[row.id]
    )
