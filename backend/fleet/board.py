"""The newest statement of every terminal, in memory, and the terminals that wait for the next one.

Thousands wait on one asyncio loop. A waiter is one future: no thread, no queue, no query. A wake-up carries nothing but
the fact that something changed, so a lost, doubled or reordered one costs a look and no more (level-triggered).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

AT_ONCE: Final = 250
"""Terminals woken in one turn of the loop."""


@dataclass(frozen=True, slots=True)
class Posted:
    """One terminal's statement as it is handed out."""

    etag: str
    envelope: bytes
    epoch: int
    version: int


class Board:
    """`post` and `posted` from any thread; `wait` on the loop that serves terminals."""

    def __init__(self) -> None:
        self._posted: dict[str, Posted] = {}
        self._waiters: dict[str, asyncio.Future[None]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many terminals wait at this moment."""
        return len(self._waiters)

    def posted(self, terminal_id: str) -> Posted | None:
        return self._posted.get(terminal_id)

    def post(self, statements: Mapping[str, Posted]) -> None:
        """Newer statements are kept and their terminals woken; older ones are late news and dropped."""
        with self._lock:
            fresh = {name: new for name, new in statements.items() if _is_newer(new, self._posted.get(name))}
            self._posted.update(fresh)
            loop = self._loop
        if fresh and loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._wake, tuple(fresh))

    def forget(self, terminal_id: str) -> None:
        """A decommissioned terminal: its waiter is woken and finds nothing."""
        with self._lock:
            self._posted.pop(terminal_id, None)
            loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._wake, (terminal_id,))

    def register(self, terminal_id: str) -> asyncio.Future[None]:
        """A waiter, to be made BEFORE the statement is compared; an older one of the same terminal is let go."""
        loop = asyncio.get_running_loop()
        with self._lock:
            self._loop = loop
        older = self._waiters.get(terminal_id)
        if older is not None and not older.done():
            older.set_result(None)
        waiter: asyncio.Future[None] = loop.create_future()
        self._waiters[terminal_id] = waiter
        return waiter

    def leave(self, terminal_id: str, waiter: asyncio.Future[None]) -> None:
        if self._waiters.get(terminal_id) is waiter:
            del self._waiters[terminal_id]

    def _wake(self, names: Sequence[str]) -> None:
        """Some, and the others after everybody else had a turn: the server goes on answering."""
        for name in names[:AT_ONCE]:
            waiter = self._waiters.get(name)
            if waiter is not None and not waiter.done():
                waiter.set_result(None)
        if len(names) > AT_ONCE:
            asyncio.get_running_loop().call_soon(self._wake, names[AT_ONCE:])


def _is_newer(new: Posted, old: Posted | None) -> bool:
    return old is None or (new.epoch, new.version) > (old.epoch, old.version)
