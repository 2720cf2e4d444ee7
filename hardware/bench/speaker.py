"""The speaker on the bench: takes bare samples over TCP at the pace of a sound card, and records them.

    python -m hardware.bench.speaker --port 18096 --jack var/bench/jack --spool var/bench/speech

Each stretch of sound falls into the spool as a WAV file. The headset's jack is an input device on a pseudo-terminal.

Verbs:

    {"verb": "headset", "on": true}      a headset goes in, or comes out
    {"verb": "played"}                   every stretch: file, seconds, is_cut
    {"verb": "hear", "limit_s": 10}      waits until something sounds; refused when nothing does
    {"verb": "speed", "factor": 1.0}     how fast the card plays; 0 is as fast as samples come
    {"verb": "stall", "on": true}        the card takes nothing any more
    {"verb": "go_down"}  {"verb": "come_up"}   the sound server vanishes, comes back
    {"verb": "unplug_jack"}  {"verb": "plug_jack"}
    {"verb": "reset"}  {"verb": "state"}
"""

from __future__ import annotations

import argparse
import socket
import threading
import wave
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from hardware.bench.input_wire import InputWire
from hardware.bench.peripheral import Verb, serve
from hardware.input_events import EV_SW, SW_HEADPHONE_INSERT
from hardware.ports import SOUND_RATE

READ_BYTES = 2048
BYTES_PER_S = SOUND_RATE * 2


class BenchSpeaker:
    """One thread takes the sound; the lock is over all that it shares with the verbs."""

    def __init__(self, host: str, port: int, spool: Path, jack: InputWire) -> None:
        self.address = (host, port)
        self._spool = spool
        self._jack = jack
        self._changed = threading.Condition()
        self._played: list[dict[str, Any]] = []
        self._factor = 1.0
        self._is_stalled = False
        self._is_headset_in = False
        self._is_playing = False
        self._server: socket.socket | None = None

    # --- the sound card ----------------------------------------------------------------------------------------------

    def come_up(self) -> None:
        if self._server is None:
            self._server = socket.socket()
            self._server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, READ_BYTES * 2)
            self._server.bind(self.address)
            self._server.listen()
            threading.Thread(target=self._accept, args=(self._server,), daemon=True).start()

    def go_down(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            server.close()

    def _accept(self, server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                peer, _ = server.accept()
                with peer:
                    self._take(peer)

    def _take(self, peer: socket.socket) -> None:
        samples, is_cut = bytearray(), False
        try:
            while data := peer.recv(READ_BYTES):
                samples += data
                self._sound(len(data))
        except OSError:
            is_cut = True
        if samples:
            self._record(bytes(samples), is_cut=is_cut)

    def _sound(self, count: int) -> None:
        """The card plays for as long as these bytes last."""
        with self._changed:
            self._is_playing = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._is_stalled)
            if self._factor:
                self._changed.wait_for(lambda: not self._factor, timeout=count / BYTES_PER_S / self._factor)

    def _record(self, samples: bytes, *, is_cut: bool) -> None:
        with self._changed:
            name = f"{len(self._played) + 1:04d}.wav"
            self._spool.mkdir(parents=True, exist_ok=True)
            with wave.open(str(self._spool / name), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(SOUND_RATE)
                file.writeframes(samples[: len(samples) // 2 * 2])
            seconds = round(len(samples) / BYTES_PER_S, 2)
            self._played.append({"file": name, "seconds": seconds, "is_cut": is_cut})
            self._is_playing = False
            self._changed.notify_all()

    # --- verbs -------------------------------------------------------------------------------------------------------

    def headset(self, *, on: bool) -> None:
        self._jack.send((EV_SW, SW_HEADPHONE_INSERT, int(on)))
        self._is_headset_in = on

    def hear(self, limit_s: float = 10.0) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: self._is_playing, timeout=limit_s):
                raise LookupError("nothing sounds")

    def played(self) -> Mapping[str, Any]:
        with self._changed:
            return {"played": list(self._played)}

    def speed(self, factor: float) -> None:
        with self._changed:
            self._factor = factor
            self._changed.notify_all()

    def stall(self, *, on: bool) -> None:
        with self._changed:
            self._is_stalled = on
            self._changed.notify_all()

    def reset(self) -> None:
        with self._changed:
            self._played.clear()
        self.speed(1.0)
        self.stall(on=False)
        self._jack.plug()
        self.headset(on=False)
        self.come_up()

    def state(self) -> Mapping[str, Any]:
        with self._changed:
            return {
                "up": self._server is not None,
                "playing": self._is_playing,
                "headset": self._is_headset_in,
                "jack": self._jack.is_plugged,
                "played": len(self._played),
                "seconds": round(sum(each["seconds"] for each in self._played), 1),
            }

    def verbs(self) -> Mapping[str, Verb]:
        return {
            "headset": self.headset,
            "hear": self.hear,
            "played": self.played,
            "speed": self.speed,
            "stall": self.stall,
            "go_down": self.go_down,
            "come_up": self.come_up,
            "unplug_jack": self._jack.unplug,
            "plug_jack": self._jack.plug,
            "reset": self.reset,
            "state": self.state,
        }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m hardware.bench.speaker", description="The bench's speaker.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=18096, help="TCP port to listen on (%(default)s)")
    parser.add_argument("--jack", type=Path, default=Path("var/bench/jack"), help="where the jack appears")
    parser.add_argument("--spool", type=Path, default=Path("var/bench/speech"), help="folder for what is heard")
    asked = parser.parse_args()
    jack = InputWire(asked.jack)
    jack.plug()
    speaker = BenchSpeaker(asked.host, asked.port, asked.spool, jack)
    speaker.come_up()
    try:
        serve(speaker.verbs(), port=asked.port, jack=str(asked.jack))
    finally:
        speaker.go_down()
        jack.unplug()


if __name__ == "__main__":
    main()
