"""How a terminal and an operator meet: a ticket as a QR code, a signing request, and a short code on both screens.

The ticket pins the certificate authority, so there is no moment in which the terminal trusts just anybody; it is used
once and soon. Whoever photographs it still has to show the same short code as the screen in the console.

| request | body -> answer |
|---|---|
| POST /v1/enrolments | EnrolmentRequest -> Enrolment (state pending) |
| POST /v1/enrolments/{enrolment_id}/status | EnrolmentQuestion -> Enrolment (approved: with the certificate) |
| POST /v1/terminals/{terminal_id}/certificates | RenewalRequest -> Certificate; over the old certificate |
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AwareDatetime, StringConstraints

from kiosk.central.wire import Message, Number
from kiosk.fleet.bundle import Hardware, Version
from kiosk.fleet.desired import TerminalId

TICKET_PREFIX: Final = "LOBBY1"
MAX_TICKET_LENGTH: Final = 150
SECRET_BYTES: Final = 16
SHORT_CODE_DIGITS: Final = 6
URI_PREFIX: Final = "urn:lobby-kiosk:terminal:"
"""Of the name in a terminal's certificate (subject alternative name, URI)."""

_AUTHORITY = re.compile(r"[A-Z0-9]([A-Z0-9.-]{0,60}[A-Z0-9])?:\d{1,5}")
_Secret = Annotated[str, StringConstraints(pattern=r"^[A-Z2-7]{26}$")]
Pem = Annotated[str, StringConstraints(pattern=r"^-----BEGIN [A-Z ]+-----\n[A-Za-z0-9+/=\n-][A-Za-z0-9+/=\n -]*$")]


@dataclass(frozen=True, repr=False)
class Ticket:
    """What the QR code says. Characters of a QR code's alphanumeric mode only, so that it stays coarse."""

    host: str
    """Host and port of the terminals' entrance, lower case."""
    ca_sha256: str
    """Of the authority's certificate (DER), hexadecimal."""
    secret: str
    """128 bits in base32 without padding; travels in a body, never in an address."""

    def content(self) -> str:
        pin = _base32(bytes.fromhex(self.ca_sha256))
        return f"{TICKET_PREFIX}*{self.host.upper()}*{pin}*{self.secret}"


def read_ticket(text: str) -> Ticket | None:
    """A ticket, or None: everything scanned is data, and most of it is not for us."""
    parts = text.strip().upper().split("*")
    if len(text) > MAX_TICKET_LENGTH or len(parts) != 4 or parts[0] != TICKET_PREFIX:
        return None
    host, pin, secret = parts[1:]
    ca = _from_base32(pin)
    if not _AUTHORITY.fullmatch(host) or ca is None or len(ca) != 32 or _from_base32(secret) is None:
        return None
    return Ticket(host.lower(), ca.hex(), secret) if len(secret) == 26 else None


def ticket_secret(random: bytes) -> str:
    """The secret of a ticket from 16 random bytes."""
    return _base32(random[:SECRET_BYTES])


def short_code(secret: str, public_key_der: bytes, nonce: str) -> str:
    """Six digits that both screens show; only who has the ticket, this key and this answer arrives at the same."""
    message = hashlib.sha256(public_key_der).digest() + nonce.encode()
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**SHORT_CODE_DIGITS:0{SHORT_CODE_DIGITS}d}"


def certificate_name(terminal_id: str) -> str:
    return URI_PREFIX + terminal_id


def terminal_in(name: str) -> str | None:
    """The terminal's id in the name of its certificate."""
    found = name.removeprefix(URI_PREFIX)
    return found if found != name and re.fullmatch(r"[A-Za-z0-9_-]{3,24}", found) else None


class EnrolmentState(StrEnum):
    PENDING = "pending"
    """Waits for a person who compares the two short codes."""
    APPROVED = "approved"
    DENIED = "denied"


class EnrolmentRequest(Message):
    secret: _Secret
    csr_pem: Annotated[Pem, StringConstraints(max_length=4096)]
    """PKCS #10, P-256; the terminal's key never leaves it."""
    app_version: Version
    hardware: Hardware
    serial: Annotated[str, StringConstraints(pattern=r"^[ -~]{0,64}$")] = ""
    """Of the machine, for the person who approves."""

    def __repr__(self) -> str:
        return "<EnrolmentRequest withheld>"

    __str__ = __repr__


class EnrolmentQuestion(Message):
    secret: _Secret

    def __repr__(self) -> str:
        return "<EnrolmentQuestion withheld>"

    __str__ = __repr__


class Certificate(Message):
    certificate_pem: str
    """The terminal's own."""
    authority_pem: str
    """Of the authority that issued it; the new pin."""
    renew_after: AwareDatetime
    """Half of its life is over; renewed at a random moment after this."""
    expires: AwareDatetime


class Enrolment(Message):
    enrolment_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
    state: EnrolmentState
    nonce: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    poll_after_s: int = 3
    terminal_id: TerminalId | None = None
    office_id: Number | None = None
    certificate: Certificate | None = None
    root: str | None = None
    """The newest root of trust, as an envelope in text; the first one a terminal believes."""


class RenewalRequest(Message):
    csr_pem: Annotated[Pem, StringConstraints(max_length=4096)]


def _base32(content: bytes) -> str:
    return base64.b32encode(content).decode("ascii").rstrip("=")


def _from_base32(text: str) -> bytes | None:
    try:
        return base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return None
