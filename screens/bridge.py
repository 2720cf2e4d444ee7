"""The only way between the engine's thread and Kivy's: displays in (the newest wins), descriptions out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from kivy.clock import Clock

from kiosk.flow.views import Display

Description = dict[str, Any]


class ThreadError(RuntimeError):
    """A widget was to be touched from a thread that is not Kivy's."""


class Bridge:
    """Made on Kivy's thread, before the loop runs."""

    def __init__(
        self, show: Callable[[Display], None], describe: Callable[[], Description], wake: Callable[[], None]
    ) -> None:
        self._show = show
        self._describe = describe
        self._wake = wake
        self._lock = threading.Lock()
        self._newest: Display | None = None
        self._asked: SimpleQueue[Callable[[Description], None]] = SimpleQueue()
        self._thread = threading.get_ident()
        self._take = Clock.create_trigger(self._on_trigger)

    def publish(self, display: Display) -> None:
        """From any thread; returns at once. A display not yet drawn is replaced by a newer one."""
        with self._lock:
            self._newest = display
        self._take()
        self._wake()

    def ask(self, callback: Callable[[Description], None]) -> None:
        """From any thread: `callback` gets the description on Kivy's thread, after the newest display is shown."""
        self._asked.put(callback)
        self._take()
        self._wake()

    def _on_trigger(self, _dt: float) -> None:
        self.take()

    def take(self) -> None:
        """Shows what is waiting."""
        if threading.get_ident() != self._thread:
            raise ThreadError("displays are shown on the thread that made the bridge")
        with self._lock:
            display, self._newest = self._newest, None
        if display is not None:
            self._show(display)
        while not self._asked.empty():
            self._asked.get_nowait()(self._describe())
