"""Which drivers there are, and how an ini section becomes one. The only module that knows them.

Drivers are imported when they are chosen, so a machine without one device's library still starts.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, cast
from urllib.parse import urlsplit

from hardware.options import Fault, OptionInfo, OptionProblem, describe_options, nearest, parse_options
from hardware.ports import Driver, DriverInfo, Place

CARD_READER = "card_reader"
IDENTITY_READER = "identity_reader"
CODE_SCANNER = "code_scanner"
RECEIPT_PRINTER = "receipt_printer"
SPEAKER = "speaker"
KEYPAD = "keypad"
KINDS = (CARD_READER, IDENTITY_READER, CODE_SCANNER, RECEIPT_PRINTER, SPEAKER, KEYPAD)


@dataclass(frozen=True)
class _Entry:
    """A driver's module has `Options`, a frozen dataclass, and `build(options)`; it may have `places(options)`."""

    kind: str
    name: str
    module: str
    summary: str


_ENTRIES = (
    _Entry(CARD_READER, "pcsc", "hardware.card_reader.reader", "social security and staff cards over PC/SC"),
    _Entry(IDENTITY_READER, "sam_serial", "hardware.identity_reader.reader", "resident-ID reader module, serial line"),
    _Entry(CODE_SCANNER, "camera", "hardware.code_scanner.scanner", "QR codes before a camera"),
    _Entry(RECEIPT_PRINTER, "escpos", "hardware.receipt_printer.printer", "ESC/POS over USB, serial line or network"),
    _Entry(SPEAKER, "pcm", "hardware.speaker.player", "speech over ALSA or a sound server's network port"),
    _Entry(KEYPAD, "evdev", "hardware.keypad.keypad", "five keys that can be felt, from an input device of Linux"),
)


@dataclass(frozen=True)
class Choice:
    """A driver with checked options, ready to be built."""

    kind: str
    name: str
    options: Any  # the driver's own Options; only its build() knows the type
    is_bench: bool
    build: Callable[[], Driver]
    places: Callable[[], tuple[Place, ...]] = lambda: ()
    """Where such a device can be found now, the place in force first; may take a second."""


def drivers(kind: str) -> tuple[DriverInfo, ...]:
    """The drivers of one kind, without loading them."""
    return tuple(DriverInfo(entry.kind, entry.name, entry.summary) for entry in _ENTRIES if entry.kind == kind)


def choose(
    kind: str, name: str, texts: Mapping[str, str], entries: Sequence[_Entry] = _ENTRIES
) -> Choice | tuple[OptionProblem, ...]:
    """The driver `name` with the options in `texts` (ini keys and values), or every problem at once."""
    entry = _entry(kind, name, entries)
    if isinstance(entry, OptionProblem):
        return (entry,)
    module = _load(entry)
    if isinstance(module, OptionProblem):
        return (module,)
    options = parse_options(module.Options, texts)
    if isinstance(options, tuple):
        return cast("tuple[OptionProblem, ...]", options)
    in_force = {option.name: option.text for option in describe_options(options)}  # defaults may point there too
    find = getattr(module, "places", None)  # a driver that cannot be elsewhere has none
    places: Callable[[], tuple[Place, ...]] = (lambda: find(options)) if find else (lambda: ())
    return Choice(kind, name, options, is_bench(kind, in_force), lambda: module.build(options), places)


def options_of(kind: str, name: str) -> tuple[OptionInfo, ...] | OptionProblem:
    """What a driver can be told; a problem when it is unknown or its library is missing."""
    entry = _entry(kind, name)
    if isinstance(entry, OptionProblem):
        return entry
    module = _load(entry)
    return module if isinstance(module, OptionProblem) else describe_options(module.Options)


def _entry(kind: str, name: str, entries: Sequence[_Entry] = _ENTRIES) -> _Entry | OptionProblem:
    if kind not in KINDS:
        return OptionProblem(Fault.UNKNOWN_KIND, kind, kind, nearest(kind, KINDS), ", ".join(KINDS))
    known = {entry.name: entry for entry in entries if entry.kind == kind}
    if name not in known:
        return OptionProblem(Fault.UNKNOWN_DRIVER, "driver", name, nearest(name, known), ", ".join(known))
    return known[name]


def _load(entry: _Entry) -> Any:
    try:
        return import_module(entry.module)
    except ImportError as error:
        return OptionProblem(Fault.CANNOT_LOAD, f"{entry.kind} driver {entry.name}", expected=str(error))


# --- bench ---------------------------------------------------------------------------------------------------------


_UNUSED_WIRES: Mapping[str, tuple[str, ...]] = {
    "network": ("device",),
    "serial": ("host",),
    "usb": ("host", "device"),
    "alsa": ("host",),
}


def is_bench(kind: str, options: Mapping[str, str]) -> bool:
    """True when the options point at a bench peripheral: production mode refuses them.

    The rule looks at values, whatever the option is called: a host of this machine, a pseudo-terminal, the virtual
    reader of vpcd, or a camera that is a file. Of a printer only the wire in use counts.
    """
    unused = _UNUSED_WIRES.get(options.get("connection", ""), ())
    values = [value.strip() for option, value in options.items() if option not in unused]
    return any(_is_on_bench(value) for value in values) or (
        kind == CODE_SCANNER and any(_is_recording(value) for value in values)
    )


def _is_on_bench(value: str) -> bool:
    is_virtual_reader = "virtual pcd" in value.lower()
    is_local = _is_this_machine(value) or _is_this_machine(_host_in(value))
    return is_virtual_reader or is_local or _is_bench_port(value)


def _host_in(value: str) -> str:
    """The host in `http://host:port/path`, `host:port` or `host`."""
    try:
        return urlsplit(value if "//" in value else f"//{value}").hostname or ""
    except ValueError:
        return ""


def _is_this_machine(host: str) -> bool:
    host = host.rstrip(".").lower()
    if host in ("localhost", "ip6-localhost", "ip6-loopback") or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return mapped.is_loopback or mapped.is_unspecified


def _is_bench_port(value: str) -> bool:
    if "/" not in value or "//" in value:
        return False
    return "var/bench/" in value or os.path.realpath(value).startswith("/dev/pts/")


def _is_recording(value: str) -> bool:
    is_file_name = os.path.splitext(value)[1].lower() in (".avi", ".mkv", ".mp4", ".mjpeg", ".mjpg")  # noqa: PTH122
    return value.startswith("file:") or ("://" not in value and is_file_name)
