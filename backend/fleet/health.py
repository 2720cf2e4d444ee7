"""Reports as they come in, what follows from them, and whom that is told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session, sessionmaker

from backend.clock import Clock
from backend.fleet.alerting import REPEAT_AFTER, Note, OpenAlert, Telling, kind_of, notes
from backend.fleet.audit import remember
from backend.fleet.conditions import REPORT_EVERY_S, SILENT_AFTER, Condition, Finding, Sighting, condition_of
from backend.fleet.tables import DECOMMISSIONED, AlertRow, CommandRow, DesiredRow, FleetTerminalRow, HealthRow
from backend.problems import Refusal
from kiosk.central.wire import ProblemCode
from kiosk.fleet.report import DesiredHint, Report, ReportAccepted, ServiceState, is_synced

_ALARMING = {"EQUIVOCATION": "equivocation", "BAD_SIGNATURE": "bad_signature"}
_log = logging.getLogger(__name__)


class Messenger(Protocol):
    """Where alerts go: a log, a mail gateway, a chat of the people on duty."""

    def tell(self, notes: Sequence[Note]) -> None: ...


class LogMessenger:
    """The reference backend's: one line each, no personal data in them."""

    def tell(self, notes: Sequence[Note]) -> None:
        for note in notes:
            _log.warning("terminal %s: %s %s", note.terminal_id, note.kind, note.telling)


def _always(_session: Session) -> bool:
    return True


@dataclass(frozen=True)
class Health:
    sessions: sessionmaker[Session]
    clock: Clock
    messenger: Messenger

    # --- a report -----------------------------------------------------------------------------------------------------

    def accept(self, terminal_id: str, report: Report) -> ReportAccepted | Refusal:
        """In a transaction of its own."""
        with self.sessions.begin() as session:
            row = session.get(HealthRow, terminal_id, with_for_update=True)
            return self.take(session, terminal_id, report, row, session.get(DesiredRow, terminal_id))

    def take(
        self, session: Session, terminal_id: str, report: Report, row: HealthRow | None, desired: DesiredRow | None
    ) -> ReportAccepted | Refusal:
        """Keeps the newest. The same number again is answered again; a fork in the sequence is an alarm.

        `row` and `desired` are this terminal's, of this session: who takes many reports reads many rows at once.
        """
        now = self.clock.now()
        if row is not None and report.seq <= row.seq:
            if report.model_dump(mode="json") != row.report and report.seq == row.seq:
                self._alarm(session, terminal_id, "sequence_fork", now)
                return Refusal(ProblemCode.FLEET_STATE, field="seq", detail="two machines with one identity")
            return _accepted(row.seq, desired)
        self._keep(session, terminal_id, row, report, desired, now)
        return _accepted(report.seq, desired)

    def _keep(
        self,
        session: Session,
        terminal_id: str,
        row: HealthRow | None,
        report: Report,
        desired: DesiredRow | None,
        now: datetime,
    ) -> None:
        before = Report.model_validate(row.report, strict=False) if row else None
        has_rebooted = before is not None and before.boot_id != report.boot_id
        boots = (row.boots if row else 0) + has_rebooted
        is_ready = report.service not in (ServiceState.STARTING, ServiceState.OUT_OF_SERVICE)
        fresh = row or HealthRow(
            terminal_id=terminal_id,
            condition=Condition.OK,
            condition_since=now,
            service_since=now,
            state_since=now,
            heard_since=now,
        )
        if row is not None and now - row.received_at > SILENT_AFTER:
            fresh.heard_since = now
        if before is not None and (before.service != report.service):
            fresh.service_since = now
        if before is not None and before.state != report.state:
            fresh.state_since = now
            _remember_state(session, terminal_id, report, now)
        fresh.seq, fresh.boot_id, fresh.received_at = report.seq, report.boot_id, now
        fresh.boots = 0 if is_ready else boots
        fresh.report = report.model_dump(mode="json")
        fresh.is_synced = desired is not None and is_synced(
            report, desired.epoch, desired.version, desired.bundle_sha256
        )
        if row is None:
            session.add(fresh)
            remember(session, now, terminal_id, "first_report", app=report.app_version, hardware=report.hardware)
        _set_condition(session, fresh, condition_of(sighting_of(fresh, desired, report), now), now)
        _take_results(session, terminal_id, report, now)
        for event in report.security:
            if event.code in _ALARMING:
                self._alarm(session, terminal_id, _ALARMING[event.code], now)

    def _alarm(self, session: Session, terminal_id: str, kind: str, now: datetime) -> None:
        """Told at once, again hourly while it keeps happening, and ended by a person only."""
        query = select(AlertRow).where(AlertRow.terminal_id == terminal_id, AlertRow.kind == kind)
        row = session.scalars(query.where(AlertRow.ended_at.is_(None))).one_or_none()
        if row is None:
            remember(session, now, terminal_id, kind)
            _begin(session, Note(terminal_id, kind, Telling.BEGAN), now)
        elif now - row.told_at >= REPEAT_AFTER:
            row.told_at, row.times_told = now, row.times_told + 1
        else:
            return
        self.messenger.tell([Note(terminal_id, kind, Telling.STILL if row else Telling.BEGAN)])

    # --- looking after all of them ------------------------------------------------------------------------------------

    def look_after(self, is_ours: Callable[[Session], bool] = _always) -> Sequence[Note]:
        """Finds out how every terminal is, tells what changed; every half minute. Returns what was told."""
        now = self.clock.now()
        with self.sessions.begin() as session:
            if not is_ours(session):
                return ()
            wanted: dict[str, str | None] = {}
            for row, desired in session.execute(_with_wish()):
                finding = condition_of(sighting_of(row, desired), now)
                _set_condition(session, row, finding, now)
                wanted[row.terminal_id] = kind_of(finding, row.condition_since, now)
            told = notes(_open_alerts(session), wanted, now)
            for note in told:
                _write(session, note, now)
        self.messenger.tell(told)
        return told

    def end_alert(self, session: Session, number: int) -> None:
        """A person has seen to it."""
        query = update(AlertRow).where(AlertRow.number == number, AlertRow.ended_at.is_(None))
        session.execute(query.values(ended_at=self.clock.now()))


