"""A slip again, for staff of the terminal that made it: masked as on paper, and counted."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.applications.tables import ApplicationRow
from backend.applications.view import shown_application
from backend.payments.tables import PaymentRow
from backend.problems import Refusal
from backend.records.tables import PersonRow
from backend.services import Services
from backend.staff.tables import SlipCopyRow
from kiosk.central.wire import ProblemCode, SlipCopy, SlipCopyRequest
from kiosk.domain.application import DeliveryMode, PaymentMethod
from kiosk.domain.masking import mask_address, mask_name

KEPT = timedelta(days=30)
"""How long a slip may be printed again at the terminal; after that at a counter, with the document."""
MOST_COPIES = 9


def copy_of_slip(
    services: Services, session: Session, application_number: str, request: SlipCopyRequest, terminal_id: str
) -> SlipCopy | Refusal:
    """One more copy, where it was applied for or paid; of another terminal's, or an old one, `not_found`."""
    now = services.clock.now()
    row = session.get(ApplicationRow, application_number, with_for_update=True)
    is_new = row is not None and row.submitted_at is not None and row.submitted_at >= now - KEPT
    if row is None or not is_new or terminal_id not in {row.terminal_id, _paid_at(session, row)}:
        return Refusal(ProblemCode.NOT_FOUND)
    copies = select(func.count()).where(SlipCopyRow.application_number == application_number)
    copy_number = session.scalars(copies.select_from(SlipCopyRow)).one() + 1
    if copy_number > MOST_COPIES:
        return Refusal(ProblemCode.TOO_MANY)
    session.add(
        SlipCopyRow(
            application_number=application_number,
            copy_number=copy_number,
            terminal_id=terminal_id,
            staff_number=request.staff_number,
            role=request.role.value,
            at=now,
        )
    )
    return _slip(services, session, row, copy_number, now)


def _slip(services: Services, session: Session, row: ApplicationRow, copy_number: int, now: datetime) -> SlipCopy:
    person = session.get_one(PersonRow, row.person_id)
    is_express = row.delivery_mode == DeliveryMode.EXPRESS
    place = f"{row.address_district}{row.address_street}{mask_address(row.address_detail or '')}"
    return SlipCopy(
        application=shown_application(session, row, services.links, now),
        copy_number=copy_number,
        masked_name=mask_name(person.name),
        id_last4=person.document_number[-4:],
        masked_address=place if is_express else None,
        office=services.reference.office(row.office_id) if row.office_id else None,
        payment_method=_method(session, row),
    )


def _paid_at(session: Session, row: ApplicationRow) -> str | None:
    """Whoever goes on at another terminal is handed the slip there."""
    payment = session.get(PaymentRow, row.payment_number) if row.payment_number else None
    return payment.terminal_id if payment else None


def _method(session: Session, row: ApplicationRow) -> PaymentMethod | None:
    if row.payment_number is None:
        return None
    payment = session.get(PaymentRow, row.payment_number)
    return PaymentMethod(payment.method) if payment else None
