"""Who is asking? Default deny: whatever is not listed as open answers only to a known terminal.

A database that cannot be asked means 503, never a yes.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.hashing import sha256
from backend.problems import Refusal, problem_response
from backend.tables import TerminalRow
from kiosk.central.wire import TERMINAL_HEADER, ProblemCode

RETRY_AFTER_S = 5


@dataclass(frozen=True)
class Terminal:
    """A terminal that proved who it is."""

    terminal_id: str
    office_id: str


@dataclass(frozen=True)
class OpenPaths:
    """Paths that the gate lets through: public ones, and those that check their callers themselves."""

    exact: frozenset[str]
    prefixes: tuple[str, ...]

    def covers(self, path: str) -> bool:
        return path in self.exact or path.startswith(self.prefixes)


def token_hash(token: str) -> str:
    """Tokens are random and long, so a plain hash is enough; only it is kept."""
    return sha256(token)


PEER_CERTIFICATE = "lobby.peer_certificate"
"""Key of the scope's extensions under which a listener of ours puts the certificate (DER) of who called."""

Authenticate = Callable[[Scope], Terminal | Refusal]
CheckCertificate = Callable[[Scope], Terminal | Refusal | None]
"""Who presents a client certificate; None: nobody presents one, ask for the token."""


def no_certificates(_scope: Scope) -> None:
    """Of a backend without a fleet: everybody has a token."""


def authenticator(
    sessions: sessionmaker[Session], check_certificate: CheckCertificate = no_certificates
) -> Authenticate:
    """A client certificate, or else `Authorization` and `Kiosk-Terminal`; raises what the database raises."""

    def authenticate(scope: Scope) -> Terminal | Refusal:
        presented = check_certificate(scope)
        return by_token(Headers(scope=scope)) if presented is None else presented

    def by_token(headers: Headers) -> Terminal | Refusal:
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        terminal_id = headers.get(TERMINAL_HEADER, "")
        if scheme.lower() != "bearer" or not token or not terminal_id.isprintable():
            return Refusal(ProblemCode.NOT_AUTHENTICATED)
        with sessions() as session:
            row = session.get(TerminalRow, terminal_id)
        if row is None or not hmac.compare_digest(row.token_sha256, token_hash(token.strip())):
            return Refusal(ProblemCode.NOT_AUTHENTICATED)
        if not row.is_active:
            return Refusal(ProblemCode.NOT_ALLOWED)
        return Terminal(row.terminal_id, row.office_id)

    return authenticate


class TerminalGate:
    """ASGI middleware: finds out which terminal is asking before any route sees the request."""

    def __init__(self, app: ASGIApp, authenticate: Authenticate, open_paths: OpenPaths) -> None:
        self._app = app
        self._authenticate = authenticate
        self._open_paths = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._open_paths.covers(scope["path"]):
            await self._app(scope, receive, send)
            return
        match await self._judge(scope):
            case Terminal() as terminal:
                scope.setdefault("state", {})["terminal"] = terminal
                await self._app(scope, receive, send)
            case Refusal() as refusal:
                challenge = {"WWW-Authenticate": "Bearer"} if refusal.code is ProblemCode.NOT_AUTHENTICATED else None
                await problem_response(refusal, headers=challenge)(scope, receive, send)

    async def _judge(self, scope: Scope) -> Terminal | Refusal:
        try:
            return await run_in_threadpool(self._authenticate, scope)
        except SQLAlchemyError:
            return Refusal(ProblemCode.UNAVAILABLE, retry_after_s=RETRY_AFTER_S)
