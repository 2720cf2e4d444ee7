"""Money in integer fen; Chinese yuan only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Money:
    amount_fen: int

    def yuan_text(self) -> str:
        """Two decimals, no sign: 2000 fen is `20.00`."""
        return f"{self.amount_fen // 100}.{self.amount_fen % 100:02d}"
