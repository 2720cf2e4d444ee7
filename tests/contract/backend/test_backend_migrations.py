from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from backend.all_tables import whole_metadata
from backend.database import open_engine
from backend.migrations.migrate import migrate, migrate_back


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


def test_migrations_lead_to_exactly_the_tables_of_the_code(engine: Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, whole_metadata()) == []


def test_migrations_lead_back_to_nothing_and_forward_again(engine: Engine) -> None:
    migrate(engine)
    migrate(engine)
    migrate_back(engine)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrate(engine)
    assert "applications" in inspect(engine).get_table_names()
