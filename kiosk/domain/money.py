"""An amount of money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

FEN_PER_YUAN = 100


@dataclass(frozen=True, order=True)
class Money:
    """Whole fen of Chinese yuan, never negative: the kiosk takes fees and gives them back, it keeps no balance."""

    currency: ClassVar[str] = "CNY"

    amount_fen: int

    def __post_init__(self) -> None:
        if self.amount_fen < 0:
            raise ValueError(f"an amount is never negative: {self.amount_fen} fen")

    def __add__(self, other: Money) -> Money:
        return Money(self.amount_fen + other.amount_fen)

    @property
    def is_free(self) -> bool:
        return self.amount_fen == 0

    def yuan_text(self) -> str:
        """The amount in yuan with two decimals, as gateways and paper write it: `20.00`."""
        yuan, fen = divmod(self.amount_fen, FEN_PER_YUAN)
        return f"{yuan}.{fen:02d}"


FREE = Money(0)
