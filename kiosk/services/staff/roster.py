"""The list of staff: who may open this terminal, by the keys on their cards. Behind a port, whatever brings it.

Today it is a file named in `kiosk.ini` (`[staff] roster_file`); the signed configuration can take its place.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Protocol

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from kiosk.domain.staff import PIN_LENGTH, Role

SCRYPT_MEMORY = 128 * 2**20
HIGHEST_STAFF_NUMBER = 999_999


def _base64(text: str) -> str:
    base64.b64decode(text, validate=True)
    return text


Base64 = Annotated[str, AfterValidator(_base64)]
CardId = Annotated[str, Field(pattern=r"^[0-9A-F]{16}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PinVerifier(_Part):
    """scrypt (RFC 7914) with a salt of its own per card; memory-hard, because a PIN has only a million values."""

    kdf: Literal["scrypt"]
    n: Annotated[int, Field(ge=2**14, le=2**17)]
    r: Annotated[int, Field(ge=8, le=16)]
    p: Annotated[int, Field(ge=1, le=4)]
    salt: Base64
    digest: Base64

    def fits(self, pin: str) -> bool:
        """About 0.1 s: not for a thread that others wait for."""
        if len(pin) != PIN_LENGTH or not pin.isdecimal():
            return False
        salt, wanted = base64.b64decode(self.salt), base64.b64decode(self.digest)
        made = hashlib.scrypt(
            pin.encode(), salt=salt, n=self.n, r=self.r, p=self.p, dklen=len(wanted), maxmem=SCRYPT_MEMORY
        )
        return hmac.compare_digest(made, wanted)


class StaffMember(_Part):
    """One card and whose it is. No name: the office keeps the list of numbers."""

    staff_number: Annotated[int, Field(ge=1, le=HIGHEST_STAFF_NUMBER)]
    role: Role
    card_id: CardId
    public_key: Base64
    """SubjectPublicKeyInfo, DER, P-256."""
    pin: PinVerifier
    is_revoked: bool = False
    expires_on: date | None = None
    """The last day on which the card opens anything."""
    office_ids: tuple[str, ...] = ()
    """Offices whose terminals it opens; none: all."""

    @property
    def staff_id(self) -> str:
        return str(self.staff_number)

    @property
    def key(self) -> ec.EllipticCurvePublicKey | None:
        try:
            key = serialization.load_der_public_key(base64.b64decode(self.public_key))
        except ValueError:
            return None
        return key if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1) else None


class _RosterFile(_Part):
    format: Literal[1]
    staff: tuple[StaffMember, ...]


class Roster(Protocol):
    """May be asked from any thread; a newer list may come at any time."""

    def find(self, card_id: str) -> StaffMember | None: ...

    def members(self) -> tuple[StaffMember, ...]: ...


class ListedStaff:
    """A list that does not change; empty, it opens the terminal to nobody."""

    def __init__(self, members: tuple[StaffMember, ...] = ()) -> None:
        self._members = members
        self._by_card = {member.card_id: member for member in members}

    def find(self, card_id: str) -> StaffMember | None:
        return self._by_card.get(card_id)

    def members(self) -> tuple[StaffMember, ...]:
        return self._members


class RosterError(Exception):
    """The file cannot be used; the text says why and holds nothing of its content."""


def read_roster(path: Path) -> ListedStaff:
    try:
        return ListedStaff(_RosterFile.model_validate_json(path.read_bytes()).staff)
    except OSError as error:
        raise RosterError(f"{path} cannot be read: {type(error).__name__}") from None
    except ValidationError as error:
        places = ", ".join(".".join(str(part) for part in each["loc"]) or "the file" for each in error.errors()[:5])
        raise RosterError(f"{path} is no list of staff: look at {places}") from None
