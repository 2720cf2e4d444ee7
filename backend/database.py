"""The database of the backend: one declarative base, engines for SQLite (one office) and PostgreSQL (a fleet)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker


class Base(DeclarativeBase):
    """All tables of the backend; each package declares its own in a module named `tables`."""


def open_engine(url: str) -> Engine:
    """Engine for `sqlite:///file` or `postgresql+psycopg://...`; SQLite gets WAL, FULL and foreign keys."""
    engine = create_engine(url, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    return engine


def session_factory(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine, expire_on_commit=False)


def _prepare_sqlite(connection: Any, _record: Any) -> None:  # the driver's own connection object
    connection.isolation_level = None  # SQLAlchemy begins transactions itself, see _begin_immediate
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    """A writer that starts as a reader can lose its place; taking the lock first makes waiting orderly."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
