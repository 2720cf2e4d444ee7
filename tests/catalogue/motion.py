"""A11: nothing flashes. Whatever redraws itself is driven through three seconds of its own time, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from kivy.clock import ClockEvent

from screens.widgets.block import Block
from tests.catalogue.findings import Tally
from tests.catalogue.picture import Picture
from tests.catalogue.pixels import Pixels

SECONDS = 3.0
REVERSAL = 0.10
"""Of the relative luminance: what WCAG 2.2 counts as one half of a flash, wherever it is."""
FLASHES_PER_SECOND = 3.0


def check_flashing(picture: Picture, tally: Tally) -> None:
    for block, event in moving(picture.blocks):
        per_second = flashes_per_second(picture.stage, block, event)
        failure = f"{type(block).__name__} flashes {per_second:.1f} times a second"
        tally.look("A11", failure if per_second >= FLASHES_PER_SECOND else "", picture.place(block))


def moving(blocks: list[Block]) -> list[tuple[Block, ClockEvent]]:
    """Blocks that have a running interval of the clock."""
    return [
        (block, value)
        for block in blocks
        for value in vars(block).values()
        if isinstance(value, ClockEvent) and value.loop and value.is_triggered
    ]


@dataclass
class Reversals:
    """Changes of direction of one pixel's luminance; those below the threshold are no change."""

    last: Any
    direction: Any = field(init=False)
    count: Any = field(init=False)

    def __post_init__(self) -> None:
        self.direction = np.zeros(self.last.shape, np.int8)
        self.count = np.zeros(self.last.shape, np.int32)

    def see(self, frame: Any) -> None:
        change = frame - self.last
        is_large = np.abs(change) >= REVERSAL
        direction = np.sign(change).astype(np.int8)
        self.count += is_large & (direction != self.direction)
        self.direction = np.where(is_large, direction, self.direction)
        self.last = np.where(is_large, frame, self.last)


def flashes_per_second(stage: Any, block: Block, event: ClockEvent) -> float:
    """Of the busiest pixel: two reversals are one flash."""
    reversals = Reversals(Pixels(stage).box(block))
    for _ in range(max(1, round(SECONDS / event.timeout))):
        callback: Any = event.get_callback()
        callback(event.timeout)
        reversals.see(Pixels(stage).box(block))
    return float(reversals.count.max()) / 2 / SECONDS
