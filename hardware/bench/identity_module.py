"""The resident-ID reader module on the bench: its real frames over a pseudo-terminal.

    python -m hardware.bench.identity_module --link var/bench/identity

The link is the serial port for the driver. Verbs, one JSON line each (`hardware.bench.peripheral`):

    {"verb": "place", "kind": "resident_id", "name": "..."}   lay a document on the reader; kinds and fields as in
                                                              `hardware.ports`, absent ones are invented; "flag"
                                                              overrides the character that tells the kind
    {"verb": "remove"}                                        take it away
    {"verb": "fail_next", "status_byte": 65, "count": 1}      answer the next commands with this status byte:
                                                              65 fails the next read, 49 too (suspect), 102 any command
    {"verb": "garble", "mode": "dribble", "count": 1}         spoil the next replies: noise_before, bad_checksum,
                                                              dribble, silence, short, preamble_inside; none ends it
    {"verb": "unplug"}  {"verb": "plug"}                      the port vanishes, comes back
    {"verb": "state"}                                         what is so

A document that was read answers "no card" until it is taken away, as the real module does.
"""

from __future__ import annotations

import argparse
import os
import select
import struct
import threading
import tty
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from hardware.bench.identity_documents import document_fields, text_block
from hardware.bench.peripheral import serve
from hardware.identity_reader.commands import PHOTO_BYTES, TEXT_BYTES, Command
from hardware.identity_reader.frames import PREAMBLE, Frame, encode_frame, parse
from hardware.ports import DocumentKind

