"""Every request that changes something x every way in which it can come again: one effect, and the same answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from backend.applications.tables import ApplicationRow
from backend.certificates.tables import CertificateRow
from backend.database import Base
from backend.drafts.tables import DraftRow
from backend.events.tables import EventRow
from backend.records.tables import LossReportRow
from kiosk.central.wire import REPLAYED_HEADER
from tests.contract.backend.server import Running, SteppedClock, application_body, new_key, running

AT_ONCE = 20
EVENT = {"event_id": "event-0001", "kind": "session_ended", "at": "2026-09-29T10:00:00+08:00", "facts": {"n": 1}}


@dataclass(frozen=True)
class Intent:
    """A request, the same one with another content, and the table in which its effect is counted."""

    path: str
    body: dict[str, Any]
    other_body: dict[str, Any]
    effects: type[Base]


def _loss_report(central: Running) -> Intent:
    tokens = [central.token("employee_normal") for _ in range(2)]
    return Intent("/v1/loss-reports", {"person_token": tokens[0]}, {"person_token": tokens[1]}, LossReportRow)


def _application(central: Running) -> Intent:
    body = application_body(central.token("employee_normal"))
    return Intent("/v1/applications", body, body | {"office_id": "HD01"}, ApplicationRow)


def _submission(central: Running) -> Intent:
    number = central.apply_and_pay("employee_normal", reason="DAMAGED")
    path = f"/v1/applications/{number}/submission"
    return Intent(path, {"damaged_card": "handed_in"}, {"damaged_card": "to_staff"}, CertificateRow)


def _hand_off(central: Running) -> Intent:
    body = {"person_token": central.token("employee_normal"), "topic": "address"}
    return Intent("/v1/hand-offs", body, body | {"topic": "photo"}, DraftRow)


PREPARE: dict[str, Callable[[Running], Intent]] = {
    "loss report": _loss_report,
    "application": _application,
    "submission": _submission,
    "hand-off": _hand_off,
}


def effects(central: Running, intent: Intent) -> int:
    with central.backend.services.sessions() as session:
        return session.scalars(select(func.count()).select_from(intent.effects)).one()


def is_replay_of(first: httpx.Response, second: httpx.Response) -> bool:
    is_same = (first.status_code, first.content) == (second.status_code, second.content)
    return is_same and second.headers.get(REPLAYED_HEADER) == "true"


@pytest.fixture(params=PREPARE)
def prepare(request: pytest.FixtureRequest) -> Callable[[Running], Intent]:
    return PREPARE[request.param]


def test_twenty_at_once_have_one_effect_and_one_answer(central: Running, prepare: Callable[[Running], Intent]) -> None:
    intent, key = prepare(central), new_key()
    before = effects(central, intent)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: central.post(intent.path, intent.body, key), range(AT_ONCE)))
    done = [answer for answer in answers if answer.is_success]
    assert {answer.json()["code"] for answer in answers if not answer.is_success} <= {"key_in_use"}
    assert len({answer.content for answer in done}) == 1
    assert is_replay_of(done[0], central.post(intent.path, intent.body, key))
    assert effects(central, intent) - before == 1


def test_the_same_key_with_another_content_changes_nothing(
    central: Running, prepare: Callable[[Running], Intent]
) -> None:
    intent, key = prepare(central), new_key()
    first = central.post(intent.path, intent.body, key)
    had = effects(central, intent)
    other = central.post(intent.path, intent.other_body, key)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert effects(central, intent) == had
    assert is_replay_of(first, central.post(intent.path, intent.body, key))


def test_twenty_with_different_contents_at_once_have_one_effect(
    central: Running, prepare: Callable[[Running], Intent]
) -> None:
    intent, key = prepare(central), new_key()
    before = effects(central, intent)
    bodies = [intent.body, intent.other_body] * (AT_ONCE // 2)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda body: central.post(intent.path, body, key), bodies))
    refused = {answer.json()["code"] for answer in answers if not answer.is_success}
    assert refused <= {"key_in_use", "key_reused"}
    assert len({answer.content for answer in answers if answer.is_success}) == 1
    assert effects(central, intent) - before == 1


def test_after_sixty_days_the_answer_is_still_the_first_one(
    central: Running, clock: SteppedClock, prepare: Callable[[Running], Intent]
) -> None:
    intent, key = prepare(central), new_key()
    first = central.post(intent.path, intent.body, key)
    had = effects(central, intent)
    clock.advance(days=60)
    assert is_replay_of(first, central.post(intent.path, intent.body, key))
    assert effects(central, intent) == had


def test_after_a_restart_the_answer_is_still_the_first_one(
    database_url: str, tmp_path: Path, font: Path, clock: SteppedClock, prepare: Callable[[Running], Intent]
) -> None:
    key = new_key()
    with running(database_url, tmp_path / "state", font, clock) as before:
        intent = prepare(before)
        first = before.post(intent.path, intent.body, key)
        had = effects(before, intent)
    with running(database_url, tmp_path / "state", font, clock) as after:
        again = after.post(intent.path, intent.body, key)
        other = after.post(intent.path, intent.other_body, key)
        assert effects(after, intent) == had
    assert is_replay_of(first, again)
    assert other.json()["code"] == "key_reused"


# --- events: the key is the id of the event, and the first telling wins ----------------------------------------------


def kept(central: Running) -> list[dict[str, Any]]:
    with central.backend.services.sessions() as session:
        return [row.facts for row in session.scalars(select(EventRow))]


def test_an_event_told_twenty_times_at_once_is_kept_once(central: Running) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: central.post("/v1/events", {"events": [EVENT]}, new_key()), range(AT_ONCE)))
    assert {answer.status_code for answer in answers} == {200}
    assert sum(answer.json()["accepted"] for answer in answers) == 1
    assert kept(central) == [{"n": 1}]


def test_an_event_told_again_differently_after_sixty_days_stays_as_it_was(
    central: Running, clock: SteppedClock
) -> None:
    central.post("/v1/events", {"events": [EVENT]}, new_key())
    clock.advance(days=60)
    again = central.post("/v1/events", {"events": [EVENT | {"facts": {"n": 2}}]}, new_key())
    assert again.json() == {"accepted": 0, "known": 1}
    assert kept(central) == [{"n": 1}]
