"""The USB stick that staff plug in: a folder that the system mounts. A file is on it whole, or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.flow.staff.facts import ExportProblem
from kiosk.services.staff.kept import sync_directory

ROOM_LEFT = 64 * 1024
"""What stays free for the stick's own tables."""


@dataclass(frozen=True)
class Stick:
    """`must_be_mounted`: the bare folder on the terminal's own disk is no stick. On the bench it is."""

    directory: Path
    must_be_mounted: bool

    def write(self, name: str, content: Iterable[bytes], size: int) -> ExportProblem | None:
        """Write one file under `name`; None when it is on the stick. `size` is that of all of `content`, in bytes."""
        problem = self._problem(size)
        if problem is not None:
            return problem
        fresh = self.directory / f".{name}.part"
        try:
            with fresh.open("wb") as file:
                for piece in content:
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.directory / name)
            sync_directory(self.directory)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            return _problem_of(error)
        return None

    def _problem(self, size: int) -> ExportProblem | None:
        try:
            if not self.directory.is_dir() or (self.must_be_mounted and not self.directory.is_mount()):
                return ExportProblem.NO_STICK
            room = os.statvfs(self.directory)
        except OSError as error:
            return _problem_of(error)
        if room.f_flag & os.ST_RDONLY:
            return ExportProblem.STICK_READ_ONLY
        return ExportProblem.STICK_FULL if room.f_bavail * room.f_frsize < size + ROOM_LEFT else None


def _problem_of(error: OSError) -> ExportProblem:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return ExportProblem.STICK_FULL
        case errno.EROFS | errno.EACCES | errno.EPERM:
            return ExportProblem.STICK_READ_ONLY
        case errno.ENOENT | errno.ENODEV | errno.ENOTDIR:
            return ExportProblem.NO_STICK
        case _:
            return ExportProblem.WRITE_FAILED
