"""The machine below the program: switching off, starting again, light of the glass, disk, temperature."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from hardware.ports import SOUND_RATE, Sound

COMMAND_LIMIT_S = 10.0
TONE_HZ, TONE_S, TONE_EDGE_S, TONE_PEAK = 880, 1.0, 0.05, 20_000
TEST_SOUND = 0
"""The voice counts its own sounds from 1."""
POWER_OFF = ("/usr/bin/systemctl", "poweroff")


class Speaker(Protocol):
    """What staff need of speech and sounds."""

    def set_volume(self, percent: int) -> None: ...

    def play_test(self, language: str) -> str:
        """Play a phrase; returns the name of the output, empty when there is none. Returns when it has been played."""
        ...


class NoSpeaker:
    """For a terminal without one."""

    def set_volume(self, percent: int) -> None:
        pass

    def play_test(self, language: str) -> str:  # noqa: ARG002  there is nothing to play it on
        return ""


class ToneSpeaker:
    """A tone over the terminal's own speaker, as loud as staff set it."""

    def __init__(self, play: Callable[[Sound], None]) -> None:
        self._play = play
        self._volume_percent = 100

    def set_volume(self, percent: int) -> None:
        self._volume_percent = percent

    def play_test(self, language: str) -> str:  # noqa: ARG002  a tone speaks no language
        self._play(Sound(TEST_SOUND, tone(self._volume_percent)))
        return f"{TONE_HZ} Hz"


def tone(volume_percent: int) -> bytes:
    """Sixteen-bit samples; it swells and fades, so that nothing clicks."""
    count = round(SOUND_RATE * TONE_S)
    time_s = np.arange(count) / SOUND_RATE
    swelling = np.minimum(1.0, np.minimum(time_s, TONE_S - time_s) / TONE_EDGE_S)
    wave = np.sin(2 * np.pi * TONE_HZ * time_s) * swelling * volume_percent / 100
    return (wave * TONE_PEAK).astype("<i2").tobytes()


class Power(Protocol):
    def restart_program(self) -> None:
        """In good order; whoever started it starts it again."""
        ...

    def switch_off(self) -> None: ...


@dataclass(frozen=True)
class SystemdPower:
    """The service manager starts the program again when it ends; polkit lets the terminal's user switch off."""

    end_program: Callable[[int], None]
    """Takes the exit code."""
    exit_restart: int
    command: tuple[str, ...] = POWER_OFF

    def restart_program(self) -> None:
        self.end_program(self.exit_restart)

    def switch_off(self) -> None:
        """Raises OSError or SubprocessError when the system does not."""
        subprocess.run(self.command, check=True, timeout=COMMAND_LIMIT_S, capture_output=True)  # noqa: S603  our own


@dataclass(frozen=True)
class BenchPower:
    """On the bench only the program ends: the machine is somebody's desk."""

    end_program: Callable[[int], None]
    exit_restart: int

    def restart_program(self) -> None:
        self.end_program(self.exit_restart)

    def switch_off(self) -> None:
        self.end_program(0)


@dataclass(frozen=True)
class Backlight:
    """The light of the glass, where the kernel has a control for it (`/sys/class/backlight`)."""

    directory: Path = Path("/sys/class/backlight")

    def set_brightness(self, percent: int) -> bool:
        """False when there is no control, or it may not be used."""
        lights = sorted(self.directory.glob("*")) if self.directory.is_dir() else []
        done = [_set_light(light, percent) for light in lights]
        return bool(done) and all(done)


def _set_light(light: Path, percent: int) -> bool:
    try:
        most = int((light / "max_brightness").read_text(encoding="ascii"))
        (light / "brightness").write_text(str(max(1, most * percent // 100)), encoding="ascii")
    except (OSError, ValueError):
        return False
    return True


def disk_free_percent(path: Path) -> int | None:
    try:
        usage = shutil.disk_usage(path)
    except OSError:
        return None
    return usage.free * 100 // usage.total


def temperature_c(zones: Path = Path("/sys/class/thermal")) -> int | None:
    """The hottest zone that the kernel knows; None when it knows none."""
    readings = [reading for zone in zones.glob("thermal_zone*") if (reading := _millidegrees(zone)) is not None]
    return round(max(readings) / 1000) if readings else None


def _millidegrees(zone: Path) -> int | None:
    try:
        return int((zone / "temp").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
