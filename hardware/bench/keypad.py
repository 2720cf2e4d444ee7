"""The tactile keypad on the bench: input events of Linux over a pseudo-terminal.

    python -m hardware.bench.keypad --link var/bench/keypad

Verbs:

    {"verb": "press", "key": "down", "times": 1}   up, down, ok, back, help: pressed and let go
    {"verb": "hold", "key": "down", "repeats": 3}  held until it has repeated so often
    {"verb": "code", "code": 30}                   a key that the terminal must not hear (KEY_A)
    {"verb": "unplug"}  {"verb": "plug"}           the device vanishes, comes back
    {"verb": "state"}                              what is so
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hardware.bench.input_wire import InputWire
from hardware.bench.peripheral import Verb, serve
from hardware.input_events import EV_KEY, KEY_PRESSED, KEY_RELEASED, KEY_REPEATED

CODES = {"up": 103, "down": 108, "ok": 28, "back": 158, "help": 138}


class BenchKeypad:
    def __init__(self, wire: InputWire) -> None:
        self._wire = wire
        self._pressed = 0

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.code(CODES[key])
            self._pressed += 1

    def hold(self, key: str, repeats: int = 3) -> None:
        code = CODES[key]
        for value in (KEY_PRESSED, *(KEY_REPEATED for _ in range(repeats)), KEY_RELEASED):
            self._wire.send((EV_KEY, code, value))

    def code(self, code: int) -> None:
        self._wire.send((EV_KEY, code, KEY_PRESSED))
        self._wire.send((EV_KEY, code, KEY_RELEASED))

    def state(self) -> Mapping[str, Any]:
        return {"plugged": self._wire.is_plugged, "pressed": self._pressed}

    def verbs(self) -> Mapping[str, Verb]:
        return {
            "press": self.press,
            "hold": self.hold,
            "code": self.code,
            "unplug": self._wire.unplug,
            "plug": self._wire.plug,
            "state": self.state,
        }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m hardware.bench.keypad", description="The bench's tactile keypad.")
    parser.add_argument("--link", type=Path, default=Path("var/bench/keypad"), help="where the device appears")
    wire = InputWire(parser.parse_args().link)
    wire.plug()
    try:
        serve(BenchKeypad(wire).verbs(), link=str(wire.link))
    finally:
        wire.unplug()


if __name__ == "__main__":
    main()
