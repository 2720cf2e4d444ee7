"""What the backend keeps of its fleet. Thresholds are typed columns; nothing that decides anything is free text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Moment

ENROLLED, FROZEN, DECOMMISSIONED = "enrolled", "frozen", "decommissioned"
"""States of a terminal. Frozen: two machines claim to be it, so neither is believed until a person has decided."""


class RootRow(Base):
    """The chain of roots of trust, as signed."""

    __tablename__ = "fleet_roots"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    envelope: Mapped[bytes] = mapped_column(LargeBinary)
    installed_at: Mapped[datetime] = mapped_column(Moment)


class FleetTerminalRow(Base):
    """An enrolled terminal; its office and whether it may speak stand in `terminals`."""

    __tablename__ = "fleet_terminals"

    terminal_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(32), index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    """ENROLLED, FROZEN or DECOMMISSIONED."""
    key_sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the public key (SubjectPublicKeyInfo) in its certificates; None: it has a token only."""
    hardware: Mapped[str] = mapped_column(String(40), default="")
    enrolled_at: Mapped[datetime] = mapped_column(Moment)
    certificate_expires_at: Mapped[datetime | None] = mapped_column(Moment)


class TicketRow(Base):
    __tablename__ = "fleet_tickets"

    secret_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    terminal_id: Mapped[str] = mapped_column(String(64))
    office_id: Mapped[str] = mapped_column(String(32))
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class EnrolmentRow(Base):
    __tablename__ = "fleet_enrolments"

    enrolment_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    secret_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    terminal_id: Mapped[str] = mapped_column(String(64), index=True)
    office_id: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16), index=True)
    nonce: Mapped[str] = mapped_column(String(32))
    short_code: Mapped[str] = mapped_column(String(8))
    csr_pem: Mapped[str] = mapped_column(String(4096))
    hardware: Mapped[str] = mapped_column(String(40))
    app_version: Mapped[str] = mapped_column(String(16))
    serial: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[str | None] = mapped_column(String(64))
    certificate_pem: Mapped[str | None] = mapped_column(String(4096))


class BundleRow(Base):
    __tablename__ = "fleet_bundles"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    bundle_id: Mapped[str] = mapped_column(String(64))
    release_counter: Mapped[int] = mapped_column(BigInteger, unique=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    """draft, approved, signed, withdrawn."""
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    envelope: Mapped[bytes | None] = mapped_column(LargeBinary)
    base_sha256: Mapped[str | None] = mapped_column(String(64))
    """What it was compared with when its risk was found out."""
    risk: Mapped[str] = mapped_column(String(16))
    author: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment)


class ApprovalRow(Base):
    """One person, once for each bundle."""

    __tablename__ = "fleet_approvals"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    approved_at: Mapped[datetime] = mapped_column(Moment)


class DesiredRow(Base):
    """The newest statement for each terminal, as signed."""

    __tablename__ = "fleet_desired"

    terminal_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    epoch: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(BigInteger)
    payload_sha256: Mapped[str] = mapped_column(String(64))
    envelope: Mapped[bytes] = mapped_column(LargeBinary)
    bundle_sha256: Mapped[str] = mapped_column(String(64), index=True)
    rollout_id: Mapped[str | None] = mapped_column(String(40))
    overrides: Mapped[dict[str, Any]] = mapped_column(JSON)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    changed_at: Mapped[datetime] = mapped_column(Moment, index=True)


class StatementRow(Base):
    """Every wish there ever was, short: for a terminal's history and for the fees it may still charge."""

    __tablename__ = "fleet_statements"

    terminal_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    epoch: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    bundle_sha256: Mapped[str] = mapped_column(String(64))
    rollout_id: Mapped[str | None] = mapped_column(String(40))
    issued_at: Mapped[datetime] = mapped_column(Moment)


