"""`python -m backend console ...`: who may use the console. Accounts are made here and nowhere else."""

from __future__ import annotations

import argparse
import getpass
import re
import sys
from collections.abc import Callable

import segno
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from backend.clock import SystemClock
from backend.console.accounts import MIN_PASSWORD, Accounts, Role, open_seal
from backend.console.bench_accounts import read_bench_accounts
from backend.console.tables import AccountRow
from backend.fleet.chance import SystemChance
from backend.settings import Settings

_NAME = re.compile(r"[A-Za-z0-9._-]{2,64}")
Step = Callable[[argparse.Namespace, Settings, sessionmaker[Session]], int]


def add_console_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("step", choices=sorted(STEPS), help="what to do")
    parser.add_argument("name", nargs="?", default="", help="of the person")
    parser.add_argument(
        "--role", action="append", choices=[role.value for role in Role], help="may be given repeatedly"
    )


def run_console_step(options: argparse.Namespace, settings: Settings, sessions: sessionmaker[Session]) -> int:
    return STEPS[options.step](options, settings, sessions)


def open_accounts(settings: Settings) -> Accounts:
    return Accounts(SystemClock(), SystemChance(), open_seal(settings.state_dir))


def _add(options: argparse.Namespace, settings: Settings, sessions: sessionmaker[Session]) -> int:
    """Also for somebody who lost the authenticator or the password: both are made anew."""
    if not _NAME.fullmatch(options.name):
        return _refused("a name has 2 to 64 letters, digits, dots or hyphens")
    password = _new_password()
    if password is None:
        return _refused(f"a password has {MIN_PASSWORD} characters or more, typed twice the same; nothing was made")
    roles = [Role(word) for word in options.role or [Role.VIEWER]]
    with sessions.begin() as session:
        account = open_accounts(settings).add(session, options.name, password, roles)
    print(f"{options.name}: {', '.join(roles)}")
    print("Scan this with an authenticator app now; it is shown this once:")
    segno.make(account.uri, micro=False).terminal(compact=True)
    print(account.uri)
    return 0


def _close(options: argparse.Namespace, settings: Settings, sessions: sessionmaker[Session]) -> int:
    with sessions.begin() as session:
        is_known = open_accounts(settings).close(session, options.name)
    if not is_known:
        return _refused(f"nobody is called {options.name}")
    print(f"{options.name} is signed out everywhere and cannot sign in")
    return 0


def _list(_options: argparse.Namespace, _settings: Settings, sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        for row in session.scalars(select(AccountRow).order_by(AccountRow.name)):
            print(f"{row.name:20} {'active' if row.is_active else 'closed':8} {row.roles}")
    return 0


def _code(options: argparse.Namespace, settings: Settings, _sessions: sessionmaker[Session]) -> int:
    """For the bench's throw-away accounts only: nobody else's authenticator can be read."""
    account = read_bench_accounts(settings.state_dir).get(options.name)
    if account is None:
        return _refused("only a bench's accounts have their authenticator here")
    print(account.code(SystemClock().now()))
    return 0


def _new_password() -> str | None:
    if not sys.stdin.isatty():
        first = sys.stdin.readline().rstrip("\n")
        return first if len(first) >= MIN_PASSWORD else None
    first = getpass.getpass(f"A password of at least {MIN_PASSWORD} characters: ")
    return first if len(first) >= MIN_PASSWORD and getpass.getpass("Once more: ") == first else None


def _refused(why: str) -> int:
    print(f"not done: {why}", file=sys.stderr)
    return 2


STEPS: dict[str, Step] = {"add-user": _add, "close-user": _close, "users": _list, "code": _code}
