"""What the outbox of a terminal carries."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy.exc import IntegrityError
from starlette.responses import Response

from backend.api.common import GUARDED, CallingTerminal, answer
from backend.auth import Terminal
from backend.events.service import keep_events
from backend.services import Services
from kiosk.central.wire import EventBatch, EventsAccepted


def event_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["events"], responses=GUARDED)

    @router.post("/events", response_model=EventsAccepted)
    def tell(body: EventBatch, terminal: CallingTerminal) -> Response:
        try:
            return answer(_kept(services, body, terminal))
        except IntegrityError:  # the same batch arrived twice at once; now it is known
            return answer(_kept(services, body, terminal))

    return router


def _kept(services: Services, body: EventBatch, terminal: Terminal) -> EventsAccepted:
    with services.sessions.begin() as session:
        return keep_events(session, body, terminal.terminal_id, services.clock.now())
