"""Work with the card that is in: connect, talk, let go, and say in the port's words what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from hardware.card_reader.limited import LimitedThread
from hardware.card_reader.transport import (
    CardFault,
    CardFaultError,
    PcscContext,
    ShareMode,
    SlotState,
    Transport,
)
from hardware.errors import DeviceError
from hardware.ports import CardProblem, CardUnreadable

T = TypeVar("T")
Work = Callable[[Transport], T]

REMOVAL_LOOKS = 4
REMOVAL_LOOK_S = 0.5
"""How long a pulled card may take to be noticed: pcscd looks every 0.4 s at readers that do not tell by themselves."""


class CardSession:
    """A conversation with pcscd of its own, in a thread of its own: a silent card holds up both.

    pcscd waits for a card without a limit. Work that does not come back in time is given up; it ends when its card is
    pulled, and until then no other is started.
    """

    def __init__(self, share_mode: ShareMode, timeout_s: float) -> None:
        self._share_mode: ShareMode = share_mode
        self._timeout_s = timeout_s
        self._context: PcscContext | None = None
        self._thread: LimitedThread[Any] = LimitedThread("card-session", at_end=self._release)  # each work has its own

    @property
    def is_card_silent(self) -> bool:
        return self._thread.is_busy

    def run(self, reader: str, work: Work[T]) -> T | CardUnreadable:
        """Do `work` with the card in `reader`. Raises `DeviceError` when reader or pcscd are lost."""
        outcome: T | CardUnreadable | None = self._thread.call(lambda: self._run(reader, work), self._timeout_s)
        return outcome or CardUnreadable(CardProblem.UNREADABLE)

    def close(self) -> None:
        self._thread.close()

    def _run(self, reader: str, work: Work[T]) -> T | CardUnreadable:
        is_fresh = self._context is None
        try:
            return self._attempt(reader, work)
        except DeviceError:
            self._release()
            if is_fresh:
                raise
        return self._attempt(reader, work)  # pcscd was restarted since the last time: a new conversation may do

    def _attempt(self, reader: str, work: Work[T]) -> T | CardUnreadable:
        context = self._context = self._context or PcscContext()
        outcome = work_with_card(context, reader, self._share_mode, work)
        outcome = outcome or work_with_card(context, reader, self._share_mode, work)
        return outcome or CardUnreadable(CardProblem.UNREADABLE)

    def _release(self) -> None:
        if self._context is not None:
            self._context.release()
        self._context = None


def work_with_card(
    context: PcscContext, reader: str, share_mode: ShareMode, work: Work[T]
) -> T | CardUnreadable | None:
    """One connection and its outcome; None when somebody else reset the card.

    Then begin again with a new connection, never a reconnect: that would go on with whatever card is in by then.
    """
    card = context.connect(reader, share_mode)
    if isinstance(card, CardFault):
        return CardUnreadable(PROBLEM_ON_CONNECTING[card])
    with card:
        try:
            return work(card)
        except CardFaultError as error:
            fault = error.fault
    return _outcome_of(fault, context, reader)


PROBLEM_ON_CONNECTING = {
    CardFault.ABSENT: CardProblem.NO_CARD,
    CardFault.MUTE: CardProblem.MUTE,
    CardFault.NO_ANSWER: CardProblem.MUTE,
    CardFault.RESET: CardProblem.UNREADABLE,
}


def _outcome_of(fault: CardFault, context: PcscContext, reader: str) -> CardUnreadable | None:
    match fault:
        case CardFault.ABSENT:
            return CardUnreadable(CardProblem.REMOVED)
        case CardFault.RESET:
            return None
        case CardFault.MUTE | CardFault.NO_ANSWER:
            return CardUnreadable(CardProblem.REMOVED if _has_left(context, reader) else CardProblem.UNREADABLE)


def _has_left(context: PcscContext, reader: str) -> bool:
    """Whether the card is gone, or gone and another one in: the reader may notice later than the command failed."""
    (first,) = now = context.wait_for_change((SlotState(reader),), 0.0)
    for _ in range(REMOVAL_LOOKS):
        if not now[0].is_card_present or now[0].event_count != first.event_count:
            return True
        now = context.wait_for_change(now, REMOVAL_LOOK_S)
    return False
