"""How a call to the backend can fail. Both are values: the flow decides what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.central.wire import CorrectedAt, ProblemCode


class SilenceKind(StrEnum):
    """Why there was no usable answer; for the log."""

    UNREACHABLE = "unreachable"
    """Nobody answers, or the line was hung up before an answer."""
    TOO_SLOW = "too_slow"
    UNTRUSTED = "untrusted"
    """No TLS 1.3 with a certificate of our authority: another network's page, a wrong clock, or an attack."""
    BROKEN = "broken"
    """An answer that is not of the published language."""
    SERVER_FAULT = "server_fault"
    """The backend says itself that it cannot tell."""


@dataclass(frozen=True)
class Silent:
    """Nothing is known about what happened there: ask again with the same key, never with another."""

    kind: SilenceKind


@dataclass(frozen=True)
class Refused:
    """The backend understood and said no; the same request will not succeed."""

    code: ProblemCode
    is_retryable: bool = False
    retry_after_s: int | None = None
    corrected_at: CorrectedAt | None = None
