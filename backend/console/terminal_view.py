"""One terminal as the console knows it: how it is, what it runs and should run, what happened to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.console.differences import Difference, differences
from backend.console.drafts import sections_in
from backend.fleet.conditions import Finding, condition_of
from backend.fleet.health import sighting_of
from backend.fleet.tables import (
    AlertRow,
    BundleRow,
    CommandRow,
    DesiredRow,
    FleetTerminalRow,
    HealthRow,
    HistoryRow,
    StatementRow,
)
from kiosk.fleet.report import Report

_NEWEST = 30


@dataclass(frozen=True)
class TerminalView:
    terminal: FleetTerminalRow
    health: HealthRow | None
    report: Report | None
    finding: Finding | None
    desired: DesiredRow | None
    runs: BundleRow | None
    """The bundle it says it runs; None: none, or one that this backend never made."""
    wished: BundleRow | None
    effective: Mapping[str, Any]
    """Sections of the bundle it runs."""
    waiting: Sequence[Difference]
    """What will change when it runs what is wished."""
    history: Sequence[HistoryRow]
    statements: Sequence[StatementRow]
    commands: Sequence[CommandRow]
    alerts: Sequence[AlertRow]


def read_terminal(session: Session, terminal_id: str, now: datetime) -> TerminalView | None:
    terminal = session.get(FleetTerminalRow, terminal_id)
    if terminal is None:
        return None
    health, desired = session.get(HealthRow, terminal_id), session.get(DesiredRow, terminal_id)
    report = Report.model_validate(health.report, strict=False) if health else None
    runs = session.get(BundleRow, report.applied.bundle) if report and report.applied else None
    wished = session.get(BundleRow, desired.bundle_sha256) if desired else None
    effective = sections_in(runs) if runs else {}
    is_same = runs is None or wished is None or runs.sha256 == wished.sha256
    return TerminalView(
        terminal=terminal,
        health=health,
        report=report,
        finding=condition_of(sighting_of(health, desired), now) if health else None,
        desired=desired,
        runs=runs,
        wished=wished,
        effective=effective,
        waiting=() if is_same or wished is None else differences(effective, sections_in(wished)),
        history=_newest(session, select(HistoryRow), HistoryRow.terminal_id, HistoryRow.number, terminal_id),
        statements=_newest(
            session, select(StatementRow), StatementRow.terminal_id, StatementRow.issued_at, terminal_id
        ),
        commands=_newest(session, select(CommandRow), CommandRow.terminal_id, CommandRow.created_at, terminal_id),
        alerts=_newest(session, select(AlertRow), AlertRow.terminal_id, AlertRow.number, terminal_id),
    )


def _newest(session: Session, query: Any, owner: Any, order: Any, terminal_id: str) -> Sequence[Any]:
    return session.scalars(query.where(owner == terminal_id).order_by(order.desc()).limit(_NEWEST)).all()
