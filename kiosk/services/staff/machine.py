"""The machine below the program: switching off, starting again, light of the glass, disk, temperature."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.domain.language import Language
from kiosk.flow.texts import Text, text

COMMAND_LIMIT_S = 10.0
POWER_OFF = ("/usr/bin/systemctl", "poweroff")
REBOOT = ("/usr/bin/systemctl", "reboot")


class Speaker(Protocol):
    """What staff need of speech and sounds."""

    def set_volume(self, percent: int) -> None: ...

    def play_test(self, language: Language) -> str:
        """Say a sentence; returns a word for where it is heard, empty when nowhere. May return before it is over."""
        ...


class NoSpeaker:
    """For a terminal without one."""

    def set_volume(self, percent: int) -> None:
        pass

    def play_test(self, language: Language) -> str:  # noqa: ARG002  there is nothing to play it on
        return ""


class Room(Protocol):
    """The terminal's loudspeaker and its headset (`kiosk.services.access_devices.AccessDevices`)."""

    @property
    def has_headset(self) -> bool: ...

    def set_volume(self, percent: int) -> None: ...


@dataclass(frozen=True)
class SpokenTest:
    """The terminal's own voice over its own loudspeaker, as loud as citizens hear it."""

    room: Room
    say: Callable[[Text, Language], None]

    def set_volume(self, percent: int) -> None:
        self.room.set_volume(percent)

    def play_test(self, language: Language) -> str:
        self.say(text("staff.test.speaker.sentence"), language)
        return "headset" if self.room.has_headset else "loudspeaker"


class Power(Protocol):
    def restart_program(self) -> None:
        """In good order; whoever started it starts it again."""
        ...

    def restart_machine(self) -> None:
        """The whole machine."""
        ...

    def switch_off(self) -> None: ...


@dataclass(frozen=True)
class SystemdPower:
    """The service manager starts the program again when it ends; polkit lets the terminal's user do the rest."""

    end_program: Callable[[int], None]
    """Takes the exit code."""
    exit_restart: int
    power_off: tuple[str, ...] = POWER_OFF
    reboot: tuple[str, ...] = REBOOT

    def restart_program(self) -> None:
        self.end_program(self.exit_restart)

    def restart_machine(self) -> None:
        _command(self.reboot)

    def switch_off(self) -> None:
        _command(self.power_off)


def _command(words: tuple[str, ...]) -> None:
    """Raises OSError or SubprocessError when the system does not."""
    subprocess.run(words, check=True, timeout=COMMAND_LIMIT_S, capture_output=True)  # noqa: S603  our own


@dataclass(frozen=True)
class BenchPower:
    """On the bench only the program ends: the machine is somebody's desk."""

    end_program: Callable[[int], None]
    exit_restart: int

    def restart_program(self) -> None:
        self.end_program(self.exit_restart)

    def restart_machine(self) -> None:
        self.end_program(self.exit_restart)

    def switch_off(self) -> None:
        self.end_program(0)


@dataclass(frozen=True)
class Backlight:
    """The light of the glass, where the kernel has a control for it (`/sys/class/backlight`)."""

    directory: Path = Path("/sys/class/backlight")

    @property
    def is_there(self) -> bool:
        """Whether there is a control and this program may use it (`deploy/udev` lets it)."""
        lights = self._lights()
        return bool(lights) and all(os.access(light / "brightness", os.W_OK) for light in lights)

    def _lights(self) -> list[Path]:
        return sorted(self.directory.glob("*")) if self.directory.is_dir() else []

    def set_brightness(self, percent: int) -> bool:
        """False when there is no control, or it may not be used."""
        done = [_set_light(light, percent) for light in self._lights()]
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
