"""What the backend asks of the platform that issues electronic social security cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from backend.records.documents import Document
from kiosk.central.wire import ProblemCode


@dataclass(frozen=True)
class ECardFault:
    """Why the platform names nobody: malformed, unknown, expired, used or unavailable."""

    code: ProblemCode


class ECardPlatform(Protocol):
    def resolve(self, code: str) -> Document | ECardFault:
        """Whose code it is. The code is used up by being asked about; called outside any transaction."""
        ...


class NoECards:
    """Stands where the platform will be: names nobody."""

    def resolve(self, code: str) -> Document | ECardFault:  # noqa: ARG002  the port's shape
        return ECardFault(ProblemCode.E_CARD_UNAVAILABLE)