class HealthRow(Base):
    """The newest report of each terminal, and what follows from it."""

    __tablename__ = "fleet_health"

    terminal_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    boot_id: Mapped[str] = mapped_column(String(36))
    received_at: Mapped[datetime] = mapped_column(Moment, index=True)
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    condition: Mapped[str] = mapped_column(String(16), index=True)
    condition_since: Mapped[datetime] = mapped_column(Moment)
    service_since: Mapped[datetime] = mapped_column(Moment)
    """Since when `report.service` has had its value."""
    state_since: Mapped[datetime] = mapped_column(Moment)
    heard_since: Mapped[datetime] = mapped_column(Moment)
    """Since when its reports have come without a gap."""
    boots: Mapped[int]
    """Boots in a row without a moment in service."""
    is_synced: Mapped[bool]


class HistoryRow(Base):
    """What changed at a terminal, newest first by `number`; reports that change nothing leave no trace here."""

    __tablename__ = "fleet_history"
    __table_args__ = (Index("ix_fleet_history_terminal", "terminal_id", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    terminal_id: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[str] = mapped_column(String(32))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


class AlertRow(Base):
    """One open or ended matter; `ended_at` None: still so."""

    __tablename__ = "fleet_alerts"
    __table_args__ = (
        Index(
            "uq_one_open_alert",
            "terminal_id",
            "kind",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    terminal_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    began_at: Mapped[datetime] = mapped_column(Moment)
    told_at: Mapped[datetime] = mapped_column(Moment)
    times_told: Mapped[int]
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class RolloutRow(Base):
    __tablename__ = "fleet_rollouts"

    rollout_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    bundle_sha256: Mapped[str] = mapped_column(String(64))
    risk: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), index=True)
    """ready, running, paused, halted, finished."""
    reason: Mapped[str] = mapped_column(String(200))
    wave: Mapped[int]
    """The wave that is being targeted or watched; the first is 0."""
    wave_began_at: Mapped[datetime | None] = mapped_column(Moment)
    waves: Mapped[int]
    online_before: Mapped[int]
    """Terminals of the whole fleet that were heard of when the wave began."""
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    compensates: Mapped[str | None] = mapped_column(String(40))
    """The halted rollout whose terminals this one leads back."""
    advance_percent: Mapped[int]
    soak_s: Mapped[int]
    min_payments: Mapped[int]
    ack_deadline_s: Mapped[int]
    halt_failure_percent: Mapped[int]
    payment_drop_points: Mapped[int]
    restart_factor: Mapped[int]
    outbox_factor: Mapped[int]
    connectivity_drop_percent: Mapped[int]


class TargetRow(Base):
    """One terminal of one rollout."""

    __tablename__ = "fleet_targets"
    __table_args__ = (Index("ix_fleet_targets_wave", "rollout_id", "wave"),)

    rollout_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    terminal_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    wave: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(16))
    """waiting, pending, excluded, confirmed, rejected, reverted, lost."""
    reason: Mapped[str] = mapped_column(String(40))
    previous_sha256: Mapped[str | None] = mapped_column(String(64))
    """What it was wished to run before: where a compensation leads back to."""
    targeted_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int | None] = mapped_column(BigInteger)
    """Of the statement that targeted it."""
    started_before: Mapped[int]
    succeeded_before: Mapped[int]
    restarts_before: Mapped[int]


class SwitchRow(Base):
    """Switches of the whole fleet; `targeting` off is the kill switch."""

    __tablename__ = "fleet_switches"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    is_on: Mapped[bool]
    changed_by: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime] = mapped_column(Moment)


class CommandRow(Base):
    __tablename__ = "fleet_commands"

    nonce: Mapped[str] = mapped_column(String(32), primary_key=True)
    terminal_id: Mapped[str] = mapped_column(String(64), index=True)
    action: Mapped[str] = mapped_column(String(32))
    envelope: Mapped[bytes] = mapped_column(LargeBinary)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(String(16))
    detail: Mapped[str] = mapped_column(String(64))
    outcome_at: Mapped[datetime | None] = mapped_column(Moment)


class AuditRow(Base):
    """Who did what to the fleet; written in the transaction of the act."""

    __tablename__ = "fleet_audit"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    who: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
