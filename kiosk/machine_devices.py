"""The devices of this machine: from the sections of its settings to drivers and their workers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from hardware import ports as hw
from hardware.options import OptionProblem
from hardware.registry import Choice, choose
from kiosk.clock import Clock
from kiosk.config import DEVICE_SECTIONS, OPTIONAL_DEVICE_SECTIONS, SettingFault, Settings
from kiosk.flow.events import Event
from kiosk.logs import Log
from kiosk.services.devices import Devices
from kiosk.services.staff.mapping import with_overrides
from kiosk.services.staff.office import DEVICES_FILE


def device_faults(kind: str, options: Mapping[str, str], is_production: bool) -> tuple[SettingFault, ...]:
    """Everything that is wrong with one device's section."""
    chosen = _choose(kind, options)
    if isinstance(chosen, tuple):
        return tuple(SettingFault(kind, "", str(problem)) for problem in chosen)
    if chosen.is_bench and is_production:
        return (SettingFault(kind, "", "points at the bench, which production mode refuses"),)
    return ()


def chosen_devices(settings: Settings, kinds: Sequence[str] = DEVICE_SECTIONS) -> dict[str, Choice]:
    """The drivers that settings choose whose devices have no faults."""
    chosen = {kind: _choose(kind, settings.devices[kind]) for kind in kinds if kind in settings.devices}
    return {kind: choice for kind, choice in chosen.items() if isinstance(choice, Choice)}


def _choose(kind: str, options: Mapping[str, str]) -> Choice | tuple[OptionProblem, ...]:
    return choose(kind, options.get("driver", ""), {key: text for key, text in options.items() if key != "driver"})


def mapped(settings: Settings, log: Log | None = None) -> Settings:
    """With the devices where staff left them; what does not fit this machine any more is not taken."""
    overridden = with_overrides(settings, settings.terminal.state_dir / DEVICES_FILE)
    is_production = settings.terminal.mode == "production"
    if any(device_faults(kind, options, is_production) for kind, options in overridden.devices.items()):
        if log is not None:
            log.warning("mapping_not_taken")
        return settings
    return overridden


def open_devices(
    settings: Settings,
    post: Callable[[Event], None],
    clock: Clock,
    log: Log,
    **staff: Any,  # gate and watch, as Devices has them
) -> Devices:
    kinds = [kind for kind in DEVICE_SECTIONS if kind not in OPTIONAL_DEVICE_SECTIONS]
    built: dict[str, Any] = {kind: choice.build() for kind, choice in chosen_devices(settings, kinds).items()}
    return Devices(
        cast("hw.CardReader", built["card_reader"]),
        cast("hw.IdentityReader", built["identity_reader"]),
        cast("hw.CodeScanner", built["code_scanner"]),
        cast("hw.ReceiptPrinter", built["receipt_printer"]),
        post,
        clock,
        log,
        **staff,
    )
