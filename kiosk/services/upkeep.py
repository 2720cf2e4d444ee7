"""What is done for the journal while nobody is there: old and settled rows go, the write-ahead log is emptied."""

from __future__ import annotations

import threading
from collections.abc import Callable

from kiosk.journal.entries import JournalError, JournalFullError
from kiosk.journal.journal import Journal


class Upkeep:
    """One thread, so that the engine never waits for it. `tidy` may be called from any thread and returns at once."""

    def __init__(self, journal: Journal, on_bug: Callable[[str, BaseException], None]) -> None:
        self._journal = journal
        self._on_bug = on_bug
        self._wanted = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._stopping.set()
        self._wanted.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def tidy(self) -> None:
        self._wanted.set()

    def _run(self) -> None:
        while self._wanted.wait() and not self._stopping.is_set():
            self._wanted.clear()
            try:
                self._journal.ask(lambda store: store.tidy())
            except JournalFullError:
                pass  # there is room again some time, and then it is tidied
            except JournalError:
                return  # the engine learns of it at its next commit and stops sales
            except Exception as error:  # noqa: BLE001  the one broad handler of this thread
                self._on_bug("upkeep_failed", error)
