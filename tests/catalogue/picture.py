"""What is on the stage, gathered once for all checks of one picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kiosk.flow.texts import Text
from kiosk.flow.views import Size, Theme
from screens.widgets.block import Block
from screens.widgets.target import Target
from screens.widgets.words import Words
from tests.catalogue.findings import Place, place_of
from tests.faults.outlook import walk

STAFF = "staff."
"""How keys of texts for staff begin."""


@dataclass(frozen=True)
class Guise:
    """How a state is dressed. `language` may be `pseudo`."""

    language: str = "zh"
    size: Size = Size.STANDARD
    theme: Theme = Theme.NORMAL
    is_portrait: bool = True
    is_low_reach: bool = False

    @property
    def name(self) -> str:
        parts = [self.language, self.size.value, self.theme.value, "portrait" if self.is_portrait else "landscape"]
        return "-".join([*parts, "low"] if self.is_low_reach else parts)


class Picture:
    """One state in one guise, as it stands on the stage."""

    def __init__(self, stage: Any, guise: Guise) -> None:
        self.stage = stage
        self.guise = guise

    @property
    def px_per_mm(self) -> float:
        return float(self.stage.looks()[0].px_per_mm)

    @cached_property
    def blocks(self) -> list[Block]:
        return list(self.stage.blocks())

    @cached_property
    def targets(self) -> list[Target]:
        return [block for block in self.blocks if isinstance(block, Target)]

    @cached_property
    def words(self) -> list[Words]:
        """Texts with something to read in them."""
        found = (block for block in self.blocks if isinstance(block, Words))
        return [block for block in found if block.look and block.string(block.look).strip()]

    @property
    def is_for_visitors(self) -> bool:
        """Staff were taught their screens and see them: speech and few choices are for people who come once."""
        display = self.stage.display
        texts = (each for each in walk(display.overlay or display.view) if isinstance(each, Text))
        return not any(each.key.startswith(STAFF) for each in texts)

    def place(self, block: Block) -> Place:
        return place_of(self.stage, block)

    def mm(self, pixels: float) -> float:
        return pixels / self.px_per_mm


def said(words: Words) -> str:
    look = words.look
    return words.string(look) if look is not None else ""


def lines_of(words: Words) -> tuple[str, ...]:
    look = words.look
    return words.lines(look, words.width) if look is not None else ()


def ancestors(block: Any) -> list[Block]:
    found = []
    while isinstance(block.parent, Block):
        block = block.parent
        found.append(block)
    return found
