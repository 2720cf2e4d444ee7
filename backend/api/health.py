"""Is the backend there, what time is it, and can money move?"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from backend.api.common import answer, problems
from backend.auth import RETRY_AFTER_S
from backend.problems import Refusal
from backend.services import Services
from kiosk.central.wire import Health, ProblemCode


def health_router(services: Services, gateway_is_up: Callable[[], bool]) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get(
        "/health",
        summary="State and time of the backend, state of the payment gateway (open to all)",
        response_model=Health,
        responses=problems(500, 503),
    )
    def health() -> Response:
        """503 without the database: whatever a terminal asked next would be refused."""
        if not _database_answers(services):
            return answer(Refusal(ProblemCode.UNAVAILABLE, retry_after_s=RETRY_AFTER_S))
        is_up = gateway_is_up()
        now = services.clock.now()
        return answer(Health(status="ok" if is_up else "degraded", time=now, payments="ok" if is_up else "down"))

    return router


def _database_answers(services: Services) -> bool:
    try:
        with services.sessions() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
