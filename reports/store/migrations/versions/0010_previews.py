"""Few places hold a personal value: the others are no entries of that index. Audits of previews are marked as such."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("site", sa.Column("preview", sa.Boolean(), nullable=False, server_default=sa.false()))
    held = sa.text("value_id IS NOT NULL")
    op.drop_index("ix_place_value_id", "place")
    op.create_index("ix_place_value_id", "place", ["value_id"], sqlite_where=held, postgresql_where=held)
