"""The fleet"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0003_fleet"
down_revision = "0002_payments"
branch_labels = None
depends_on = None


def upgrade() -> None:  # noqa: PLR0915  one statement a table
    op.create_table(
        "fleet_alerts",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("terminal_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("began_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("told_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("times_told", sa.Integer(), nullable=False),
        sa.Column("ended_at", backend.database.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_fleet_alerts")),
    )
    with op.batch_alter_table("fleet_alerts", schema=None) as batch_op:
        batch_op.create_index(
            "uq_one_open_alert",
            ["terminal_id", "kind"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "fleet_approvals",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("approved_at", backend.database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "person", name=op.f("pk_fleet_approvals")),
    )
    op.create_table(
        "fleet_audit",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_fleet_audit")),
    )
    with op.batch_alter_table("fleet_audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fleet_audit_at"), ["at"], unique=False)

    op.create_table(
        "fleet_bundles",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("bundle_id", sa.String(length=64), nullable=False),
        sa.Column("release_counter", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=True),
        sa.Column("base_sha256", sa.String(length=64), nullable=True),
        sa.Column("risk", sa.String(length=16), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_fleet_bundles")),
        sa.UniqueConstraint("release_counter", name=op.f("uq_fleet_bundles_release_counter")),
    )
    with op.batch_alter_table("fleet_bundles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fleet_bundles_state"), ["state"], unique=False)

    op.create_table(
        "fleet_commands",
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("terminal_id", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("detail", sa.String(length=64), nullable=False),
        sa.Column("outcome_at", backend.database.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_fleet_commands")),
    )
    with op.batch_alter_table("fleet_commands", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fleet_commands_terminal_id"), ["terminal_id"], unique=False)

    op.create_table(
        "fleet_desired",
        sa.Column("terminal_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("payload_sha256", sa.String(length=64), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("bundle_sha256", sa.String(length=64), nullable=False),
        sa.Column("rollout_id", sa.String(length=40), nullable=True),
        sa.Column("overrides", sa.JSON(), nullable=False),
        sa.Column("expires_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("changed_at", backend.database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("terminal_id", name=op.f("pk_fleet_desired")),
    )
    with op.batch_alter_table("fleet_desired", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fleet_desired_bundle_sha256"), ["bundle_sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_fleet_desired_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_fleet_desired_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "fleet_enrolments",
        sa.Column("enrolment_id", sa.String(length=64), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("terminal_id", sa.String(length=64), nullable=False),
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("short_code", sa.String(length=8), nullable=False),
        sa.Column("csr_pem", sa.String(length=4096), nullable=False),
        sa.Column("hardware", sa.String(length=40), nullable=False),
        sa.Column("app_version", sa.String(length=16), nullable=False),
        sa.Column("serial", sa.String(length=64), nullable=False),
        sa.Column("asked_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("decided_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("certificate_pem", sa.String(length=4096), nullable=True),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_fleet_enrolments")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_fleet_enrolments_secret_sha256")),
    )
    with op.batch_alter_table("fleet_enrolments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fleet_enrolments_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_fleet_enrolments_terminal_id"), ["terminal_id"], unique=False)

    op.create_table(
        "fleet_health",
        sa.Column("terminal_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("boot_id", sa.String(length=36), nullable=False),
        sa.Column("received_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("condition", sa.String(length=16), nullable=False),
        sa.Column("condition_since", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("service_since", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("state_since", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("heard_since", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("boots", sa.Integer(), nullable=False),
        sa.Column("is_synced", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("terminal_id", name=op.f("pk_fleet_health")),
    )
    with op.batch_alter_table("fleet_health", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fleet_health_condition"), ["condition"], unique=False)
        batch_op.create_index(batch_op.f("ix_fleet_health_received_at"), ["received_at"], unique=False)

    op.create_table(
        "fleet_history",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("terminal_id", sa.String(length=64), nullable=False),
        sa.Column("at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_fleet_history")),
    )
    with op.batch_alter_table("fleet_history", schema=None) as batch_op:
        batch_op.create_index("ix_fleet_history_terminal", ["terminal_id", "number"], unique=False)

    op.create_table(
        "fleet_rollouts",
        sa.Column("rollout_id", sa.String(length=40), nullable=False),
        sa.Column("bundle_sha256", sa.String(length=64), nullable=False),
        sa.Column("risk", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("wave_began_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("waves", sa.Integer(), nullable=False),
        sa.Column("online_before", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("compensates", sa.String(length=40), nullable=True),
        sa.Column("advance_percent", sa.Integer(), nullable=False),
        sa.Column("soak_s", sa.Integer(), nullable=False),
        sa.Column("min_payments", sa.Integer(), nullable=False),
        sa.Column("ack_deadline_s", sa.Integer(), nullable=False),
        sa.Column("halt_failure_percent", sa.Integer(), nullable=False),
        sa.Column("payment_drop_points", sa.Integer(), nullable=False),
        sa.Column("restart_factor", sa.Integer(), nullable=False),
        sa.Column("outbox_factor", sa.Integer(), nullable=False),
        sa.Column("connectivity_drop_percent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("rollout_id", name=op.f("pk_fleet_rollouts")),
    )
    with op.batch_alter_table("fleet_rollouts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fleet_rollouts_state"), ["state"], unique=False)

    op.create_table(
        "fleet_roots",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("installed_at", backend.database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_fleet_roots")),
    )
    op.create_table(
        "fleet_statements",
        sa.Column("terminal_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("bundle_sha256", sa.String(length=64), nullable=False),
        sa.Column("rollout_id", sa.String(length=40), nullable=True),
        sa.Column("issued_at", backend.database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("terminal_id", "epoch", "version", name=op.f("pk_fleet_statements")),
    )
    op.create_table(
        "fleet_switches",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("changed_at", backend.database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_fleet_switches")),
    )
    op.create_table(
        "fleet_targets",
        sa.Column("rollout_id", sa.String(length=40), nullable=False),
        sa.Column("terminal_id", sa.String(length=64), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("previous_sha256", sa.String(length=64), nullable=True),
        sa.Column("targeted_at", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("started_before", sa.Integer(), nullable=False),
        sa.Column("succeeded_before", sa.Integer(), nullable=False),
        sa.Column("restarts_before", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("rollout_id", "terminal_id", name=op.f("pk_fleet_targets")),
    )
    with op.batch_alter_table("fleet_targets", schema=None) as batch_op:
        batch_op.create_index("ix_fleet_targets_wave", ["rollout_id", "wave"], unique=False)

    op.create_table(
        "fleet_terminals",
        sa.Column("terminal_id", sa.String(length=64), nullable=False),
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("key_sha256", sa.String(length=64), nullable=True),
        sa.Column("hardware", sa.String(length=40), nullable=False),
        sa.Column("enrolled_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("certificate_expires_at", backend.database.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("terminal_id", name=op.f("pk_fleet_terminals")),
    )
    with op.batch_alter_table("fleet_terminals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fleet_terminals_office_id"), ["office_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_fleet_terminals_state"), ["state"], unique=False)

    op.create_table(
        "fleet_tickets",
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("terminal_id", sa.String(length=64), nullable=False),
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("used_at", backend.database.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("secret_sha256", name=op.f("pk_fleet_tickets")),
    )


def downgrade() -> None:  # noqa: PLR0915  one statement a table
    op.drop_table("fleet_tickets")
    with op.batch_alter_table("fleet_terminals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fleet_terminals_state"))
        batch_op.drop_index(batch_op.f("ix_fleet_terminals_office_id"))

    op.drop_table("fleet_terminals")
    with op.batch_alter_table("fleet_targets", schema=None) as batch_op:
        batch_op.drop_index("ix_fleet_targets_wave")

    op.drop_table("fleet_targets")
    op.drop_table("fleet_switches")
    op.drop_table("fleet_statements")
    op.drop_table("fleet_roots")
    with op.batch_alter_table("fleet_rollouts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fleet_rollouts_state"))

    op.drop_table("fleet_rollouts")
    with op.batch_alter_table("fleet_history", schema=None) as batch_op:
        batch_op.drop_index("ix_fleet_history_terminal")

    op.drop_table("fleet_history")
    with op.batch_alter_table("fleet_health", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fleet_health_received_at"))
        batch_op.drop_index(batch_op.f("ix_fleet_health_condition"))

    op.drop_table("fleet_health")
    with op.batch_alter_table("fleet_enrolments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fleet_enrolments_terminal_id"))
        batch_op.drop_index(batch_op.f("ix_fleet_enrolments_state"))

    op.drop_table("fleet_enrolments")
    with op.batch_alter_table("fleet_desired", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fleet_desired_expires_at"))
        batch_op.drop_index(batch_op.f("ix_fleet_desired_changed_at"))
        batch_op.drop_index(batch_op.f("ix_fleet_desired_bundle_sha256"))

    op.drop_table("fleet_desired")
    with op.batch_alter_table("fleet_commands", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fleet_commands_terminal_id"))

    op.drop_table("fleet_commands")
    with op.batch_alter_table("fleet_bundles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fleet_bundles_state"))

    op.drop_table("fleet_bundles")
    with op.batch_alter_table("fleet_audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fleet_audit_at"))

    op.drop_table("fleet_audit")
    op.drop_table("fleet_approvals")
    with op.batch_alter_table("fleet_alerts", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_one_open_alert", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )

    op.drop_table("fleet_alerts")
