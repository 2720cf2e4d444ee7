"""The social security card reader of the terminal: a PC/SC reader behind `hardware.ports.CardReader`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from hardware.card_reader.monitor import Monitor
from hardware.card_reader.options import Options
from hardware.card_reader.protocol import read_free_files
from hardware.card_reader.session import CardSession
from hardware.card_reader.transport import PcscContext, ShareMode
from hardware.errors import ConfigurationError
from hardware.ports import Action, CardRead, CardUnreadable, DeviceStatus, DeviceWord, Reading


def build(options: Options) -> PcscCardReader:
    """The driver for the registry; raises `ConfigurationError` for options that cannot work."""
    for share_mode in get_args(ShareMode):
        if options.share_mode == share_mode and options.read_timeout_s > 0:
            return PcscCardReader(options.reader_name, share_mode, options.read_timeout_s)
    raise ConfigurationError("options_of_card_reader")


class PcscCardReader:
    """Blocking, for one thread. Losses are raised as `DeviceError`; every later call tries anew by itself.

    Noticing cards and working with them are two conversations with pcscd: the second may hang with its card.
    """

    def __init__(self, reader_name: str, share_mode: ShareMode, read_timeout_s: float) -> None:
        self._share_mode: ShareMode = share_mode
        self._read_timeout_s = read_timeout_s
        self._monitor = Monitor(PcscContext, reader_name)
        self._session: CardSession | None = None

    def open(self) -> None:
        self._monitor.open()

    def close(self) -> None:
        self._monitor.close()
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def status(self) -> DeviceStatus:
        self._monitor.check()
        if self._session is not None and self._session.is_card_silent:
            return DeviceStatus(DeviceWord.DEVICE_BUSY, Action.CLEAR, "card_silent")
        return DeviceStatus(DeviceWord.ONLINE)

    def poll(self, timeout_s: float) -> Sequence[Reading]:
        return self._monitor.wait(timeout_s)

    def read_card(self) -> CardRead | CardUnreadable:
        reader = self._monitor.reader()
        self._session = self._session or CardSession(self._share_mode, self._read_timeout_s)
        return self._session.run(reader, read_free_files)
