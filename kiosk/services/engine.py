"""The engine: one thread, one inbox. Event -> step -> journal -> effects -> picture. Nothing else changes the state."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue

from kiosk.clock import Clock
from kiosk.flow.display import view_of
from kiosk.flow.effects import Activity
from kiosk.flow.events import Event, Ticked, Touched
from kiosk.flow.facts import Moment
from kiosk.flow.focus import attend
from kiosk.flow.machine import activities_of
from kiosk.flow.terminal import Terminal, fail
from kiosk.flow.timeouts import next_wake_s
from kiosk.flow.touches import ScreenTouched, Touch
from kiosk.flow.views import Display
from kiosk.journal.entries import JournalError
from kiosk.logs import Log
from kiosk.services.ports import Journal, Outside, Screen
from kiosk.services.recording import deliveries_of, steps_of

LONGEST_WAIT_S = 60.0


@dataclass(frozen=True, repr=False)
class _TouchOn:
    """A touch and the serial of the picture it was made on."""

    serial: int
    touch: Touch


class Engine:
    """Owns the state. `post` and `touch` may be called from any thread and return at once."""

    def __init__(
        self,
        terminal: Terminal,
        clock: Clock,
        fresh_id: Callable[[], str],
        journal: Journal,
        outside: Outside,
        screen: Screen,
        log: Log,
    ) -> None:
        self._terminal = terminal
        self._clock = clock
        self._fresh_id = fresh_id
        self._journal = journal
        self._outside = outside
        self._screen = screen
        self._log = log
        self._inbox: SimpleQueue[Event | _TouchOn | None] = SimpleQueue()
        self._activities: frozenset[Activity] = frozenset()
        self._shown: Display | None = None
        self._wake_s: float | None = None
        """When the flow wants `Ticked`; None: not before something happens."""
        self._thread = threading.Thread(target=self.run, name="engine", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._inbox.put(None)
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def post(self, event: Event) -> None:
        self._inbox.put(event)

    def touch(self, serial: int, touch: Touch) -> None:
        self._inbox.put(_TouchOn(serial, touch))

    def run(self) -> None:
        """The thread: until `stop`."""
        self._safely(self._show)
        while (item := self._next()) is not None:
            self._safely(partial(self._handle, item))

    def _next(self) -> Event | _TouchOn | None:
        wake_s = self._wake_s
        wait_s = LONGEST_WAIT_S if wake_s is None else max(0.0, wake_s - self._clock.monotonic_s())
        try:
            return self._inbox.get(timeout=min(LONGEST_WAIT_S, wait_s))
        except Empty:
            return Ticked()

    def _as_event(self, item: Event | _TouchOn) -> Event:
        """A touch made on a picture that is gone only says that somebody is there."""
        if not isinstance(item, _TouchOn):
            return item
        return Touched(item.touch if item.serial == self._terminal.serial else ScreenTouched())

    def _safely(self, act: Callable[[], None]) -> None:
        """The engine's one broad handler: a bug, and a memory that promises nothing, end in OutOfService."""
        try:
            act()
        except JournalError:
            self._log.error("journal_failed")
            self._fall_back("journal")
        except Exception as error:  # noqa: BLE001
            self._log.bug("engine_failed", error)
            self._fall_back("engine")

    def _handle(self, item: Event | _TouchOn) -> None:
        self._advance(self._as_event(item))
        wanted_s = next_wake_s(self._terminal, self._moment())
        self._wake_s = wanted_s if isinstance(item, Ticked) else _sooner(self._wake_s, wanted_s)

    def _advance(self, event: Event) -> None:
        before = type(self._terminal.situation).__name__
        now = self._moment()
        terminal, effects = attend(self._terminal, event, now)
        steps = steps_of(event, effects)
        if steps:
            self._journal.commit(steps, deliveries_of(steps, effects, now))
        self._terminal = terminal
        for effect in effects:
            self._outside.perform(effect)
        self._arm()
        self._show()
        after = type(terminal.situation).__name__
        if after != before:
            self._log.info("situation", situation=after, cause=type(event).__name__)

    def _fall_back(self, part: str) -> None:
        """The failsafe: no journal, no effects, only the page that says so; what broke may break again."""
        self._wake_s = None
        self._terminal, _ = fail(self._terminal, self._moment(), part)
        for last in (self._arm, self._show):
            try:
                last()
            except Exception as error:  # noqa: BLE001  nothing is left to fall back to, and the engine lives
                self._log.bug("engine_failed", error)

    def _arm(self) -> None:
        wanted = activities_of(self._terminal)
        if wanted != self._activities:
            self._activities = wanted
            self._outside.set_activities(wanted)

    def _show(self) -> None:
        display = view_of(self._terminal, self._moment())
        if display != self._shown:
            self._shown = display
            self._screen.publish(display)

    def _moment(self) -> Moment:
        return Moment(self._clock.monotonic_s(), self._clock.now(), self._fresh_id())


def _sooner(due_s: float | None, wanted_s: float | None) -> float | None:
    """Taps without end must not put off what is due."""
    if due_s is None or wanted_s is None:
        return wanted_s
    return min(due_s, wanted_s)
