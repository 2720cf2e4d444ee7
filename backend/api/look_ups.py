"""The record of the person whose document lies on the reader."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from backend.api.common import GUARDED, CallingTerminal, answer, problems
from backend.applications.view import shown_application
from backend.auth import Terminal
from backend.problems import Refusal
from backend.records.service import card_summary
from backend.services import Services
from kiosk.central.wire import LookUpRequest, PersonFound


def look_up_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["look-ups"], responses=GUARDED | problems(404, 409))

    @router.post("/look-ups", response_model=PersonFound)
    def look_up(body: LookUpRequest, terminal: CallingTerminal) -> Response:
        with services.sessions.begin() as session:
            return answer(_found(services, session, body, terminal))

    return router


def _found(services: Services, session: Session, body: LookUpRequest, terminal: Terminal) -> PersonFound | Refusal:
    person = services.records.find(session, body)
    if isinstance(person, Refusal):
        return person
    now = services.clock.now()
    opened = services.applications.open_application(session, person)
    return PersonFound(
        person_token=services.records.issue_token(session, person, terminal.terminal_id),
        name=person.name,
        insured_type=person.insured_type,
        employer=person.employer,
        mobile=person.mobile,
        address_district=person.address_district,
        address_street=person.address_street,
        address_detail=person.address_detail,
        has_photo=person.has_photo,
        card=card_summary(person.card, now) if person.card else None,
        bank_choices=tuple(person.bank_choices),
        open_application=shown_application(session, opened, services.links, now) if opened else None,
    )
