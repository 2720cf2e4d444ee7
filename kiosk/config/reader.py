"""From the text of `kiosk.ini` to `Settings`, or to every fault at once."""

from __future__ import annotations

import configparser
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from kiosk.config.schema import DEVICE_SECTIONS, Settings


@dataclass(frozen=True)
class SettingFault:
    """One thing wrong in the file: where, what, and what to do."""

    section: str
    key: str
    message: str

    def __str__(self) -> str:
        place = f"[{self.section}] {self.key}".strip()
        return f"{place}: {self.message}"


def load(path: Path) -> Settings | tuple[SettingFault, ...]:
    """Read the file; a missing or unreadable one is a fault like any other."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return (SettingFault("", "", f"{path} does not exist; copy the kiosk.ini of the project and adapt it"),)
    except (OSError, UnicodeDecodeError) as error:
        return (SettingFault("", "", f"{path} cannot be read: {type(error).__name__}"),)


def parse(text: str) -> Settings | tuple[SettingFault, ...]:
    """Parse the text of the file."""
    ini = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=(";",))
    try:
        ini.read_string(text)
    except configparser.Error as error:
        return (SettingFault("", "", " ".join(str(error).split())),)
    raw = {name: dict(ini[name]) for name in ini.sections()}
    faults = _unknown_sections(raw)
    devices = {name: raw.pop(name) for name in DEVICE_SECTIONS if name in raw}
    known = {name: values for name, values in raw.items() if name in Settings.model_fields}
    try:
        settings = Settings.model_validate({**known, "devices": devices})
    except ValidationError as error:
        return (*faults, *(_fault(item, known) for item in error.errors()))
    missing = tuple(
        SettingFault(name, "", "the section is missing; it needs `driver`")
        for name in DEVICE_SECTIONS
        if name not in devices
    )
    return (*faults, *missing) or settings


def _unknown_sections(raw: dict[str, dict[str, str]]) -> tuple[SettingFault, ...]:
    known = [name for name in Settings.model_fields if name != "devices"] + list(DEVICE_SECTIONS)
    return tuple(SettingFault(name, "", f"unknown section{_nearest(name, known)}") for name in raw if name not in known)


def _fault(item: Any, known: dict[str, dict[str, str]]) -> SettingFault:  # pydantic's ErrorDetails
    section, key = str(item["loc"][0]), ".".join(str(part) for part in item["loc"][1:])
    if item["type"] == "extra_forbidden":
        return SettingFault(section, key, f"unknown key{_nearest(key, _keys_of(section))}")
    if item["type"] == "missing":
        return SettingFault(section, key, "is missing" if section in known else "the section is missing")
    return SettingFault(section, key, item["msg"][0].lower() + item["msg"][1:])


def _keys_of(section: str) -> list[str]:
    model = Settings.model_fields[section].annotation
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _nearest(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, n=1, cutoff=0.5)
    return f"; did you mean `{near[0]}`?" if near else f"; known: {', '.join(known)}"
