"""The card reader, for social security cards, staff cards and passports: PC/SC behind `hardware.ports.CardReader`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from hardware.card_reader.monitor import Monitor
from hardware.card_reader.passport.reading import read_passport
from hardware.card_reader.passport.security_object import read_authorities
from hardware.card_reader.protocol import read_free_files
from hardware.card_reader.session import CardSession
from hardware.card_reader.staff_card import answer_challenge
from hardware.card_reader.transport import PcscContext, ShareMode, Transport
from hardware.errors import DeviceError
from hardware.ports import (
    Action,
    CardProblem,
    CardRead,
    CardUnreadable,
    DeviceStatus,
    DeviceWord,
    NoStaffCard,
    PassportProblem,
    PassportRead,
    PassportUnreadable,
    Place,
    Reading,
    StaffCardAnswered,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Options:
    reader_name: str = field(default="", metadata={"help": "part of the PC/SC reader's name; empty = the first one"})
    share_mode: ShareMode = field(default="shared", metadata={"help": "exclusive keeps other programs off the card"})
    read_timeout_s: float = field(default=10.0, metadata={"help": "limit for reading a card"})

    passport_authorities: Path | None = field(
        default=None, metadata={"help": "folder with certificates of issuing states (*.pem, *.der); empty = none known"}
    )

    def __post_init__(self) -> None:
        if not 0 < self.read_timeout_s <= 60:
            raise ValueError("read_timeout_s must be above 0 and at most 60 s")


PROBLEMS = {
    CardProblem.NO_CARD: PassportProblem.NO_CARD,
    CardProblem.REMOVED: PassportProblem.REMOVED,
    CardProblem.MUTE: PassportProblem.MUTE,
}


def build(options: Options) -> PcscCardReader:
    return PcscCardReader(options)


def places(options: Options) -> tuple[Place, ...]:
    """The reader in force first, then every other one that pcscd knows."""
    try:
        with PcscContext() as context:
            names = context.reader_names()
    except DeviceError:
        names = ()
    in_force = next((name for name in names if options.reader_name in name), options.reader_name)
    return tuple(Place((("reader_name", name),), name) for name in dict.fromkeys((in_force, *names)))


class PcscCardReader:
    """Blocking, for one thread. Losses are raised as `DeviceError`; every later call tries anew by itself.

    Noticing cards and working with them are two conversations with pcscd: the second may hang with its card.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._monitor = Monitor(PcscContext, options.reader_name)
        self._session: CardSession | None = None
        self._authorities = read_authorities(options.passport_authorities)

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
        return self._with_card(read_free_files)

    def challenge_staff_card(self, challenge: bytes) -> StaffCardAnswered | NoStaffCard:
        outcome = self._with_card(lambda card: answer_challenge(card, challenge))
        return NoStaffCard("unreadable") if isinstance(outcome, CardUnreadable) else outcome

    def read_passport(self, mrz_information: str) -> PassportRead | PassportUnreadable:
        outcome = self._with_card(lambda card: read_passport(card, mrz_information, self._authorities))
        if isinstance(outcome, CardUnreadable):
            return PassportUnreadable(PROBLEMS.get(outcome.problem, PassportProblem.UNREADABLE), outcome.status_word)
        return outcome

    def _with_card(self, work: Callable[[Transport], T]) -> T | CardUnreadable:
        reader = self._monitor.reader()
        self._session = self._session or CardSession(self._options.share_mode, self._options.read_timeout_s)
        return self._session.run(reader, work)
