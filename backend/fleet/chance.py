"""Randomness as a port, so that a test decides it."""

from __future__ import annotations

import secrets
from typing import Protocol


class Chance(Protocol):
    def random(self, count: int) -> bytes:
        """So many bytes that nobody can guess."""
        ...


class SystemChance:
    def random(self, count: int) -> bytes:
        return secrets.token_bytes(count)
