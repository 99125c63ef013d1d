"""What the audit of a page rests on, and how a later run takes the audit over instead of doing it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, func, insert, literal, select

from audits.model import LEFT_OUT, PageOutcome
from reports.store import schema
from reports.store.interning import chunks

#: Nobody looked at the page: what an earlier run knew of it still stands.
_NOT_LOOKED = tuple(
    outcome.value
    for outcome in (
        PageOutcome.LISTED,
        PageOutcome.OUT_OF_SCOPE,
        PageOutcome.TRAP,
        PageOutcome.BUDGET_DEPTH,
        PageOutcome.BUDGET_PAGES,
        PageOutcome.BUDGET_TIME,
    )
)
#: What a carried page has from the page that was audited.
_COPIED = ("title", "lang", "content_type", "content_sha256", "verdicts_id", "frames", "states_id", "seen", "weight")
#: What a document says of itself, as kept.
DESCRIBED = ("kind", "size", "pages", "words", "made_with", "modified", "image_only", "locked", "left_out")

_page, _site, _run, _basis = schema.page, schema.site, schema.run, schema.basis


def pack(ids: Iterable[int]) -> bytes:
    """Whole numbers as the distances between them, seven bits to a byte: pages name neighbours."""
    packed = bytearray()
    last = 0
    for one in sorted(ids):
        distance, last = one - last, one
        while distance > 0x7F:
            packed.append(distance & 0x7F | 0x80)
            distance >>= 7
        packed.append(distance)
    return bytes(packed)


def unpack(packed: bytes) -> Iterator[int]:
    """What ``pack`` made, in ascending order."""
    last = distance = shift = 0
    for byte in packed:
        distance |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            last += distance
            yield last
            distance = shift = 0


def audits(conn: Connection, site_id: int, since: datetime, digests: Sequence[bytes]) -> Mapping[bytes, Any]:
    """By page, the basis of the audit that an earlier run did or carried, if that was the last it knew of the page.

    An audit of before ``since`` is too old. One in which a check broke is no audit of the whole page; what was left out
    as planned, or because the page takes too long, will be left out again.
    """
    runs = _before(conn, site_id, since)
    last: dict[bytes, Any] = {}
    looked = (_page.c.outcome.is_not(None), _page.c.outcome.not_in(_NOT_LOOKED))
    query = select(_page.c.digest, _page.c.site_id, _page.c.outcome)
    query = query.add_columns(func.coalesce(_page.c.origin_id, _page.c.id).label("origin_id")).where(*looked)
    for some in chunks(list(runs)):
        for row in conn.execute(query.where(_page.c.site_id.in_(some), _page.c.digest.in_(digests))):
            digest = bytes(row.digest)
            if digest not in last or runs[row.site_id] > runs[last[digest].site_id]:
                last[digest] = row
    whole = (PageOutcome.AUDITED.value, PageOutcome.DOCUMENT.value, PageOutcome.FILE.value)
    origins = {row.origin_id: digest for digest, row in last.items() if row.outcome in whole}
    reason = schema.outcome.c.reason
    planned = reason.startswith(LEFT_OUT, autoescape=True)
    broken = exists().where(schema.outcome.c.page_id == _page.c.id, reason.is_not(None), ~planned)
    found = conn.execute(
        select(_basis, _page.c.site_id, _page.c.outcome, schema.phrase.c.body)
        .join(_page, _page.c.id == _basis.c.page_id)
        .join(schema.phrase, schema.phrase.c.id == _basis.c.judged_id)
        .where(_basis.c.page_id.in_(list(origins)), ~broken)
    )
    return {origins[row.page_id]: row for row in found if row.site_id in runs}


def any_audit(conn: Connection, site_id: int, since: datetime) -> bool:
    """Whether an earlier run audited anything."""
    audited = (_page.c.site_id.in_(list(_before(conn, site_id, since))), _page.c.outcome == PageOutcome.AUDITED.value)
    return conn.execute(select(_page.c.id).where(*audited).limit(1)).first() is not None


def _before(conn: Connection, site_id: int, since: datetime) -> Mapping[int, int]:
    """Earlier runs of the same site: run by the id of the site in it."""
    here = conn.execute(select(_site.c.key, _site.c.run).where(_site.c.id == site_id)).one()
    earlier = (_site.c.key == here.key, _site.c.run < here.run, _run.c.started >= since)
    rows = conn.execute(select(_site.c.id, _site.c.run).join(_run, _run.c.seq == _site.c.run).where(*earlier))
    return {row.id: row.run for row in rows}


def texts(conn: Connection, ids: Iterable[int]) -> Mapping[int, Any]:
    """Digest, readable and sealed address of pages, by id."""
    query = select(_page.c.id, _page.c.digest, _page.c.url, _page.c.sealed)
    return {row.id: row for some in chunks(sorted(set(ids))) for row in conn.execute(query.where(_page.c.id.in_(some)))}


def linked(conn: Connection, page_id: int) -> Mapping[bytes, Any]:
    """By digest, the addresses that an audited page led to."""
    packed = conn.scalar(select(_basis.c.links).where(_basis.c.page_id == page_id))
    return {bytes(row.digest): row for row in texts(conn, unpack(packed or b"")).values()}


def described(conn: Connection, origin_id: int) -> dict[str, Any] | None:
    """What a page that carries the audit of another has in common with it; None where that one is gone."""
    columns = [_page.c[name] for name in _COPIED]
    row = conn.execute(select(*columns).where(_page.c.id == origin_id)).one_or_none()
    return None if row is None else {**row._mapping, "origin_id": origin_id}


def copy(conn: Connection, origin_id: int, page_id: int) -> None:
    """Give a page the outcomes and findings of another; what checks across pages found there is not the page's.

    And what a document says of itself.
    """
    for table, names in (
        (schema.outcome, ("rule_id", "verdict", "reason")),
        (schema.found, ("start", "body")),
        (schema.document, (*DESCRIBED, "content")),
    ):
        chosen = select(literal(page_id), *(table.c[name] for name in names)).where(table.c.page_id == origin_id)
        if table is schema.found:
            chosen = chosen.where(schema.found.c.start < schema.FIRST_ACROSS)
        conn.execute(insert(table).from_select(["page_id", *names], chosen))
