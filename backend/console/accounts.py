"""People of the console: a password (Argon2id), an authenticator (TOTP, RFC 6238), and what they may do."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidKey
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy.orm import Session

from backend.certificates.signing import write_secret
from backend.clock import Clock
from backend.console.tables import AccountRow
from backend.fleet.audit import record
from backend.fleet.chance import Chance

MIN_PASSWORD = 12
SECRET_FILE = "console-key"  # noqa: S105  the name of a file
ISSUER = "Lobby kiosks"
STEP_S = 30
DIGITS = 6
_CODE_KEY_BYTES = 20  # of HMAC-SHA-1, which every authenticator app speaks
_SALT_BYTES = 16


class Role(StrEnum):
    """What somebody may do; everybody who is signed in may look."""

    VIEWER = "viewer"
    EDITOR = "editor"
    """Edits bundles and puts them up for approval."""
    APPROVER = "approver"
    """Approves bundles and withdraws them."""
    OPERATOR = "operator"
    """Terminals and rollouts: tickets, approvals of terminals, commands, waves, the kill switch."""


@dataclass(frozen=True)
class Account:
    name: str
    roles: frozenset[Role]

    def may(self, role: Role) -> bool:
        return role is Role.VIEWER or role in self.roles


@dataclass(frozen=True, repr=False)
class NewAccount:
    """Shown once, to the person it belongs to."""

    name: str
    code_key: bytes

    @property
    def uri(self) -> str:
        """For the QR code that an authenticator app scans."""
        return _totp(self.code_key).get_provisioning_uri(self.name, ISSUER)


@dataclass(frozen=True, repr=False)
class Accounts:
    clock: Clock
    chance: Chance
    seal: Fernet

    def add(self, session: Session, name: str, password: str, roles: Iterable[Role]) -> NewAccount:
        """A new account, or the same name with a new password, a new authenticator and new roles."""
        key, now = self.chance.random(_CODE_KEY_BYTES), self.clock.now()
        row = session.get(AccountRow, name) or AccountRow(name=name, made_at=now)
        row.password = _hashed(password, self.chance.random(_SALT_BYTES))
        row.code_key = self.seal.encrypt(key).decode()
        row.roles = " ".join(sorted(set(roles)))
        row.is_active, row.last_step = True, 0
        session.add(row)
        record(session, now, "command-line", "account_add", name, roles=row.roles)
        return NewAccount(name, key)

    def close(self, session: Session, name: str) -> bool:
        """Nobody signs in under this name any more, and whoever is signed in is out; False: no such name."""
        row = session.get(AccountRow, name)
        if row is None:
            return False
        row.is_active = False
        record(session, self.clock.now(), "command-line", "account_close", name)
        return True

    def is_password(self, row: AccountRow | None, password: str) -> bool:
        """Takes as long for a name that is not there."""
        try:
            Argon2id.verify_phc_encoded(password.encode("utf-8", "replace"), row.password if row else _NOBODY)
        except InvalidKey:
            return False
        return row is not None

    def step_of(self, row: AccountRow, code: str) -> int | None:
        """The time step whose code this is: the present one or a neighbour, and none that was used before."""
        key, now = self.seal.decrypt(row.code_key), self.clock.now()
        present = int(now.timestamp()) // STEP_S
        for step in (present, present - 1, present + 1):
            if step > row.last_step and hmac.compare_digest(_code(key, step), code.encode("utf-8", "replace")):
                return step
        return None


def account_in(row: AccountRow) -> Account:
    return Account(row.name, frozenset(Role(word) for word in row.roles.split()))


def code_at(code_key: bytes, moment: datetime) -> str:
    """What the authenticator shows at that moment; for whoever plays a person."""
    return _code(code_key, int(moment.timestamp()) // STEP_S).decode()


def open_seal(state_dir: Path) -> Fernet:
    """The console's key in the state directory, made when it is missing: a copy of the database alone opens nothing."""
    path = state_dir / SECRET_FILE
    if not path.exists():
        write_secret(path, Fernet.generate_key())
    return Fernet(path.read_bytes())


# --- inside -----------------------------------------------------------------------------------------------------------


def _hashed(password: str, salt: bytes) -> str:
    """With the first of the settings that RFC 9106 and OWASP name for interactive use on small machines."""
    argon2 = Argon2id(salt=salt, length=32, iterations=2, lanes=1, memory_cost=19 * 1024)
    return argon2.derive_phc_encoded(password.encode("utf-8", "replace"))


_NOBODY = _hashed("nobody has this password", b"sixteen bytes...")


def _totp(key: bytes) -> TOTP:
    return TOTP(key, DIGITS, SHA1(), STEP_S)  # noqa: S303  HMAC-SHA-1, as RFC 6238 has it


def _code(key: bytes, step: int) -> bytes:
    return _totp(key).generate(step * STEP_S)
