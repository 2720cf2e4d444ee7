"""Alembic's entry: runs on the connection that `backend.migrations.migrate` hands over."""

from __future__ import annotations

from alembic import context

from backend.all_tables import whole_metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=whole_metadata(),
    render_as_batch=True,  # SQLite changes tables by copying them
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
