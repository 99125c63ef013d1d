"""Whether anything is told otherwise than before, by one row each: of the log, of runs, of the run that works."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from reports.store import schema

_page, _site, _run, _log = schema.page, schema.site, schema.run, schema.log
_works = _run.c.state == "running"


def mark(conn: Connection, silent: Collection[str]) -> tuple[str, bool]:
    """Another after every entry of the log but those of ``silent`` kinds, and after a run began or ended; and whether
    one works now."""
    row = conn.execute(_query(tuple(silent))).one()
    return " ".join(map(str, row)), bool(row.working)


@cache
def _query(silent: tuple[str, ...]) -> Select[Any]:
    """Asked with every request: made once."""
    last = select(_log.c.seq).where(_log.c.kind.not_in(silent)).order_by(_log.c.seq.desc()).limit(1)
    return select(
        last.scalar_subquery(),
        func.count(),
        func.max(_run.c.finished),
        # A run that is taken up again is no new one: those in a state are told by the sum of their numbers.
        *(func.sum(case((_run.c.state == state, _run.c.seq), else_=0)) for state in ("interrupted", "complete")),
        func.sum(case((_works, _run.c.seq), else_=0)).label("working"),
    ).select_from(_run)


def progress(conn: Connection) -> str:
    """Another when a run that works has found, ended or begun something."""
    row = conn.execute(
        select(
            func.count(_page.c.id),
            func.count(_page.c.outcome),
            func.count(_site.c.id.distinct()),
            func.count(case((_site.c.state == "running", _site.c.id)).distinct()),
        )
        .select_from(_site)
        .join(_run, _run.c.seq == _site.c.run)
        .outerjoin(_page, _page.c.site_id == _site.c.id)
        .where(_works)
    ).one()
    return " ".join(map(str, row))
