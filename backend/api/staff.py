"""What staff at a terminal need of the backend, and what it keeps of what they did."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from starlette.responses import Response

from backend.api.common import GUARDED, CallingTerminal, Key, answer, answer_once, problems
from backend.clock import city_day
from backend.idempotency import Done
from backend.problems import Refusal
from backend.services import Services
from backend.staff.audit import receive_audit
from backend.staff.slip_copies import copy_of_slip
from backend.staff.tables import ReadinessReportRow
from kiosk.central.wire import (
    AuditReceived,
    AuditUpload,
    Number,
    Readiness,
    ReadinessKept,
    SlipCopy,
    SlipCopyRequest,
)


def staff_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["staff"], responses=GUARDED)

    @router.post(
        "/applications/{application_number}/slip-copies",
        status_code=201,
        response_model=SlipCopy,
        responses=problems(404, 409, 429),
    )
    def copy_slip(
        request: Request, application_number: Number, body: SlipCopyRequest, terminal: CallingTerminal, key: Key
    ) -> Response:
        def work(session: Session) -> Done | Refusal:
            slip = copy_of_slip(services, session, application_number, body, terminal.terminal_id)
            return slip if isinstance(slip, Refusal) else Done(201, slip)

        return answer_once(services.idempotency, request, key, body, work)

    @router.post("/audit-records", response_model=AuditReceived)
    def receive(body: AuditUpload, terminal: CallingTerminal) -> Response:
        try:
            return answer(_received(services, body, terminal.terminal_id))
        except IntegrityError:  # the same lines arrived twice at once; now they are known
            return answer(_received(services, body, terminal.terminal_id))

    @router.post("/readiness-reports", status_code=201, response_model=ReadinessKept, responses=problems(409))
    def keep_report(request: Request, body: Readiness, terminal: CallingTerminal, key: Key) -> Response:
        return answer_once(
            services.idempotency,
            request,
            key,
            body,
            lambda session: Done(201, _kept_report(services, session, body, terminal.terminal_id)),
        )

    return router


def _received(services: Services, body: AuditUpload, terminal_id: str) -> AuditReceived | Refusal:
    with services.sessions.begin() as session:
        return receive_audit(session, body, terminal_id, services.clock.now())


def _kept_report(services: Services, session: Session, body: Readiness, terminal_id: str) -> ReadinessKept:
    now = services.clock.now()
    number = services.numbers.number("RR", city_day(now))
    session.add(
        ReadinessReportRow(
            report_number=number,
            terminal_id=terminal_id,
            made_at=body.made_at,
            received_at=now,
            verdict=body.verdict,
            rows=[row.model_dump() for row in body.rows],
        )
    )
    return ReadinessKept(report_number=number)
