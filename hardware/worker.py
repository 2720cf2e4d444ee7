"""One thread per device: open, watch, re-open with back-off, run the jobs that the terminal asks for.

The thread owns its driver; everybody else talks to it through `submit`, `arm` and `disarm`, which return at once.
What it finds out goes to `emit` as readings, in order. The loop is plain code over an inbox and a clock, so tests
run it in virtual time.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Generic, Protocol, TypeVar, runtime_checkable

from hardware.errors import DeviceError
from hardware.ports import (
    Action,
    CameraTroubled,
    DeviceStatus,
    DeviceWord,
    Driver,
    NotPrinted,
    Reading,
    StatusChanged,
)
from hardware.steady_status import SteadyStatus, is_fit

log = logging.getLogger(__name__)

REOPEN_DELAYS_S = (0.5, 1.0, 2.0)
"""After one, two, three and more losses in a row; with an open of 2 s a device is back within 5 s."""
STATUS_EVERY_S = 5.0
STATUS_IN_TROUBLE_S = 1.0
STATUS_IN_DOUBT_S = 0.5
POLL_LIMIT_S = 1.0
"""A driver that cannot be woken makes a job wait at most this long. Every poll costs an idle terminal a little."""
WAKEABLE_POLL_LIMIT_S = 2.0
"""One that can be woken is left alone for longer."""
FOLLOW_UP_S = 0.05
"""After a reading the terminal often wants something at once: listen for it before the next poll."""
WAITING_JOBS_ALLOWED = 32
STARTING = DeviceStatus(DeviceWord.STARTING)
SOFTWARE_ERROR = DeviceStatus(DeviceWord.HARDWARE_ERROR, Action.SOFTWARE_ERROR, "unexpected_error")

D = TypeVar("D", bound=Driver)
T = TypeVar("T")
Job = Callable[[D], Reading | None]
Emit = Callable[[str, Reading], None]


@runtime_checkable
class Wakeable(Protocol):
    """A driver whose `poll` can be ended early, from any thread."""

    def wake(self) -> None: ...


@dataclass(frozen=True)
class _Armed(Generic[D]):
    job: Job[D]
    every_s: float
    due_at: float = 0.0
    last: Reading | None = None


Message = Callable[[], None]
"""What the thread is asked to do next."""


class Inbox(Protocol):
    """Where messages for the thread wait; a test's inbox moves its clock instead of waiting."""

    def put(self, message: Message) -> None: ...

    def get(self, timeout_s: float) -> Message | None: ...

    def size(self) -> int: ...


class QueueInbox:
    def __init__(self) -> None:
        self._queue: SimpleQueue[Message] = SimpleQueue()

    def put(self, message: Message) -> None:
        self._queue.put(message)

    def get(self, timeout_s: float) -> Message | None:
        try:
            return self._queue.get(timeout=timeout_s) if timeout_s > 0 else self._queue.get_nowait()
        except Empty:
            return None

    def size(self) -> int:
        return self._queue.qsize()


def _look_up() -> None:
    """The message that only ends the wait."""


