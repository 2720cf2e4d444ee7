"""Errands"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0004_errands"
down_revision = "0003_fleet"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("draft_number", sa.String(length=32), nullable=False),
        sa.Column("access_sha256", sa.String(length=64), nullable=True),
        sa.Column("hand_off_sha256", sa.String(length=64), nullable=True),
        sa.Column("hand_off_until", backend.database.Moment(timezone=True), nullable=True),
        sa.Column("topic", sa.String(length=16), nullable=True),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("terminal_id", sa.String(length=64), nullable=True),
        sa.Column("insured_type", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("address", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("agent", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("photo_number", sa.String(length=32), nullable=True),
        sa.Column("created_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("closed_at", backend.database.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("draft_number", name=op.f("pk_drafts")),
        sa.UniqueConstraint("access_sha256", name=op.f("uq_drafts_access_sha256")),
        sa.UniqueConstraint("hand_off_sha256", name=op.f("uq_drafts_hand_off_sha256")),
    )
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drafts_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_drafts_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "draft_codes",
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("draft_number", sa.String(length=32), nullable=False),
        sa.Column("expires_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("used_at", backend.database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_number"], ["drafts.draft_number"], name=op.f("fk_draft_codes_draft_number_drafts")
        ),
        sa.PrimaryKeyConstraint("code_sha256", name=op.f("pk_draft_codes")),
    )
    with op.batch_alter_table("draft_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_codes_draft_number"), ["draft_number"], unique=False)

    op.create_table(
        "other_documents",
        sa.Column("document_kind", sa.String(length=32), nullable=False),
        sa.Column("document_number", sa.String(length=18), nullable=False),
        sa.Column("nationality", sa.String(length=3), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.person_id"], name=op.f("fk_other_documents_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("document_kind", "document_number", "nationality", name=op.f("pk_other_documents")),
    )
    with op.batch_alter_table("other_documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_other_documents_person_id"), ["person_id"], unique=False)

    op.create_table(
        "sandbox_e_cards",
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("expires_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("used_at", backend.database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.person_id"], name=op.f("fk_sandbox_e_cards_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("code_sha256", name=op.f("pk_sandbox_e_cards")),
    )
    with op.batch_alter_table("sandbox_e_cards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sandbox_e_cards_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "agents",
        sa.Column("agent_number", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("terminal_id", sa.String(length=64), nullable=False),
        sa.Column("document_kind", sa.String(length=32), nullable=False),
        sa.Column("document_number", sa.String(length=18), nullable=False),
        sa.Column("nationality", sa.String(length=3), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("relationship", sa.String(length=20), nullable=False),
        sa.Column("mobile", sa.String(length=11), nullable=False),
        sa.Column("declaration_version", sa.String(length=32), nullable=False),
        sa.Column("registered_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("application_number", sa.String(length=32), nullable=True),
        sa.Column("applied_at", backend.database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_number"],
            ["applications.application_number"],
            name=op.f("fk_agents_application_number_applications"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name=op.f("fk_agents_person_id_persons")),
        sa.PrimaryKeyConstraint("agent_number", name=op.f("pk_agents")),
        sa.UniqueConstraint("application_number", name=op.f("uq_agents_application_number")),
    )
    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agents_applied_at"), ["applied_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_agents_document_number"), ["document_number"], unique=False)

    op.create_table(
        "application_moves",
        sa.Column("application_number", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("at", backend.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_number"],
            ["applications.application_number"],
            name=op.f("fk_application_moves_application_number_applications"),
        ),
        sa.PrimaryKeyConstraint("application_number", "state", name=op.f("pk_application_moves")),
    )
    op.create_table(
        "photos",
        sa.Column("photo_number", sa.String(length=32), nullable=False),
        sa.Column("draft_number", sa.String(length=32), nullable=False),
        sa.Column("application_number", sa.String(length=32), nullable=True),
        sa.Column("made_at", backend.database.Moment(timezone=True), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_number"],
            ["applications.application_number"],
            name=op.f("fk_photos_application_number_applications"),
        ),
        sa.PrimaryKeyConstraint("photo_number", name=op.f("pk_photos")),
        sa.UniqueConstraint("application_number", name=op.f("uq_photos_application_number")),
    )
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_photos_draft_number"), ["draft_number"], unique=False)

    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reopened_at", backend.database.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("hand_in_due", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("handed_in_at", backend.database.Moment(timezone=True), nullable=True))

    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("document_kind", sa.String(length=32), server_default="resident_id", nullable=False)
        )
        batch_op.add_column(sa.Column("nationality", sa.String(length=3), nullable=True))
        batch_op.add_column(sa.Column("english_name", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("birth_date", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.drop_column("birth_date")
        batch_op.drop_column("english_name")
        batch_op.drop_column("nationality")
        batch_op.drop_column("document_kind")

    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.drop_column("handed_in_at")
        batch_op.drop_column("hand_in_due")
        batch_op.drop_column("reopened_at")

    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_photos_draft_number"))

    op.drop_table("photos")
    op.drop_table("application_moves")
    with op.batch_alter_table("agents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agents_document_number"))
        batch_op.drop_index(batch_op.f("ix_agents_applied_at"))

    op.drop_table("agents")
    with op.batch_alter_table("sandbox_e_cards", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sandbox_e_cards_expires_at"))

    op.drop_table("sandbox_e_cards")
    with op.batch_alter_table("other_documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_other_documents_person_id"))

    op.drop_table("other_documents")
    with op.batch_alter_table("draft_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_codes_draft_number"))

    op.drop_table("draft_codes")
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drafts_expires_at"))
        batch_op.drop_index(batch_op.f("ix_drafts_created_at"))

    op.drop_table("drafts")
