"""Drafts between phone and terminal, as the terminal asks for them."""

from __future__ import annotations

import asyncio
import base64

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from backend.api.common import GUARDED, CallingTerminal, Key, answer, answer_once, problems
from backend.idempotency import Done
from backend.problems import Refusal
from backend.services import Services
from kiosk.central.wire import Number
from kiosk.central.wire_errands import (
    Draft,
    DraftClaimed,
    DraftClosed,
    DraftEdit,
    DraftReading,
    DraftRedemptionRequest,
    HandOff,
    HandOffRequest,
    PersonOnly,
    Photo,
)

LOOKS_A_SECOND = 2
"""How often a long poll looks: the phone may speak to another process than the terminal does."""
_OF_DRAFT = problems(404, 409, 410)


def draft_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["drafts"], responses=GUARDED)
    _beginnings(router, services)
    _draft_routes(router, services)

    @router.post("/photos/{photo_number}/readings", response_model=Photo, responses=problems(404))
    def photo(photo_number: Number, body: PersonOnly, terminal: CallingTerminal) -> Response:
        with services.sessions.begin() as session:
            return answer(_photo(services, session, photo_number, body, terminal.terminal_id))

    return router


def _beginnings(router: APIRouter, services: Services) -> None:
    @router.post("/draft-redemptions", status_code=201, response_model=DraftClaimed, responses=_OF_DRAFT)
    def redeem(request: Request, body: DraftRedemptionRequest, terminal: CallingTerminal, key: Key) -> Response:
        def work(session: Session) -> Done | Refusal:
            outcome = services.drafts.redeem(session, body, terminal.terminal_id)
            return outcome if isinstance(outcome, Refusal) else Done(201, outcome)

        return answer_once(services.idempotency, request, key, body, work)

    @router.post("/hand-offs", status_code=201, response_model=HandOff, responses=problems(409))
    def hand_off(request: Request, body: HandOffRequest, terminal: CallingTerminal, key: Key) -> Response:
        def work(session: Session) -> Done | Refusal:
            outcome = services.drafts.hand_off(session, body, terminal.terminal_id)
            return outcome if isinstance(outcome, Refusal) else Done(201, outcome)

        return answer_once(services.idempotency, request, key, body, work)


def _draft_routes(router: APIRouter, services: Services) -> None:
    def look(draft_number: str, body: DraftReading, terminal_id: str) -> Draft | Refusal:
        with services.sessions.begin() as session:
            return services.drafts.read(session, draft_number, body.person_token, terminal_id)

    @router.post("/drafts/{draft_number}/readings", response_model=Draft, responses=_OF_DRAFT)
    async def read(draft_number: Number, body: DraftReading, terminal: CallingTerminal) -> Response:
        """Holds neither a thread nor a connection of the database while it waits."""
        seen = await run_in_threadpool(look, draft_number, body, terminal.terminal_id)
        for _ in range(body.wait_s * LOOKS_A_SECOND):
            if isinstance(seen, Refusal) or seen.version != body.seen_version:
                break
            await asyncio.sleep(1 / LOOKS_A_SECOND)
            seen = await run_in_threadpool(look, draft_number, body, terminal.terminal_id)
        return answer(seen)

    @router.post("/drafts/{draft_number}/edits", response_model=Draft, responses=_OF_DRAFT)
    def edit(draft_number: Number, body: DraftEdit, terminal: CallingTerminal) -> Response:
        with services.sessions.begin() as session:
            return answer(services.drafts.edit(session, draft_number, body, terminal.terminal_id))

    @router.post("/drafts/{draft_number}/closing", response_model=DraftClosed, responses=_OF_DRAFT)
    def close(draft_number: Number, body: PersonOnly, terminal: CallingTerminal) -> Response:
        with services.sessions.begin() as session:
            refusal = services.drafts.close(session, draft_number, body.person_token, terminal.terminal_id)
        return answer(refusal or DraftClosed(draft_number=draft_number))


def _photo(
    services: Services, session: Session, photo_number: str, body: PersonOnly, terminal_id: str
) -> Photo | Refusal:
    person = services.records.person_of(session, body.person_token, terminal_id)
    if isinstance(person, Refusal):
        return person
    row = services.drafts.photo(session, photo_number, person, terminal_id)
    if isinstance(row, Refusal):
        return row
    return Photo(
        photo_number=row.photo_number,
        width_px=row.width_px,
        height_px=row.height_px,
        jpeg=base64.b64encode(row.jpeg),
    )
