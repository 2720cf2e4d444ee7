"""The desk's own threads over a client of ten lines."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from kiosk.central import wire
from kiosk.central.errors import Refused, SilenceKind, Silent
from kiosk.central.wire import ProblemCode
from kiosk.domain.application import DeliveryMode, PaymentMethod, PaymentState, Reason
from kiosk.flow.effects import Apply, AskPayment, CancelPayment, LookUpPerson, ReportLoss, RequestPayment
from kiosk.flow.events import CentralRefused, CentralSilent, Event, PaymentAnswered
from kiosk.services.central_desk import CentralDesk, CentralEffect
from tests.flows.story import DOCUMENT
from tests.unit.services.lobby import LIMIT_S, KeptLog, StillClock

GONE = Silent(SilenceKind.UNREACHABLE)
APPLY = Apply("k-1", "t" * 20, Reason.LOST, None, DeliveryMode.PICKUP, "CY01", None, "", "B01", 2000)
PAY = RequestPayment("SSC00000001", "A1", PaymentMethod.CODE_SHOWN, 2000, "not_applicable")
EFFECTS: tuple[tuple[CentralEffect, str], ...] = (
    (LookUpPerson("r-1", DOCUMENT), "r-1"),
    (ReportLoss("r-2", "t" * 20), "r-2"),
    (APPLY, "k-1"),
    (PAY, "SSC00000001"),
    (AskPayment("SSC00000002"), "SSC00000002"),
    (CancelPayment("SSC00000003"), "SSC00000003"),
)


class Backend:
    """Every call gives the same answer, raises it, or waits for `goes_on`."""

    def __init__(self) -> None:
        self.answer: Any = GONE
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.is_busy = threading.Event()
        self.calls: list[str] = []
        self.look: Callable[[], Any] = lambda: GONE

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*_arguments: object) -> Any:
            self.calls.append(name)
            self.is_busy.set()
            assert self.goes_on.wait(LIMIT_S)
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

        return call

    def health(self) -> Any:
        return self.look()

    def cancel(self) -> None:
        """What a real client's `cancel` does: the call that is under way ends."""
        self.goes_on.set()

    def close(self) -> None:
        self.calls.append("close")


class Desk:
    def __init__(self) -> None:
        self.backend = Backend()
        self.log = KeptLog()
        self.heard: list[Event] = []
        self._news = threading.Condition()
        self.desk = CentralDesk(lambda: self.backend, self._hear, StillClock(), self.log, 60.0)

    def _hear(self, event: Event) -> None:
        with self._news:
            self.heard.append(event)
            self._news.notify_all()

    def wait_for(self, number: int) -> list[Event]:
        with self._news:
            assert self._news.wait_for(lambda: len(self.heard) >= number, LIMIT_S), self.heard
        return self.heard


@contextmanager
def desk() -> Iterator[Desk]:
    opened = Desk()
    opened.desk.start()
    try:
        yield opened
    finally:
        opened.desk.stop(LIMIT_S)
        assert not opened.desk.is_running


def payment(number: str) -> wire.Payment:
    return wire.Payment(
        payment_number=number,
        application_number="A1",
        state=PaymentState.REQUESTED,
        method=PaymentMethod.CODE_SHOWN,
        amount_fen=2000,
    )


@pytest.mark.parametrize(("effect", "ref"), EFFECTS)
def test_silence_reaches_whoever_asked(effect: CentralEffect, ref: str) -> None:
    with desk() as opened:
        opened.desk.perform(effect)
        assert opened.wait_for(1) == [CentralSilent(ref)]


@pytest.mark.parametrize(("effect", "ref"), EFFECTS)
def test_a_refusal_reaches_whoever_asked_by_its_word(effect: CentralEffect, ref: str) -> None:
    with desk() as opened:
        opened.backend.answer = Refused(ProblemCode.TOKEN_EXPIRED)
        opened.desk.perform(effect)
        assert opened.wait_for(1) == [CentralRefused(ref, "token_expired")]


@pytest.mark.parametrize(("effect", "ref"), EFFECTS)
def test_a_bug_in_a_call_is_silence_and_the_threads_live(effect: CentralEffect, ref: str) -> None:
    with desk() as opened:
        opened.backend.answer = ValueError("11010519491231002X")
        for _ in range(CentralDesk.WORKERS + 1):
            opened.desk.perform(effect)
            opened.wait_for(len(opened.heard) + 1)
        opened.backend.answer = GONE
        opened.desk.perform(CancelPayment("last"))
        opened.wait_for(CentralDesk.WORKERS + 2)
        assert opened.heard.count(CentralSilent(ref)) == CentralDesk.WORKERS + 1
        assert "11010519491231002X" not in repr(opened.log.lines)


def test_a_payment_that_is_being_asked_about_is_not_asked_about_twice() -> None:
    with desk() as opened:
        opened.backend.goes_on.clear()
        opened.backend.answer = payment("SSC00000001")
        for _ in range(20):
            opened.desk.perform(AskPayment("SSC00000001"))
        assert opened.backend.is_busy.wait(LIMIT_S)
        opened.backend.goes_on.set()
        opened.wait_for(1)
        opened.desk.perform(AskPayment("SSC00000001"))
        heard = opened.wait_for(2)
        assert [type(event) for event in heard] == [PaymentAnswered, PaymentAnswered]
        assert opened.backend.calls.count("payment") == 2


def test_two_payments_are_asked_about_side_by_side() -> None:
    with desk() as opened:
        opened.backend.goes_on.clear()
        opened.desk.perform(AskPayment("SSC00000001"))
        opened.desk.perform(AskPayment("SSC00000002"))
        opened.backend.goes_on.set()
        assert set(opened.wait_for(2)) == {CentralSilent("SSC00000001"), CentralSilent("SSC00000002")}


def test_commands_return_while_every_call_hangs() -> None:
    """Returning is what is tested: a command that waited for the backend would wait for ever."""
    with desk() as opened:
        opened.backend.goes_on.clear()
        for _ in range(100):
            for effect, _ref in EFFECTS:
                opened.desk.perform(effect)
        assert opened.heard == []


def test_stop_ends_a_call_that_hangs_and_tells_nobody() -> None:
    with desk() as opened:
        opened.backend.goes_on.clear()
        opened.desk.perform(PAY)
        assert opened.backend.is_busy.wait(LIMIT_S)
        opened.desk.stop(LIMIT_S)
        assert not opened.desk.is_running
        assert opened.heard == []


def test_the_health_thread_survives_a_bug() -> None:
    has_looked_again = threading.Event()
    room = Desk()

    def trip() -> Any:
        if "health_failed" in room.log.names():
            has_looked_again.set()
            return GONE
        raise KeyError("x")

    room.backend.look = trip
    room.desk.start()
    assert has_looked_again.wait(LIMIT_S)
    room.desk.stop(LIMIT_S)


def test_a_desk_that_was_never_started_stops() -> None:
    Desk().desk.stop(LIMIT_S)
