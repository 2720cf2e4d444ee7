"""Applications: open, look at, make final."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from backend.api.common import GUARDED, CallingTerminal, Key, answer, answer_once, problems
from backend.applications.tables import ApplicationRow
from backend.applications.view import shown_application
from backend.idempotency import Done
from backend.problems import Refusal
from backend.services import Services
from kiosk.central.wire import Application, ApplicationRequest, Number, SubmissionRequest


def application_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["applications"], responses=GUARDED)

    @router.post("/applications", status_code=201, response_model=Application, responses=problems(403, 404, 409, 410))
    def apply(request: Request, body: ApplicationRequest, terminal: CallingTerminal, key: Key) -> Response:
        def work(session: Session) -> Done | Refusal:
            return _done(services, session, services.applications.apply(session, body, terminal.terminal_id), 201)

        return answer_once(services.idempotency, request, key, body, work)

    @router.get("/applications/{application_number}", response_model=Application, responses=problems(404))
    def show(application_number: Number, _terminal: CallingTerminal) -> Response:
        with services.sessions() as session:
            row = services.applications.find(session, application_number)
            if isinstance(row, Refusal):
                return answer(row)
            return answer(shown_application(session, row, services.links, services.clock.now()))

    @router.post(
        "/applications/{application_number}/submission", response_model=Application, responses=problems(404, 409)
    )
    def submit(
        request: Request, application_number: Number, body: SubmissionRequest, terminal: CallingTerminal, key: Key
    ) -> Response:
        def work(session: Session) -> Done | Refusal:
            row = services.applications.submit(session, application_number, body, terminal.terminal_id)
            return _done(services, session, row, 200)

        return answer_once(services.idempotency, request, key, body, work)

    return router


def _done(services: Services, session: Session, row: ApplicationRow | Refusal, status: int) -> Done | Refusal:
    if isinstance(row, Refusal):
        return row
    session.flush()
    return Done(status, shown_application(session, row, services.links, services.clock.now()))
