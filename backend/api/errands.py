"""The other errands of an identified person: agent, progress, an application that is there, the certificate again."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.responses import Response

from backend.api.common import GUARDED, CallingTerminal, Key, answer, answer_once, problems
from backend.applications.tables import ApplicationRow
from backend.applications.view import shown_application
from backend.idempotency import Done
from backend.problems import Refusal
from backend.services import Services
from kiosk.central.wire import Application, Number
from kiosk.central.wire_errands import (
    Agent,
    AgentRequest,
    CardHandInRequest,
    CertificatePrint,
    CollectionGuide,
    PersonOnly,
    Progress,
    Resumption,
)

_OF_APPLICATION = problems(403, 404, 409)


def errand_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["errands"], responses=GUARDED)
    _person_routes(router, services)
    _application_routes(router, services)

    @router.get("/collection-guide", response_model=CollectionGuide)
    def collection_guide(_terminal: CallingTerminal) -> Response:
        return answer(services.errands.collection_guide())

    return router


def _person_routes(router: APIRouter, services: Services) -> None:
    @router.post("/agents", status_code=201, response_model=Agent, responses=problems(409))
    def register_agent(request: Request, body: AgentRequest, terminal: CallingTerminal, key: Key) -> Response:
        def work(session: Session) -> Done | Refusal:
            return _created(services.agents.register(session, body, terminal.terminal_id))

        return answer_once(services.idempotency, request, key, body, work)

    @router.post("/progress", response_model=Progress)
    def progress(body: PersonOnly, terminal: CallingTerminal) -> Response:
        with services.sessions.begin() as session:
            return answer(services.errands.progress(session, body, terminal.terminal_id))

    @router.post(
        "/certificates/{certificate_number}/prints",
        status_code=201,
        response_model=CertificatePrint,
        responses=problems(404, 410),
    )
    def print_certificate(
        request: Request, certificate_number: Number, body: PersonOnly, terminal: CallingTerminal, key: Key
    ) -> Response:
        def work(session: Session) -> Done | Refusal:
            return _created(services.errands.print_certificate(session, certificate_number, body, terminal.terminal_id))

        return answer_once(services.idempotency, request, key, body, work)


def _application_routes(router: APIRouter, services: Services) -> None:
    @router.post("/applications/{application_number}/resumption", response_model=Resumption, responses=_OF_APPLICATION)
    def resume(application_number: Number, body: PersonOnly, terminal: CallingTerminal) -> Response:
        with services.sessions.begin() as session:
            return answer(services.errands.resume(session, application_number, body, terminal.terminal_id))

    @router.post(
        "/applications/{application_number}/cancellation", response_model=Application, responses=_OF_APPLICATION
    )
    def cancel(
        request: Request, application_number: Number, body: PersonOnly, terminal: CallingTerminal, key: Key
    ) -> Response:
        def change(session: Session) -> ApplicationRow | Refusal:
            return services.errands.cancel(session, application_number, body, terminal.terminal_id)

        return answer_once(services.idempotency, request, key, body, _changed(services, change))

    @router.post(
        "/applications/{application_number}/card-hand-in", response_model=Application, responses=_OF_APPLICATION
    )
    def hand_in_card(
        request: Request, application_number: Number, body: CardHandInRequest, terminal: CallingTerminal, key: Key
    ) -> Response:
        def change(session: Session) -> ApplicationRow | Refusal:
            return services.errands.hand_in_card(session, application_number, body, terminal.terminal_id)

        return answer_once(services.idempotency, request, key, body, _changed(services, change))


def _created(outcome: BaseModel | Refusal) -> Done | Refusal:
    return outcome if isinstance(outcome, Refusal) else Done(201, outcome)


def _changed(
    services: Services, change: Callable[[Session], ApplicationRow | Refusal]
) -> Callable[[Session], Done | Refusal]:
    """Work that answers with the application as it then stands."""

    def work(session: Session) -> Done | Refusal:
        row = change(session)
        if isinstance(row, Refusal):
            return row
        session.flush()
        return Done(200, shown_application(session, row, services.links, services.clock.now()))

    return work
