"""The bench's card: a program that sits in a slot of the virtual reader (`vpcd` of vsmartcard).

    python -m hardware.bench.card --port 15963 --staff-cards var/bench/staff/cards.json

Verbs (JSON lines, see `hardware.bench.peripheral`):

- `insert {kind, generation, person, card_number, by_number_only}`: all optional. `kind`: social_security (default),
  bank, mute, bad_atr, locked, chip_damaged, psam, upside_down. `generation`: "1", "2", "3" (default). `person`:
  {social_security_number, name, sex, ethnic_group, birth_date, birthplace}. `card_number`: 8 get their check
  character. A card that is in is taken out first.
- `insert_staff {holder}`: a staff card of `hardware.bench.staff_cards`: attendant (default), technician, auditor,
  revoked, wrong_key, clone.
- `insert_passport {full_name, is_tampered, expires}`: the specimen of ICAO 9303; all optional, `expires` is YYMMDD.
- `remove`
- `pull_after {apdus}`: let the card that is in answer so many more commands, then be pulled in the middle of the next.
- `answer_slowly {seconds}`: think so long before every answer; 0 = at once. Holds until changed.
- `state` -> {inserted, kind, connected, apdus}: `connected` tells whether the reader has felt the card, `apdus` counts
  commands since the insertion. `insert`, `insert_staff`, `remove` and `pull_after` answer with the same.

Wire: the card dials vpcd; two bytes of length, big-endian, then the payload. One byte is a signal (00 power off,
01 power on, 02 reset, 04 get ATR), anything longer an APDU. A connection is a card in the slot; a card stays in the
slot while the reader's daemon restarts.
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hardware.bench.card_chip import ChipState, respond
from hardware.bench.card_images import CardImage, Person, image_of, passport, staff_card
from hardware.bench.passport_chip import specimen_passport
from hardware.bench.peripheral import serve
from hardware.bench.staff_cards import chips

DIAL_AGAIN_S = 0.05
LEAVE_TIMEOUT_S = 5.0


class Signal:
    """The payloads of one byte."""

    POWER_OFF = b"\x00"
    POWER_ON = b"\x01"
    RESET = b"\x02"
    GET_ATR = b"\x04"


@dataclass
class InsertedCard:
    """One stay of one card in the slot: a thread of its own until the card is out."""

    image: CardImage
    port: int
    thinking_s: float = 0.0
    answers_before_pull: int | None = None
    apdus: int = 0
    is_connected: bool = False
    _left: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _socket: socket.socket | None = None

    def push_in(self) -> None:
        self._thread = threading.Thread(target=self._stay, name="card", daemon=True)
        self._thread.start()

    def pull_out(self) -> None:
        """Out at once, also in the middle of an answer."""
        self._left.set()
        if self._socket is not None:
            with contextlib.suppress(OSError):  # already gone with the daemon
                self._socket.shutdown(socket.SHUT_RDWR)
        if self._thread is not None:
            self._thread.join(LEAVE_TIMEOUT_S)

    @property
    def is_in(self) -> bool:
        return not self._left.is_set()

    def _stay(self) -> None:
        while self.is_in:
            # Refused or reset: the daemon is away; the card lies in the slot and waits for it.
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=2) as wire:
                wire.settimeout(None)  # closed by pull_out
                self._socket = wire
                self._obey(wire)
            self.is_connected = False
            self._left.wait(DIAL_AGAIN_S)

    def _obey(self, wire: socket.socket) -> None:
        chip = ChipState()
        for message in _messages(wire):
            if not self.is_in:
                return
            self.is_connected = True
            match message:
                case Signal.POWER_OFF | Signal.POWER_ON | Signal.RESET:
                    chip = ChipState()
                case Signal.GET_ATR:
                    _send(wire, self.image.atr)
                case _:
                    chip, answer = respond(self.image, chip, message)
                    if not self._may_answer():
                        return
                    _send(wire, answer)

    def _may_answer(self) -> bool:
        """Count, think, and be pulled when it is time."""
        if self.answers_before_pull == 0:
            self._left.set()
            return False
        if self.answers_before_pull is not None:
            self.answers_before_pull -= 1
        self.apdus += 1
        return not (self.thinking_s and self._left.wait(self.thinking_s))


def _messages(wire: socket.socket) -> Iterator[bytes]:
    while header := _receive(wire, 2):
        yield _receive(wire, int.from_bytes(header))


def _receive(wire: socket.socket, length: int) -> bytes:
    """`length` bytes, or none at the end of the stream."""
    data = b""
    while len(data) < length:
        # vpcd sends length and payload in two writes: without this its second one waits 40 ms for our delayed
        # acknowledgement. The kernel forgets the option, so it is set before every receive.
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = wire.recv(length - len(data))
        if not part:
            return b""
        data += part
    return data


def _send(wire: socket.socket, payload: bytes) -> None:
    wire.sendall(len(payload).to_bytes(2) + payload)


class Slot:
    """The verbs: one slot of the virtual reader, empty or with a card in it."""

    def __init__(self, port: int, staff_cards: Path) -> None:
        self._port = port
        self._staff_cards = staff_cards
        self._card: InsertedCard | None = None
        self._thinking_s = 0.0

    def insert(self, person: Mapping[str, str] | None = None, **card: Any) -> dict[str, Any]:
        return self._push_in(image_of(person=Person(**(person or {})), **card))

    def insert_staff(self, holder: str = "attendant") -> dict[str, Any]:
        cards = chips(self._staff_cards)
        if holder not in cards:
            raise LookupError(f"no staff card called {holder}; there are {', '.join(cards)}")
        return self._push_in(staff_card(cards[holder]))

    def insert_passport(
        self, full_name: str = "", *, is_tampered: bool = False, expires: str = "351231"
    ) -> dict[str, Any]:
        return self._push_in(passport(specimen_passport(full_name, is_tampered=is_tampered, expires=expires)))

    def _push_in(self, image: CardImage) -> dict[str, Any]:
        self.remove()
        self._card = InsertedCard(image, self._port, self._thinking_s)
        self._card.push_in()
        return self.state()

    def remove(self) -> dict[str, Any]:
        if self._card is not None:
            self._card.pull_out()
        self._card = None
        return self.state()

    def pull_after(self, apdus: int) -> dict[str, Any]:
        if self._card is None or not self._card.is_in:
            raise LookupError("no card is in")
        self._card.answers_before_pull = apdus
        return self.state()

    def answer_slowly(self, seconds: float) -> None:
        self._thinking_s = seconds
        if self._card is not None:
            self._card.thinking_s = seconds

    def state(self) -> dict[str, Any]:
        card = self._card
        if card is None or not card.is_in:
            return {"inserted": False, "kind": None, "connected": False, "apdus": card.apdus if card else 0}
        return {"inserted": True, "kind": card.image.kind, "connected": card.is_connected, "apdus": card.apdus}

    def verbs(self) -> dict[str, Any]:
        return {
            "insert": self.insert,
            "insert_staff": self.insert_staff,
            "insert_passport": self.insert_passport,
            "remove": self.remove,
            "pull_after": self.pull_after,
            "answer_slowly": self.answer_slowly,
            "state": self.state,
        }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m hardware.bench.card", description="A card in the virtual reader.")
    parser.add_argument("--port", type=int, default=15963, help="port of the slot; the second slot is the next one")
    parser.add_argument(
        "--staff-cards", type=Path, default=Path("var/bench/staff/cards.json"), help="of hardware.bench.staff_cards"
    )
    asked = parser.parse_args()
    port: int = asked.port
    slot = Slot(port, asked.staff_cards)
    serve(slot.verbs(), port=port)
    slot.remove()


if __name__ == "__main__":
    main()
