"""What the engine needs from the rest of the program. Real ones are joined in `kiosk.app`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kiosk.central import wire
from kiosk.central.errors import Refused, Silent
from kiosk.flow.effects import Activity, Effect
from kiosk.flow.views import Display
from kiosk.journal.entries import OutboxItem, Step


class Journal(Protocol):
    """Durable memory. `commit` returns when the steps are on disk; raises `JournalError` when they cannot be."""

    def commit(self, steps: Sequence[Step], deliveries: Sequence[OutboxItem] = ()) -> None: ...


class PaymentDesk(Protocol):
    """What settling asks the backend; the client of the backend is one."""

    def payment(self, payment_number: str) -> wire.Payment | Refused | Silent: ...

    def cancel_payment(self, payment_number: str) -> wire.Payment | Refused | Silent: ...

    def cancel(self) -> None:
        """End the call that is under way and refuse every later one; from any thread."""
        ...

    def close(self) -> None: ...


class Outside(Protocol):
    """Everything that effects reach. Returns at once; what comes of it arrives as events."""

    def perform(self, effect: Effect) -> None: ...

    def set_activities(self, wanted: frozenset[Activity]) -> None: ...


class Screen(Protocol):
    def publish(self, display: Display) -> None: ...