def _with_wish() -> Select[HealthRow, DesiredRow]:
    joined = select(HealthRow, DesiredRow).join(FleetTerminalRow, FleetTerminalRow.terminal_id == HealthRow.terminal_id)
    joined = joined.outerjoin(DesiredRow, DesiredRow.terminal_id == HealthRow.terminal_id)
    return joined.where(FleetTerminalRow.state != DECOMMISSIONED)


def _accepted(seq: int, desired: DesiredRow | None) -> ReportAccepted:
    hint = DesiredHint(epoch=desired.epoch, version=desired.version) if desired else None
    return ReportAccepted(accepted_seq=seq, next_report_s=REPORT_EVERY_S, desired=hint)


def sighting_of(row: HealthRow, desired: DesiredRow | None, report: Report | None = None) -> Sighting:
    """What `condition_of` looks at. `report`: the row's own, where it is in hand already."""
    return Sighting(
        report=report or Report.model_validate(row.report, strict=False),
        received_at=row.received_at,
        service_since=row.service_since,
        state_since=row.state_since,
        heard_since=row.heard_since,
        boots=row.boots,
        wish_version=(desired.epoch, desired.version) if desired else None,
        wish_issued_at=desired.changed_at if desired else None,
    )


def _set_condition(session: Session, row: HealthRow, finding: Finding, now: datetime) -> None:
    if row.condition == finding.condition:
        return
    facts = {"before": str(row.condition), "now": str(finding.condition), "reasons": list(finding.reasons)}
    row.condition, row.condition_since = finding.condition.value, now
    remember(session, now, row.terminal_id, "condition", **facts)


def _remember_state(session: Session, terminal_id: str, report: Report, now: datetime) -> None:
    reason = report.reason.code if report.reason else ""
    version = report.observed.version if report.observed else 0
    remember(session, now, terminal_id, "config_state", state=report.state, version=version, reason=reason)


def _take_results(session: Session, terminal_id: str, report: Report, now: datetime) -> None:
    for result in report.commands:
        row = session.get(CommandRow, result.nonce)
        if row is not None and row.terminal_id == terminal_id and row.outcome is None:
            row.outcome, row.detail, row.outcome_at = result.outcome, result.detail, now
            remember(session, now, terminal_id, "command", action=row.action, outcome=result.outcome)


def _open_alerts(session: Session) -> Iterable[OpenAlert]:
    rows = session.scalars(select(AlertRow).where(AlertRow.ended_at.is_(None)))
    return [OpenAlert(row.terminal_id, row.kind, row.told_at) for row in rows]


def _write(session: Session, note: Note, now: datetime) -> None:
    match note.telling:
        case Telling.BEGAN:
            _begin(session, note, now)
        case Telling.STILL:
            _change(session, note, {"told_at": now, "times_told": AlertRow.times_told + 1})
        case Telling.OVER:
            _change(session, note, {"ended_at": now})


def _begin(session: Session, note: Note, now: datetime) -> None:
    session.add(AlertRow(terminal_id=note.terminal_id, kind=note.kind, began_at=now, told_at=now, times_told=1))


def _change(session: Session, note: Note, values: Mapping[str, object]) -> None:
    is_it = (AlertRow.terminal_id == note.terminal_id) & (AlertRow.kind == note.kind) & AlertRow.ended_at.is_(None)
    session.execute(update(AlertRow).where(is_it).values(**values))
