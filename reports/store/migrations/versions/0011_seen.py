"""What a page's answers are about, its content without what differs at each visit; and what it weighs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("page", sa.Column("seen", sa.LargeBinary(length=16), nullable=True))
    op.add_column("page", sa.Column("weight", sa.BigInteger(), nullable=True))
