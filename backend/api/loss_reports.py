"""Pre-report of a lost card: takes effect at once, releases itself."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from backend.api.common import GUARDED, CallingTerminal, Key, answer_once, problems
from backend.idempotency import Done
from backend.problems import Refusal
from backend.services import Services
from kiosk.central.wire import LossReport, LossReportRequest


def loss_report_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["loss-reports"], responses=GUARDED | problems(409))

    @router.post(
        "/loss-reports",
        status_code=201,
        response_model=LossReport,
        responses={200: {"model": LossReport, "description": "reported before; that report still holds"}},
    )
    def report_loss(request: Request, body: LossReportRequest, terminal: CallingTerminal, key: Key) -> Response:
        def work(session: Session) -> Done | Refusal:
            outcome = services.records.pre_report_loss(session, body, terminal.terminal_id)
            if isinstance(outcome, Refusal):
                return outcome
            return Done(201 if outcome.is_new else 200, outcome.report)

        return answer_once(services.idempotency, request, key, body, work)

    return router
