"""Whether a store is whole: what it keeps can be read, what refers to something finds it, and its counts are true.

The database itself guards most references. Findings are packed, so nobody but this looks after what they refer to.
"""

from __future__ import annotations

import json
import secrets
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, LargeBinary, Table, exists, select, type_coerce
from sqlalchemy.exc import DBAPIError

from reports.store import log, schema, settling
from reports.store.database import Database
from reports.store.interning import text_digest

_BATCH = 1_000
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_SHOWN = 5


def faults(database: Database, pictures: Callable[[], Collection[str]]) -> Iterator[str]:
    """What is wrong, one line each. ``pictures``: names of those that are there. Brings the schema up to date."""
    try:
        if not database.reached():
            yield "there is no store in it"
            return
        database.upgrade()
        yield from _faults(database, pictures)
    except DBAPIError as exc:
        if getattr(exc.orig, "sqlite_errorname", "") not in _DAMAGED:
            raise
        yield f"the file is damaged: {exc.orig}"


def _faults(database: Database, pictures: Callable[[], Collection[str]]) -> Iterator[str]:
    with database.read() as conn:
        conn = conn.execution_options(yield_per=_BATCH)
        if database.is_sqlite:
            yield from _file(conn)
        for table in (schema.phrase, schema.snippet, schema.layout, schema.facts):
            yield from _told("cannot be read as it was written", table, _unlike(conn, table))
        yield from _found(conn)
        yield from _counts(conn)
        yield from (f"the log: {one}" for one in log.verify(conn, {}).faults)
        shown = named(conn)  # an audit may go on: what is asked for afterwards has all of these
        waiting = set(conn.scalars(select(schema.picture.c.name)))  # of runs that workers have not ended
        if missing := sorted(shown - waiting - set(pictures())):
            yield f"{len(missing)} pictures that findings show are missing: {_some(missing)}"


def unused(database: Database, pictures: Collection[str]) -> set[str]:
    """Pictures that no finding shows: an audit or a purge that was killed has left them."""
    with database.read() as conn:
        return set(pictures) - named(conn)


def identity(database: Database) -> str:
    """What tells a store from others; a copy has that of its original."""

    def work(conn: Connection) -> str:
        database.insert_new(conn, schema.meta, [{"name": "identity", "value": secrets.token_hex(16)}])
        return str(conn.scalar(select(schema.meta.c.value).where(schema.meta.c.name == "identity")))

    return database.write(work)


def named(conn: Connection) -> set[str]:
    """Pictures that findings show."""
    evidence = schema.finding.c.evidence
    return set(conn.scalars(select(evidence).where(evidence.is_not(None)).distinct()))


def _file(conn: Connection) -> Iterator[str]:
    for (said,) in conn.exec_driver_sql("PRAGMA integrity_check").all():
        if said != "ok":
            yield f"the file is damaged: {said}"
    lost: dict[str, list[str]] = defaultdict(list)
    for table, row, *_ in conn.exec_driver_sql("PRAGMA foreign_key_check").all():
        lost[table].append(str(row))
    for table, rows in lost.items():
        yield f"{len(rows)} rows of {table} refer to what is not there: {_some(rows)}"


def _unlike(conn: Connection, table: Table) -> Iterator[str]:
    """Rows whose text is damaged, or is not that of their digest."""
    (key,) = table.primary_key.columns
    body = type_coerce(table.c.body, LargeBinary) if table is schema.snippet else table.c.body
    digest = table.c.digest if "digest" in table.c else key
    for id_, kept, told in conn.execute(select(key, digest, body)):
        try:
            if table is schema.phrase:
                right = text_digest(told) == bytes(kept)
            elif table is schema.snippet:
                markup = schema.Markup().process_result_value(bytes(told), conn.dialect) or ""
                right = text_digest(markup, len(kept)) == bytes(kept)
            else:
                json.loads(zlib.decompress(told))
                right = table is schema.facts or blake2b(told, digest_size=len(kept)).digest() == bytes(kept)
        except (zlib.error, ValueError):
            right = False
        if not right:
            yield str(id_)


def _found(conn: Connection) -> Iterator[str]:
    """Pages whose findings name a place or markup that is not there."""
    places = set(conn.scalars(select(schema.place.c.id)))
    snippets = set(conn.scalars(select(schema.snippet.c.id)))
    lost: dict[str, None] = {}
    for page_id, body in conn.execute(select(schema.found.c.page_id, schema.found.c.body)):
        try:
            each = json.loads(body)
            right = all(one[0] in places and one[1] in snippets for one in each)
        except (ValueError, LookupError, TypeError):
            right = False
        if not right:
            lost[str(page_id)] = None
    if lost:
        yield f"{len(lost)} pages have findings that name what is not there: {_some(lost)}"


def _counts(conn: Connection) -> Iterator[str]:
    """Sites whose counts are not those of their findings. What was purged has its counts alone."""
    sighting = schema.sighting
    sites = select(schema.site.c.id, schema.site.c.key, schema.run.c.id.label("run")).join(schema.run)
    purged = exists().where(schema.purged.c.site_id == schema.site.c.id)
    for site in conn.execute(sites.where(schema.site.c.settled.is_(True), ~purged)).all():
        kept = _by_issue(conn.execute(select(sighting).where(sighting.c.site_id == site.id)).mappings())
        found = _by_issue(settling.counted(conn, site.id))
        for issue_id, row in found.items():
            if issue_id in kept and kept[issue_id]["to_check"] is None:
                row["to_check"] = None
        if kept != found:
            yield f"the counts of site {site.key} in run {site.run} are not those of its findings"


def _by_issue(rows: Iterable[Any]) -> dict[int, dict[str, Any]]:
    return {row["issue_id"]: dict(row) for row in rows}


def _told(what: str, table: Table, rows: Iterator[str]) -> Iterator[str]:
    if wrong := list(rows):
        yield f"{len(wrong)} rows of {table.name}: {what}: {_some(wrong)}"


def _some(names: Iterable[str]) -> str:
    names = list(names)
    return ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
