"""How a terminal joins: a ticket as a QR code, and the short code on its screen compared with ours by typing it."""

from __future__ import annotations

import hmac
import re

import segno
from markupsafe import Markup
from sqlalchemy import select
from starlette.responses import Response

from backend.console.accounts import Role
from backend.console.door import Door, Visit
from backend.fleet.enrolment import TICKET_LIFE
from backend.fleet.tables import EnrolmentRow
from backend.problems import Refusal
from kiosk.fleet.pairing import EnrolmentState

_NAME = re.compile(r"[A-Za-z0-9_-]{3,24}")
_NEWEST = 20


def add(door: Door) -> None:
    door.get("/joining", lambda visit: _shown(visit, "joining.html"))
    door.get("/joining/live", lambda visit: _shown(visit, "joining_live.html"))
    door.post("/joining/tickets", Role.OPERATOR, _ticket)
    door.post("/joining/{enrolment_id}/approve", Role.OPERATOR, _approve)
    door.post("/joining/{enrolment_id}/deny", Role.OPERATOR, _deny)


def _shown(visit: Visit, template: str, fault: str = "", code: str = "", terminal_id: str = "") -> Response:
    with visit.desk.fleet.sessions() as session:
        rows = session.scalars(select(EnrolmentRow).order_by(EnrolmentRow.asked_at.desc()).limit(_NEWEST)).all()
    return visit.page(
        template,
        status=422 if fault else 200,
        offices=visit.desk.services.reference.reference.offices,
        pending=[row for row in rows if row.state == EnrolmentState.PENDING],
        decided=[row for row in rows if row.state != EnrolmentState.PENDING],
        fault=fault,
        code=Markup(code),  # noqa: S704  drawn by us
        terminal_id=terminal_id,
        minutes=int(TICKET_LIFE.total_seconds()) // 60,
    )


def _ticket(visit: Visit) -> Response:
    """Shown in the answer itself and nowhere else: only its hash is kept."""
    terminal_id, office_id = visit.sent.get("terminal_id"), visit.sent.get("office_id")
    if not _NAME.fullmatch(terminal_id):
        return _shown(visit, "joining.html", "terminal_name", terminal_id=terminal_id)
    if visit.desk.services.reference.office(office_id) is None:
        return _shown(visit, "joining.html", "office_unknown", terminal_id=terminal_id)
    with visit.desk.fleet.sessions.begin() as session:
        ticket = visit.desk.fleet.enrolments.ticket(session, terminal_id, office_id, visit.who)
    if isinstance(ticket, Refusal):
        return _shown(visit, "joining.html", "terminal_gone", terminal_id=terminal_id)
    drawn = segno.make(ticket.content(), micro=False).svg_inline(
        scale=6, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return _shown(visit, "joining.html", code=drawn, terminal_id=terminal_id)


def _approve(visit: Visit) -> Response:
    """Typing what the terminal shows is comparing it; a code that is only looked at is soon nodded through."""
    typed = re.sub(r"\s", "", visit.sent.get("typed"))
    with visit.desk.fleet.sessions() as session:
        row = session.get(EnrolmentRow, visit.path("enrolment_id"))
    if row is None:
        return visit.missing()
    if not hmac.compare_digest(typed.encode(), row.short_code.encode()):
        return visit.go("/joining", "code_differs")
    return _decided(visit, is_approved=True)


def _deny(visit: Visit) -> Response:
    return _decided(visit, is_approved=False)


def _decided(visit: Visit, *, is_approved: bool) -> Response:
    fleet = visit.desk.fleet
    fleet.ensure_looked()
    outcome = fleet.decide_enrolment(visit.path("enrolment_id"), visit.who, is_approved=is_approved)
    if isinstance(outcome, Refusal):
        return visit.go("/joining", "not_possible")
    return visit.go("/joining", "terminal_joined" if is_approved else "terminal_denied")
