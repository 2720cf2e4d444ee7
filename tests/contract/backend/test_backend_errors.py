from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter
from sqlalchemy import text

from backend.app import Part
from backend.tables import TerminalRow
from kiosk.central.wire import PROBLEM_MEDIA_TYPE, TERMINAL_HEADER, Problem
from tests.contract.backend.server import PEOPLE, Running, SteppedClock, look_up_body, new_key, running


def problem_of(answer: httpx.Response, status: int, code: str) -> Problem:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == PROBLEM_MEDIA_TYPE
    problem = Problem.model_validate_json(answer.content)
    assert (problem.status, problem.code.value, problem.type) == (status, code, f"urn:lobby-kiosk:problem:{code}")
    return problem


# --- who may ask ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v1/reference", "/v1/applications/SQ1", "/v1/nothing", "/", "/docs", "/admin"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong", TERMINAL_HEADER: "lobby-1"},
        {"Authorization": "Basic abc", TERMINAL_HEADER: "lobby-1"},
        {"Authorization": "Bearer", TERMINAL_HEADER: "lobby-1"},
    ],
)
def test_whoever_is_not_known_gets_nowhere(one_office: Running, path: str, headers: dict[str, str]) -> None:
    answer = one_office.http.get(path, headers=headers)
    problem_of(answer, 401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_belongs_to_one_terminal(one_office: Running) -> None:
    answer = one_office.get("/v1/reference", headers={TERMINAL_HEADER: "lobby-2"})
    problem_of(answer, 401, "not_authenticated")


def test_a_blocked_terminal_is_refused(one_office: Running) -> None:
    with one_office.backend.services.sessions.begin() as session:
        session.get_one(TerminalRow, "lobby-1").is_active = False
    problem_of(one_office.get("/v1/reference"), 403, "not_allowed")


def test_a_database_that_fails_means_unavailable_and_never_yes(central: Running) -> None:
    with central.backend.engine.begin() as connection:
        connection.execute(text("DROP TABLE terminals"))
    for answer in (central.get("/v1/reference"), central.look_up("employee_normal")):
        assert problem_of(answer, 503, "unavailable").retryable
        assert answer.headers["Retry-After"] == "5"


def test_a_database_that_fails_later_means_unavailable(central: Running) -> None:
    with central.backend.engine.begin() as connection:
        connection.execute(text("ALTER TABLE events RENAME TO elsewhere"))
    event = {"event_id": "e" * 8, "kind": "session.ended", "at": "2026-09-29T10:00:00+08:00"}
    problem_of(central.post("/v1/events", {"events": [event]}), 503, "unavailable")


# --- bad input --------------------------------------------------------------------------------------------------------


def test_unknown_paths_and_methods_are_problems(one_office: Running) -> None:
    problem_of(one_office.get("/v1/nothing"), 404, "not_found")
    problem_of(one_office.get("/v1/reference/"), 404, "not_found")
    wrong_method = one_office.http.delete("/v1/reference", headers=one_office.headers)
    problem_of(wrong_method, 405, "malformed")
    assert wrong_method.headers["Allow"] == "GET"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"a":' * 2000])
def test_a_body_that_is_no_request_is_a_problem(one_office: Running, body: bytes) -> None:
    headers = one_office.headers | {"Content-Type": "application/json"}
    answer = one_office.http.post("/v1/look-ups", content=body, headers=headers)
    assert answer.status_code in {400, 422}
    problem_of(answer, answer.status_code, "malformed")


def test_a_problem_repeats_nothing_that_was_entered(one_office: Running) -> None:
    body = look_up_body(PEOPLE["employee_normal"]) | {"document_kind": "passport", "extra": "13800000001"}
    answer = one_office.post("/v1/look-ups", body)
    problem_of(answer, 422, "malformed")
    for secret in (body["document_number"], body["name"], "13800000001"):
        assert secret not in answer.text


@pytest.mark.parametrize("is_chunked", [False, True])
def test_an_oversized_body_is_refused(one_office: Running, *, is_chunked: bool) -> None:
    body = b"x" * 70_000
    content = iter([body]) if is_chunked else body
    answer = one_office.http.post("/v1/look-ups", content=content, headers=one_office.headers)
    problem_of(answer, 413, "malformed")


def test_a_character_that_no_database_keeps_does_no_harm(central: Running) -> None:
    body = look_up_body(PEOPLE["employee_normal"]) | {"document_number": "1101051849\x000115001"}
    assert central.post("/v1/look-ups", body).status_code in {404, 422}


# --- what nobody expected ---------------------------------------------------------------------------------------------


@pytest.fixture
def breaking(tmp_path: Path, font: Path, clock: SteppedClock) -> Iterator[Running]:
    router = APIRouter()

    @router.get("/v1/breaking")
    def break_down() -> None:
        raise ValueError("the name of 王样例")

    url = f"sqlite:///{tmp_path}/backend.sqlite"
    with running(url, tmp_path / "state", font, clock, [Part(router)]) as started:
        yield started


def test_a_bug_is_a_plain_500_and_a_log_line_without_data(breaking: Running, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        answer = breaking.get("/v1/breaking")
    assert problem_of(answer, 500, "internal").retryable
    assert "Traceback" not in answer.text
    assert "ValueError" in caplog.text
    assert "break_down" in caplog.text
    assert "王样例" not in caplog.text + answer.text


def test_a_failing_database_logs_no_personal_data(central: Running, caplog: pytest.LogCaptureFixture) -> None:
    token = central.token("employee_normal")
    with central.backend.engine.begin() as connection:
        connection.execute(text("DROP TABLE person_tokens"))
    with caplog.at_level(logging.DEBUG):
        problem_of(central.look_up("employee_normal"), 503, "unavailable")
        problem_of(central.post("/v1/loss-reports", {"person_token": token}, new_key()), 503, "unavailable")
    person = PEOPLE["employee_normal"]
    for secret in (person.name, person.document_number, token):
        assert secret not in caplog.text
