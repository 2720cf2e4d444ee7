"""The record of the person whose document lies on the reader."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from backend.api.common import GUARDED, CallingTerminal, answer, problems
from backend.applications.view import shown_application
from backend.auth import Terminal
from backend.e_cards.port import ECardFault
from backend.problems import Refusal
from backend.records.documents import find_person
from backend.records.service import card_state, card_summary
from backend.records.tables import PersonRow
from backend.services import Services
from kiosk.central.wire import LookUpRequest, PersonFound, ProblemCode
from kiosk.central.wire_errands import ECardLookUpRequest
from kiosk.domain.application import CardState


def look_up_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["look-ups"], responses=GUARDED | problems(404, 409))
    e_card_problems = problems(404, 409, 410)

    @router.post("/look-ups", response_model=PersonFound)
    def look_up(body: LookUpRequest, terminal: CallingTerminal) -> Response:
        with services.sessions.begin() as session:
            return answer(_found(services, session, services.records.find(session, body), terminal))

    @router.post("/e-card-look-ups", response_model=PersonFound, responses=e_card_problems)
    def look_up_e_card(body: ECardLookUpRequest, terminal: CallingTerminal) -> Response:
        holder = services.e_cards.resolve(body.code)
        if isinstance(holder, ECardFault):
            return answer(Refusal(holder.code, field="code"))
        with services.sessions.begin() as session:
            person = find_person(session, holder)
            return answer(_e_card_refusal(person, services) or _found(services, session, person, terminal))

    return router


def _e_card_refusal(person: PersonRow | Refusal, services: Services) -> Refusal | None:
    """The electronic card lives and stops with the card itself."""
    if isinstance(person, Refusal):
        return person
    state = card_state(person.card, services.clock.now()) if person.card else CardState.NOT_ISSUED
    if state in (CardState.PRE_LOST, CardState.LOST):
        return Refusal(ProblemCode.E_CARD_STOPPED)
    return None if state is CardState.NORMAL else Refusal(ProblemCode.E_CARD_INACTIVE)


def _found(
    services: Services, session: Session, person: PersonRow | Refusal, terminal: Terminal
) -> PersonFound | Refusal:
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
