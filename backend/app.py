"""The backend as an ASGI application: thin routes over services that are passed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from backend.api.applications import application_router
from backend.api.drafts import draft_router
from backend.api.errands import errand_router
from backend.api.events import event_router
from backend.api.health import health_router
from backend.api.look_ups import look_up_router
from backend.api.loss_reports import loss_report_router
from backend.api.pages import page_router
from backend.api.phone import phone_router
from backend.api.reference import reference_router
from backend.api.staff import staff_router
from backend.auth import CheckCertificate, OpenPaths, TerminalGate, authenticator, no_certificates
from backend.jobs import Loop
from backend.services import Services
from backend.shield import Shield, add_problem_handlers
from kiosk.central.wire import API_PREFIX

_OPEN = frozenset({f"{API_PREFIX}/health", "/openapi.json", "/start", "/favicon.ico"})
_OPEN_PREFIXES = ("/c/", "/t/", "/verify/", "/pages/", "/h/", "/p/", "/start/")


@dataclass(frozen=True)
class Part:
    """A further area of the backend (payments, fleet, administration), built elsewhere and mounted here.

    Its routes are guarded by the terminals' authentication unless their path starts with one of `own_guard`: those
    check their callers themselves (a gateway's signature, a person's login).
    """

    router: APIRouter
    own_guard: tuple[str, ...] = ()
    loops: tuple[Loop, ...] = ()
    gateway_is_up: Callable[[], bool] | None = None
    check_certificate: CheckCertificate | None = None
    layer: Callable[[ASGIApp], ASGIApp] | None = None
    """Stands between the terminals' authentication and all routes; for what a framework would make too heavy."""


def no_gateway() -> bool:
    """The word of a backend without a payments part."""
    return False


def create_app(services: Services, parts: Sequence[Part] = ()) -> ASGIApp:
    """The application with its guards around it; see `create_routes` for the routes alone."""
    routes: ASGIApp = create_routes(services, parts)
    for part in parts:
        routes = part.layer(routes) if part.layer is not None else routes
    own_guards = tuple(prefix for part in parts for prefix in part.own_guard)
    open_paths = OpenPaths(_OPEN, _OPEN_PREFIXES + own_guards)
    checks = (part.check_certificate for part in parts if part.check_certificate)
    authenticate = authenticator(services.sessions, next(checks, no_certificates))
    return Shield(TerminalGate(routes, authenticate, open_paths))


def create_routes(services: Services, parts: Sequence[Part] = ()) -> FastAPI:
    """The routes without authentication: for the OpenAPI description, and for `create_app`."""
    app = FastAPI(
        title="Central backend of the lobby kiosks",
        version="1",
        summary="Records, applications, payments and certificates of social security cards",
        docs_url=None,  # both pages load scripts from other sites
        redoc_url=None,
        redirect_slashes=False,
    )
    add_problem_handlers(app)
    gateway_is_up = next((part.gateway_is_up for part in parts if part.gateway_is_up), no_gateway)
    app.include_router(health_router(services, gateway_is_up), prefix=API_PREFIX)
    for make_router in (
        reference_router,
        look_up_router,
        loss_report_router,
        application_router,
        errand_router,
        draft_router,
        event_router,
        staff_router,
    ):
        app.include_router(make_router(services), prefix=API_PREFIX)
    app.include_router(page_router(services))
    app.include_router(phone_router(services))
    for part in parts:
        app.include_router(part.router)
    return app
