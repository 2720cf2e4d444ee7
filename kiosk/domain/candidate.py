"""Ways to write what was typed in pinyin."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.personal import Personal


@dataclass(frozen=True, repr=False)
class Candidate(Personal):
    """One way to write it. `letters` is how much of the beginning it stands for; the rest stays to be chosen."""

    text: str
    letters: int
