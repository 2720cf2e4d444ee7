"""From the text of `kiosk.ini` to `Settings`, or to every fault at once."""

from __future__ import annotations

import configparser
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from kiosk.config.schema import DEVICE_SECTIONS, OPTIONAL_DEVICE_SECTIONS, Settings


@dataclass(frozen=True)
class SettingFault:
    """One thing wrong in the file: where, what, and what to do."""

    section: str
    key: str
    message: str

    def __str__(self) -> str:
        place = f"[{self.section}] {self.key}".strip()
        return f"{place}: {self.message}"


CheckDevice = Callable[[str, Mapping[str, str], bool], tuple[SettingFault, ...]]
"""Faults of one device's section: its name, its keys and values, and whether the mode is production."""


def any_device(_kind: str, _options: Mapping[str, str], _is_production: bool) -> tuple[SettingFault, ...]:
    """For whoever does not use the devices."""
    return ()


def load(path: Path, check_device: CheckDevice = any_device) -> Settings | tuple[SettingFault, ...]:
    """Read the file; a missing or unreadable one is a fault like any other."""
    try:
        return parse(path.read_text(encoding="utf-8-sig"), check_device)
    except FileNotFoundError:
        return (SettingFault("", "", f"{path} does not exist; copy the kiosk.ini of the project and adapt it"),)
    except (OSError, UnicodeDecodeError) as error:
        return (SettingFault("", "", f"{path} cannot be read: {type(error).__name__}"),)


def parse(text: str, check_device: CheckDevice = any_device) -> Settings | tuple[SettingFault, ...]:
    """Parse the text of the file."""
    ini = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=(";",), default_section="")
    try:
        ini.read_string(text, "kiosk.ini")
    except configparser.Error as error:
        return (SettingFault("", "", " ".join(str(error).split())),)
    raw = {name: dict(ini[name]) for name in ini.sections()}
    known = {name: values for name, values in raw.items() if name in Settings.model_fields and name != "devices"}
    devices = {name: raw[name] for name in DEVICE_SECTIONS if name in raw}
    faults = (*_unknown_sections(raw), *_device_faults(raw, check_device), *_mode_faults(raw))
    try:
        settings = Settings.model_validate({**known, "devices": devices})
    except ValidationError as error:
        return (*(_fault(item, known) for item in error.errors()), *faults)
    return faults or settings


def _is_production(raw: Mapping[str, Mapping[str, str]]) -> bool:
    return raw.get("terminal", {}).get("mode", "") == "production"


def _device_faults(raw: Mapping[str, Mapping[str, str]], check_device: CheckDevice) -> tuple[SettingFault, ...]:
    missing = SettingFault("", "", "the section is missing; it needs `driver`")
    return tuple(
        fault
        for name in DEVICE_SECTIONS
        if name in raw or name not in OPTIONAL_DEVICE_SECTIONS
        for fault in (
            check_device(name, raw[name], _is_production(raw)) if name in raw else (replace(missing, section=name),)
        )
    )


def _mode_faults(raw: Mapping[str, Mapping[str, str]]) -> tuple[SettingFault, ...]:
    """What production refuses; a value that is no port or no address is told by the schema."""
    if not _is_production(raw):
        return ()
    faults: list[SettingFault] = []
    port, url = raw.get("bench", {}).get("remote_view_port", "0"), raw.get("central", {}).get("url", "")
    if port.isdecimal() and int(port) != 0:
        faults.append(SettingFault("bench", "remote_view_port", "must be 0 in production mode"))
    if raw.get("bench", {}).get("speech_trace", ""):
        faults.append(SettingFault("bench", "speech_trace", "must not be there in production mode"))
    if url.lower().startswith("http:") and not _is_this_machine(url):
        faults.append(SettingFault("central", "url", "must be https in production mode, or on this machine"))
    if "var/bench/" in raw.get("staff", {}).get("roster_file", ""):
        faults.append(SettingFault("staff", "roster_file", "is the bench's, which production mode refuses"))
    return tuple(faults)


def _is_this_machine(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


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
