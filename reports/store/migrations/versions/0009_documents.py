"""What documents say of themselves, and issues counted apart on pages and in documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("page_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("made_with", sa.Text(), nullable=False),
        sa.Column("modified", sa.String(), nullable=False),
        sa.Column("image_only", sa.Integer(), nullable=False),
        sa.Column("locked", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(length=16), nullable=True),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_document_page_id")),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_document")),
        sqlite_with_rowid=False,
    )
    for name in ("documents", "in_documents"):
        op.add_column("sighting", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
