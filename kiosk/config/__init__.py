"""`kiosk.ini` -> one frozen `Settings`; every fault at once."""

from kiosk.config.reader import SettingFault, load, parse
from kiosk.config.schema import DEVICE_SECTIONS, OPTIONAL_DEVICE_SECTIONS, Settings

__all__ = ["DEVICE_SECTIONS", "OPTIONAL_DEVICE_SECTIONS", "SettingFault", "Settings", "load", "parse"]
