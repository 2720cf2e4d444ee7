"""The running terminal's door for its own machine: a socket file that only its user can open. One word, one answer.

`readiness` is answered with the report as JSON (`kiosk.central.wire.Readiness`).
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

DOOR_FILE = "control.sock"
"""In the terminal's own folder."""
ASK_LIMIT_S = 60.0
LINE_LIMIT_S = 5.0
LONGEST_QUESTION = 64
MOST_BYTES = 1_000_000
WORDS_UNKNOWN = b'{"error":"unknown word"}'

Answer = Callable[[], bytes]


class ControlDoor:
    """Opening raises OSError, for instance when the path is too long for a socket."""

    def __init__(
        self, path: Path, answers: dict[str, Answer], on_trouble: Callable[[str, BaseException], None]
    ) -> None:
        self._path = path
        self._answers = answers
        self._on_trouble = on_trouble
        self._door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="control", daemon=True)

    def start(self) -> None:
        with suppress(FileNotFoundError):
            self._path.unlink()  # what a killed program left
        self._door.bind(str(self._path))
        self._path.chmod(0o600)
        self._door.listen(2)
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._stopping.set()
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)  # ends the accept
        self._door.close()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        with suppress(OSError):
            self._path.unlink()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            with line:
                self._serve(line)

    def _serve(self, line: socket.socket) -> None:
        line.settimeout(LINE_LIMIT_S)
        try:
            word = line.recv(LONGEST_QUESTION).decode("ascii", "replace").strip()
            answer = self._answers.get(word)
            line.sendall(answer() if answer else WORDS_UNKNOWN)
        except OSError:
            return  # whoever asked has gone
        except Exception as error:  # noqa: BLE001  the one broad handler of this thread
            self._on_trouble("control_failed", error)


def ask(path: Path, word: str) -> bytes | None:
    """What the running terminal answers; None when none runs."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(ASK_LIMIT_S)
        try:
            line.connect(os.fspath(path))
            line.sendall(word.encode())
            return _all_of(line) or None
        except OSError:
            return None


def _all_of(line: socket.socket) -> bytes:
    content = b""
    while len(content) < MOST_BYTES and (piece := line.recv(65_536)):
        content += piece
    return content
