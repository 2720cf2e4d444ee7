"""Throw-away accounts for the bench: two people, so that money can be approved by two."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from backend.certificates.signing import write_secret
from backend.console.accounts import Accounts, Role, code_at
from backend.console.tables import AccountRow

FILE = "console-accounts.json"
PEOPLE = {
    "anna": (Role.EDITOR, Role.APPROVER, Role.OPERATOR),
    "bert": (Role.EDITOR, Role.APPROVER, Role.OPERATOR),
    "vera": (Role.VIEWER,),
}


@dataclass(frozen=True, repr=False)
class BenchAccount:
    """Password and authenticator in one place, as nobody should have them who is not on a bench."""

    name: str
    password: str
    code_key: bytes

    def code(self, now: datetime) -> str:
        return code_at(self.code_key, now)


def seed_bench_accounts(session: Session, accounts: Accounts, state_dir: Path) -> None:
    """Makes them, and the file that says what they are; nothing when both are there."""
    path = state_dir / FILE
    if path.exists() and all(session.get(AccountRow, name) is not None for name in PEOPLE):
        return
    made: list[dict[str, str]] = []
    for name, roles in PEOPLE.items():
        password = accounts.chance.random(9).hex()
        account = accounts.add(session, name, password, roles)
        key = base64.b32encode(account.code_key).decode()
        made.append({"name": name, "password": password, "code_key": key})
    path.unlink(missing_ok=True)
    write_secret(path, json.dumps(made, indent=2).encode())


def read_bench_accounts(state_dir: Path) -> dict[str, BenchAccount]:
    """By name; empty when this is no bench."""
    path = state_dir / FILE
    if not path.exists():
        return {}
    entries = json.loads(path.read_text(encoding="utf-8"))
    return {
        one["name"]: BenchAccount(one["name"], one["password"], base64.b32decode(one["code_key"])) for one in entries
    }
