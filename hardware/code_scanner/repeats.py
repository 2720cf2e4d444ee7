"""A code is told once per showing, and again only after it has been out of view for a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hardware.ports import CodeSeen, OversizedCodeSeen, SeveralCodesSeen

CodeReading = CodeSeen | SeveralCodesSeen | OversizedCodeSeen


def _nothing() -> Mapping[CodeSeen, float]:
    return {}


@dataclass(frozen=True)
class Showing:
    """What has been told and when it was last in view, in seconds of the caller's clock."""

    told: Mapping[CodeSeen, float] = field(default_factory=_nothing)
    several_s: float | None = None
    """When more than one code was last in view at once."""


def is_news(showing: Showing, codes: Sequence[CodeSeen]) -> bool:
    """Is one of the codes worth a second look before it is told?"""
    return any(code not in showing.told for code in codes)


def observe(
    showing: Showing, codes: Sequence[CodeSeen], now_s: float, repeat_s: float, limit_bytes: int
) -> tuple[Showing, CodeReading | None]:
    """Take the different codes of one picture; return what there is to tell, if anything.

    While several codes are in view, and until `repeat_s` after, no single one is told: which one is meant must be
    clear.
    """
    told = {code: seen_s for code, seen_s in showing.told.items() if now_s - seen_s < repeat_s}
    told |= dict.fromkeys((code for code in codes if code in told), now_s)
    several_s = showing.several_s
    was_several = several_s is not None and now_s - several_s < repeat_s
    if len(codes) > 1:
        return Showing(told, now_s), None if was_several else SeveralCodesSeen(len(codes))
    if not codes or was_several or codes[0] in told:
        return Showing(told, several_s if was_several else None), None
    return Showing({**told, codes[0]: now_s}, None), _within_limit(codes[0], limit_bytes)


def _within_limit(code: CodeSeen, limit_bytes: int) -> CodeSeen | OversizedCodeSeen:
    length_bytes = len(code.content)
    return OversizedCodeSeen(length_bytes) if length_bytes > limit_bytes else code
