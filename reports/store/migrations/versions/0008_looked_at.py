"""Which pages a check across pages could look at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("across", sa.Column("looked_at", sa.LargeBinary()))
