"""Threads that call the backend, each with a client of its own; what comes of a call is an event."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import Generic, Protocol, TypeVar

from kiosk.clock import Clock
from kiosk.flow.events import Event
from kiosk.logs import Log


class Closing(Protocol):
    """How any client is ended."""

    def cancel(self) -> None: ...

    def close(self) -> None: ...


ClientT = TypeVar("ClientT", bound=Closing)
EffectT = TypeVar("EffectT")


class Callers(Generic[ClientT, EffectT]):
    """`workers` threads on one queue of effects.

    `call` performs an effect and says what came of it; `silent` says the same of a call that ended in a bug.
    """

    def __init__(
        self,
        name: str,
        workers: int,
        open_client: Callable[[], ClientT],
        call: Callable[[ClientT, EffectT], Event],
        silent: Callable[[EffectT], Event],
        post: Callable[[Event], None],
        clock: Clock,
        log: Log,
    ) -> None:
        self._call, self._silent = call, silent
        self._post, self._clock, self._log = post, clock, log
        self._queue: SimpleQueue[EffectT | None] = SimpleQueue()
        self._stopping = threading.Event()
        self._clients = [open_client() for _ in range(workers)]
        self._threads = [
            threading.Thread(target=partial(self._work, client), name=f"{name}-{n}", daemon=True)
            for n, client in enumerate(self._clients)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    @property
    def is_running(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def put(self, effect: EffectT) -> None:
        """Queues one call and returns."""
        self._queue.put(effect)

    def stop(self, timeout_s: float) -> None:
        """Ends calls that are under way too; what they would have said is lost, as in a power cut."""
        ends_at_s = self._clock.monotonic_s() + timeout_s
        self._stopping.set()
        for client in self._clients:
            client.cancel()
            self._queue.put(None)
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, ends_at_s - self._clock.monotonic_s()))

    def _work(self, client: ClientT) -> None:
        while (effect := self._queue.get()) is not None:
            outcome = self._outcome(client, effect)
            if not self._stopping.is_set():
                self._post(outcome)
        client.close()

    def _outcome(self, client: ClientT, effect: EffectT) -> Event:
        """The one broad handler of these threads: a call that ends in a bug has told nothing."""
        try:
            return self._call(client, effect)
        except Exception as error:  # noqa: BLE001
            self._log.bug("central_failed", error)
            return self._silent(effect)
