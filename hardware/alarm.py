"""Ends a wait in `select` from any thread."""

from __future__ import annotations

import os
from contextlib import suppress


class Alarm:
    """A driver's own; made once, for as long as the driver lives."""

    def __init__(self) -> None:
        self._descriptor = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def fileno(self) -> int:
        return self._descriptor

    def ring(self) -> None:
        os.eventfd_write(self._descriptor, 1)

    def hush(self) -> None:
        with suppress(BlockingIOError):
            os.eventfd_read(self._descriptor)
