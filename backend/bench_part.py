"""What only a bench may ask: an electronic card to hold before the camera, and word from card production."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from backend.api.common import answer
from backend.app import Part
from backend.e_cards.sandbox import SandboxECards
from backend.problems import Refusal
from backend.services import Services
from kiosk.central.wire import Number, PersonalMessage, ProblemCode
from kiosk.domain.application import ApplicationState

PREFIX = "/bench/"


class ECardWanted(PersonalMessage):
    document_number: str


class ECardShown(PersonalMessage):
    code: str


class ProductionWord(PersonalMessage):
    application_number: Number
    state: ApplicationState


def bench_part(services: Services) -> Part:
    router = APIRouter(prefix=PREFIX.rstrip("/"), include_in_schema=False)
    issuer = SandboxECards(services.sessions, services.clock, services.numbers)

    @router.post("/e-cards")
    def show_e_card(body: ECardWanted) -> Response:
        """A fresh code of this seeded person; good once, for a minute."""
        code = issuer.issue(body.document_number)
        return answer(ECardShown(code=code) if code else Refusal(ProblemCode.PERSON_UNKNOWN))

    @router.post("/production")
    def production_says(body: ProductionWord) -> Response:
        """The card reached this state, as production or the courier would tell."""
        with services.sessions.begin() as session:
            refusal = services.applications.report(session, body.application_number, body.state)
        return answer(refusal or body)

    return Part(router, own_guard=(PREFIX,))
