"""Payments"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0002_payments"
down_revision = "0001_core"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "payment_reconciliations",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("is_clean", sa.Boolean(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_payment_reconciliations")),
    )
    op.create_table(
        "payments",
        sa.Column("payment_number", sa.String(length=32), nullable=False),
        sa.Column("application_number", sa.String(length=32), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("terminal_id", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("requested_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("code_url", sa.String(length=512), nullable=True),
        sa.Column("waits_for", sa.String(length=16), nullable=True),
        sa.Column("withdrawal", sa.String(length=16), nullable=True),
        sa.Column("failure", sa.String(length=16), nullable=True),
        sa.Column("captured_fen", sa.Integer(), nullable=True),
        sa.Column("transaction_id", sa.String(length=64), nullable=True),
        sa.Column("paid_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("next_check_at", backend.database.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("payment_number", name=op.f("pk_payments")),
    )
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payments_application_number"), ["application_number"], unique=False)
        batch_op.create_index(batch_op.f("ix_payments_next_check_at"), ["next_check_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_payments_paid_at"), ["paid_at"], unique=False)
        batch_op.create_index(
            "uq_one_open_payment",
            ["application_number"],
            unique=True,
            sqlite_where=sa.text("state IN ('CREATED', 'REQUESTED', 'UNKNOWN')"),
            postgresql_where=sa.text("state IN ('CREATED', 'REQUESTED', 'UNKNOWN')"),
        )
        batch_op.create_index(
            "uq_one_paid_payment",
            ["application_number"],
            unique=True,
            sqlite_where=sa.text("state = 'PAID'"),
            postgresql_where=sa.text("state = 'PAID'"),
        )


def downgrade() -> None:

    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_one_paid_payment", sqlite_where=sa.text("state = 'PAID'"), postgresql_where=sa.text("state = 'PAID'")
        )
        batch_op.drop_index(
            "uq_one_open_payment",
            sqlite_where=sa.text("state IN ('CREATED', 'REQUESTED', 'UNKNOWN')"),
            postgresql_where=sa.text("state IN ('CREATED', 'REQUESTED', 'UNKNOWN')"),
        )
        batch_op.drop_index(batch_op.f("ix_payments_paid_at"))
        batch_op.drop_index(batch_op.f("ix_payments_next_check_at"))
        batch_op.drop_index(batch_op.f("ix_payments_application_number"))

    op.drop_table("payments")
    op.drop_table("payment_reconciliations")
