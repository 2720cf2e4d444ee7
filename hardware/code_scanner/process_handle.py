"""The driver's end of one camera process: start it, talk with it, end it for certain."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from multiprocessing.connection import Connection

from hardware.code_scanner.messages import Command, Message
from hardware.code_scanner.options import Options
from hardware.code_scanner.shared_picture import SharedPicture

_KILL_TIMEOUT_S = 3.0
_QUIET = {"OPENCV_LOG_LEVEL": "SILENT", "OPENCV_FFMPEG_LOGLEVEL": "-8"}


class CameraProcess:
    """A program of its own rather than a fork: the terminal has threads, and nothing of its memory belongs here."""

    def __init__(self, options: Options, memory: SharedPicture) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = _spawn(theirs.fileno(), memory.descriptor)
        self._connection = Connection(ours.detach())
        self.send(options)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def fileno(self) -> int:
        """Becomes readable when the process has said something, or is gone."""
        return self._connection.fileno()

    def send(self, what: Command | Options) -> None:
        """A process that is dead takes it silently: its death is noticed elsewhere."""
        try:
            self._connection.send(what)
        except OSError:
            return

    def receive(self, timeout_s: float) -> Message | None:
        """The next message, waited for at most `timeout_s`; None also when the process has gone."""
        try:
            return self._connection.recv() if self._connection.poll(timeout_s) else None
        except (EOFError, OSError):
            return None

    def end(self) -> None:
        """Kill it, blocked or not; the kernel closes the camera."""
        self._connection.close()
        self._process.kill()
        self._process.wait(_KILL_TIMEOUT_S)


def _spawn(socket_descriptor: int, memory_descriptor: int) -> subprocess.Popen[bytes]:
    """Its output goes nowhere: decoders and codecs print what they please."""
    return subprocess.Popen(  # noqa: S603  our own module
        [
            sys.executable, "-m", "hardware.code_scanner.camera_process",
            str(socket_descriptor), str(memory_descriptor),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(socket_descriptor, memory_descriptor),
        env={**os.environ, **_QUIET},
    )  # fmt: skip
