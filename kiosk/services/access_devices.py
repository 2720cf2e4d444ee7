"""Speaker and keypad. A terminal may have neither: it then serves everybody who sees and touches, as before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hardware import ports as hw
from hardware.worker import DeviceWorker
from kiosk.flow.events import DeviceChanged, Event, HeadsetChanged, NavigationKey, NavigationKeyPressed
from kiosk.flow.facts import DeviceFacts
from kiosk.logs import Log
from kiosk.services.devices import device_changed

ABSENT = DeviceFacts("noDevice")


class AccessDevices:
    """Starts and watches both. `post` hears keys and headset, `hear` what becomes of sounds."""

    def __init__(
        self,
        speaker: hw.Speaker | None,
        keypad: hw.Keypad | None,
        post: Callable[[Event], None],
        hear: Callable[[hw.SoundBegun | hw.SoundsEnded], None],
        log: Log,
    ) -> None:
        self._post = post
        self._hear = hear
        self._log = log
        self._last_id = 0
        """The newest sound; when the speaker is lost, all up to it are over."""
        self._speaker = None if speaker is None else DeviceWorker("speaker", speaker, self._emitted)
        self._keypad = None if keypad is None else DeviceWorker("keypad", keypad, self._emitted)

    def start(self) -> None:
        for name, worker in (("speaker", self._speaker), ("keypad", self._keypad)):
            if worker is None:
                self._post(DeviceChanged(name, ABSENT))
            else:
                worker.start()

    def stop(self, timeout_s: float) -> None:
        workers: tuple[DeviceWorker[Any] | None, ...] = (self._speaker, self._keypad)
        for worker in workers:
            if worker is not None:
                worker.stop(0)
        for worker in workers:
            if worker is not None:
                worker.stop(timeout_s / 2)

    def play(self, sound: hw.Sound) -> None:
        """A speaker that hangs stays silent; what it should have said is not said later."""
        self._last_id = sound.sound_id
        if self._speaker is not None:
            self._speaker.submit(lambda speaker: speaker.play(sound))

    def silence(self) -> None:
        if self._speaker is not None:
            self._speaker.submit(lambda speaker: speaker.silence())

    def _emitted(self, name: str, reading: hw.Reading) -> None:
        """Called on the workers' threads."""
        match reading:
            case hw.StatusChanged(status):
                self._post(device_changed(self._log, name, status))
                if name == "speaker" and not status.is_online:
                    self._hear(hw.SoundsEnded(self._last_id))
            case hw.HeadsetChanged(is_in):
                self._post(HeadsetChanged(is_in))
            case hw.NavigationKeyPressed(key):
                self._post(NavigationKeyPressed(NavigationKey(key.value)))
            case hw.SoundBegun() | hw.SoundsEnded():
                self._hear(reading)
            case _:
                pass  # readings of other devices
