"""The matrices that are tests by themselves, as parts of `python -m tests.faults`."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.by_pytest import run_tests
from tests.faults.every_event import events_for
from tests.faults.report import Line
from tests.faults.test_matrix import CHANGES
from tests.flows.stages import STAGES

IDEMPOTENCY = (
    "tests/contract/backend/test_backend_idempotency.py",
    "tests/contract/backend/test_backend_idempotency_matrix.py",
    "tests/contract/payments/test_payments_idempotency.py",
    "tests/contract/payments/test_payments_idempotency_matrix.py",
)


def idempotency() -> Iterator[Line]:
    """Same key, 20 at once, other content, after 60 days, after a restart; each over SQLite and over PostgreSQL."""
    name = "same key again, on SQLite and on PostgreSQL"
    tally = run_tests(IDEMPOTENCY, name)
    found = dict.fromkeys(tally.failed, 1)
    yield Line(name, tally.passed, "tests", tally.is_ok, found, double=len(found))


def situations() -> Iterator[Line]:
    """Every situation x every device x every word of it, and x every event; then any order of events."""
    name = "every situation, every word of every device"
    tally = run_tests(("tests/faults/test_matrix.py",), name)
    found = dict.fromkeys(tally.failed, 1)
    yield Line(name, len(STAGES) * len(CHANGES), "states x words", tally.is_ok, found)
    events = sum(len(events_for(make())) for make in STAGES.values())
    yield Line("every situation, every event", events, "states x events", tally.is_ok, found)
    tally = run_tests(("tests/faults/test_flow_machine.py",), "events in any order")
    yield Line("events in any order", 60, "visits", tally.is_ok, dict.fromkeys(tally.failed, 1))
