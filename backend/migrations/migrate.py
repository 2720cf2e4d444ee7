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


def _run(engine: Engine, act: Callable[[Config], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        act(config)
