"""Notices cards put in and taken out of one reader, over restarts of pcscd and pulled cables.

Our own loop: pyscard's monitors end for good when the daemon does. It has no thread; whoever calls `wait` is the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hardware.card_reader.transport import PLUG_AND_PLAY, ReaderService, SlotState
from hardware.errors import DeviceError, DisconnectedError
from hardware.ports import CardInserted, CardRemoved

CardEvent = CardInserted | CardRemoved


def events_between(reported: SlotState | None, now: SlotState) -> tuple[CardEvent, ...]:
    """What to tell, having told of the card in `reported` (None: of none).

    Two cards within one look are told apart by the event counter; one that came and went within a look is not told.
    """
    removal = () if reported is None else (CardRemoved(reported.reader),)
    if not now.is_card_present:
        return removal
    if reported is not None and reported.event_count == now.event_count:
        return ()
    return (*removal, CardInserted(now.reader))


class Monitor:
    """Watches one reader. Insertions and removals alternate strictly, over losses and reopenings too."""

    def __init__(self, establish: Callable[[], ReaderService], reader_name: str) -> None:
        """`reader_name`: part of the wanted reader's name; empty = the first reader."""
        self._establish = establish
        self._wanted = reader_name
        self._service: ReaderService | None = None
        self._known: Sequence[SlotState] = ()
        self._reported: SlotState | None = None
        self._untold: tuple[CardEvent, ...] = ()

    def open(self) -> None:
        """Find the service and the reader; raises `DeviceError`. A card that is in already is told by `wait`."""
        if self._service is not None:
            return
        service = self._establish()
        try:
            reader = self._choose(service.reader_names())
        except DeviceError:
            service.release()
            raise
        self._service = service
        self._known = (SlotState(reader), SlotState(PLUG_AND_PLAY))

    def close(self) -> None:
        """Let go; a card that was told of counts as taken out. May be called twice."""
        if self._service is not None:
            self._service.release()
        self._service = None
        if self._reported is not None:
            self._untold = (CardRemoved(self._reported.reader),)
            self._reported = None

    def reader(self) -> str:
        """The watched reader's name; raises `DeviceError` when there is none."""
        self.open()
        return self._known[0].reader

    def check(self) -> None:
        """Raises `DeviceError` when service or reader are gone, now."""
        self._look(0.0)

    def wait(self, timeout_s: float) -> tuple[CardEvent, ...]:
        """Wait for something to tell. A loss first takes the card out, and is raised by the next call."""
        if not self._untold:
            try:
                self._known = self._look(timeout_s)
                self._tell(self._known[0])
            except DeviceError:
                if not self._untold:
                    raise
        events, self._untold = self._untold, ()
        return events

    def _choose(self, names: Sequence[str]) -> str:
        for name in names:
            if self._wanted in name:
                return name
        raise DisconnectedError("no_reader")

    def _tell(self, slot: SlotState) -> None:
        self._untold = events_between(self._reported, slot)
        self._reported = slot if slot.is_card_present else None

    def _look(self, timeout_s: float) -> Sequence[SlotState]:
        self.open()
        try:
            return self._states(timeout_s)
        except DeviceError:
            self.close()
            raise

    def _states(self, timeout_s: float) -> Sequence[SlotState]:
        if self._service is None:
            raise DeviceError("not_open")
        slot, readers = now = self._service.wait_for_change(self._known, timeout_s)
        are_readers_other = readers != self._known[1]
        if slot.is_reader_gone or (are_readers_other and slot.reader not in self._service.reader_names()):
            raise DisconnectedError("no_reader")
        return now
