"""The social security card reader of the terminal: a PC/SC reader behind `hardware.ports.CardReader`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import cast, get_args

from hardware.card_reader.monitor import Monitor
from hardware.card_reader.options import Options
from hardware.card_reader.protocol import read_free_files
from hardware.card_reader.transport import (
    CardFault,
    CardFaultError,
    PcscContext,
    ShareMode,
    SlotState,
    Transport,
)
from hardware.errors import ConfigurationError
from hardware.ports import Action, CardProblem, CardRead, CardUnreadable, DeviceStatus, DeviceWord, Reading

Outcome = CardRead | CardUnreadable
Work = Callable[[Transport], Outcome]

REMOVAL_LOOKS = 4
REMOVAL_LOOK_S = 0.5
"""How long a pulled card may take to be noticed: pcscd looks every 0.4 s at readers that do not tell by themselves."""


def build(options: Options) -> PcscCardReader:
    """The driver for the registry; raises `ConfigurationError` for options that cannot work."""
    if options.share_mode not in get_args(ShareMode):
        raise ConfigurationError("share_mode")
    if options.read_timeout_s <= 0:
        raise ConfigurationError("read_timeout_s")
    return PcscCardReader(options)


class PcscCardReader:
    """Blocking, for one thread. Losses are raised as `DeviceError`; afterwards every call tries anew by itself."""

    def __init__(self, options: Options) -> None:
        self._share_mode = cast("ShareMode", options.share_mode)
        self._read_timeout_s = options.read_timeout_s
        self._monitor = Monitor(PcscContext, options.reader_name)
        self._reading: LimitedCall | None = None

    def open(self) -> None:
        self._monitor.open()

    def close(self) -> None:
        self._monitor.close()

    def status(self) -> DeviceStatus:
        self._monitor.check()
        if self._is_card_silent():
            return DeviceStatus(DeviceWord.DEVICE_BUSY, Action.CLEAR, detail="card_silent")
        return DeviceStatus(DeviceWord.ONLINE)

    def poll(self, timeout_s: float) -> Sequence[Reading]:
        return self._monitor.wait(timeout_s)

    def read_card(self) -> Outcome:
        return self._with_card(read_free_files)

    def _with_card(self, work: Work) -> Outcome:
        """Do `work` with the card that is in, within the time limit.

        pcscd waits for a silent card without a limit and cannot be interrupted, so the work has a thread of its own.
        One that never comes back is left alone until its card is pulled, and no second one is started meanwhile.
        """
        reader = self._monitor.reader()
        if self._is_card_silent():
            return CardUnreadable(CardProblem.UNREADABLE)
        self._reading = LimitedCall(lambda: work_with_card(reader, self._share_mode, work))
        outcome = self._reading.wait(self._read_timeout_s)
        return outcome or CardUnreadable(CardProblem.UNREADABLE)

    def _is_card_silent(self) -> bool:
        return self._reading is not None and not self._reading.is_done


class LimitedCall:
    """A call that may be given up: runs in a thread of its own."""

    def __init__(self, call: Callable[[], Outcome]) -> None:
        self._call = call
        self._outcome: Outcome | None = None
        self._error: Exception | None = None
        self._done = threading.Event()
        threading.Thread(target=self._run, name="card-reading", daemon=True).start()

    @property
    def is_done(self) -> bool:
        return self._done.is_set()

    def wait(self, timeout_s: float) -> Outcome | None:
        """The outcome, or None when there is none in time; raises what the call raised."""
        self._done.wait(timeout_s)
        if self._error is not None:
            raise self._error
        return self._outcome

    def _run(self) -> None:
        try:
            self._outcome = self._call()
        except Exception as error:  # noqa: BLE001  the thread's boundary: raised again in `wait`
            self._error = error
        finally:
            self._done.set()


def work_with_card(reader: str, share_mode: ShareMode, work: Work) -> Outcome:
    """Connect, work, let go. After a reset by somebody else once more from the start, on a new connection: a reconnect
    would go on with whatever card is in by then."""
    with PcscContext() as context:
        (before,) = context.wait_for_change((SlotState(reader),), 0.0)
        if not before.is_card_present:
            return CardUnreadable(CardProblem.NO_CARD)
        try:
            return _connected(context, reader, share_mode, work)
        except CardFaultError as error:
            return CardUnreadable(_problem_of(error.fault, context, before))


def _connected(context: PcscContext, reader: str, share_mode: ShareMode, work: Work) -> Outcome:
    try:
        with context.connect(reader, share_mode) as card:
            return work(card)
    except CardFaultError as error:
        if error.fault is not CardFault.RESET:
            raise
    with context.connect(reader, share_mode) as card:
        return work(card)


def _problem_of(fault: CardFault, context: PcscContext, before: SlotState) -> CardProblem:
    match fault:
        case CardFault.ABSENT:
            return CardProblem.REMOVED
        case CardFault.MUTE:
            return CardProblem.MUTE
        case CardFault.NO_ANSWER:
            return CardProblem.REMOVED if _has_left(context, before) else CardProblem.UNREADABLE
        case CardFault.RESET:
            return CardProblem.UNREADABLE


def _has_left(context: PcscContext, before: SlotState) -> bool:
    """Whether the card is gone or another one: the reader may notice a little later than the command failed."""
    now = before
    for _ in range(REMOVAL_LOOKS):
        (now,) = context.wait_for_change((now,), REMOVAL_LOOK_S)
        if not now.is_card_present or now.event_count != before.event_count:
            return True
    return False
