"""A tactile keypad: an input device of which five keys are heard and all others are not."""

from __future__ import annotations

import select
from collections.abc import Sequence
from dataclasses import dataclass, field

from hardware.alarm import Alarm
from hardware.input_events import EV_KEY, KEY_PRESSED, KEY_REPEATED, InputDevice, InputEvent
from hardware.ports import DeviceStatus, DeviceWord, NavigationKey, NavigationKeyPressed, Reading

REPEATED = (NavigationKey.UP, NavigationKey.DOWN)
"""Held, they go on; the others act once per press."""


@dataclass(frozen=True)
class Options:
    """What `kiosk.ini` may say about the keypad. Codes are those of linux/input-event-codes.h."""

    device: str = field(default="/dev/kiosk-keypad", metadata={"help": "the input device"})
    up: int = field(default=103, metadata={"help": "code of the key up (KEY_UP)"})
    down: int = field(default=108, metadata={"help": "code of the key down (KEY_DOWN)"})
    ok: int = field(default=28, metadata={"help": "code of the key OK (KEY_ENTER)"})
    back: int = field(default=158, metadata={"help": "code of the key back (KEY_BACK)"})
    help: int = field(default=138, metadata={"help": "code of the key help and repeat (KEY_HELP)"})

    def __post_init__(self) -> None:
        codes = (self.up, self.down, self.ok, self.back, self.help)
        if len(set(codes)) < len(codes) or not all(0 < code <= 0x2FF for code in codes):
            raise ValueError("the five keys need five different codes from 1 to 767")


class EvdevKeypad:
    """Keeps the port `Keypad`."""

    def __init__(self, options: Options) -> None:
        self._device = InputDevice(options.device)
        self._alarm = Alarm()
        self._keys = {
            options.up: NavigationKey.UP,
            options.down: NavigationKey.DOWN,
            options.ok: NavigationKey.OK,
            options.back: NavigationKey.BACK,
            options.help: NavigationKey.HELP,
        }

    def open(self) -> None:
        self._device.open()

    def close(self) -> None:
        self._device.close()

    def wake(self) -> None:
        self._alarm.ring()

    def status(self) -> DeviceStatus:
        self._device.check()
        return DeviceStatus(DeviceWord.ONLINE)

    def poll(self, timeout_s: float) -> Sequence[Reading]:
        ready, _, _ = select.select([self._device, self._alarm], [], [], timeout_s)
        if self._alarm in ready:
            self._alarm.hush()
        if self._device not in ready:
            return ()
        pressed = (self._pressed(event) for event in self._device.read())
        return tuple(NavigationKeyPressed(key) for key in pressed if key is not None)

    def _pressed(self, event: InputEvent) -> NavigationKey | None:
        key = self._keys.get(event.code) if event.kind == EV_KEY else None
        is_meant = event.value == KEY_PRESSED or (event.value == KEY_REPEATED and key in REPEATED)
        return key if is_meant else None


def build(options: Options) -> EvdevKeypad:
    return EvdevKeypad(options)
