"""The pinyin engine on a thread of its own: letters in, candidates back as an event."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

from kiosk.flow.effects import FindCandidates
from kiosk.flow.events import CandidatesFound, Event
from kiosk.logs import Log
from kiosk.typing.ports import PinyinEngine


class TypingDesk:
    """Only the newest wish counts: whoever types on does not wait for what stood there before."""

    def __init__(self, engine: PinyinEngine | None, post: Callable[[Event], None], log: Log) -> None:
        """Without an engine every wish stays unanswered; the flow then offers no pinyin."""
        self._engine = engine
        self._post = post
        self._log = log
        self._wishes: SimpleQueue[FindCandidates | None] = SimpleQueue()
        self._thread = threading.Thread(target=self.run, name="pinyin", daemon=True)

    @property
    def is_ready(self) -> bool:
        return self._engine is not None

    def start(self) -> None:
        if self._engine is not None:
            self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._wishes.put(None)
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def find(self, wish: FindCandidates) -> None:
        self._wishes.put(wish)

    def run(self) -> None:
        """The thread: until `stop`."""
        while (wish := self._newest(self._wishes.get())) is not None:
            try:
                self._answer(wish)
            except Exception as error:  # noqa: BLE001  the one broad handler of this thread: other keys are there
                self._log.bug("pinyin_failed", error)

    def _newest(self, wish: FindCandidates | None) -> FindCandidates | None:
        while wish is not None:
            try:
                wish = self._wishes.get_nowait()
            except Empty:
                return wish
        return None

    def _answer(self, wish: FindCandidates) -> None:
        if self._engine is not None:
            self._post(CandidatesFound(wish.letters, self._engine.candidates(wish.letters, wish.most)))