MODULE_ID = struct.pack("<HHIII", 5, 3, 20990101, 1, 2)
PHOTO = bytes(range(256)) * (PHOTO_BYTES // 256)
DRIBBLE_PAUSE_S = 0.0005
COMMANDS = {command.payload: command for command in Command}

UNKNOWN_COMMAND = 0x21
READ_STEP_FAILURES = frozenset({0x31, 0x32, 0x33, 0x37, 0x3F, 0x40, 0x41, 0x47})
"""Status bytes that only the reading of a card can give; others may answer any command."""


class Garble(StrEnum):
    NONE = "none"
    NOISE_BEFORE = "noise_before"
    BAD_CHECKSUM = "bad_checksum"
    DRIBBLE = "dribble"
    SILENCE = "silence"
    SHORT = "short"
    PREAMBLE_INSIDE = "preamble_inside"


@dataclass
class SamModule:
    """The module's own state; `answer` is its whole behaviour. Calls are serialised by the owner's lock."""

    text: bytes | None = None
    kind: str = ""
    is_found: bool = False
    is_selected: bool = False
    was_read: bool = False
    failures: list[int] = field(default_factory=list[int])
    garbles: list[Garble] = field(default_factory=list[Garble])
    commands_seen: int = 0

    def answer(self, payload: bytes) -> list[bytes]:
        """The pieces of the reply to one command, as they go on the wire."""
        self.commands_seen += 1
        command = COMMANDS.get(payload)
        garble = self.garbles.pop(0) if self.garbles else Garble.NONE
        reply = self._reply(command)
        if garble is Garble.PREAMBLE_INSIDE:
            reply = _with_preamble_inside(reply)
        return _spoil(encode_frame(reply), garble)

    def _reply(self, command: Command | None) -> bytes:
        if self.failures and _may_fail(command, self.failures[0]):
            self.is_found = self.is_selected = False
            return _status(self.failures.pop(0))
        return _status(UNKNOWN_COMMAND) if command is None else self._obey(command)

    def _obey(self, command: Command) -> bytes:
        match command:
            case Command.STATUS | Command.RESET:
                return _status(0x90)
            case Command.MODULE_ID:
                return _status(0x90, MODULE_ID)
            case Command.FIND:
                return self._find()
            case Command.SELECT:
                return self._select()
            case Command.READ_TEXT_AND_PHOTO:
                return self._read()

    def _find(self) -> bytes:
        self.is_selected = False
        self.is_found = self.text is not None and not self.was_read
        return _status(0x9F, bytes(4)) if self.is_found else _status(0x80)

    def _select(self) -> bytes:
        self.is_selected, self.is_found = self.is_found, False
        return _status(0x90, bytes(8)) if self.is_selected else _status(0x81)

    def _read(self) -> bytes:
        if self.text is None or not self.is_selected:
            return _status(0x41)
        self.is_selected, self.was_read = False, True
        return _status(0x90, struct.pack(">HH", TEXT_BYTES, PHOTO_BYTES) + self.text + PHOTO)


def _may_fail(command: Command | None, status_byte: int) -> bool:
    match status_byte:
        case 0x80:
            return command is Command.FIND
        case 0x81:
            return command is Command.SELECT
        case _ if status_byte in READ_STEP_FAILURES:
            return command is Command.READ_TEXT_AND_PHOTO
        case _:
            return True


def _status(status_byte: int, data: bytes = b"") -> bytes:
    return bytes([0, 0, status_byte]) + data


def _with_preamble_inside(reply: bytes) -> bytes:
    """A whole preamble with a likely length where the data has room that means nothing: photo, card number."""
    inside = PREAMBLE + b"\x00\x04"
    if len(reply) < 3 + len(inside):
        return reply
    return reply[: -len(inside)] + inside


def _spoil(frame: bytes, garble: Garble) -> list[bytes]:
    match garble:
        case Garble.NOISE_BEFORE:
            return [b"\x00\xff\x69" + PREAMBLE + b"\xff\xff" + PREAMBLE[:3] + frame]
        case Garble.BAD_CHECKSUM:
            return [frame[:-1] + bytes([frame[-1] ^ 0xFF])]
        case Garble.DRIBBLE:
            return [bytes([byte]) for byte in frame]
        case Garble.SILENCE:
            return []
        case Garble.SHORT:
            return [frame[: len(frame) // 2]]
        case Garble.NONE | Garble.PREAMBLE_INSIDE:
            return [frame]


class PtyPort:
    """A serial port that can be pulled out: a pseudo-terminal with a link to it, served by one thread."""

    def __init__(self, link: Path, answer: Callable[[bytes], list[bytes]]) -> None:
        self.link = link
        self._answer = answer
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._descriptors: tuple[int, ...] = ()

    @property
    def is_plugged(self) -> bool:
        return self._thread is not None

    def plug(self) -> None:
        if self.is_plugged:
            return
        module_end, host_end = os.openpty()
        tty.setraw(host_end)
        os.set_blocking(module_end, False)  # a host that never reads loses bytes, as on a UART
        stop_reader, stop_writer = os.pipe()
        self._descriptors = (module_end, host_end, stop_reader, stop_writer)
        self._stop.clear()
        self._thread = threading.Thread(target=self._serve, args=(module_end, stop_reader), daemon=True)
        self._thread.start()
        self._set_link(os.ttyname(host_end))

    def unplug(self) -> None:
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self.link.unlink(missing_ok=True)
        self._stop.set()
        os.write(self._descriptors[-1], b"\0")
        thread.join()
        for descriptor in self._descriptors:
            os.close(descriptor)

    def _set_link(self, target: str) -> None:
        self.link.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.link.with_name(self.link.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(target)
        fresh.replace(self.link)

    def _serve(self, module_end: int, stop_reader: int) -> None:
        rest = b""
        for received in _chunks(module_end, stop_reader):
            parsed = parse(rest + received)
            rest = parsed.rest
            for item in parsed.found:
                reply = self._answer(item.payload) if isinstance(item, Frame) else []
                self._send(module_end, reply)

    def _send(self, module_end: int, pieces: list[bytes]) -> None:
        for index, piece in enumerate(pieces):
            if index and self._stop.wait(DRIBBLE_PAUSE_S):
                return
            try:
                os.write(module_end, piece)
            except BlockingIOError:
                return


def _chunks(descriptor: int, stop_reader: int) -> Iterator[bytes]:
    """What arrives at `descriptor`, until there is something to read at `stop_reader`."""
    while True:
        readable, _, _ = select.select([descriptor, stop_reader], [], [])
        if stop_reader in readable:
            return
        yield os.read(descriptor, 4096)


class Bench:
    """The verbs, over one module and its port."""

    def __init__(self, link: Path) -> None:
        self._lock = threading.Lock()
        self._module = SamModule()
        self.port = PtyPort(link, self._answer)

    def verbs(self) -> Mapping[str, Callable[..., Mapping[str, Any] | None]]:
        return {
            "place": self.place,
            "remove": self.remove,
            "fail_next": self.fail_next,
            "garble": self.garble,
            "unplug": self.port.unplug,
            "plug": self.plug,
            "state": self.state,
        }

    def place(self, kind: str = "resident_id", flag: str | None = None, **given: str) -> Mapping[str, Any]:
        document_kind = DocumentKind(kind)
        fields = document_fields(document_kind, given)
        text = text_block(document_kind, fields, flag)
        with self._lock:
            self._set_card(text, kind)
        return {"kind": kind, **fields}

    def remove(self) -> None:
        with self._lock:
            self._set_card(None, "")

    def fail_next(self, status_byte: int | str, count: int = 1) -> None:
        byte = int(status_byte, 0) if isinstance(status_byte, str) else status_byte
        if not 0 <= byte <= 0xFF:
            raise ValueError("status_byte is 0 to 255, or text such as 0x41")
        with self._lock:
            self._module.failures = [byte] * count

    def garble(self, mode: str, count: int = 1) -> None:
        chosen = Garble(mode)
        with self._lock:
            self._module.garbles = [] if chosen is Garble.NONE else [chosen] * count

    def plug(self) -> None:
        """A module that gets its power back has forgotten everything but the card before it."""
        with self._lock:
            self._module.is_found = self._module.is_selected = self._module.was_read = False
        self.port.plug()

    def state(self) -> Mapping[str, Any]:
        with self._lock:
            module = self._module
            return {
                "plugged": self.port.is_plugged,
                "link": str(self.port.link),
                "kind": module.kind,
                "was_read": module.was_read,
                "failures_left": len(module.failures),
                "garbles_left": len(module.garbles),
                "commands_seen": module.commands_seen,
            }

    def _set_card(self, text: bytes | None, kind: str) -> None:
        module = self._module
        module.text, module.kind = text, kind
        module.is_found = module.is_selected = module.was_read = False

    def _answer(self, payload: bytes) -> list[bytes]:
        with self._lock:
            return self._module.answer(payload)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m hardware.bench.identity_module", description="Resident-ID reader module on a pseudo-terminal."
    )
    parser.add_argument("--link", type=Path, default=Path("var/bench/identity"), help="where the port appears")
    bench = Bench(parser.parse_args().link)
    bench.port.plug()
    try:
        serve(bench.verbs(), link=str(bench.port.link))
    finally:
        bench.port.unplug()


if __name__ == "__main__":
    main()
