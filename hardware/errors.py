"""A lost or misbehaving device. What a person does to a device is never an error, but a value (`hardware.ports`)."""

from __future__ import annotations

from hardware.ports import Action, DeviceStatus, DeviceWord


class DeviceError(Exception):
    """Carries the status that the device has from now on; the text names the cause, never data."""

    word = DeviceWord.HARDWARE_ERROR
    action = Action.RESET

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def status(self) -> DeviceStatus:
        return DeviceStatus(self.word, self.action, self.detail)


class DisconnectedError(DeviceError):
    """Unplugged, switched off, or its daemon is gone."""

    word = DeviceWord.POWER_OFF
    action = Action.CLEAR


class NoAnswerError(DeviceError):
    """Connected, but silent past its time limit."""


class BadResponseError(DeviceError):
    """Answered something that the protocol does not allow."""


class ConfigurationError(DeviceError):
    """The options of the driver cannot work."""

    word = DeviceWord.NO_DEVICE
    action = Action.CONFIGURATION
