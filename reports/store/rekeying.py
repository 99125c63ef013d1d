"""Whether a store is opened with its key, and what follows when that key was rotated.

Whatever can be made again without a value is made again at once: digests of addresses, sealed addresses. The HMAC of a
value cannot. It is renewed when a run meets the value, see ``interning``; until then the earlier key recognizes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from reports.store import schema
from reports.store.database import StoreError
from reports.store.guard import UrlGuard

_page, _asset, _value, _meta = schema.page, schema.asset, schema.value, schema.meta
_BATCH = 2_000


class OtherKey(StoreError):
    """The store was made with a key that is not here."""


def check(
    conn: Connection, name: str, guard: UrlGuard, digests: Sequence[str], digest: Callable[[str], bytes], now: datetime
) -> str:
    """Refuse another key, follow a rotation; the id of the key that was current before, "" where it is the same.

    ``digests`` are those of the text whose digest the store remembers.
    """
    this = select(_meta.c.value).where(_meta.c.name == "key_check")
    stored = conn.scalar(this)
    if stored != digests[0]:  # others may be about to follow the same rotation
        stored = conn.scalar(this.with_for_update())
    if stored not in digests:
        raise OtherKey(
            f"{name}: this store was made with another key. "
            "Use the key that made it: with a new one, known URLs would look new and sealed URLs stay sealed."
        )
    at = list(digests).index(str(stored))
    # What an older Handrail stored, when there was one key.
    conn.execute(update(_value).where(_value.c.key == "").values(key=guard.key_ids[at]))
    if not at:
        return ""
    _follow(conn, name, guard, digest, now)
    conn.execute(update(_meta).where(_meta.c.name == "key_check").values(value=digests[0]))
    return guard.key_ids[at]


def _follow(conn: Connection, name: str, guard: UrlGuard, digest: Callable[[str], bytes], now: datetime) -> None:
    if in_work(conn, now):
        raise StoreError(
            f"{name}: the key was rotated while an audit is under way. Let it end, or wait three minutes if it was "
            "killed; then try again."
        )
    _renew(conn, _page, guard, digest)
    _renew(conn, _asset, guard, None)


def in_work(conn: Connection, now: datetime) -> bool:
    """Whether a worker holds a page."""
    held = (_page.c.outcome.is_(None), _page.c.owner.is_not(None), _page.c.expires > int(now.timestamp() * 1000))
    return conn.execute(select(_page.c.id).where(*held).limit(1)).first() is not None


def _renew(conn: Connection, table: Any, guard: UrlGuard, digest: Callable[[str], bytes] | None) -> None:
    """Seal again; and where ``digest`` says how, make again by what a row is found."""
    query = select(table.c.id, table.c.url, table.c.sealed).order_by(table.c.id).limit(_BATCH)
    if digest is None:
        query = query.where(table.c.sealed.is_not(None))
    after = 0
    while rows := conn.execute(query.where(table.c.id > after)).all():
        changed = [_renewed(row, guard, digest) for row in rows]
        for sealed in (True, False):
            some = [one for one in changed if ("sealed" in one) is sealed]
            if some:
                names = [name for name in some[0] if name != "this"]
                statement = update(table).where(table.c.id == bindparam("this"))
                conn.execute(statement.values({one: bindparam(one) for one in names}), some)
        after = rows[-1].id


def _renewed(row: Any, guard: UrlGuard, digest: Callable[[str], bytes] | None) -> dict[str, Any]:
    url = row.url if row.sealed is None else guard.open(row.sealed)
    found: dict[str, Any] = {"this": row.id}
    if digest is not None:
        found["digest"] = digest(url)
    if row.sealed is not None:
        found["sealed"] = guard.seal(url)
    return found


def values_by_key(conn: Connection) -> Mapping[str, int]:
    """How many values are known by an HMAC of each key."""
    query = select(_value.c.key, func.count()).group_by(_value.c.key).order_by(_value.c.key)
    return {row[0]: row[1] for row in conn.execute(query)}
