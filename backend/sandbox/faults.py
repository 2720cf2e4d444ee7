"""What the bench lets go wrong between the platform and the merchant."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, replace
from enum import Enum, auto
from typing import Any


@dataclass(frozen=True)
class Faults:
    """`drop_next_response`: the request is carried out, its answer is lost. `system_error_next`: it is not carried out
    and answered with SYSTEM_ERROR. `delay_s`: every answer comes that late. `duplicate_notifications`: that many
    extra copies of every notification. `hold_notifications`: none leaves before POST /control/release.
    """

    drop_next_response: int = 0
    system_error_next: int = 0
    delay_s: float = 0.0
    duplicate_notifications: int = 0
    hold_notifications: bool = False


class Fate(Enum):
    """What happens to one request."""

    ANSWERED = auto()
    SYSTEM_ERROR = auto()
    DROPPED = auto()


class FaultBox:
    """The present faults; counts the one-shot ones down."""

    def __init__(self) -> None:
        self._faults = Faults()
        self._lock = threading.Lock()

    @property
    def faults(self) -> Faults:
        with self._lock:
            return self._faults

    def change(self, wanted: dict[str, Any]) -> Faults:
        """Set the given members; the others stay. Raises TypeError for a word that is no fault."""
        with self._lock:
            self._faults = replace(self._faults, **wanted)
            return self._faults

    def next_fate(self) -> Fate:
        with self._lock:
            if self._faults.system_error_next > 0:
                self._faults = replace(self._faults, system_error_next=self._faults.system_error_next - 1)
                return Fate.SYSTEM_ERROR
            if self._faults.drop_next_response > 0:
                self._faults = replace(self._faults, drop_next_response=self._faults.drop_next_response - 1)
                return Fate.DROPPED
            return Fate.ANSWERED

    def as_document(self) -> dict[str, Any]:
        return asdict(self.faults)
