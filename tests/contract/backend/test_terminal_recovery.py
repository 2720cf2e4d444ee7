"""The terminal's own recovery and outbox against the real backend, over the real wire."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk.central.client import CentralClient
from kiosk.flow.events import ApplicationAnswered, Event
from kiosk.flow.facts import Moment
from kiosk.journal.entries import Lane, Step, StepKind
from kiosk.journal.journal import Journal
from kiosk.journal.opening import open_store
from kiosk.journal.sender import OutboxSender
from kiosk.services.delivery import Delivery
from kiosk.services.recording import event_items
from kiosk.services.recovery import Settling
from tests.contract.backend.server import TERMINAL, Running
from tests.no_audit import no_audit

LIMIT_S = 30.0
NOON = datetime(2026, 9, 29, 12, 0, tzinfo=timezone(timedelta(hours=8)))
STARTED = Step(StepKind.STARTED, TERMINAL)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(lambda: open_store(tmp_path / "terminal" / "journal.sqlite", lambda: NOON))
    journal.start()
    yield journal
    journal.stop()


def client_of(central: Running) -> CentralClient:
    token = central.headers["Authorization"].removeprefix("Bearer ")
    return CentralClient(str(central.http.base_url), TERMINAL, token)


def cut_off_after_payment(application_number: str) -> tuple[Step, ...]:
    facts = (("application_number", application_number), ("damaged_card", "not_applicable"))
    return (
        Step(StepKind.PAYMENT_INTENDED, "ZF-TEST-0001", facts),
        Step(StepKind.PAYMENT_CHANGED, "ZF-TEST-0001", (("state", "PAID"), ("application_number", application_number))),
        STARTED,
    )


def test_what_was_paid_before_the_power_went_is_submitted_and_every_step_is_told(
    one_office: Running, journal: Journal
) -> None:
    number = one_office.apply_and_pay("employee_normal")
    steps, ids = cut_off_after_payment(number), itertools.count()
    journal.commit(steps, event_items(steps, Moment(0.0, NOON, "before-the-cut")))
    ready, submitted = threading.Event(), threading.Event()

    def hear(event: Event) -> None:
        if isinstance(event, ApplicationAnswered):
            submitted.set()

    outbox = OutboxSender(
        journal,
        Delivery(client_of(one_office), hear, no_audit).send,
        lambda: 0.0,
        lambda where, _: pytest.fail(where),
        time.monotonic,
    )
    settling = Settling(
        journal,
        lambda: client_of(one_office),
        lambda: Moment(0.0, NOON, f"moment-{next(ids)}"),
        lambda: 0.0,
        outbox.wake,
        ready.set,
        lambda where, _: pytest.fail(where),
    )
    outbox.start()
    settling.start()
    assert ready.wait(LIMIT_S)
    assert submitted.wait(LIMIT_S)
    settling.stop(LIMIT_S)
    outbox.stop(LIMIT_S)
    assert one_office.get(f"/v1/applications/{number}").json()["state"] == "ACCEPTED"
    assert journal.ask(lambda store: store.waiting(Lane.MONEY)) == ()
    assert journal.ask(lambda store: store.parked()) == ()


def test_events_are_taken_in_batches_and_known_by_their_ids(one_office: Running, journal: Journal) -> None:
    steps = tuple(Step(StepKind.STAFF_CALLED, f"Situation{number}") for number in range(150))
    items = event_items(steps, Moment(0.0, NOON, "a-busy-day"))
    journal.commit(steps, items)
    send = Delivery(client_of(one_office), lambda _: None, no_audit).send
    outbox = OutboxSender(journal, send, lambda: 0.0, lambda where, _: pytest.fail(where), time.monotonic)
    send(items[:30])  # delivered before, but the answer was lost
    outbox.deliver_waiting()
    assert journal.ask(lambda store: store.waiting(Lane.TELEMETRY)) == ()
    with one_office.backend.services.sessions.begin() as session:
        assert session.execute(text("SELECT count(*) FROM events")).scalar_one() == 150
