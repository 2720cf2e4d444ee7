"""Where sound goes: a stream of samples that takes no more than it can play soon, so that it can be cut off at once."""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import subprocess
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path

from hardware.errors import ConfigurationError, DisconnectedError
from hardware.ports import SOUND_RATE

PLAYER = "aplay"
BUFFER_MICROSECONDS = 200_000
"""In the sound card: what still sounds when nobody gives any more."""
PIPE_BYTES = 4096
"""93 ms on the way to the player."""
FAREWELL_S = 1.0
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Stream(ABC):
    """One stretch of sound without a gap. `fileno` takes samples; `end_fileno` becomes readable when all was heard."""

    @abstractmethod
    def fileno(self) -> int: ...

    @abstractmethod
    def end_fileno(self) -> int: ...

    @abstractmethod
    def write(self, samples: bytes) -> int:
        """How many bytes it took, without waiting. Raises `DeviceError` when the device is lost."""

    @abstractmethod
    def finish(self) -> None:
        """No more comes; what was taken is still heard."""

    @abstractmethod
    def is_whole(self) -> bool:
        """After its end: whether everything was heard."""

    @abstractmethod
    def cut(self) -> None:
        """Silence, now. Also lets go of everything; may be called twice."""


class Sink(ABC):
    @abstractmethod
    def check(self) -> None:
        """Raises `DeviceError` when there is nothing to play on."""

    @abstractmethod
    def begin(self) -> Stream: ...


# --- ALSA ------------------------------------------------------------------------------------------------------------


class AlsaSink(Sink):
    """A sound card through alsa-utils' `aplay`: one short-lived process per stretch of sound."""

    def __init__(self, device: str, cards: Path = Path("/dev/snd")) -> None:
        self._device = device
        self._cards = cards

    def check(self) -> None:
        if not any(self._cards.glob("pcmC*p")):
            raise DisconnectedError("no_sound_card")

    def begin(self) -> Stream:
        command = [PLAYER, "-q", "-D", self._device, "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", str(SOUND_RATE)]
        try:
            return _AlsaStream([*command, f"--buffer-time={BUFFER_MICROSECONDS}"])
        except FileNotFoundError:
            raise ConfigurationError("aplay_missing") from None
        except OSError:
            raise DisconnectedError("does_not_start") from None


class _AlsaStream(Stream):
    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603  our own command
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, bufsize=0
        )
        self._end = os.pidfd_open(self._process.pid)
        os.set_blocking(self.fileno(), False)
        fcntl.fcntl(self.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)

    def fileno(self) -> int:
        if self._process.stdin is None:
            raise DisconnectedError("not_open")
        return self._process.stdin.fileno()

    def end_fileno(self) -> int:
        return self._end

    def write(self, samples: bytes) -> int:
        try:
            return os.write(self.fileno(), samples)
        except BlockingIOError:
            return 0
        except OSError:
            raise DisconnectedError("player_ended") from None

    def finish(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()

    def is_whole(self) -> bool:
        return self._process.wait(FAREWELL_S) == 0

    def cut(self) -> None:
        self._process.kill()
        self._process.wait(FAREWELL_S)
        self.finish()
        if self._end >= 0:
            os.close(self._end)
            self._end = -1


# --- a sound server's network port -----------------------------------------------------------------------------------


class NetworkSink(Sink):
    """Bare samples over TCP, as PulseAudio's and PipeWire's `module-simple-protocol-tcp` take them; also the bench."""

    def __init__(self, host: str, port: int, connect_timeout_s: float) -> None:
        self._address = (host, port)
        self._timeout_s = connect_timeout_s

    def check(self) -> None:
        self._connect().close()

    def begin(self) -> Stream:
        return _NetworkStream(self._connect())

    def _connect(self) -> socket.socket:
        connection = socket.socket()
        connection.settimeout(self._timeout_s)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, PIPE_BYTES)
        try:
            connection.connect(self._address)
        except OSError:
            connection.close()
            raise DisconnectedError("no_sound_server") from None
        return connection


class _NetworkStream(Stream):
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        connection.setblocking(False)
        self._is_whole = False

    def fileno(self) -> int:
        return self._connection.fileno()

    def end_fileno(self) -> int:
        return self._connection.fileno()

    def write(self, samples: bytes) -> int:
        try:
            return self._connection.send(samples)
        except BlockingIOError:
            return 0
        except OSError:
            raise DisconnectedError("sound_server_hung_up") from None

    def finish(self) -> None:
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)

    def is_whole(self) -> bool:
        """The far end closes in an orderly way when it has played everything."""
        try:
            return self._connection.recv(1) == b""
        except OSError:
            return False

    def cut(self) -> None:
        """Reset, not closed: what is still on the way is not to be heard."""
        with suppress(OSError):
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._connection.close()
