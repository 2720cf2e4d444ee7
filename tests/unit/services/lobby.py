"""A real engine on its own thread in a small lobby: a screen, an outside and a journal of ten lines each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from kiosk.flow.effects import Activity, Effect
from kiosk.flow.events import Event
from kiosk.flow.facts import Site
from kiosk.flow.terminal import Terminal
from kiosk.flow.touches import Touch
from kiosk.flow.views import Display, OutOfServiceView
from kiosk.journal.entries import JournalError, OutboxItem, Step
from kiosk.logs import Log
from kiosk.services.engine import Engine
from tests.flows.story import START, Story

LIMIT_S = 20.0


class StillClock:
    """Stands still until it is told to move."""

    def __init__(self) -> None:
        self.mono_s = 0.0

    def monotonic_s(self) -> float:
        return self.mono_s

    def now(self) -> datetime:
        return START + timedelta(seconds=self.mono_s)


class KeptLog(Log):
    """Remembers names and fields."""

    def __init__(self) -> None:
        super().__init__(None)
        self.lines: list[tuple[str, dict[str, Any]]] = []
        self._bound = self

    def info(self, event: str, **fields: object) -> None:
        self.lines.append((event, fields))

    warning = error = info

    def names(self) -> list[str]:
        return [name for name, _ in self.lines]


class Lobby:
    """Journal, outside and screen of the engine at once, in one order; each can be broken."""

    def __init__(self) -> None:
        self.clock = StillClock()
        self.log = KeptLog()
        self.happened: list[object] = []
        self.broken: set[str] = set()
        self.displays: list[Display] = []
        self.armed: list[frozenset[Activity]] = []
        self._news = threading.Condition()
        ids = count(1)
        terminal = Terminal(Site("t-1", "CY-1", "一号中心", "Centre One"))
        self.engine = Engine(terminal, self.clock, lambda: f"id-{next(ids):06d}", self, self, self, self.log)

    # --- what the engine calls ---

    def commit(self, steps: Sequence[Step], deliveries: Sequence[OutboxItem] = ()) -> None:
        self._note(*steps, *deliveries)
        if "journal" in self.broken:
            raise JournalError("full")

    def perform(self, effect: Effect) -> None:
        self._note(effect)
        if "perform" in self.broken:
            raise RuntimeError("11010519491231002X")

    def set_activities(self, wanted: frozenset[Activity]) -> None:
        self.armed.append(wanted)
        if "activities" in self.broken:
            raise RuntimeError("no devices")

    def publish(self, display: Display) -> None:
        if "screen" in self.broken:
            raise RuntimeError("no screen")
        with self._news:
            self.displays.append(display)
            self._news.notify_all()

    def _note(self, *facts: object) -> None:
        with self._news:
            self.happened.extend(facts)
            self._news.notify_all()

    # --- what a test does ---

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(is_so, LIMIT_S), self.log.lines

    @property
    def display(self) -> Display:
        return self.displays[-1]

    def post(self, *events: Event) -> None:
        for event in events:
            self.engine.post(event)

    def touch(self, *touches: Touch) -> None:
        """One after the other, each on the picture that the one before it brought."""
        for touch in touches:
            serial = self.display.serial
            self.engine.touch(serial, touch)
            self.wait_until(lambda serial=serial: self.display.serial > serial)

    def settle(self) -> None:
        """Everything posted so far has been handled: the last of it was to stop."""
        self.engine.stop(LIMIT_S)

    def effects(self, kind: type[Any]) -> list[Any]:
        return [fact for fact in self.happened if isinstance(fact, kind)]

    def wait_for(self, kind: type[Any]) -> Any:
        self.wait_until(lambda: bool(self.effects(kind)))
        return self.effects(kind)[-1]

    def open_for_business(self) -> None:
        story = Story()
        story.tell = lambda *events: self.post(*events) or story  # type: ignore[method-assign]  # the same events
        story.open_for_business()
        self.wait_until(lambda: bool(self.displays) and type(self.display.view).__name__ == "AttractView")

    def wait_out_of_service(self, part: str) -> None:
        self.wait_until(lambda: isinstance(self.display.view, OutOfServiceView) and self.word() == part)

    def word(self) -> str:
        view = self.display.view
        return view.staff_word if isinstance(view, OutOfServiceView) else ""


@contextmanager
def lobby() -> Iterator[Lobby]:
    opened = Lobby()
    opened.engine.start()
    try:
        yield opened
    finally:
        opened.engine.stop(LIMIT_S)
        assert not opened.engine._thread.is_alive()
