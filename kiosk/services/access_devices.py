"""Speaker and keypad. A terminal may have neither: it then serves everybody who sees and touches, as before."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from hardware import ports as hw
from hardware.worker import DeviceWorker
from kiosk.flow.events import DeviceChanged, Event, HeadsetChanged, NavigationKey, NavigationKeyPressed
from kiosk.flow.facts import DeviceFacts
from kiosk.logs import Log
from kiosk.services.devices import device_changed
from kiosk.speech.sound import louder

ABSENT = DeviceFacts("noDevice")
USUAL_VOLUME = 60
"""Per cent at which a sound is played as it was made; 100 is a little more than half as loud again, 0 is silence."""


def with_volume(sound: hw.Sound, percent: int) -> hw.Sound:
    """As loud as staff set the room's loudspeaker."""
    if percent == USUAL_VOLUME:
        return sound
    samples = np.frombuffer(sound.samples, dtype="<i2").astype(np.int16)
    if percent == 0:
        return replace(sound, samples=bytes(len(sound.samples)))
    changed = louder(samples, 20 * math.log10(percent / USUAL_VOLUME))
    return replace(sound, samples=changed.astype("<i2").tobytes())


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
        self._volume_percent = USUAL_VOLUME
        self._has_headset = False
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

    @property
    def has_headset(self) -> bool:
        """Whether a headset is in now."""
        return self._has_headset

    def set_volume(self, percent: int) -> None:
        """Of the room, from the next sound on; how loud a headset is, who wears it decides."""
        self._volume_percent = percent

    def play(self, sound: hw.Sound) -> None:
        """A speaker that hangs stays silent; what it should have said is not said later."""
        self._last_id = sound.sound_id
        heard = sound if self._has_headset else with_volume(sound, self._volume_percent)
        if self._speaker is not None:
            self._speaker.submit(lambda speaker: speaker.play(heard))

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
                self._has_headset = is_in
                self._post(HeadsetChanged(is_in))
            case hw.NavigationKeyPressed(key):
                self._post(NavigationKeyPressed(NavigationKey(key.value)))
            case hw.SoundBegun() | hw.SoundsEnded():
                self._hear(reading)
            case _:
                pass  # readings of other devices
