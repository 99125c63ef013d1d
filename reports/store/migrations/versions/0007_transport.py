"""How a page came: what its answer says of security, what it trusts of other hosts."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite adds a foreign key to a table only together with its column.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE page ADD COLUMN transport_id {kind} CONSTRAINT fk_page_transport_id REFERENCES phrase (id)"
    )
