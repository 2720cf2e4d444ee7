"""Who may use the console, who is signed in, and bundles that somebody is still editing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Moment


class AccountRow(Base):
    """A person with a password and an authenticator; made on the command line only."""

    __tablename__ = "console_accounts"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    password: Mapped[str] = mapped_column(String(200))
    """Argon2id, as a PHC string."""
    code_key: Mapped[str] = mapped_column(String(200))
    """Of the authenticator (RFC 6238), sealed with the console's key."""
    roles: Mapped[str] = mapped_column(String(80))
    """Words of `Role`, separated by blanks."""
    is_active: Mapped[bool]
    last_step: Mapped[int] = mapped_column(BigInteger)
    """Time step of the last code that was used: no code is taken twice (RFC 6238, 5.2)."""
    made_at: Mapped[datetime] = mapped_column(Moment)


class VisitRow(Base):
    """Somebody is signed in; the cookie's secret is kept as its hash only."""

    __tablename__ = "console_visits"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), index=True)
    began_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)


class AttemptRow(Base):
    """Failed attempts to sign in, by hashed name and by hashed address."""

    __tablename__ = "console_attempts"

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    next_at: Mapped[datetime] = mapped_column(Moment, index=True)


class DraftRow(Base):
    """Sections of a bundle on somebody's desk: may be wrong, may be changed, is nothing yet to any terminal."""

    __tablename__ = "console_drafts"

    draft_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    title: Mapped[str] = mapped_column(String(64))
    """Becomes the bundle's id."""
    sections: Mapped[dict[str, Any]] = mapped_column(JSON)
    base_sha256: Mapped[str | None] = mapped_column(String(64))
    bundle_sha256: Mapped[str | None] = mapped_column(String(64))
    """The bundle it became."""
    made_by: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Moment)
    changed_by: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime] = mapped_column(Moment)
    edition: Mapped[int]
    """Rises with each change, so that nobody overwrites what another has saved meanwhile."""
