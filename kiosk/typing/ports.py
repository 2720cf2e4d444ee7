"""What the terminal needs of a pinyin engine."""

from __future__ import annotations

from typing import Protocol

from kiosk.domain.candidate import Candidate


class PinyinEngine(Protocol):
    """Belongs to one thread at a time. Has no memory between two calls."""

    def candidates(self, letters: str, most: int) -> tuple[Candidate, ...]:
        """The likeliest first, at most `most`; `letters` are a to z without tones."""
        ...


class EngineMissingError(Exception):
    """The engine or its dictionary is not on this machine; `str()` says what to install or build."""
