"""A backend that takes every call and answers none: the parts that talk to it end when they are told to."""

from __future__ import annotations

import itertools
import random
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from kiosk.app import STOP_LIMIT_S
from kiosk.central.client import CentralClient
from kiosk.clock import SystemClock
from kiosk.flow.effects import AskPayment, CancelPayment
from kiosk.flow.facts import Moment
from kiosk.journal.entries import Step, StepKind
from kiosk.journal.journal import Journal
from kiosk.journal.sender import OutboxSender
from kiosk.journal.store import Store
from kiosk.services.central_desk import CentralDesk
from kiosk.services.delivery import Delivery
from kiosk.services.recording import submission_item
from kiosk.services.recovery import Settling
from tests.contract.terminal.hostile import a_client, serving, waits
from tests.no_audit import no_audit
from tests.unit.services.lobby import KeptLog

LIMIT_S = 20.0
NUMBER, APPLICATION = "SSC261123000001", "A20261123001"


class HungBackend:
    """Counts the calls that wait in it."""

    def __init__(self) -> None:
        self.calls = 0
        self._news = threading.Condition()

    def __call__(self, line: socket.socket) -> None:
        with self._news:
            self.calls += 1
            self._news.notify_all()
        waits(line)

    def wait_for(self, calls: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: self.calls >= calls, LIMIT_S), self.calls


class Part(Protocol):
    def start(self) -> None: ...

    def stop(self, timeout_s: float) -> None: ...


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(lambda: Store(tmp_path / "journal.sqlite", SystemClock().now))
    journal.start()
    yield journal
    journal.stop()


Open = Callable[[], CentralClient]


def settling(journal: Journal, open_client: Open) -> Part:
    facts = (("application_number", APPLICATION), ("method", "x"), ("amount_fen", 2000), ("damaged_card", "to_staff"))
    journal.commit((Step(StepKind.PAYMENT_INTENDED, NUMBER, facts), Step(StepKind.STARTED, "t-1")))
    clock, ids = SystemClock(), itertools.count()
    return Settling(
        journal,
        open_client,
        lambda: Moment(clock.monotonic_s(), clock.now(), f"id-{next(ids):06d}"),
        random.random,
        lambda: None,
        lambda: None,
        lambda where, _: pytest.fail(where),
    )


def outbox(journal: Journal, open_client: Open) -> Part:
    journal.commit((), (submission_item("key-0001", APPLICATION, "to_staff"),))
    client = open_client()
    return OutboxSender(
        journal,
        Delivery(client, lambda _event: None, no_audit).send,
        random.random,
        lambda where, _: pytest.fail(where),
        SystemClock().monotonic_s,
        client.cancel,
    )


def central(_journal: Journal, open_client: Open) -> Part:
    desk = CentralDesk(open_client, lambda _event: None, SystemClock(), KeptLog(), 60.0)
    desk.perform(AskPayment(NUMBER))
    desk.perform(CancelPayment(NUMBER))
    return desk


def running() -> set[threading.Thread]:
    """Threads of the terminal; each call of a client has a timer of its own, which may be about to end."""
    return {thread for thread in threading.enumerate() if not isinstance(thread, threading.Timer)}


@pytest.mark.parametrize(("make", "calls"), [(settling, 1), (outbox, 1), (central, 3)])
def test_a_part_ends_in_its_time_though_the_backend_never_answers(
    journal: Journal, make: Callable[[Journal, Open], Part], calls: int
) -> None:
    """Without the client being cancelled the call would go on for its own limit of ten seconds and more."""
    backend = HungBackend()
    with serving(backend) as url:
        before = running()
        part = make(journal, lambda: a_client(url))
        part.start()
        own = {thread for thread in running() - before if thread.name.startswith(("settling", "outbox", "central"))}
        assert own
        backend.wait_for(calls)
        part.stop(STOP_LIMIT_S)
        assert not [thread.name for thread in own if thread.is_alive()]


def test_all_of_them_share_the_limit_of_the_terminal(journal: Journal) -> None:
    backend = HungBackend()
    with serving(backend) as url:
        before = running()
        parts = [make(journal, lambda: a_client(url)) for make in (settling, outbox, central)]
        for part in parts:
            part.start()
        own = {thread for thread in running() - before if thread.name.startswith(("settling", "outbox", "central"))}
        backend.wait_for(5)
        for part in parts:
            part.stop(STOP_LIMIT_S / len(parts))
        assert not [thread.name for thread in own if thread.is_alive()]
