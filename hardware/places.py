"""Where devices of this machine can be found: by names that stay the same over a restart."""

from __future__ import annotations

from pathlib import Path

from hardware.ports import Place

SERIAL_LINES = ("/dev/serial/by-id/*", "/dev/kiosk-*reader*", "/dev/kiosk-*printer*")
CAMERAS = ("/dev/v4l/by-id/*-index0", "/dev/kiosk-camera*")
USB_DEVICES = Path("/sys/bus/usb/devices")
PRINTER_CLASS = "07"


def paths(option: str, current: str, patterns: tuple[str, ...]) -> tuple[Place, ...]:
    """The place in force first, then every device file that fits."""
    found = sorted(str(path) for pattern in patterns for path in Path("/").glob(pattern.lstrip("/")))
    every = dict.fromkeys((current, *found))
    return tuple(Place(((option, path),), Path(path).name or path) for path in every)


def usb_printers(vendor: str, product: str) -> tuple[Place, ...]:
    """The printer in force first, then every USB device with a printer's interface."""
    found = [ids for path in sorted(USB_DEVICES.glob("*/bInterfaceClass")) if (ids := _printer_at(path)) is not None]
    every = dict.fromkeys(((vendor, product), *found))
    return tuple(Place((("usb_vendor", one), ("usb_product", other)), f"USB {one}:{other}") for one, other in every)


def _printer_at(interface_class: Path) -> tuple[str, str] | None:
    """An interface `1-2:1.0` belongs to the device `1-2`."""
    device = interface_class.parent.parent / interface_class.parent.name.partition(":")[0]
    try:
        if interface_class.read_text(encoding="ascii").strip() != PRINTER_CLASS:
            return None
        vendor, product = ((device / name).read_text(encoding="ascii").strip() for name in ("idVendor", "idProduct"))
    except OSError:
        return None
    return vendor, product
