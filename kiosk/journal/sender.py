"""Delivers the outbox: money first, counted before each attempt, full-jitter back-off, never two at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum

from kiosk.journal.entries import JournalError, JournalFullError, Lane, OutboxItem
from kiosk.journal.journal import Journal
from kiosk.journal.outbox import WaitingItem

LONGEST_PAUSE_S = 300.0
IDLE_PAUSE_S = 30.0
SHORTEST_PAUSE_S = 0.2
ATTEMPTS_WITH_A_BUG = 5
"""An item that our own code trips over is parked after so many, or it would hold its lane for ever."""
TELEMETRY_AT_ONCE = 100
"""As many events as one message may carry (wire.EventBatch)."""


class Outcome(StrEnum):
    DELIVERED = "delivered"
    TRY_LATER = "try_later"
    REFUSED = "refused"
    """The backend will never take it: parked, for staff."""


Parcel = tuple[OutboxItem, ...]
"""What goes to the backend in one message: one item, or several of telemetry."""


def _nothing() -> None:
    pass


class OutboxSender:
    """One thread. `send` makes one attempt; `random_unit` gives numbers in [0, 1).

    A passing failure holds its lane, so that nothing overtakes; what is refused is parked and holds nobody up.
    """

    def __init__(
        self,
        journal: Journal,
        send: Callable[[Parcel], Outcome],
        random_unit: Callable[[], float],
        on_bug: Callable[[str, BaseException], None],
        monotonic_s: Callable[[], float],
        end_call: Callable[[], None] = _nothing,
    ) -> None:
        """`end_call` ends an attempt that is under way, from any thread."""
        self._journal = journal
        self._send = send
        self._random_unit = random_unit
        self._on_bug = on_bug
        self._monotonic_s = monotonic_s
        self._end_call = end_call
        self._held_until_s: dict[Lane, float] = {}
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """What is cut short here is sent again at the next start, under the same key."""
        self._stopping.set()
        self._end_call()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def wake(self) -> None:
        """There is something new, or the backend is back: no lane is held any longer."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            pause_s = self._round()
            if pause_s is None:
                return
            if self._wake.wait(pause_s):
                self._wake.clear()
                self._held_until_s.clear()

    def _round(self) -> float | None:
        """None when the journal is gone for good: the engine learns of it at its next commit and stops sales."""
        try:
            return self.deliver_waiting()
        except JournalFullError:
            return LONGEST_PAUSE_S
        except JournalError:
            return None
        except Exception as error:  # noqa: BLE001  the one broad handler of this thread
            self._on_bug("outbox_failed", error)
            return LONGEST_PAUSE_S

    def deliver_waiting(self) -> float:
        """Deliver what can be delivered now; returns how long to pause before the next round, in seconds."""
        while self._next_parcel_sent():
            pass
        due_s = min(self._held_until_s.values(), default=self._monotonic_s() + IDLE_PAUSE_S)
        return min(IDLE_PAUSE_S, max(0.0, due_s - self._monotonic_s()))

    def _next_parcel_sent(self) -> bool:
        """After each parcel the lanes are looked at anew: money that has come meanwhile goes next."""
        for lane in Lane:
            if self._stopping.is_set():
                return False
            if self._is_held(lane):
                continue
            limit = TELEMETRY_AT_ONCE if lane is Lane.TELEMETRY else 1
            waiting = self._journal.ask(lambda store, lane=lane, limit=limit: store.waiting(lane, limit))
            if waiting:
                self._deliver(lane, waiting)
                return True
        return False

    def _is_held(self, lane: Lane) -> bool:
        until_s = self._held_until_s.get(lane)
        if until_s is not None and self._monotonic_s() >= until_s:
            del self._held_until_s[lane]
            return False
        return until_s is not None

    def _deliver(self, lane: Lane, waiting: tuple[WaitingItem, ...]) -> None:
        if not self._journal.ask(lambda store: store.claim(waiting)):
            return
        parcel = tuple(each.item for each in waiting)
        attempts = max(each.attempts for each in waiting) + 1
        match self._attempt(parcel, attempts):
            case Outcome.DELIVERED:
                keys = [item.key for item in parcel]
                self._journal.ask(lambda store: store.mark_delivered(keys))
            case Outcome.TRY_LATER:
                self._hold(lane, attempts)
            case Outcome.REFUSED if len(parcel) == 1:
                self._journal.ask(lambda store: store.park(parcel[0].key, Outcome.REFUSED.value))
            case Outcome.REFUSED:
                self._deliver_one_by_one(lane, waiting)

    def _attempt(self, parcel: Parcel, attempts: int) -> Outcome:
        try:
            return self._send(parcel)
        except Exception as error:  # noqa: BLE001  one bad item must not end the deliveries of all others
            self._on_bug("delivery_failed", error)
            return Outcome.TRY_LATER if attempts < ATTEMPTS_WITH_A_BUG else Outcome.REFUSED

    def _deliver_one_by_one(self, lane: Lane, waiting: tuple[WaitingItem, ...]) -> None:
        """One of them is bad: the others must not suffer for it."""
        for each in waiting:
            if self._stopping.is_set() or lane in self._held_until_s:
                return
            self._deliver(lane, (WaitingItem(each.seq, each.item, each.attempts + 1),))

    def _hold(self, lane: Lane, attempts: int) -> None:
        """Full jitter: anywhere between nothing and the doubled limit, so that a fleet does not return as one."""
        pause_s = self._random_unit() * min(LONGEST_PAUSE_S, 2.0 ** min(attempts, 10))
        self._held_until_s[lane] = self._monotonic_s() + max(SHORTEST_PAUSE_S, pause_s)
