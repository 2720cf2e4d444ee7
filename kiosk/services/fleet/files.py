"""Small files that are there whole or not at all: written beside, synced, renamed, and the folder synced.

The steps are a port, so that a power cut can be tried between any two of them (tests/faults).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

OWNER_ONLY = 0o600
_PENDING = ".new"


class StorageError(Exception):
    """The disk does not keep what it is given; what was there before is still there. Ask again with all of it."""


class Steps(Protocol):
    """What a file system is asked, one call each. Names are relative; all raise `OSError`."""

    def write(self, name: str, content: bytes, mode: int) -> None:
        """Not durable yet."""
        ...

    def sync(self, name: str) -> None: ...

    def rename(self, name: str, target: str) -> None: ...

    def delete(self, name: str) -> None: ...

    def sync_folder(self, name: str) -> None:
        """Of that file: its entry is durable from now on."""
        ...

    def read(self, name: str) -> bytes:
        """Raises FileNotFoundError."""
        ...

    def names(self, folder: str) -> Sequence[str]: ...


class DiskSteps:
    """Below one folder, which is made when it is missing."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, name: str) -> Path:
        return self._root / name

    def write(self, name: str, content: bytes, mode: int) -> None:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileNotFoundError):
            path.unlink()  # what a power cut left may have another mode
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(number, "wb") as file:
            file.write(content)

    def sync(self, name: str) -> None:
        self._sync(self.path(name), os.O_RDONLY)

    def rename(self, name: str, target: str) -> None:
        self.path(name).replace(self.path(target))

    def delete(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def sync_folder(self, name: str) -> None:
        self._sync(self.path(name).parent, os.O_RDONLY | os.O_DIRECTORY)

    def read(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def names(self, folder: str) -> Sequence[str]:
        path = self.path(folder)
        return sorted(entry.name for entry in path.iterdir()) if path.is_dir() else ()

    def _sync(self, path: Path, flags: int) -> None:
        number = os.open(path, flags)
        try:
            os.fsync(number)
        finally:
            os.close(number)


class Files:
    """Whole files by name. A write that failed is begun anew from memory, never continued: the kernel forgets."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def put(self, name: str, content: bytes, mode: int = 0o644) -> None:
        """Durable when this returns; raises StorageError."""
        pending = name + _PENDING
        try:
            self._steps.write(pending, content, mode)
            self._steps.sync(pending)
            self._steps.rename(pending, name)
            self._steps.sync_folder(name)
        except OSError as error:
            raise StorageError(f"{name} cannot be kept: {error.strerror}") from error

    def get(self, name: str) -> bytes | None:
        """None when there is no such file, or none that can be read."""
        try:
            return self._steps.read(name)
        except OSError:
            return None

    def drop(self, *names: str) -> None:
        """Gone for good when this returns; raises StorageError."""
        try:
            for name in names:
                self._steps.delete(name)
                with suppress(FileNotFoundError):  # there was never a folder
                    self._steps.sync_folder(name)
        except OSError as error:
            raise StorageError(f"a file cannot be deleted: {error.strerror}") from error

    def names(self, folder: str) -> Sequence[str]:
        """Also what a power cut left half written."""
        return self._steps.names(folder)
