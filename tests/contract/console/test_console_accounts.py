"""Accounts from the command line: what is printed once opens the console, and nothing else does."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from backend.__main__ import main
from backend.clock import SystemClock
from backend.console.accounts import Accounts, Role, account_in, code_at, open_seal
from backend.console.bench_accounts import read_bench_accounts, seed_bench_accounts
from backend.console.signing_in import NotSignedIn, SignedIn, SigningIn
from backend.console.tables import AccountRow
from backend.database import open_engine, session_factory
from backend.fleet.chance import SystemChance
from backend.migrations.migrate import migrate
from backend.settings import default_database_url

PASSWORD = "long enough to keep"


def run(state: Path, *arguments: str) -> int:
    return main(["console", *arguments, "--state-dir", str(state)])


def signing_in(state: Path) -> SigningIn:
    sessions = session_factory(open_engine(default_database_url(state)))
    accounts = Accounts(SystemClock(), SystemChance(), open_seal(state))
    return SigningIn(sessions, SystemClock(), SystemChance(), accounts)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))


@pytest.mark.usefixtures("typed")
def test_what_is_printed_once_opens_the_console(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "add-user", "cora", "--role", "editor", "--role", "approver") == 0
    uri = capsys.readouterr().out.strip().splitlines()[-1]
    key = base64.b32decode(parse_qs(urlsplit(uri).query)["secret"][0])
    door = signing_in(tmp_path)
    code = code_at(key, SystemClock().now())
    outcome = door.sign_in("cora", PASSWORD, code, "127.0.0.1")
    assert isinstance(outcome, SignedIn)
    account = door.account_of(outcome.token)
    assert account is not None
    assert account.roles == {Role.EDITOR, Role.APPROVER}
    assert run(tmp_path, "users") == 0
    assert "cora" in capsys.readouterr().out
    assert run(tmp_path, "close-user", "cora") == 0
    assert door.account_of(outcome.token) is None
    assert isinstance(door.sign_in("cora", PASSWORD, code, "127.0.0.1"), NotSignedIn)


@pytest.mark.parametrize(("name", "password"), [("cora", "short"), ("no blanks", PASSWORD), ("", PASSWORD)])
def test_a_bad_name_or_a_short_password_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, password: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    assert run(tmp_path, "add-user", name) == 2
    assert capsys.readouterr().err.startswith("not done: ")


def test_nobody_else_is_closed_or_asked_for_a_code(tmp_path: Path) -> None:
    assert run(tmp_path, "close-user", "nobody") == 2
    assert run(tmp_path, "code", "anna") == 2


def test_the_benchs_accounts_are_made_once_and_can_approve_as_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = open_engine(default_database_url(tmp_path))
    migrate(engine)
    accounts = Accounts(SystemClock(), SystemChance(), open_seal(tmp_path))
    for _ in range(2):
        with session_factory(engine).begin() as session:
            seed_bench_accounts(session, accounts, tmp_path)
    made = read_bench_accounts(tmp_path)
    with session_factory(engine)() as session:
        found = [account_in(session.get_one(AccountRow, name)) for name in made]
    assert sum(account.may(Role.APPROVER) for account in found) == 2
    assert run(tmp_path, "code", "anna") == 0
    assert len(capsys.readouterr().out.strip()) == 6
    outcome = signing_in(tmp_path).sign_in(
        "anna", made["anna"].password, made["anna"].code(SystemClock().now()), "127.0.0.1"
    )
    assert isinstance(outcome, SignedIn)
