"""What the terminal needs of a pinyin engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kiosk.domain.personal import Personal


@dataclass(frozen=True, repr=False)
class Candidate(Personal):
    """One way to write what was typed. `letters` is how much of the beginning it stands for; the rest stays typed."""

    text: str
    letters: int


class PinyinEngine(Protocol):
    """Belongs to one thread. Has no memory between two calls."""

    def candidates(self, letters: str, most: int) -> tuple[Candidate, ...]:
        """The likeliest first, at most `most`; `letters` are a to z without tones."""
        ...


class EngineMissingError(Exception):
    """The engine or its dictionary is not on this machine; `str()` says what to install or build."""
