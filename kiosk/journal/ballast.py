"""Room kept for money: a file that is given up when the disk is full."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol

BALLAST_BYTES = 16 * 1024 * 1024
ROOM_FACTOR = 4
"""Ballast is laid only where this many times its size is free."""


class Reserve(Protocol):
    def lay(self) -> bool:
        """Keep room back, when there is plenty; True when it is kept."""
        ...

    def release(self) -> bool:
        """Give the room free; False when none was kept."""
        ...


class Ballast:
    """A file of real blocks beside the journal."""

    def __init__(self, path: Path, size_bytes: int = BALLAST_BYTES) -> None:
        self._path = path
        self._size_bytes = size_bytes

    def lay(self) -> bool:
        try:
            return self._is_there() or (self._has_room() and self._lay())
        except OSError:  # somebody else was faster with the room, or the disk fails: the journal finds out by itself
            self.release()
            return False

    def _is_there(self) -> bool:
        return self._path.exists() and self._path.stat().st_size == self._size_bytes

    def _has_room(self) -> bool:
        disk = os.statvfs(self._path.parent)
        return disk.f_bavail * disk.f_frsize >= ROOM_FACTOR * self._size_bytes

    def _lay(self) -> bool:
        with self._path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, self._size_bytes)
            os.fsync(file.fileno())
        return True

    def release(self) -> bool:
        with suppress(OSError):
            self._path.unlink()
            return True
        return False


class NoReserve:
    """Nothing is kept back."""

    def lay(self) -> bool:
        return True

    def release(self) -> bool:
        return False
