"""In which state of its page a place was seen, and which states of a page were looked at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("place", sa.Column("state", sa.Text(), nullable=False, server_default=""))
    # SQLite adds a foreign key to a table only together with its column.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE page ADD COLUMN states_id {kind} CONSTRAINT fk_page_states_id REFERENCES phrase (id)")
