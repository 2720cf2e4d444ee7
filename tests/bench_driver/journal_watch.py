"""The journal of a running terminal, which holds its file for itself: read from a copy, as after a power cut."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

NAME = "journal.sqlite"


@dataclass(frozen=True)
class JournalWatch:
    """`folder` is the terminal's state folder."""

    folder: Path

    def newest(self) -> int:
        """The number of the newest step; 0 when there is none."""
        return max((seq for seq, _ in self.kinds_after(0)), default=0)

    def kinds_after(self, seq: int) -> Sequence[tuple[int, str]]:
        """Numbers and kinds of the steps after one; nothing while the copy is torn, so ask again."""
        with TemporaryDirectory() as scratch:
            try:
                for name in (NAME, f"{NAME}-wal"):
                    shutil.copyfile(self.folder / name, Path(scratch, name))
                with closing(sqlite3.connect(Path(scratch, NAME))) as copy:
                    return copy.execute("SELECT seq, kind FROM steps WHERE seq > ? ORDER BY seq", (seq,)).fetchall()
            except (OSError, sqlite3.Error):
                return ()
