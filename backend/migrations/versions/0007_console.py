"""The operator's console: accounts, visits, attempts to sign in, drafts being edited"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.database import Moment

revision = "0007_console"
down_revision = "0006_service_version"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "console_accounts",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("code_key", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.String(length=80), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_console_accounts")),
    )
    op.create_table(
        "console_visits",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("began_at", Moment(timezone=True), nullable=False),
        sa.Column("seen_at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_console_visits")),
    )
    with op.batch_alter_table("console_visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_console_visits_name"), ["name"], unique=False)
    op.create_table(
        "console_attempts",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_at", Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_console_attempts")),
    )
    with op.batch_alter_table("console_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_console_attempts_next_at"), ["next_at"], unique=False)
    op.create_table(
        "console_drafts",
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("base_sha256", sa.String(length=64), nullable=True),
        sa.Column("bundle_sha256", sa.String(length=64), nullable=True),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("changed_at", Moment(timezone=True), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_console_drafts")),
    )


def downgrade() -> None:
    op.drop_table("console_drafts")
    op.drop_table("console_attempts")
    op.drop_table("console_visits")
    op.drop_table("console_accounts")
