"""The terminals' side of the fleet over HTTP: what shall I run, here is how I am, may I join."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Security
from fastapi.security import HTTPAuthorizationCredentials as Credentials
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from sqlalchemy import select
from starlette.responses import Response

from backend.api.common import GUARDED, CallingTerminal, Responses, answer, problems
from backend.auth import Terminal
from backend.fleet.bundles import SIGNED
from backend.fleet.fleet import Fleet
from backend.fleet.metrics import exposition
from backend.fleet.tables import BundleRow, RootRow
from backend.problems import Refusal, problem_response
from kiosk.central.wire import API_PREFIX, ProblemCode
from kiosk.fleet.desired import TerminalId
from kiosk.fleet.envelope import ENVELOPE_SCHEMA, MEDIA_TYPE
from kiosk.fleet.pairing import Certificate, Enrolment, EnrolmentQuestion, EnrolmentRequest, RenewalRequest
from kiosk.fleet.report import Report, ReportAccepted

_ENVELOPE: dict[str, Any] = {"content": {MEDIA_TYPE: {"schema": ENVELOPE_SCHEMA}}, "description": "an envelope (DSSE)"}
_CONFLICT = problems(409)
PEM = "application/pem-certificate-chain"

Address = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[TerminalId, Path()]


class Commands(BaseModel):
    """Envelopes of commands nobody has answered yet, oldest first."""

    commands: list[str]


def fleet_router(fleet: Fleet) -> APIRouter:
    """Guarded by the terminals' authentication."""
    router = APIRouter(prefix=API_PREFIX, tags=["fleet"], responses=GUARDED | problems(410))
    _describe_desired(router)

    @router.post("/terminals/{terminal_id}/report", response_model=ReportAccepted, responses=_CONFLICT)
    def report(terminal_id: Name, body: Report, terminal: CallingTerminal) -> Response:
        return _own(terminal_id, terminal, lambda: answer(fleet.health.accept(terminal_id, body)))

    @router.get("/terminals/{terminal_id}/commands", response_model=Commands)
    def commands(terminal_id: Name, terminal: CallingTerminal) -> Response:
        def work() -> Response:
            with fleet.sessions() as session:
                return answer(Commands(commands=list(fleet.commanding.waiting(session, terminal_id))))

        return _own(terminal_id, terminal, work)

    @router.post("/terminals/{terminal_id}/certificates", response_model=Certificate)
    def renew(terminal_id: Name, body: RenewalRequest, terminal: CallingTerminal) -> Response:
        def work() -> Response:
            with fleet.sessions.begin() as session:
                return answer(fleet.enrolments.renew(session, terminal_id, body.csr_pem))

        return _own(terminal_id, terminal, work)

    _add_documents(router, fleet)
    return router


def _add_documents(router: APIRouter, fleet: Fleet) -> None:
    """Immutable documents: once fetched, never again."""

    @router.get("/bundles/{sha256}", responses=_document(404), response_class=Response)
    def bundle(sha256: Address, terminal: CallingTerminal) -> Response:  # noqa: ARG001  any terminal may
        with fleet.sessions() as session:
            row = session.get(BundleRow, sha256)
            is_there = row is not None and row.state == SIGNED and row.envelope is not None
            return _immutable(row.envelope if row and is_there else None)

    @router.get("/roots/{version}", responses=_document(404), response_class=Response)
    def root(version: Annotated[int, Path(ge=1, lt=2**31)], terminal: CallingTerminal) -> Response:  # noqa: ARG001
        fleet.ensure_looked()
        with fleet.sessions() as session:
            return _immutable(session.scalar(select(RootRow.envelope).where(RootRow.version == version)))


def enrolment_router(fleet: Fleet) -> APIRouter:
    """Open to whoever has a ticket: it is what authenticates here, in the body, never in an address."""
    router = APIRouter(
        prefix=API_PREFIX, tags=["enrolment"], responses=problems(400, 401, 404, 409, 413, 422, 500, 503)
    )

    @router.post("/enrolments", response_model=Enrolment)
    def ask(body: EnrolmentRequest) -> Response:
        fleet.ensure_looked()
        with fleet.sessions.begin() as session:
            return answer(fleet.enrolments.ask(session, body))

    @router.get("/enrolments/authority", response_class=Response, responses={200: {"content": {PEM: {}}}})
    def authority() -> Response:
        """The certificate that a ticket pins by its hash: the bytes prove themselves, whoever hands them out.

        Nobody begins to join a backend that cannot finish it, so its database is asked for a sign of life first.
        """
        with fleet.sessions() as session:
            session.execute(select(1))
        return Response(fleet.authority.pem, media_type=PEM)

    @router.post("/enrolments/{enrolment_id}/status", response_model=Enrolment)
    def status(
        enrolment_id: Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{8,64}$")], body: EnrolmentQuestion
    ) -> Response:
        with fleet.sessions() as session:
            return answer(fleet.enrolments.status(session, enrolment_id, body.secret))

    return router


def metrics_router(fleet: Fleet, is_allowed: Callable[[str], bool]) -> APIRouter:
    """For a Prometheus server with the token of the state directory."""
    router = APIRouter(tags=["metrics"], responses=problems(401, 500, 503))

    @router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    def metrics(token: Annotated[Credentials | None, Security(HTTPBearer(auto_error=False))]) -> Response:
        if token is None or not is_allowed(token.credentials):
            refusal = Refusal(ProblemCode.NOT_AUTHENTICATED)
            return problem_response(refusal, headers={"WWW-Authenticate": "Bearer"})
        return Response(exposition(fleet.collector), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


def _describe_desired(router: APIRouter) -> None:
    """Described like every other route; `long_poll.LongPoll`, which stands before the routes, answers."""

    def desired(
        terminal_id: Name,
        terminal: CallingTerminal,
        if_none_match: Annotated[str, Header()] = "",
        prefer: Annotated[str, Header()] = "",
    ) -> Response:
        """The whole statement, never a difference. `Prefer: wait=50` (RFC 7240) holds until there is another one."""
        raise NotImplementedError("for the description only")

    no_wish: Responses = {204: {"description": "nothing is wished yet"}, 304: {"description": "what you have"}}
    path, told = "/terminals/{terminal_id}/desired", {200: _ENVELOPE, **no_wish}
    router.add_api_route(path, desired, responses=told, response_class=Response)


# --- inside -----------------------------------------------------------------------------------------------------------


def _own(terminal_id: str, terminal: Terminal, work: Callable[[], Response]) -> Response:
    """A terminal speaks for itself only."""
    if terminal.terminal_id != terminal_id:
        return problem_response(Refusal(ProblemCode.NOT_ALLOWED))
    return work()


def _document(status: int) -> Responses:
    return {200: _ENVELOPE, **problems(status)}


def _immutable(envelope: bytes | None) -> Response:
    if envelope is None:
        return problem_response(Refusal(ProblemCode.NOT_FOUND))
    return Response(envelope, headers={"Cache-Control": "private, max-age=31536000, immutable"}, media_type=MEDIA_TYPE)
