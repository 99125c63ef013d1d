"""Many workers on one run: its plan, which hosts are asked how often and by whom, and pages that processes died on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("page", sa.Column("deaths", sa.SmallInteger(), nullable=False, server_default="0"))
    op.create_table(
        "shared",
        sa.Column("run", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.seq"], name=op.f("fk_shared_run_run")),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_shared")),
    )
    op.create_table(
        "picture",
        sa.Column("run", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.seq"], name=op.f("fk_picture_run_run")),
        sa.PrimaryKeyConstraint("run", "name", name=op.f("pk_picture")),
    )
    op.create_table(
        "walk",
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("begun", sa.Float(), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("ended", sa.BigInteger(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_walk_site_id_site")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_walk")),
    )
    op.create_table(
        "pace",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("window", sa.Float(), nullable=False),
        sa.Column("gap", sa.Float(), nullable=False),
        sa.Column("delay", sa.Float(), nullable=False),
        sa.Column("next", sa.Float(), nullable=False),
        sa.Column("held", sa.Float(), nullable=False),
        sa.Column("touched", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_pace")),
    )
    op.create_table(
        "turn",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("expires", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turn")),
    )
    op.create_index(op.f("ix_turn_host"), "turn", ["host"])