class DeviceWorker(Generic[D]):
    """Keeps one device in service.

    A driver may say `polls = False` when nothing ever comes from it unasked, and may have `wake()` (`Wakeable`).
    """

    def __init__(
        self,
        name: str,
        driver: D,
        emit: Emit,
        clock: Callable[[], float] = monotonic,
        *,
        status_every_s: float = STATUS_EVERY_S,
        inbox: Inbox | None = None,
    ) -> None:
        self.name = name
        self._driver = driver
        self._emit_to = emit
        self._clock = clock
        self._status_every_s = status_every_s
        self._inbox = inbox or QueueInbox()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.run, name=f"device-{name}", daemon=True)
        self._polls = bool(getattr(driver, "polls", True))
        self._is_wakeable = isinstance(driver, Wakeable)
        self._is_open = False
        self._may_hold_device = False
        self._losses = 0
        self._job_losses = 0
        self._open_due_at = 0.0
        self._status_due_at = 0.0
        self._armed: _Armed[D] | None = None
        self._steady = SteadyStatus(STARTING)
        self._announced: DeviceStatus | None = None
        self._last_bug = ""

    # --- for everybody -------------------------------------------------------------------------------------------

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Ask the thread to close its device and end; False when it still hangs after `timeout_s` (it is a daemon)."""
        self._stop.set()
        self._send(_look_up)
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def submit(self, job: Job[D], if_lost: Reading | None = None) -> bool:
        """Run `job` once on the worker's thread and emit its reading.

        A closed device is opened for it first; there is no later try, so nothing stale is done. `if_lost` is emitted
        when the job could not end. False: refused, the device hangs and too many jobs wait already.
        """
        if self._inbox.size() >= WAITING_JOBS_ALLOWED:
            return False
        self._send(partial(self._run_once, job, if_lost))
        return True

    def lend(self, work: Callable[[D], T], limit_s: float) -> T | None:
        """Do `work` on the worker's thread and wait for what it returns; for tests and reports, from any other thread.

        None when the device is lost or does not come back in time; work that has not begun by then is never done.
        """
        future: Future[T | None] = Future()
        self._send(partial(self._do_lent, work, future))
        try:
            return future.result(limit_s)
        except FutureTimeoutError:
            future.cancel()
            return None

    def reset(self) -> None:
        """Close the device and open it again, at once."""
        self._send(self._close_and_open)

    def arm(self, job: Job[D], every_s: float) -> None:
        """Repeat `job` until `disarm` or another `arm`.

        A reading equal to the one before it is not emitted again. A lost device is re-opened and the job goes on.
        """
        self._send(partial(self._set_armed, _Armed(job, every_s)))

    def disarm(self) -> None:
        """A run that is under way still emits its reading."""
        self._send(partial(self._set_armed, None))

    def _send(self, message: Message) -> None:
        self._inbox.put(message)
        if isinstance(self._driver, Wakeable):
            self._driver.wake()

    # --- the thread ----------------------------------------------------------------------------------------------

    def run(self) -> None:
        """The whole life of the thread, until `stop`."""
        while not self._stop.is_set():
            try:
                self._round()
            except DeviceError as error:
                self._lose(error.status)
            except Exception as error:  # noqa: BLE001  the one broad handler of this thread
                self._log_bug(error)
                self._lose(SOFTWARE_ERROR, is_certain=True)
        if self._may_hold_device:
            self._driver.close()

    def _round(self) -> None:
        """Do what is due, then wait for what comes next."""
        self._announce()
        self._close_what_is_lost()
        now = self._clock()
        if not self._is_open and now >= self._open_due_at:
            self._open()
        elif self._is_open and now >= self._status_due_at:
            self._ask_status()
        if self._is_open and self._armed is not None and now >= self._armed.due_at:
            self._repeat(self._armed)
        self._steady = self._steady.settled(self._clock())
        self._announce()
        message = self._next_message()
        if message is not None and not self._stop.is_set():
            message()

    def _close_what_is_lost(self) -> None:
        """In the round and not in its handlers: a fault in `close` must not end the thread."""
        if self._may_hold_device and not self._is_open:
            self._may_hold_device = False
            self._driver.close()

    def _open(self) -> None:
        self._close_what_is_lost()
        self._may_hold_device = True
        self._driver.open()
        self._is_open = True
        self._ask_status()

    def _ask_status(self) -> None:
        status = self._driver.status()
        now = self._clock()
        self._losses = 0
        self._steady = self._steady.sampled(status, now)
        self._status_due_at = now + self._status_pause_s(status)

    def _status_pause_s(self, status: DeviceStatus) -> float:
        if self._steady.doubted is not None:
            return min(STATUS_IN_DOUBT_S, self._status_every_s)
        return self._status_every_s if is_fit(status) else min(STATUS_IN_TROUBLE_S, self._status_every_s)

    def _lose(self, status: DeviceStatus, *, is_certain: bool = False) -> None:
        """The device is gone for now. The more losses in a row, the longer it rests.

        Losses in jobs count on though the device calls itself fit between them: then a rest outlasts the doubt and
        the trouble is shown.
        """
        self._is_open = False
        self._losses += 1
        losses = max(self._losses, self._job_losses)
        now = self._clock()
        self._open_due_at = now + REOPEN_DELAYS_S[min(losses, len(REOPEN_DELAYS_S)) - 1]
        self._steady = SteadyStatus(status) if is_certain else self._steady.sampled(status, now)

    def _announce(self) -> None:
        shown = self._steady.shown
        if shown == self._announced:
            return
        self._announced = shown
        log.info("%s is %s %s", self.name, shown.word, shown.detail)
        self._emit(StatusChanged(shown))

    def _emit(self, reading: Reading) -> None:
        if isinstance(reading, NotPrinted | CameraTroubled):
            self._status_due_at = self._clock()
        self._emit_to(self.name, reading)

    def _log_bug(self, error: Exception) -> None:
        """The type and the place, never the text: it may hold what was read. Once for the same one in a row."""
        last = traceback.extract_tb(error.__traceback__)[-1]
        bug = f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
        if bug != self._last_bug:
            log.error("%s: unexpected %s", self.name, bug)
        self._last_bug = bug

    # --- jobs ----------------------------------------------------------------------------------------------------

    def _run_once(self, job: Job[D], if_lost: Reading | None) -> None:
        reading = if_lost
        try:
            if not self._is_open:
                self._open()
            reading = self._attempt(job)
        finally:
            if reading is not None:
                self._emit(reading)

    def _do_lent(self, work: Callable[[D], T], future: Future[T | None]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        outcome: T | None = None
        try:
            if not self._is_open:
                self._open()
            outcome = work(self._driver)
        finally:
            future.set_result(outcome)

    def _close_and_open(self) -> None:
        self._is_open = False
        self._open_due_at = self._clock()

    def _set_armed(self, armed: _Armed[D] | None) -> None:
        self._armed = armed

    def _repeat(self, armed: _Armed[D]) -> None:
        reading = self._attempt(armed.job)
        self._armed = replace(armed, due_at=self._clock() + armed.every_s, last=reading)
        if reading is not None and reading != armed.last:
            self._emit(reading)

    def _attempt(self, job: Job[D]) -> Reading | None:
        """A job that ends proves the device; until then its losses add up."""
        self._job_losses += 1
        reading = job(self._driver)
        self._job_losses = 0
        return reading

    # --- waiting -------------------------------------------------------------------------------------------------

    def _next_message(self) -> Message | None:
        wait_s = max(0.0, self._next_due_at() - self._clock())
        if self._is_open and self._polls and self._inbox.size() == 0:
            limit_s = WAKEABLE_POLL_LIMIT_S if self._is_wakeable else POLL_LIMIT_S
            wait_s = self._poll(min(wait_s, limit_s))
        return self._inbox.get(wait_s)

    def _poll(self, timeout_s: float) -> float:
        """Let the driver wait; how long to listen to the inbox after it.

        A poll that ends at once is no wait: the inbox is waited for instead, shortly if it may only have been woken.
        """
        started = self._clock()
        readings = self._driver.poll(timeout_s)
        for reading in readings:
            self._emit(reading)
        if readings:
            return FOLLOW_UP_S
        spent_s = self._clock() - started
        if spent_s >= timeout_s / 10:
            return 0.0
        return FOLLOW_UP_S if self._is_wakeable else timeout_s - spent_s

    def _next_due_at(self) -> float:
        due = [self._status_due_at if self._is_open else self._open_due_at]
        if self._is_open and self._armed is not None:
            due.append(self._armed.due_at)
        if self._steady.settles_at is not None:
            due.append(self._steady.settles_at)
        return min(due)
