"""Delivers the outbox: money first, counted before each attempt, full-jitter back-off, never two at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum

from kiosk.journal.entries import JournalError, OutboxItem
from kiosk.journal.journal import Journal
from kiosk.journal.store import WaitingItem

LONGEST_PAUSE_S = 300.0
IDLE_PAUSE_S = 30.0


class Outcome(StrEnum):
    DELIVERED = "delivered"
    TRY_LATER = "try_later"
    REFUSED = "refused"
    """The backend will never take it: parked, for staff."""


class OutboxSender:
    """One thread. `send` makes one attempt; `random_unit` gives numbers in [0, 1)."""

    def __init__(
        self,
        journal: Journal,
        send: Callable[[OutboxItem], Outcome],
        random_unit: Callable[[], float],
        on_bug: Callable[[str, BaseException], None],
    ) -> None:
        self._journal = journal
        self._send = send
        self._random_unit = random_unit
        self._on_bug = on_bug
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._stopping.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def wake(self) -> None:
        """There is something new, or the backend is back."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                pause_s = self.deliver_waiting()
            except JournalError:
                return  # the engine learns of it at its next commit and stops sales
            except Exception as error:  # noqa: BLE001  the one broad handler of this thread
                self._on_bug("outbox_failed", error)
                pause_s = IDLE_PAUSE_S
            self._wake.wait(pause_s)
            self._wake.clear()

    def deliver_waiting(self) -> float:
        """One round over everything that waits; returns how long to pause before the next, in seconds."""
        longest_wait_s = IDLE_PAUSE_S
        for waiting in self._journal.ask(lambda store: store.waiting()):
            if self._stopping.is_set():
                break
            outcome = self._attempt(waiting)
            if outcome is Outcome.TRY_LATER:  # what comes behind would fail as well, and must not overtake
                return self._pause_s(waiting.attempts + 1)
            longest_wait_s = 0.0
        return longest_wait_s

    def _attempt(self, waiting: WaitingItem) -> Outcome:
        if not self._journal.ask(lambda store: store.claim(waiting)):
            return Outcome.DELIVERED
        outcome = self._send(waiting.item)
        match outcome:
            case Outcome.DELIVERED:
                self._journal.ask(lambda store: store.mark_delivered(waiting.seq))
            case Outcome.REFUSED:
                self._journal.ask(lambda store: store.park(waiting.seq, outcome.value))
            case Outcome.TRY_LATER:
                pass
        return outcome

    def _pause_s(self, attempts: int) -> float:
        """Full jitter: anywhere between nothing and the doubled limit, so that a fleet does not return as one."""
        return self._random_unit() * min(LONGEST_PAUSE_S, 2.0 ** min(attempts, 10))
