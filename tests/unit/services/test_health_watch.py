"""The watch over the backend, look by look: no thread and no waiting, the pause that it asks for is a number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from backend.reference.service import load_reference
from kiosk.central import wire
from kiosk.central.errors import Refused, SilenceKind, Silent
from kiosk.central.wire import ProblemCode
from kiosk.flow.events import CentralChanged, Event, ReferenceArrived
from kiosk.services.health import REFERENCE_AGAIN_S, REFERENCE_EVERY_S, HealthWatch, steady_skew_s
from tests.unit.services.lobby import KeptLog, StillClock

EVERY_S = 10.0
GONE = Silent(SilenceKind.UNREACHABLE)
SERVICE = load_reference().reference
Health = wire.Health | Refused | Silent


class Backend:
    """Answers what a test has set; keeps what was told of it."""

    def __init__(self) -> None:
        self.clock, self.log = StillClock(), KeptLog()
        self.is_there, self.payments, self.ahead_s = True, "ok", 0.0
        self.service: wire.Reference | Refused | Silent = SERVICE
        self.told: list[Event] = []
        self.asked_references = self.returns = 0
        self.watch = HealthWatch(self, self.told.append, self._returned, self.clock, self.log, EVERY_S)

    def health(self) -> Health:
        if not self.is_there:
            return GONE
        time = self.clock.now() + timedelta(seconds=self.ahead_s)
        return wire.Health.model_validate({"status": "ok", "time": time, "payments": self.payments})

    def reference(self) -> wire.Reference | Refused | Silent:
        self.asked_references += 1
        return self.service

    def _returned(self) -> None:
        self.returns += 1

    def look(self, times: int = 1) -> float:
        """Time passes as the watch asks; returns the last pause."""
        pause_s = 0.0
        for _ in range(times):
            pause_s = self.watch.look()
            self.clock.mono_s += pause_s
        return pause_s

    def changes(self) -> list[CentralChanged]:
        return [event for event in self.told if isinstance(event, CentralChanged)]


@pytest.fixture
def backend() -> Iterator[Backend]:
    yield Backend()  # noqa: PT022  a name for what every test starts from


def test_a_backend_that_is_there_is_told_once_with_its_service(backend: Backend) -> None:
    assert backend.look(20) == EVERY_S
    assert backend.changes() == [CentralChanged(is_reachable=True, are_payments_open=True, clock_skew_s=0.0)]
    assert [type(event) for event in backend.told] == [CentralChanged, ReferenceArrived]


def test_one_lost_call_is_no_outage(backend: Backend) -> None:
    backend.look()
    for _ in range(5):
        backend.is_there = False
        backend.look()
        backend.is_there = True
        backend.look()
    assert len(backend.changes()) == 1


def test_two_lost_calls_in_a_row_are_told_once(backend: Backend) -> None:
    backend.look()
    backend.is_there = False
    backend.look(30)
    assert [change.is_reachable for change in backend.changes()] == [True, False]
    assert backend.log.names().count("central_down") == 1


def test_a_backend_that_returns_is_noticed_within_two_seconds(backend: Backend) -> None:
    backend.look()
    backend.is_there = False
    backend.look(10)
    assert backend.look() <= 2.0
    backend.is_there = True
    backend.look()
    assert backend.changes()[-1].is_reachable


def test_whoever_waits_for_the_backend_is_woken_when_it_returns(backend: Backend) -> None:
    backend.look(3)
    assert backend.returns == 1
    backend.is_there = False
    backend.look(3)
    backend.is_there = True
    backend.look(3)
    assert backend.returns == 2


def test_the_service_is_asked_for_anew_after_an_outage(backend: Backend) -> None:
    backend.look(3)
    assert backend.asked_references == 1
    backend.is_there = False
    backend.look()
    backend.is_there = True
    backend.look()
    assert backend.asked_references == 2


def test_the_service_is_asked_for_every_few_minutes(backend: Backend) -> None:
    backend.look(int(3 * REFERENCE_EVERY_S / EVERY_S))
    assert backend.asked_references == 3


def test_payments_that_close_are_told_and_so_is_their_return(backend: Backend) -> None:
    for word in ("ok", "down", "down", "ok"):
        backend.payments = word
        backend.look()
    assert [change.are_payments_open for change in backend.changes()] == [True, False, True]


@pytest.mark.parametrize(
    "service",
    [
        GONE,
        Refused(ProblemCode.NOT_AUTHENTICATED),
        SERVICE.model_copy(update={"lead_times": ()}),
        SERVICE.model_copy(update={"fees": ()}),
        SERVICE.model_copy(update={"calendar": {"next year": wire.CalendarYear(holidays=(), workdays=())}}),
        SERVICE.model_copy(
            update={"fees": tuple(row.model_copy(update={"valid_from": date(2099, 1, 1)}) for row in SERVICE.fees)}
        ),
    ],
    ids=["silent", "refused", "no lead time", "no fee", "odd calendar", "fees of the future"],
)
def test_a_service_that_cannot_be_offered_is_not_offered_and_asked_for_again(
    backend: Backend, service: wire.Reference | Refused | Silent
) -> None:
    backend.service = service
    backend.look(int(4 * REFERENCE_AGAIN_S / EVERY_S))
    assert [type(event) for event in backend.told] == [CentralChanged]
    assert backend.asked_references == 4
    assert backend.log.names().count("reference_missing") == 1
    backend.service = SERVICE
    backend.look()
    assert isinstance(backend.told[-1], ReferenceArrived)


# --- clocks ---


def test_a_clock_that_jitters_around_the_edge_of_a_step_tells_once(backend: Backend) -> None:
    for ahead_s in (-4.9, -5.1, -4.8, -5.3, -9.9, -0.1, -5.0, 4.0, 9.9, -9.9) * 10:
        backend.ahead_s = ahead_s
        backend.look()
    assert len(backend.changes()) == 1


def test_a_clock_that_jitters_far_off_tells_twice(backend: Backend) -> None:
    backend.look()
    for ahead_s in (-305.0, -306.0, -304.0, -297.0, -303.0) * 10:
        backend.ahead_s = ahead_s
        backend.look()
    assert [change.clock_skew_s for change in backend.changes()] == [0.0, 300.0]


def test_a_clock_that_is_put_right_is_told(backend: Backend) -> None:
    backend.ahead_s = -3600
    backend.look()
    backend.ahead_s = 0
    backend.look()
    assert [change.clock_skew_s for change in backend.changes()] == [3600.0, 0.0]


@pytest.mark.parametrize(
    ("told_s", "measured_s", "skew_s"), [(0, 9.9, 0), (0, 10, 10), (10, 0.1, 10), (10, 0, 0), (0, -26, -30)]
)
def test_a_skew_stays_as_it_was_told_until_it_is_off_by_a_step(told_s: float, measured_s: float, skew_s: float) -> None:
    assert steady_skew_s(told_s, measured_s) == skew_s
