"""PC/SC as the rest of this package sees it: commands out, answers in; the only importer of `smartcard`.

Source: PC/SC part 5 and pcsc-lite's winscard.h; result codes are given as that header spells them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol, Self

from smartcard import scard

from hardware.errors import ConfigurationError, DeviceError, DisconnectedError
from hardware.ports import Action, DeviceWord, Personal

ShareMode = Literal["shared", "exclusive"]

PLUG_AND_PLAY = r"\\?PnP?\Notification"
"""Pseudo reader whose state changes when readers come or go."""

SUCCESS = 0
TIMEOUT = 0x8010000A
NO_READERS_AVAILABLE = 0x8010002E

_SHARE_MODES = {"shared": scard.SCARD_SHARE_SHARED, "exclusive": scard.SCARD_SHARE_EXCLUSIVE}
_PROTOCOLS = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
_PROTOCOL_HEADERS = {scard.SCARD_PROTOCOL_T0: scard.SCARD_PCI_T0, scard.SCARD_PROTOCOL_T1: scard.SCARD_PCI_T1}


@dataclass(frozen=True, repr=False)
class Response(Personal):
    """Answer of a card to one command: data and SW1 SW2 (ISO 7816-4)."""

    data: bytes
    status_word: int


class Transport(Protocol):
    """A connected card. Everything above it can be tested without a reader."""

    def transmit(self, command: bytes) -> Response:
        """Send one command APDU. Raises `CardFaultError`, or `DeviceError` when the reader is lost."""
        ...


class CardFault(StrEnum):
    """What can become of a card between two commands."""

    ABSENT = "absent"
    MUTE = "mute"
    """No usable answer to reset."""
    NO_ANSWER = "no_answer"
    """The command got none: pulled this moment, or the chip fell silent."""
    RESET = "reset"
    """Somebody else reset the card: what was selected is lost."""


class CardFaultError(Exception):
    """The card, not the reader, failed; `code` is the PC/SC result."""

    def __init__(self, fault: CardFault, code: int) -> None:
        super().__init__(f"{fault} (0x{code:08X})")
        self.fault = fault
        self.code = code


class ReaderBusyError(DeviceError):
    """Another program holds the card for itself."""

    word = DeviceWord.DEVICE_BUSY
    action = Action.SOFTWARE_ERROR


CARD_FAULTS = {
    0x8010000C: CardFault.ABSENT,  # SCARD_E_NO_SMARTCARD
    0x80100069: CardFault.ABSENT,  # SCARD_W_REMOVED_CARD
    0x8010000F: CardFault.MUTE,  # SCARD_E_PROTO_MISMATCH: an answer to reset that makes no sense
    0x80100015: CardFault.MUTE,  # SCARD_E_INVALID_ATR
    0x8010001C: CardFault.MUTE,  # SCARD_E_CARD_UNSUPPORTED
    0x80100065: CardFault.MUTE,  # SCARD_W_UNSUPPORTED_CARD
    0x80100066: CardFault.MUTE,  # SCARD_W_UNRESPONSIVE_CARD
    0x80100067: CardFault.MUTE,  # SCARD_W_UNPOWERED_CARD
    0x80100016: CardFault.NO_ANSWER,  # SCARD_E_NOT_TRANSACTED
    0x8010002F: CardFault.NO_ANSWER,  # SCARD_E_COMM_DATA_LOST
    0x80100068: CardFault.RESET,  # SCARD_W_RESET_CARD
}


def error_of(code: int) -> CardFaultError | DeviceError:
    """The exception for a PC/SC result that is not success. Unknown ones count as a lost service."""
    if code in CARD_FAULTS:
        return CardFaultError(CARD_FAULTS[code], code)
    match code:
        case 0x80100009 | 0x80100017 | 0x8010002E:  # unknown reader, reader unavailable, no readers
            return DisconnectedError("no_reader")
        case 0x8010000B:  # sharing violation
            return ReaderBusyError("held_by_another_program")
        case 0x8010006A:  # security violation: polkit lets in active local sessions only
            return ConfigurationError("pcsc_not_authorised")
        case 0x80100013 | 0x8010001D | 0x8010001E | 0x80100003:  # transport, no service, stopped, stale handle
            return DeviceError("no_pcsc_service")
        case _:
            return DeviceError(f"pcsc_{code:08x}")


@dataclass(frozen=True)
class SlotState:
    """A reader's slot at one moment, as `SCardGetStatusChange` words it: flags low, event counter high (16 bits)."""

    reader: str
    word: int = scard.SCARD_STATE_UNAWARE

    @property
    def is_card_present(self) -> bool:
        return bool(self.word & scard.SCARD_STATE_PRESENT)

    @property
    def is_reader_gone(self) -> bool:
        return bool(self.word & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE))

    @property
    def event_count(self) -> int:
        """Insertions and removals so far: tells a swap between two looks."""
        return self.word >> 16 & 0xFFFF


