"""PINs of staff cards: five tries, then a lock-out that doubles, per card, and that no kill and no restart takes away.

A try is counted and on disk before it is judged; a good PIN takes the count back. The lock is kept with the wall clock,
and never lasts longer than it was set for, so that a clock set back cannot lock anybody out for good. Needs neither
journal nor backend nor any other device.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import AwareDatetime, Field

from kiosk.clock import Clock
from kiosk.domain.staff import FIRST_LOCKOUT_S, PIN_TRIES
from kiosk.flow.staff.events import PinAccepted, PinLocked, PinRefused
from kiosk.services.staff.kept import Kept, keep, kept
from kiosk.services.staff.roster import Roster

LONGEST_LOCKOUT_S = 3600
MOST_COUNTED = 64
"""More failures lock no longer."""


@dataclass(frozen=True)
class Standing:
    """What a card may still try."""

    tries_left: int = PIN_TRIES
    locked_s: float = 0.0


class _Tally(Kept):
    """Wrong tries of one card since its last good PIN."""

    failures: int = 0
    locked_at: AwareDatetime | None = None


class _TallyFile(Kept):
    cards: dict[str, _Tally] = Field(default_factory=dict[str, _Tally])


def lockout_s(failures: int) -> float:
    """How long the card is locked after so many wrong PINs in a row: 15 s with the fifth, then twice as long each."""
    if failures < PIN_TRIES:
        return 0.0
    return float(min(LONGEST_LOCKOUT_S, FIRST_LOCKOUT_S * 2 ** (min(failures, MOST_COUNTED) - PIN_TRIES)))


def standing_of(failures: int, locked_at: datetime | None, now: datetime) -> Standing:
    length_s = lockout_s(failures)
    if locked_at is None or not length_s:
        return Standing(max(1, PIN_TRIES - failures))
    left_s = (locked_at + timedelta(seconds=length_s) - now).total_seconds()
    return Standing(max(1, PIN_TRIES - failures), min(length_s, max(0.0, left_s)))


class PinDesk:
    """May be asked from any thread; one PIN is judged at a time."""

    def __init__(
        self, path: Path, roster: Roster, clock: Clock, on_trouble: Callable[[str, BaseException], None]
    ) -> None:
        self._path = path
        self._roster = roster
        self._clock = clock
        self._on_trouble = on_trouble
        self._lock = threading.Lock()
        self._tallies = self._read()

    def standing(self, card_id: str) -> Standing:
        tally = self._tallies.get(card_id, _Tally())
        return standing_of(tally.failures, tally.locked_at, self._clock.now())

    def check(self, ref: str, card_id: str, pin: str) -> PinAccepted | PinRefused | PinLocked:
        with self._lock:
            standing = self.standing(card_id)
            if standing.locked_s > 0:
                return PinLocked(ref, standing.locked_s)
            before = self._tallies.get(card_id, _Tally())
            self._set(card_id, self._worse(before))
            member = self._roster.find(card_id)
            if member is not None and not member.is_revoked and member.pin.fits(pin):
                self._set(card_id, _Tally())
                return PinAccepted(ref)
            after = self.standing(card_id)
            return PinLocked(ref, after.locked_s) if after.locked_s > 0 else PinRefused(ref, after.tries_left)

    def _worse(self, tally: _Tally) -> _Tally:
        failures = min(tally.failures + 1, MOST_COUNTED)
        return _Tally(failures=failures, locked_at=self._clock.now() if lockout_s(failures) else None)

    def _set(self, card_id: str, tally: _Tally) -> None:
        """On a disk that takes nothing the count lives in memory: staff must get in to mend it."""
        others = {card: known for card, known in self._tallies.items() if card != card_id}
        self._tallies = {**others, card_id: tally} if tally.failures else others
        try:
            keep(self._path, _TallyFile(cards=self._tallies))
        except OSError as error:
            self._on_trouble("pin_tally_not_kept", error)

    def _read(self) -> dict[str, _Tally]:
        """A file that is not readable locks every card of the list once: whoever spoilt it gains nothing."""
        try:
            content = kept(self._path, _TallyFile)
        except (OSError, ValueError) as error:
            self._on_trouble("pin_tally_spoilt", error)
            spoilt = _Tally(failures=PIN_TRIES, locked_at=self._clock.now())
            return {member.card_id: spoilt for member in self._roster.members()}
        return dict(content.cards) if content else {}
