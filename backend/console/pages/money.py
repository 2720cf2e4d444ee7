"""Applications and payments, masked; and each day compared with the gateway's bill."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select
from starlette.responses import Response

from backend.applications.tables import ApplicationRow
from backend.console.door import Door, Visit
from backend.payments.tables import PaymentRow, ReconciliationRow
from backend.records.tables import PersonRow
from kiosk.domain.application import ApplicationState, PaymentState
from kiosk.domain.masking import mask_name, mask_number

_NEWEST = 100


def add(door: Door) -> None:
    door.get("/applications", _applications)
    door.get("/payments", _payments)
    door.get("/reconciliations", _reconciliations)


def _applications(visit: Visit) -> Response:
    number, state = visit.query("number").strip(), visit.query("state")
    query = select(ApplicationRow, PersonRow).join(PersonRow, PersonRow.person_id == ApplicationRow.person_id)
    if number:
        of_terminal = ApplicationRow.terminal_id == number
        query = query.where(or_(ApplicationRow.application_number == number.upper(), of_terminal))
    if state in set(ApplicationState):
        query = query.where(ApplicationRow.state == state)
    with visit.desk.fleet.sessions() as session:
        rows = session.execute(query.order_by(ApplicationRow.created_at.desc()).limit(_NEWEST)).all()
        shown = [(one, mask_name(person.name), mask_number(person.document_number)) for one, person in rows]
    return visit.page("applications.html", rows=shown, number=number, state=state, states=list(ApplicationState))


def _payments(visit: Visit) -> Response:
    number, state = visit.query("number").strip(), visit.query("state")
    query = select(PaymentRow)
    if number:
        wanted = (PaymentRow.payment_number, PaymentRow.application_number)
        query = query.where(or_(PaymentRow.terminal_id == number, *(column == number.upper() for column in wanted)))
    if state in set(PaymentState):
        query = query.where(PaymentRow.state == state)
    with visit.desk.fleet.sessions() as session:
        rows = session.scalars(query.order_by(PaymentRow.created_at.desc()).limit(_NEWEST)).all()
    return visit.page(
        "payments.html", rows=rows, number=number, state=state, states=list(PaymentState), mask=mask_number
    )


def _reconciliations(visit: Visit) -> Response:
    with visit.desk.fleet.sessions() as session:
        rows = session.scalars(select(ReconciliationRow).order_by(ReconciliationRow.day.desc()).limit(_NEWEST)).all()
    return visit.page("reconciliations.html", rows=[(row, _report(row)) for row in rows])


def _report(row: ReconciliationRow) -> Mapping[str, Any]:
    return json.loads(row.report)