class ReaderService(Protocol):
    """What the monitor needs of PC/SC."""

    def reader_names(self) -> Sequence[str]: ...

    def wait_for_change(self, known: Sequence[SlotState], timeout_s: float) -> Sequence[SlotState]:
        """The states as soon as one differs from `known`, or `known` after `timeout_s`. Raises `DeviceError`."""
        ...

    def release(self) -> None: ...


class PcscContext:
    """One conversation with pcscd; belongs to one thread. Raises `DeviceError` when the service is away."""

    def __init__(self) -> None:
        code, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        _require_success(code)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Let go; a service that is gone already does not matter."""
        scard.SCardReleaseContext(self._context)

    def reader_names(self) -> Sequence[str]:
        code, names = scard.SCardListReaders(self._context, [])
        if _unsigned(code) == NO_READERS_AVAILABLE:
            return ()
        _require_success(code)
        return tuple(names)

    def wait_for_change(self, known: Sequence[SlotState], timeout_s: float) -> Sequence[SlotState]:
        states = [(slot.reader, slot.word) for slot in known]
        code, now = scard.SCardGetStatusChange(self._context, round(timeout_s * 1000), states)
        if _unsigned(code) == TIMEOUT:
            return known
        _require_success(code)
        return tuple(SlotState(reader, word & ~scard.SCARD_STATE_CHANGED) for reader, word, _atr in now)

    def connect(self, reader: str, share_mode: ShareMode) -> PcscCard | CardFault:
        """Power the card in `reader`. Raises `DeviceError`."""
        code, handle, protocol = scard.SCardConnect(self._context, reader, _SHARE_MODES[share_mode], _PROTOCOLS)
        fault = CARD_FAULTS.get(_unsigned(code))
        if fault is not None:
            return fault
        _require_success(code)
        return PcscCard(handle, protocol)


class PcscCard:
    """A powered card, let go at the end of `with`. Never reconnected: another card may be in by then.

    Letting go leaves the card powered, which spares the next connection a cold start; pcscd takes the power away after
    some idle seconds. Nothing but free files is read, so no access rights stay behind either.
    """

    def __init__(self, handle: int, protocol: int) -> None:
        self._handle = handle
        self._header = _PROTOCOL_HEADERS[protocol]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        scard.SCardDisconnect(self._handle, scard.SCARD_LEAVE_CARD)  # fails when the card is gone: no matter

    def transmit(self, command: bytes) -> Response:
        code, answer = scard.SCardTransmit(self._handle, self._header, list(command))
        _require_success(code)
        if len(answer) < 2:  # pulled in the middle of the command: success without an answer
            raise CardFaultError(CardFault.NO_ANSWER, SUCCESS)
        octets = bytes(answer)
        return Response(octets[:-2], int.from_bytes(octets[-2:]))


def _require_success(code: int) -> None:
    if code != SUCCESS:
        raise error_of(_unsigned(code))


def _unsigned(code: int) -> int:
    return code & 0xFFFFFFFF
