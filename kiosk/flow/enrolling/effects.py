"""What joining wants done outside."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.personal import Personal


@dataclass(frozen=True, repr=False)
class Enrol(Personal):
    """Show a scanned code to the backend, if it is a ticket; nothing of it is written anywhere but in its own file."""

    content: bytes


@dataclass(frozen=True)
class GiveUpEnrolment:
    """Forget the ticket and ask nobody any more."""


EnrolmentEffect = Enrol | GiveUpEnrolment
