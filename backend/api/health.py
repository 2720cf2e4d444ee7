"""Is the backend there, what time is it, and can money move?"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from backend.services import Services
from kiosk.central.wire import Health


def health_router(services: Services, gateway_is_up: Callable[[], bool]) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/health", summary="State and time of the backend, state of the payment gateway (open to all)")
    def health() -> Health:
        payments = "ok" if gateway_is_up() else "down"
        is_fit = payments == "ok" and _database_answers(services)
        return Health(status="ok" if is_fit else "degraded", time=services.clock.now(), payments=payments)

    return router


def _database_answers(services: Services) -> bool:
    try:
        with services.sessions() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
