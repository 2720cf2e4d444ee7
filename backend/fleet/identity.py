"""Which terminal presents this certificate? The answer of the database, each time; no list of revoked ones.

The certificate comes from our own TLS listener (`backend.entrance`), or from a TLS proxy in front in the header
`Client-Cert` (RFC 9440 section 2.2). The header counts only where a front is configured: it must strip it from outside.
"""

from __future__ import annotations

import base64
import binascii

from sqlalchemy.orm import Session, sessionmaker
from starlette.datastructures import Headers
from starlette.types import Scope

from backend.auth import PEER_CERTIFICATE, CheckCertificate, Terminal
from backend.clock import Clock
from backend.fleet.authority import Authority
from backend.fleet.tables import DECOMMISSIONED, ENROLLED, FleetTerminalRow
from backend.problems import Refusal
from kiosk.central.wire import ProblemCode

CLIENT_CERT_HEADER = "Client-Cert"


def certificate_check(
    sessions: sessionmaker[Session], authority: Authority, clock: Clock, *, has_front: bool
) -> CheckCertificate:
    """For `backend.auth`; raises what the database raises."""

    def check(scope: Scope) -> Terminal | Refusal | None:
        der = _presented(scope, has_front=has_front)
        if der is None:
            return None
        peer = authority.judge(der, clock.now())
        if peer is None:
            return Refusal(ProblemCode.NOT_AUTHENTICATED)
        with sessions() as session:
            row = session.get(FleetTerminalRow, peer.terminal_id)
        if row is None or row.key_sha256 != peer.key_sha256:
            return Refusal(ProblemCode.NOT_AUTHENTICATED)
        if row.state == DECOMMISSIONED:
            return Refusal(ProblemCode.DECOMMISSIONED)
        return Terminal(row.terminal_id, row.office_id) if row.state == ENROLLED else Refusal(ProblemCode.NOT_ALLOWED)

    return check


def _presented(scope: Scope, *, has_front: bool) -> bytes | None:
    extensions = scope.get("extensions") or {}
    if PEER_CERTIFICATE in extensions:
        return extensions[PEER_CERTIFICATE]
    header = Headers(scope=scope).get(CLIENT_CERT_HEADER) if has_front else None
    return None if header is None else _from_header(header)


def _from_header(text: str) -> bytes:
    """A byte sequence of structured fields (RFC 8941 section 3.3.5); what is none is no certificate either."""
    try:
        return base64.b64decode(text.strip().removeprefix(":").removesuffix(":"), validate=True)
    except (binascii.Error, ValueError):
        return b""
