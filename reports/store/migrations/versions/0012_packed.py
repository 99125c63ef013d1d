"""The findings of a page in one row, their markup apart from what many pages say alike, and a view to read them by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from alembic import op

from reports.store.schema import Markup

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BATCH = 500
_FIRST_ACROSS = 1_000_000
_VIEW = {
    "sqlite": """
        SELECT found.page_id AS page_id, found.start AS start, found.start + one.key AS n,
            json_extract(one.value, '$[0]') AS place_id, json_extract(one.value, '$[1]') AS snippet_id,
            json_extract(one.value, '$[2]') AS evidence
        FROM found CROSS JOIN json_each(found.body) AS one
    """,
    "postgresql": """
        SELECT found.page_id AS page_id, found.start AS start, found.start + one.number::int - 1 AS n,
            (one.value->>0)::bigint AS place_id, (one.value->>1)::bigint AS snippet_id, one.value->>2 AS evidence
        FROM found CROSS JOIN LATERAL json_array_elements(found.body::json) WITH ORDINALITY AS one(value, number)
    """,
}


def upgrade() -> None:
    conn = op.get_bind()
    name = conn.dialect.name
    op.create_table(
        "snippet",
        sa.Column("id", _Id, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=12), nullable=False),
        sa.Column("body", Markup, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snippet")),
        sa.UniqueConstraint("digest", name=op.f("uq_snippet_digest")),
    )
    op.create_table(
        "found",
        sa.Column("page_id", _Id, autoincrement=False, nullable=False),
        sa.Column("start", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_found_page_id")),
        sa.PrimaryKeyConstraint("page_id", "start", name=op.f("pk_found")),
        sqlite_with_rowid=False,
    )
    _pack(conn, _snippets(conn))
    _renew_spread()
    op.drop_table("finding")
    op.execute(f"CREATE VIEW finding AS {_VIEW[name]}")
    op.execute("ALTER TABLE place DROP COLUMN snippet")


def _snippets(conn: Any) -> dict[int, int]:
    """Keep every markup once; its id by place."""
    place = sa.table("place", sa.column("id"), sa.column("snippet"))
    snippet = sa.table("snippet", sa.column("id"), sa.column("digest"), sa.column("body", Markup))
    known: dict[bytes, int] = {}
    of: dict[int, int] = {}
    query = sa.select(place.c.id, place.c.snippet).order_by(place.c.id).limit(_BATCH)
    while rows := conn.execute(query.where(place.c.id > max(of, default=0))).all():
        new = []
        for row in rows:
            digest = blake2b(row.snippet.encode(), digest_size=12).digest()
            if digest not in known:
                known[digest] = len(known) + 1
                new.append({"id": known[digest], "digest": digest, "body": row.snippet})
            of[row.id] = known[digest]
        if new:
            conn.execute(sa.insert(snippet), new)
    if known and conn.dialect.name == "postgresql":
        conn.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('snippet', 'id'), {len(known)})"))
    return of


def _pack(conn: Any, snippets: dict[int, int]) -> None:
    found = sa.table("found", sa.column("page_id"), sa.column("start"), sa.column("body"))
    rows: list[dict[str, Any]] = []
    for page_id, start, each in _runs(conn, snippets):
        rows.append({"page_id": page_id, "start": start, "body": json.dumps(each, separators=(",", ":"))})
        if len(rows) >= _BATCH:
            conn.execute(sa.insert(found), rows)
            rows = []
    if rows:
        conn.execute(sa.insert(found), rows)


def _runs(conn: Any, snippets: dict[int, int]) -> Iterator[tuple[int, int, list[list[Any]]]]:
    """Page, number of the first, findings: those of the page together, each across pages for itself."""
    finding = sa.table("finding", *(sa.column(name) for name in ("page_id", "n", "place_id", "evidence")))
    pages = sa.select(finding.c.page_id).distinct().order_by(finding.c.page_id).limit(_BATCH)
    last = 0
    while ids := conn.scalars(pages.where(finding.c.page_id > last)).all():
        query = sa.select(finding).where(finding.c.page_id > last, finding.c.page_id <= ids[-1])
        last = ids[-1]
        page_id, start, each = 0, 0, []
        for row in conn.execute(query.order_by(finding.c.page_id, finding.c.n)):
            if row.page_id != page_id or row.n >= _FIRST_ACROSS or row.n != start + len(each):
                if each:
                    yield page_id, start, each
                page_id, start, each = row.page_id, row.n, []
            each.append([row.place_id, snippets[row.place_id], *([row.evidence] if row.evidence else [])])
        yield page_id, start, each


def _renew_spread() -> None:
    """SQLite changes no foreign key of a table."""
    op.create_table(
        "spread_new",
        sa.Column("page_id", _Id, autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen_on", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["page_id", "n"], ["found.page_id", "found.start"], name=op.f("fk_spread_page_id_n")),
        sa.PrimaryKeyConstraint("page_id", "n", name=op.f("pk_spread_new")),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO spread_new SELECT page_id, n, seen_on, about FROM spread")
    op.drop_table("spread")
    op.rename_table("spread_new", "spread")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_spread_new RENAME TO pk_spread")
