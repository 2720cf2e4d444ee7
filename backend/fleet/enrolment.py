"""How a terminal joins, stays, and leaves: tickets, approval by a person, certificates, decommissioning.

A ticket is used exactly once, whoever comes first; the other sees that it is used. Nothing is issued before a person
has compared the two short codes.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from backend.clock import Clock
from backend.fleet.audit import record, remember
from backend.fleet.authority import RENEW_AFTER, Authority, key_der, key_sha256, read_request
from backend.fleet.chance import Chance
from backend.fleet.tables import (
    DECOMMISSIONED,
    ENROLLED,
    FROZEN,
    EnrolmentRow,
    FleetTerminalRow,
    RootRow,
    TicketRow,
)
from backend.problems import Refusal
from backend.tables import TerminalRow
from kiosk.central.wire import ProblemCode
from kiosk.fleet.pairing import (
    Certificate,
    Enrolment,
    EnrolmentRequest,
    EnrolmentState,
    Ticket,
    short_code,
    ticket_secret,
)

TICKET_LIFE = timedelta(minutes=15)
APPROVAL_LIFE = timedelta(hours=24)
"""A request nobody has approved by then is void, and so is an approved certificate nobody has fetched."""
_NO_TOKEN = "-"  # noqa: S105  no hash is this, so no token fits


@dataclass(frozen=True)
class Enrolments:
    """Each call runs inside the caller's transaction."""

    clock: Clock
    chance: Chance
    authority: Authority
    entrance: str
    """Host and port where terminals enter; what a ticket says."""

    # --- the operator -------------------------------------------------------------------------------------------------

    def ticket(self, session: Session, terminal_id: str, office_id: str, who: str) -> Ticket | Refusal:
        """A new ticket for a terminal, also for one that joins again; older tickets for it are void."""
        known = session.get(FleetTerminalRow, terminal_id)
        if known is not None and known.state == DECOMMISSIONED:
            return Refusal(ProblemCode.FLEET_STATE, field="terminal_id", detail="decommissioned; use a new id")
        now = self.clock.now()
        of_terminal = update(TicketRow).where(TicketRow.terminal_id == terminal_id, TicketRow.used_at.is_(None))
        session.execute(of_terminal.values(used_at=now))
        secret = ticket_secret(self.chance.random(16))
        session.add(
            TicketRow(
                secret_sha256=_hash(secret),
                terminal_id=terminal_id,
                office_id=office_id,
                created_by=who,
                created_at=now,
                expires_at=now + TICKET_LIFE,
            )
        )
        record(session, now, who, "ticket", terminal_id, office=office_id)
        return Ticket(self.entrance, self.authority.pin, secret)

    def decide(self, session: Session, enrolment_id: str, who: str, *, is_approved: bool) -> EnrolmentRow | Refusal:
        """A person compared the short codes; approving issues the certificate."""
        now = self.clock.now()
        row = session.get(EnrolmentRow, enrolment_id, with_for_update=True)
        if row is None:
            return Refusal(ProblemCode.NOT_FOUND)
        if row.state != EnrolmentState.PENDING or now - row.asked_at > APPROVAL_LIFE:
            return Refusal(ProblemCode.FLEET_STATE, detail="decided already, or too old")
        row.decided_at, row.decided_by = now, who
        row.state = EnrolmentState.APPROVED if is_approved else EnrolmentState.DENIED
        record(session, now, who, "enrolment_" + row.state, row.terminal_id)
        if is_approved:
            self._admit(session, row, now)
        return row

    def decommission(self, session: Session, terminal_id: str, who: str) -> Refusal | None:
        """For good: whatever it asks from now on is answered 410, and it wipes itself."""
        row = session.get(FleetTerminalRow, terminal_id)
        if row is None:
            return Refusal(ProblemCode.NOT_FOUND)
        row.state = DECOMMISSIONED
        terminal = session.get(TerminalRow, terminal_id)
        if terminal is not None:
            terminal.is_active = False
        record(session, self.clock.now(), who, "decommission", terminal_id)
        return None

    def freeze(self, session: Session, terminal_id: str, who: str, *, is_frozen: bool) -> Refusal | None:
        """Keeps out whoever has this identity until a person has found out which machine is real."""
        row = session.get(FleetTerminalRow, terminal_id)
        if row is None or row.state == DECOMMISSIONED:
            return Refusal(ProblemCode.NOT_FOUND)
        row.state = FROZEN if is_frozen else ENROLLED
        record(session, self.clock.now(), who, "freeze" if is_frozen else "unfreeze", terminal_id)
        return None

    # --- the terminal -------------------------------------------------------------------------------------------------

    def ask(self, session: Session, request: EnrolmentRequest) -> Enrolment | Refusal:
        """Uses the ticket up. The same request again (its answer was lost) is answered again; any other is refused."""
        now = self.clock.now()
        if session.get(TicketRow, _hash(request.secret)) is None:
            return Refusal(ProblemCode.NOT_AUTHENTICATED, field="secret")  # nothing else is looked at for a stranger
        csr = read_request(request.csr_pem)
        if csr is None:
            return Refusal(ProblemCode.MALFORMED, field="csr_pem")
        earlier = session.scalars(_of_secret(request.secret)).one_or_none()
        if earlier is not None:
            is_same = earlier.csr_pem == request.csr_pem
            return (
                self._told(session, earlier) if is_same else Refusal(ProblemCode.FLEET_STATE, detail="ticket is used")
            )
        ticket = self._used(session, request.secret, now)
        if ticket is None:
            return Refusal(ProblemCode.NOT_AUTHENTICATED, field="secret")
        nonce = self.chance.random(16).hex()
        row = EnrolmentRow(
            enrolment_id=self.chance.random(12).hex(),
            secret_sha256=ticket.secret_sha256,
            terminal_id=ticket.terminal_id,
            office_id=ticket.office_id,
            state=EnrolmentState.PENDING,
            nonce=nonce,
            short_code=short_code(request.secret, key_der(csr.public_key()), nonce),
            csr_pem=request.csr_pem,
            hardware=request.hardware,
            app_version=request.app_version,
            serial=request.serial,
            asked_at=now,
        )
        session.add(row)
        record(session, now, "backend", "enrolment_asked", row.terminal_id, hardware=row.hardware)
        return self._told(session, row)

    def status(self, session: Session, enrolment_id: str, secret: str) -> Enrolment | Refusal:
        row = session.get(EnrolmentRow, enrolment_id)
        if row is None or not hmac.compare_digest(row.secret_sha256, _hash(secret)):
            return Refusal(ProblemCode.NOT_FOUND)
        if self.clock.now() - row.asked_at > APPROVAL_LIFE:
            return Refusal(ProblemCode.FLEET_STATE, detail="too old; pair again")
        return self._told(session, row)

    def renew(self, session: Session, terminal_id: str, csr_pem: str) -> Certificate | Refusal:
        """Over the old certificate, for the same key: a thief of a certificate alone gains nothing."""
        row = session.get(FleetTerminalRow, terminal_id, with_for_update=True)
        csr = read_request(csr_pem)
        if csr is None:
            return Refusal(ProblemCode.MALFORMED, field="csr_pem")
        if row is None or row.key_sha256 is None or row.key_sha256 != key_sha256(csr.public_key()):
            return Refusal(ProblemCode.NOT_ALLOWED, detail="another key; pair again")
        now = self.clock.now()
        certificate = self.authority.issue(csr_pem, terminal_id, now)
        if certificate is None:
            return Refusal(ProblemCode.MALFORMED, field="csr_pem")
        row.certificate_expires_at = certificate.not_valid_after_utc
        remember(session, now, terminal_id, "certificate")
        return self._certificate(_pem(certificate), now)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _used(self, session: Session, secret: str, now: datetime) -> TicketRow | None:
        """One statement, so that of two who come at once one gets nothing."""
        is_open = (
            (TicketRow.secret_sha256 == _hash(secret)) & TicketRow.used_at.is_(None) & (TicketRow.expires_at > now)
        )
        return session.scalars(update(TicketRow).where(is_open).values(used_at=now).returning(TicketRow)).one_or_none()

    def _admit(self, session: Session, row: EnrolmentRow, now: datetime) -> None:
        certificate = self.authority.issue(row.csr_pem, row.terminal_id, now)
        if certificate is None:
            raise ValueError("a signing request that held when it was asked does not hold now")
        row.certificate_pem = _pem(certificate)
        terminal = session.get(TerminalRow, row.terminal_id)
        if terminal is None:
            terminal = TerminalRow(terminal_id=row.terminal_id, token_sha256=_NO_TOKEN)
            session.add(terminal)
        terminal.office_id, terminal.is_active = row.office_id, True
        fleet = session.get(FleetTerminalRow, row.terminal_id)
        if fleet is None:
            fleet = FleetTerminalRow(terminal_id=row.terminal_id)
            session.add(fleet)
        fleet.office_id, fleet.state, fleet.hardware, fleet.enrolled_at = row.office_id, ENROLLED, row.hardware, now
        fleet.key_sha256 = key_sha256(certificate.public_key())
        fleet.certificate_expires_at = certificate.not_valid_after_utc
        remember(session, now, row.terminal_id, "enrolled", by=row.decided_by or "")

    def _told(self, session: Session, row: EnrolmentRow) -> Enrolment:
        told = Enrolment(enrolment_id=row.enrolment_id, state=EnrolmentState(row.state), nonce=row.nonce)
        if row.certificate_pem is None or row.decided_at is None:
            return told
        newest = session.scalars(select(RootRow).order_by(RootRow.version.desc()).limit(1)).one_or_none()
        return told.model_copy(
            update={
                "terminal_id": row.terminal_id,
                "office_id": row.office_id,
                "certificate": self._certificate(row.certificate_pem, row.decided_at),
                "root": newest.envelope.decode() if newest else None,
            }
        )

    def _certificate(self, certificate_pem: str, issued: datetime) -> Certificate:
        expires = x509.load_pem_x509_certificate(certificate_pem.encode()).not_valid_after_utc
        return Certificate(
            certificate_pem=certificate_pem,
            authority_pem=self.authority.pem,
            renew_after=issued + RENEW_AFTER,
            expires=expires,
        )


def _of_secret(secret: str) -> Select[EnrolmentRow]:
    return select(EnrolmentRow).where(EnrolmentRow.secret_sha256 == _hash(secret))


def _hash(secret: str) -> str:
    """A ticket's secret is random and long, so a plain hash is enough; only it is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
