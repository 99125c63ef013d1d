"""Which key a value's HMAC was made with, the log of who looked and who purged, and what was purged."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEPT = ("seq", "at", "kind", "facts_sha256", "previous", "hash")


def upgrade() -> None:
    op.create_table(
        "value",
        sa.Column("id", _Id, nullable=False),
        sa.Column("hmac", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value")),
        sa.UniqueConstraint("hmac", name=op.f("uq_value_hmac")),
    )
    # SQLite adds a foreign key to a table only together with its column.
    sqlite = op.get_bind().dialect.name == "sqlite"
    kind = "INTEGER" if sqlite else "BIGINT"
    op.execute(f"ALTER TABLE place ADD COLUMN value_id {kind} CONSTRAINT fk_place_value_id REFERENCES value (id)")
    op.create_index(op.f("ix_place_value_id"), "place", ["value_id"])
    _take_out_values(op.get_bind())
    op.create_table(
        "log",
        sa.Column("seq", _Id, autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("facts_sha256", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log")),
    )
    op.create_table(
        "purged",
        sa.Column("site_id", _Id, autoincrement=False, nullable=False),
        sa.Column("log_seq", _Id, nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_purged_site_id")),
        sa.ForeignKeyConstraint(["log_seq"], ["log.seq"], name=op.f("fk_purged_log_seq")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_purged")),
    )
    for statement in _only_appended(sqlite):
        op.execute(statement)


def _take_out_values(conn: Any) -> None:
    """From the JSON of an exposure to a row of its own, that a later key can change at one place."""
    place = sa.table("place", sa.column("id"), sa.column("exposure", sa.JSON(none_as_null=True)), sa.column("value_id"))
    value = sa.table("value", sa.column("id"), sa.column("hmac"), sa.column("key"), sa.column("first"))
    known: dict[str, int] = {}
    rows = conn.execute(sa.select(place.c.id, place.c.exposure).where(place.c.exposure.is_not(None))).all()
    for row in rows:
        told = dict(row.exposure)
        mac = told.pop("value_hmac")
        if mac not in known:
            conn.execute(sa.insert(value).values(id=len(known) + 1, hmac=mac, key="", first=mac))
            known[mac] = len(known) + 1
        changed = {"exposure": told, "value_id": known[mac]}
        conn.execute(sa.update(place).where(place.c.id == row.id).values(changed))
    if known and conn.dialect.name == "postgresql":
        conn.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('value', 'id'), {len(known)})"))


def _only_appended(sqlite: bool) -> tuple[str, ...]:
    """The database itself refuses to change an entry; what it tells may be emptied, as a purge does."""
    if sqlite:
        return (
            "CREATE TRIGGER log_kept BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
            f"CREATE TRIGGER log_unchanged BEFORE UPDATE OF {', '.join(_KEPT)} ON log "
            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
            "CREATE TRIGGER log_emptied BEFORE UPDATE OF facts ON log WHEN NEW.facts IS NOT NULL "
            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
        )
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _KEPT)
    return (
        "CREATE FUNCTION handrail_log_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' AND NEW.facts IS NULL AND NOT ({changed}) THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'the log is append-only'; END $$",
        "CREATE TRIGGER log_kept BEFORE UPDATE OR DELETE ON log FOR EACH ROW EXECUTE FUNCTION handrail_log_kept()",
        "CREATE TRIGGER log_whole BEFORE TRUNCATE ON log FOR EACH STATEMENT EXECUTE FUNCTION handrail_log_kept()",
    )
