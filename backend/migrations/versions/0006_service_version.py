"""The bundle that an application was made under"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_service_version"
down_revision = "0005_staff"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.add_column(sa.Column("service_version", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.drop_column("service_version")
