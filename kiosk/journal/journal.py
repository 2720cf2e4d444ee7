"""The journal's own thread: everybody asks, one thread touches the file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from queue import SimpleQueue
from typing import Any, TypeVar

from kiosk.journal.entries import JournalError, OutboxItem, Step
from kiosk.journal.store import Store

T = TypeVar("T")
COMMIT_LIMIT_S = 10.0
"""A disk that needs longer is a broken disk."""


class Journal:
    """Opens the store on its thread; every method blocks until the thread has done it, or raises `JournalError`."""

    def __init__(self, open_store: Callable[[], Store], limit_s: float = COMMIT_LIMIT_S) -> None:
        self._open_store = open_store
        self._limit_s = limit_s
        self._queue: SimpleQueue[tuple[Future[Any], Callable[[Store], Any]] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._is_failed = False
        self._act_on_failure: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    def start(self) -> None:
        """Returns when the store is open; raises `JournalError` when it cannot be."""
        self._thread.start()
        self.ask(lambda store: store.figures())

    def stop(self) -> None:
        self._queue.put(None)
        if self._thread.ident is not None:
            self._thread.join(self._limit_s)

    def when_failed(self, act: Callable[[], None]) -> None:
        """`act` is called once, on any thread, as soon as nothing can be promised any more: at once if that is so."""
        with self._lock:
            self._act_on_failure = act
            is_failed = self._is_failed
        if is_failed:
            act()

    def commit(self, steps: Sequence[Step], deliveries: Sequence[OutboxItem] = ()) -> None:
        self.ask(lambda store: store.commit(steps, deliveries))

    def ask(self, work: Callable[[Store], T]) -> T:
        """Run `work` on the journal's thread and return what it returns."""
        future: Future[T] = Future()
        self._queue.put((future, work))
        try:
            return future.result(timeout=self._limit_s)
        except FutureTimeoutError:
            future.cancel()  # what has not begun must not be written after the caller was told that it failed
            self._fail()
            raise JournalError("the journal does not answer") from None

    def _run(self) -> None:
        try:
            store = self._open_store()
        except Exception as error:  # noqa: BLE001  handed to whoever asks: without a store there is no service
            self._refuse_all(error)
            return
        while (request := self._queue.get()) is not None:
            future, work = request
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work(store))
            except Exception as error:  # noqa: BLE001  handed to whoever asked
                future.set_exception(error)
                if isinstance(error, JournalError):
                    self._fail()
        store.close()

    def _fail(self) -> None:
        with self._lock:
            was_failed, self._is_failed = self._is_failed, True
            act = self._act_on_failure
        if not was_failed:
            act()

    def _refuse_all(self, error: Exception) -> None:
        reason = error if isinstance(error, JournalError) else JournalError(type(error).__name__)
        while (request := self._queue.get()) is not None:
            if request[0].set_running_or_notify_cancel():
                request[0].set_exception(reason)
