"""A step at a device: what the hand is to do, and what the device is doing."""

from __future__ import annotations

from screens.screen import Screen


class DeviceStepScreen(Screen):
    pass
