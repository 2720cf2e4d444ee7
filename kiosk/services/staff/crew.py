"""One thread that does one piece of work after the other; a piece that fails takes nothing else with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

Work = Callable[[], None]


class Crew:
    def __init__(self, name: str, on_trouble: Callable[[str, BaseException], None]) -> None:
        self._on_trouble = on_trouble
        self._queue: SimpleQueue[Work | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._queue.put(None)
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def do(self, work: Work) -> None:
        self._queue.put(work)

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            try:
                work()
            except Exception as error:  # noqa: BLE001  the one broad handler of this thread
                self._on_trouble("staff_work_failed", error)
