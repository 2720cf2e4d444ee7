"""Which device is at which port: tried before it is saved, and put back when it does not work.

What is saved stands in `devices.ini` beside the journal and goes before `kiosk.ini`: the same sections, only the keys
that say where a device is. Deleting the file brings back what `kiosk.ini` says.
"""

from __future__ import annotations

import configparser
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hardware import ports as hw
from hardware.registry import Choice
from kiosk.config import DEVICE_SECTIONS, Settings
from kiosk.flow.staff.events import MappingChecked, MappingSettled
from kiosk.flow.staff.facts import DeviceMapping, Port
from kiosk.services.staff.kept import write_whole

STATUS_LIMIT_S = 8.0
HEAD = "# Written by the staff pages: where devices are. Goes before kiosk.ini; delete it to go back to that.\n"

Options = Mapping[str, str]
ChooseDriver = Callable[[str, Options], Choice | str]
"""A driver for a kind and its section, or the word of what is wrong."""


class MovedDevices(Protocol):
    def exchange(self, name: str, driver: hw.Driver) -> None: ...

    def lend(
        self, name: str, work: Callable[[hw.Driver], hw.DeviceStatus], limit_s: float
    ) -> hw.DeviceStatus | None: ...


@dataclass(frozen=True)
class _Trial:
    """A device at another port, not saved yet."""

    device: str
    port_id: str
    before: Options


class MappingDesk:
    """Belongs to one thread."""

    def __init__(
        self, sections: Mapping[str, Options], path: Path, devices: MovedDevices, choose: ChooseDriver
    ) -> None:
        """`sections`: the device sections in force."""
        self._sections = {name: dict(options) for name, options in sections.items()}
        self._path = path
        self._devices = devices
        self._choose = choose
        self._trial: _Trial | None = None

    def mappings(self) -> tuple[DeviceMapping, ...]:
        return tuple(self._mapping(device) for device in self._sections)

    def try_port(self, ref: str, device: str, port_id: str) -> MappingChecked:
        """Open the device there and ask how it is. When it does not answer well, the old port is in force again."""
        before = self._sections.get(device)
        if before is None:
            return MappingChecked(ref, device, port_id, is_working=False, detail="unknown_device")
        changed = {**before, **_options_in(port_id)}
        detail = self._moved(device, changed)
        if detail:
            self._moved(device, before)
            return MappingChecked(ref, device, port_id, is_working=False, detail=detail)
        self._sections[device] = changed
        self._trial = _Trial(device, port_id, before)
        return MappingChecked(ref, device, port_id, is_working=True)

    def keep_port(self, ref: str, device: str, port_id: str) -> MappingSettled:
        """Save it. A disk that does not take it leaves the device where it was."""
        try:
            write_whole(self._path, self._content(device))
        except OSError:
            return self.undo(ref, device)
        self._trial = None
        return MappingSettled(ref, device, port_id, is_kept=True)

    def undo(self, ref: str, device: str) -> MappingSettled:
        trial, self._trial = self._trial, None
        if trial is not None and trial.device == device:
            self._moved(device, trial.before)
            self._sections[device] = dict(trial.before)
        return MappingSettled(ref, device, self._mapping(device).port_id, is_kept=False)

    def _mapping(self, device: str) -> DeviceMapping:
        choice = self._choose(device, self._sections[device])
        places = choice.places() if isinstance(choice, Choice) else ()
        choices = tuple(Port(_port_id(place), place.label) for place in places)
        return DeviceMapping(device, choices[0].port_id if choices else "", choices)

    def _moved(self, device: str, options: Options) -> str:
        """Empty when the device works there; otherwise a word of the driver."""
        choice = self._choose(device, options)
        if not isinstance(choice, Choice):
            return choice
        self._devices.exchange(device, choice.build())
        status = self._devices.lend(device, lambda driver: driver.status(), STATUS_LIMIT_S)
        if status is None:
            return "no_answer"
        return "" if status.is_online else status.detail or status.word.value

    def _content(self, device: str) -> bytes:
        """What was saved before, and the place of this device."""
        saved = _read(self._path)
        places = _place_options(self._choose(device, self._sections[device]))
        saved[device] = {name: self._sections[device][name] for name in places if name in self._sections[device]}
        text = io.StringIO()
        text.write(HEAD)
        saved.write(text)
        return text.getvalue().encode()


def with_overrides(settings: Settings, path: Path) -> Settings:
    """The settings with what staff saved. What makes no sense is left out: `kiosk.ini` then holds."""
    saved = _read(path)
    sections = {
        name: {**options, **(dict(saved[name]) if saved.has_section(name) else {})}
        for name, options in settings.devices.items()
        if name in DEVICE_SECTIONS
    }
    return settings.model_copy(update={"devices": {**settings.devices, **sections}})


def _read(path: Path) -> configparser.ConfigParser:
    ini = configparser.ConfigParser(interpolation=None, default_section="")
    try:
        ini.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return configparser.ConfigParser(interpolation=None, default_section="")
    return ini


def _place_options(choice: Choice | str) -> frozenset[str]:
    places = choice.places() if isinstance(choice, Choice) else ()
    return frozenset(name for place in places for name, _ in place.options)


def _port_id(place: hw.Place) -> str:
    return "&".join(f"{name}={value}" for name, value in place.options)


def _options_in(port_id: str) -> dict[str, str]:
    pairs = (each.partition("=") for each in port_id.split("&"))
    return {name: value for name, _, value in pairs if name}
