"""Who comes in: password and authenticator, the wait for whoever guesses, and how a visit ends."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backend.console.accounts import code_at
from backend.console.tables import AccountRow, AttemptRow, VisitRow
from tests.contract.console.console_bench import PASSWORD, ConsoleBench, Person


def test_a_right_password_and_code_open_the_console(console_on_each: ConsoleBench) -> None:
    with console_on_each.person("anna") as anna:
        answer = anna.sign_in()
        assert (answer.status_code, answer.headers["Location"]) == (303, "/console")
        cookie = answer.headers["Set-Cookie"]
        assert {"HttpOnly", "SameSite=strict", "Path=/console"} <= {part.strip() for part in cookie.split(";")}
        assert "lobby-1" in anna.get("/console").text
        assert anna.post("/console/sign-out", follow=False).status_code == 303
        assert anna.get("/console").headers["Location"].startswith("/console/sign-in")


def test_nobody_learns_which_part_was_wrong(console: ConsoleBench) -> None:
    with console.person("anna") as anna, console.person("anna") as nobody:
        nobody.name = "nobody"
        answers = [anna.sign_in("wrong"), anna.sign_in(code="000000"), nobody.sign_in()]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert len({answer.text for answer in answers}) == 1


def test_a_code_is_taken_once(console: ConsoleBench) -> None:
    with console.person("anna") as anna, console.person("anna") as thief:
        assert anna.sign_in().status_code == 303
        seen = code_at(anna.code_key, console.clock.now())
        console.clock.advance(seconds=-30)  # `sign_in` moves on by one step
        assert thief.sign_in(code=seen).status_code == 403


def test_whoever_guesses_waits_longer_and_longer(console_on_each: ConsoleBench) -> None:
    console = console_on_each
    with console.person("anna") as anna:
        for _ in range(3):
            assert guess(anna) == (403, 0)
        status, wait_s = guess(anna)
        assert (status, 4 <= wait_s <= 6) == (429, True)
        assert guess(anna)[0] == 429, "a refused attempt does not lengthen the wait"
        waits: list[int] = []
        for _ in range(9):
            console.clock.advance(seconds=wait_s)
            assert guess(anna)[0] == 403
            status, wait_s = guess(anna)
            assert status == 429
            waits.append(wait_s)
    assert waits == sorted(waits)
    assert waits[-1] <= 15 * 60 + 1


def guess(person: Person) -> tuple[int, int]:
    fields = {"name": person.name, "password": "guess", "code": "123456"}
    answer = person.http.post("/console/sign-in", data=fields)
    return answer.status_code, int(answer.headers.get("Retry-After", 0))


def test_the_right_password_does_not_shorten_the_wait(console: ConsoleBench) -> None:
    with console.person("anna") as anna:
        for _ in range(4):
            guess(anna)
        code = code_at(anna.code_key, console.clock.now())
        fields = {"name": "anna", "password": PASSWORD, "code": code}
        assert anna.http.post("/console/sign-in", data=fields).status_code == 429
        assert anna.sign_in().status_code == 303, "half a minute later"
        with console.bench.session() as session:
            assert [row.failures for row in session.scalars(select(AttemptRow))] == [3], "the address's, less one"


def test_an_idle_visit_ends(console: ConsoleBench) -> None:
    with console.signed_in("vera") as vera:
        console.clock.advance(minutes=29)
        assert vera.get("/console").status_code == 200
        console.clock.advance(minutes=29)
        assert vera.get("/console").status_code == 200, "being used keeps it open"
        console.clock.advance(minutes=31)
        assert vera.get("/console").status_code == 303


def test_even_a_busy_visit_ends_after_a_day_s_work(console: ConsoleBench) -> None:
    with console.signed_in("vera") as vera:
        for _ in range(25):
            console.clock.advance(minutes=29)
            last = vera.get("/console").status_code
        assert last == 303
    with console.bench.session() as session:
        assert session.scalars(select(VisitRow)).all() == []


def test_closing_an_account_ends_its_visits(console: ConsoleBench) -> None:
    with console.signed_in("bert") as bert:
        with console.bench.session() as session:
            session.get_one(AccountRow, "bert").is_active = False
        assert bert.get("/console").status_code == 303
        assert bert.sign_in().status_code == 403


def test_what_is_kept_opens_nothing(console: ConsoleBench) -> None:
    with console.signed_in("anna") as anna, console.bench.session() as session:
        row, visit = session.get_one(AccountRow, "anna"), session.scalars(select(VisitRow)).one()
        assert row.password.startswith("$argon2id$")
        assert anna.code_key.hex() not in row.code_key
        assert visit.token_sha256 != anna.http.cookies["console"]


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/console/../x\\y", "/elsewhere", "/console\r\nX: y"]
)
def test_signing_in_leads_nowhere_else(shared: ConsoleBench, back: str) -> None:
    shared.clock.advance(seconds=30)
    code = code_at(shared.accounts["vera"].code_key, shared.clock.now())
    fields = {"name": "vera", "password": PASSWORD, "code": code}
    with shared.person("vera") as vera:
        answer = vera.http.post("/console/sign-in", params={"back": back}, data=fields)
    assert answer.headers["Location"] == "/console"
