"""Calls that may be given up: pcscd waits for a silent card without a limit, and nothing interrupts it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class _Call(Generic[T]):
    work: Callable[[], T]
    answer: SimpleQueue[T | Exception]


class LimitedThread(Generic[T]):
    """One thread that does one call at a time; who asks waits no longer than the limit.

    A call that does not come back keeps the thread; nothing else is started meanwhile. A thread of its own, not an
    executor: those are waited for without a limit when the program ends.
    """

    def __init__(self, name: str, at_end: Callable[[], None]) -> None:
        """`at_end` runs in the thread, last of all."""
        self._at_end = at_end
        self._calls: SimpleQueue[_Call[T] | None] = SimpleQueue()
        self._is_idle = threading.Event()
        self._is_idle.set()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        return not self._is_idle.is_set()

    def call(self, work: Callable[[], T], timeout_s: float) -> T | None:
        """The result of `work`, or None when there is none in time; raises what `work` raises."""
        if self.is_busy:
            return None
        self._is_idle.clear()
        answer: SimpleQueue[T | Exception] = SimpleQueue()
        self._calls.put(_Call(work, answer))
        try:
            result = answer.get(timeout=timeout_s)
        except Empty:
            return None
        if isinstance(result, Exception):
            raise result
        return result

    def close(self, timeout_s: float = 1.0) -> None:
        """End the thread; a busy one ends after its call."""
        self._calls.put(None)
        if not self.is_busy:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        for call in iter(self._calls.get, None):
            try:
                result = call.work()
            except Exception as error:  # noqa: BLE001  the thread's boundary: raised again in `call`
                result = error
            self._is_idle.set()
            call.answer.put(result)
        self._at_end()
