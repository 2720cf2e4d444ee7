"""What was recorded: acts of people, alerts, and the terminals' own audit chains as they were received and verified."""

from __future__ import annotations

from sqlalchemy import func, select
from starlette.responses import Response

from backend.console.accounts import Role
from backend.console.door import Door, Visit
from backend.fleet.audit import record
from backend.fleet.tables import AlertRow, AuditRow
from backend.staff.tables import AuditChainRow, AuditFindingRow, AuditRecordRow

_NEWEST = 100


def add(door: Door) -> None:
    door.get("/acts", _acts)
    door.get("/alerts", lambda visit: _alerts(visit, "alerts.html"))
    door.get("/alerts/live", lambda visit: _alerts(visit, "alerts_live.html"))
    door.post("/alerts/{number}/end", Role.OPERATOR, _end_alert)
    door.get("/audit", _chains)
    door.get("/audit/{terminal_id}", _chain)


def _acts(visit: Visit) -> Response:
    who, subject = visit.query("who").strip(), visit.query("subject").strip()
    query = select(AuditRow)
    if who:
        query = query.where(AuditRow.who == who)
    if subject:
        query = query.where(AuditRow.subject == subject)
    with visit.desk.fleet.sessions() as session:
        rows = session.scalars(query.order_by(AuditRow.number.desc()).limit(_NEWEST)).all()
    return visit.page("acts.html", rows=rows, who=who, subject=subject)


def _alerts(visit: Visit, template: str) -> Response:
    with visit.desk.fleet.sessions() as session:
        open_ones = session.scalars(
            select(AlertRow).where(AlertRow.ended_at.is_(None)).order_by(AlertRow.began_at)
        ).all()
        over = select(AlertRow).where(AlertRow.ended_at.is_not(None)).order_by(AlertRow.ended_at.desc())
        ended = session.scalars(over.limit(_NEWEST)).all()
    return visit.page(template, open_ones=open_ones, ended=ended)


def _end_alert(visit: Visit) -> Response:
    """For alarms that only a person can end; a condition that still holds begins a new alert by itself."""
    number = visit.path("number")
    if not number.isdecimal() or len(number) > 9:
        return visit.missing()
    with visit.desk.fleet.sessions.begin() as session:
        visit.desk.fleet.health.end_alert(session, int(number))
        record(session, visit.desk.clock.now(), visit.who, "alert_end", number)
    return visit.go("/alerts", "alert_ended")


def _chains(visit: Visit) -> Response:
    with visit.desk.fleet.sessions() as session:
        chains = session.scalars(select(AuditChainRow).order_by(AuditChainRow.terminal_id)).all()
        counted = select(AuditFindingRow.terminal_id, func.count()).group_by(AuditFindingRow.terminal_id)
        findings = dict(session.execute(counted).all())
    return visit.page("audit.html", chains=chains, findings=findings)


def _chain(visit: Visit) -> Response:
    terminal_id = visit.path("terminal_id")
    with visit.desk.fleet.sessions() as session:
        chain = session.get(AuditChainRow, terminal_id)
        found = select(AuditFindingRow).where(AuditFindingRow.terminal_id == terminal_id)
        findings = session.scalars(found.order_by(AuditFindingRow.finding_id.desc()).limit(_NEWEST)).all()
        kept = select(AuditRecordRow).where(AuditRecordRow.terminal_id == terminal_id)
        records = session.scalars(kept.order_by(AuditRecordRow.seq.desc()).limit(_NEWEST)).all()
    return visit.page("audit_chain.html", chain=chain, findings=findings, records=records) if chain else visit.missing()
