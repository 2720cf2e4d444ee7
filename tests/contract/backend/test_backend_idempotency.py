from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.applications.tables import ApplicationRow
from backend.idempotency import Answer, Done, Idempotency, Intent
from backend.problems import Refusal
from backend.tables import AnswerRow
from kiosk.central.wire import IDEMPOTENCY_HEADER, REPLAYED_HEADER, ProblemCode
from tests.contract.backend.server import Running, SteppedClock, application_body, new_key, running


def stored(central: Running) -> int:
    with central.backend.services.sessions() as session:
        return session.scalars(select(func.count()).select_from(AnswerRow)).one()


def test_a_repeat_is_answered_from_the_store(central: Running) -> None:
    body, key = application_body(central.token("employee_normal")), new_key()
    first = central.post("/v1/applications", body, key)
    central.clock.advance(days=400)  # the token is long expired: the answer is kept for ever
    second = central.post("/v1/applications", dict(reversed(body.items())), key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert REPLAYED_HEADER not in first.headers
    assert second.headers[REPLAYED_HEADER] == "true"


def test_a_key_without_quotation_marks_is_the_same_key(one_office: Running) -> None:
    body, key = application_body(one_office.token("employee_normal")), new_key()
    one_office.post("/v1/applications", body, key)
    again = one_office.post("/v1/applications", body, headers={IDEMPOTENCY_HEADER: key})
    assert again.headers[REPLAYED_HEADER] == "true"


def test_a_key_with_another_request_is_refused(central: Running) -> None:
    token, key = central.token("employee_normal"), new_key()
    assert central.post("/v1/applications", application_body(token), key).status_code == 201
    other_body = central.post("/v1/applications", application_body(token) | {"office_id": "HD01"}, key)
    other_route = central.post("/v1/loss-reports", {"person_token": token}, key)
    for answer in (other_body, other_route):
        assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")


@pytest.mark.parametrize("header", [None, "", '""', "short", "x" * 256, '"has space in it"', '"half-quoted-key'])
@pytest.mark.parametrize("path", ["/v1/loss-reports", "/v1/applications", "/v1/applications/SQ1/submission"])
def test_a_request_without_a_proper_key_is_refused(one_office: Running, header: str | None, path: str) -> None:
    bodies = {
        "/v1/loss-reports": {"person_token": "x" * 20},
        "/v1/applications": application_body("x" * 20),
        "/v1/applications/SQ1/submission": {"damaged_card": "not_applicable"},
    }
    headers = {} if header is None else {IDEMPOTENCY_HEADER: header}
    answer = one_office.post(path, bodies[path], headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "key_missing")


def test_a_refusal_is_not_stored(central: Running) -> None:
    token, key = central.token("employee_normal"), new_key()
    assert central.post("/v1/applications", application_body(token) | {"bank_code": "B99"}, key).status_code == 422
    assert stored(central) == 0
    assert central.post("/v1/applications", application_body(token), key).status_code == 201


def test_twenty_at_once_have_one_effect(central: Running) -> None:
    body, key = application_body(central.token("employee_normal")), new_key()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: central.post("/v1/applications", body, key), range(20)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    done = [answer for answer in answers if answer.status_code == 201]
    waiting = [answer for answer in answers if answer.status_code == 409]
    assert len({answer.content for answer in done}) == 1
    assert all(answer.json()["code"] == "key_in_use" for answer in waiting)
    assert all(answer.headers["Retry-After"] == "1" for answer in waiting)
    with central.backend.services.sessions() as session:
        of_person = select(func.count()).where(ApplicationRow.person_id == "P-A00000011-0")
        assert session.scalars(of_person).one() == 1


def test_twenty_keys_at_once_open_one_application(central: Running) -> None:
    body = application_body(central.token("employee_normal"))
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: central.post("/v1/applications", body, new_key()), range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"application_open"}


def test_after_a_restart_the_answer_is_still_known(
    database_url: str, tmp_path: Path, font: Path, clock: SteppedClock
) -> None:
    key = new_key()
    with running(database_url, tmp_path / "state", font, clock) as before:
        body = application_body(before.token("employee_normal"))
        first = before.post("/v1/applications", body, key)
    with running(database_url, tmp_path / "state", font, clock) as after:
        second = after.post("/v1/applications", body, key)
    assert (second.content, second.headers[REPLAYED_HEADER]) == (first.content, "true")


class Word(BaseModel):
    word: str = "done"


def test_a_second_request_is_told_to_wait_while_the_first_runs(central: Running) -> None:
    idempotency = central.backend.services.idempotency
    intent = Intent("lobby-1", "the-same-key", "f" * 64)
    has_begun, may_end = threading.Event(), threading.Event()

    def slow(_session: Session) -> Done:
        has_begun.set()
        assert may_end.wait(20)
        return Done(201, Word())

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(idempotency.once, intent, slow)
        assert has_begun.wait(20)
        second = idempotency.once(intent, lambda _: Done(201, Word(word="never")))
        may_end.set()
        assert first.result(20) == Answer(201, b'{"word":"done"}', was_replayed=False)
    assert second == Refusal(ProblemCode.KEY_IN_USE, field=IDEMPOTENCY_HEADER, retry_after_s=1)


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_another_process_is_told_to_wait_as_well(central: Running) -> None:
    services = central.backend.services
    other_process = Idempotency(services.sessions, services.clock)
    intent = Intent("lobby-1", "the-same-key", "f" * 64)
    seen: list[Answer | Refusal] = []

    def slow(_session: Session) -> Done:
        seen.append(other_process.once(intent, lambda _: Done(201, Word())))
        return Done(201, Word())

    services.idempotency.once(intent, slow)
    assert seen == [Refusal(ProblemCode.KEY_IN_USE, field=IDEMPOTENCY_HEADER, retry_after_s=1)]


def test_work_that_breaks_leaves_no_effect_and_no_key(central: Running) -> None:
    def breaking(session: Session) -> Done:
        session.add(AnswerRow(terminal_id="x", key="x" * 8, fingerprint="", status=1, body=b"", answered_at=None))
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        central.backend.services.idempotency.once(Intent("lobby-1", "a-key-of-ours", "f"), breaking)
    assert stored(central) == 0
