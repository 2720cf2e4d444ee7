"""Records, applications, certificates, terminals, events"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_core"
down_revision = None
branch_labels = None
depends_on = None

_IS_OPEN = sa.text(
    "state NOT IN ('COLLECTED', 'ACTIVATED', 'CANCELLED', 'PAYMENT_EXPIRED', 'REJECTED', 'PRODUCTION_FAILED')"
)


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("terminal_id", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("terminal_id", "event_id", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_received_at"), ["received_at"], unique=False)

    op.create_table(
        "idempotent_answers",
        sa.Column("terminal_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("terminal_id", "key", name=op.f("pk_idempotent_answers")),
    )
    op.create_table(
        "persons",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("document_number", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("insured_type", sa.String(length=20), nullable=False),
        sa.Column("employer", sa.String(length=200), nullable=True),
        sa.Column("mobile", sa.String(length=11), nullable=True),
        sa.Column("address_district", sa.String(length=200), nullable=True),
        sa.Column("address_street", sa.String(length=200), nullable=True),
        sa.Column("address_detail", sa.String(length=200), nullable=True),
        sa.Column("has_photo", sa.Boolean(), nullable=False),
        sa.Column("bank_choices", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_persons")),
    )
    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_persons_document_number"), ["document_number"], unique=False)

    op.create_table(
        "terminals",
        sa.Column("terminal_id", sa.String(length=64), nullable=False),
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("terminal_id", name=op.f("pk_terminals")),
    )
    op.create_table(
        "wrong_answers",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_wrong_answers")),
    )
    op.create_table(
        "cards",
        sa.Column("card_number", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("bank_code", sa.String(length=32), nullable=False),
        sa.Column("pre_lost_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name=op.f("fk_cards_person_id_persons")),
        sa.PrimaryKeyConstraint("card_number", name=op.f("pk_cards")),
        sa.UniqueConstraint("person_id", name=op.f("uq_cards_person_id")),
    )
    op.create_table(
        "person_tokens",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("terminal_id", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name=op.f("fk_person_tokens_person_id_persons")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_person_tokens")),
    )
    with op.batch_alter_table("person_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_tokens_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "applications",
        sa.Column("application_number", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("card_number", sa.String(length=20), nullable=False),
        sa.Column("terminal_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("mobile", sa.String(length=11), nullable=True),
        sa.Column("delivery_mode", sa.String(length=20), nullable=False),
        sa.Column("office_id", sa.String(length=32), nullable=True),
        sa.Column("recipient", sa.String(length=200), nullable=True),
        sa.Column("recipient_mobile", sa.String(length=11), nullable=True),
        sa.Column("address_district", sa.String(length=200), nullable=True),
        sa.Column("address_street", sa.String(length=200), nullable=True),
        sa.Column("address_detail", sa.String(length=60), nullable=True),
        sa.Column("bank_code", sa.String(length=32), nullable=False),
        sa.Column("fee_fen", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payment_number", sa.String(length=32), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("damaged_card", sa.String(length=32), nullable=True),
        sa.Column("card_date", sa.Date(), nullable=True),
        sa.Column("about_days", sa.Integer(), nullable=True),
        sa.Column("production_ordered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["card_number"], ["cards.card_number"], name=op.f("fk_applications_card_number_cards")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name=op.f("fk_applications_person_id_persons")),
        sa.PrimaryKeyConstraint("application_number", name=op.f("pk_applications")),
    )
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_applications_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_applications_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_one_open_application", ["person_id"], unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN
        )

    op.create_table(
        "loss_reports",
        sa.Column("report_number", sa.String(length=32), nullable=False),
        sa.Column("card_number", sa.String(length=20), nullable=False),
        sa.Column("terminal_id", sa.String(length=64), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("releases_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["card_number"], ["cards.card_number"], name=op.f("fk_loss_reports_card_number_cards")),
        sa.PrimaryKeyConstraint("report_number", name=op.f("pk_loss_reports")),
    )
    with op.batch_alter_table("loss_reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loss_reports_card_number"), ["card_number"], unique=False)

    op.create_table(
        "certificates",
        sa.Column("certificate_number", sa.String(length=32), nullable=False),
        sa.Column("application_number", sa.String(length=32), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("print_count", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_number"],
            ["applications.application_number"],
            name=op.f("fk_certificates_application_number_applications"),
        ),
        sa.PrimaryKeyConstraint("certificate_number", name=op.f("pk_certificates")),
        sa.UniqueConstraint("application_number", name=op.f("uq_certificates_application_number")),
    )


def downgrade() -> None:
    op.drop_table("certificates")
    with op.batch_alter_table("loss_reports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_loss_reports_card_number"))

    op.drop_table("loss_reports")
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.drop_index("uq_one_open_application", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN)
        batch_op.drop_index(batch_op.f("ix_applications_state"))
        batch_op.drop_index(batch_op.f("ix_applications_person_id"))

    op.drop_table("applications")
    with op.batch_alter_table("person_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_tokens_expires_at"))

    op.drop_table("person_tokens")
    op.drop_table("cards")
    op.drop_table("wrong_answers")
    op.drop_table("terminals")
    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_persons_document_number"))

    op.drop_table("persons")
    op.drop_table("idempotent_answers")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_events_received_at"))
        batch_op.drop_index(batch_op.f("ix_events_kind"))

    op.drop_table("events")
