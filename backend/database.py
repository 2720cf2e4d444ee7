"""The database of the backend: one declarative base, engines for SQLite (one office) and PostgreSQL (a fleet)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, MetaData, create_engine, event, text
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

_NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables of the backend; each package declares its own in a module named `tables`."""

    metadata = MetaData(naming_convention=_NAMING)


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite has no zones, so they are put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment carries its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def open_engine(url: str) -> Engine:
    """Engine for `sqlite:///file` or `postgresql+psycopg://...`; SQLite gets WAL, FULL and foreign keys.

    Parameters stay out of every error text: they are personal data.
    """
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    return engine


def session_factory(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine, expire_on_commit=False)


def lock_number(*names: str) -> int:
    """The number under which PostgreSQL knows an advisory lock of this name."""
    return int.from_bytes(hashlib.sha256("\n".join(names).encode()).digest()[:8], "big", signed=True)


def hold_lock(session: Session, *names: str) -> None:
    """Waits until nobody else holds the lock of this name; it ends with the transaction. SQLite has one writer."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": lock_number(*names)})


def _prepare_sqlite(connection: Any, _record: Any) -> None:  # the driver's own connection object
    connection.isolation_level = None  # SQLAlchemy begins transactions itself, see _begin_immediate
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    """A writer that starts as a reader can lose its place; taking the lock first makes waiting orderly."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
