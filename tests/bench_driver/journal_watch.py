"""The journal of a running terminal, which holds its file for itself: read from a copy, as after a power cut."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

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
        return self._read("SELECT seq, kind FROM steps WHERE seq > ? ORDER BY seq", seq)

    def newest_facts(self, kind: str) -> dict[str, Any]:
        """Of the newest step of a kind; nothing while the copy is torn, so ask again."""
        rows = self._read("SELECT facts FROM steps WHERE kind = ? ORDER BY seq DESC LIMIT 1", kind)
        return json.loads(rows[0][0]) if rows else {}

    def _read(self, query: str, value: int | str) -> Sequence[Any]:
        with TemporaryDirectory() as scratch:
            try:
                for name in (NAME, f"{NAME}-wal"):
                    shutil.copyfile(self.folder / name, Path(scratch, name))
                with closing(sqlite3.connect(Path(scratch, NAME))) as copy:
                    return copy.execute(query, (value,)).fetchall()
            except (OSError, sqlite3.Error):
                return ()
