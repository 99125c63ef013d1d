"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )
    op.create_table(
        "part",
        sa.Column("id", _Id, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part")),
        sa.UniqueConstraint("key", "name", name=op.f("uq_part_key_name")),
    )
    op.create_table(
        "phrase",
        sa.Column("id", _Id, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase")),
        sa.UniqueConstraint("digest", name=op.f("uq_phrase_digest")),
    )
    op.create_table(
        "rule",
        sa.Column("id", _Id, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
        sa.UniqueConstraint("name", "engine", name=op.f("uq_rule_name_engine")),
    )
    op.create_table(
        "run",
        sa.Column("seq", _Id, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("tool_version", sa.String(), nullable=False),
        sa.Column("engines", sa.JSON(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("config_sha256", sa.String(), nullable=False),
        sa.Column("rules_sha256", sa.String(), nullable=False),
        sa.Column("sample", sa.String(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_run")),
        sa.UniqueConstraint("id", name=op.f("uq_run_id")),
    )
    op.create_table(
        "issue",
        sa.Column("id", _Id, nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("site_key", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("part_id", _Id, nullable=False),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_issue_part_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_issue_fingerprint")),
        sa.UniqueConstraint("public_id", name=op.f("uq_issue_public_id")),
    )
    op.create_index("ix_issue_site_key", "issue", ["site_key"], unique=False)

    op.create_table(
        "site",
        sa.Column("id", _Id, nullable=False),
        sa.Column("run", _Id, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("name_fr", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("authorization", sa.JSON(), nullable=False),
        sa.Column("robots_override", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("min_coverage", sa.Float(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.seq"], name=op.f("fk_site_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("run", "key", name=op.f("uq_site_run_key")),
    )
    op.create_index("ix_site_key_run", "site", ["key", "run"], unique=False)

    op.create_table(
        "life",
        sa.Column("issue_id", _Id, autoincrement=False, nullable=False),
        sa.Column("first_run", _Id, autoincrement=False, nullable=False),
        sa.Column("last_run", _Id, nullable=False),
        sa.Column("fixed_run", _Id, nullable=True),
        sa.ForeignKeyConstraint(["first_run"], ["run.seq"], name=op.f("fk_life_first_run")),
        sa.ForeignKeyConstraint(["fixed_run"], ["run.seq"], name=op.f("fk_life_fixed_run")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_life_issue_id")),
        sa.ForeignKeyConstraint(["last_run"], ["run.seq"], name=op.f("fk_life_last_run")),
        sa.PrimaryKeyConstraint("issue_id", "first_run", name=op.f("pk_life")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "page",
        sa.Column("id", _Id, nullable=False),
        sa.Column("site_id", _Id, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("depth", sa.SmallInteger(), nullable=False),
        sa.Column("chain", sa.SmallInteger(), nullable=False),
        sa.Column("parent_id", _Id, nullable=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("expires", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("final_url", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("lang", sa.String(), nullable=True),
        sa.Column("content_type", sa.String(), nullable=True),
        sa.Column("content_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("verdicts_id", _Id, nullable=True),
        sa.Column("frames", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("steps_id", _Id, nullable=True),
        sa.Column("step_ms", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["page.id"], name=op.f("fk_page_parent_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_page_site_id")),
        sa.ForeignKeyConstraint(["steps_id"], ["phrase.id"], name=op.f("fk_page_steps_id")),
        sa.ForeignKeyConstraint(["verdicts_id"], ["phrase.id"], name=op.f("fk_page_verdicts_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint("site_id", "digest", name=op.f("uq_page_site_id_digest")),
    )
    op.create_index(
        "ix_page_waiting",
        "page",
        ["site_id", "depth", "id"],
        unique=False,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )

    op.create_table(
        "place",
        sa.Column("id", _Id, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("issue_id", _Id, nullable=False),
        sa.Column("rule_id", _Id, nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("impact", sa.String(), nullable=False),
        sa.Column("selector", sa.Text(), nullable=False),
        sa.Column("snippet", sa.Text(), nullable=False),
        sa.Column("message_id", _Id, nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("exposure", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_place_issue_id")),
        sa.ForeignKeyConstraint(["message_id"], ["phrase.id"], name=op.f("fk_place_message_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_place_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("digest", name=op.f("uq_place_digest")),
    )
    op.create_index("ix_place_issue_id", "place", ["issue_id"], unique=False)

    op.create_table(
        "sighting",
        sa.Column("site_id", _Id, autoincrement=False, nullable=False),
        sa.Column("issue_id", _Id, autoincrement=False, nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("impact", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_sighting_issue_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_sighting_site_id")),
        sa.PrimaryKeyConstraint("site_id", "issue_id", name=op.f("pk_sighting")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "finding",
        sa.Column("page_id", _Id, autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place_id", _Id, nullable=False),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_finding_page_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_finding_place_id")),
        sa.PrimaryKeyConstraint("page_id", "n", name=op.f("pk_finding")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_finding_place_id", "finding", ["place_id"], unique=False)

    op.create_table(
        "outcome",
        sa.Column("page_id", _Id, autoincrement=False, nullable=False),
        sa.Column("rule_id", _Id, autoincrement=False, nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_outcome_page_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_outcome_rule_id")),
        sa.PrimaryKeyConstraint("page_id", "rule_id", name=op.f("pk_outcome")),
        sqlite_with_rowid=False,
    )
