"""Brings a database to the newest schema, or back; Alembic without a configuration file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine


def migrate(engine: Engine, revision: str = "heads") -> None:
    """Forward to `revision`, by default to the newest of every branch."""
    _run(engine, lambda config: command.upgrade(config, revision))


def migrate_back(engine: Engine, revision: str = "base") -> None:
    """Back to `revision`; tables that came later are dropped with what is in them."""
    _run(engine, lambda config: command.downgrade(config, revision))


def write_revision(engine: Engine, revision: str, message: str) -> None:
    """For developers: writes `versions/<revision>_....py` from the difference between the database and the tables."""
    _run(engine, lambda config: command.revision(config, message, autogenerate=True, rev_id=revision))


def _run(engine: Engine, act: Callable[[Config], object]) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        act(config)
