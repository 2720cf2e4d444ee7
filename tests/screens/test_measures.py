"""Millimetres on the real glass: targets, gaps, letters; and nothing cut off, in any language, size or orientation."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from kiosk.flow.views import Size
from screens.line_break import NEVER_STARTS
from screens.theme import CAPITAL_PER_EM, TOKENS
from screens.widgets.block import Block
from screens.widgets.qr import QrCode
from screens.widgets.target import Target
from screens.widgets.words import Words, line_width_px, text_px
from tests.screens.samples import BY_NAME, SAMPLES
from tests.screens.theatre import LANDSCAPE, PORTRAIT

SITUATIONS = [
    pytest.param(glass, size, language, id=f"{name}-{size}-{language}")
    for name, glass in (("portrait", PORTRAIT), ("landscape", LANDSCAPE))
    for size in Size
    for language in ("zh", "en", "pseudo")
]


def show_all(theatre: Any, glass: Any, size: Any, language: Any) -> Any:
    theatre.stage.size = glass
    for sample in SAMPLES:
        theatre.show(sample, language, size)
        yield sample


def overlap_px(first: Block, second: Block) -> float:
    """Distance between two boxes; below 0 they overlap."""
    across = max(first.x, second.x) - min(first.right, second.right)
    along = max(first.y, second.y) - min(first.top, second.top)
    return max(across, along)


@pytest.mark.parametrize(("glass", "size", "language"), SITUATIONS)
def test_everything_is_whole_and_large_enough_to_read_and_touch(
    theatre: Any, glass: Any, size: Any, language: Any
) -> None:
    faults = []
    for sample in show_all(theatre, glass, size, language):
        faults += [(sample.name, *fault) for fault in (*target_faults(theatre, size), *text_faults(theatre))]
    assert faults == []


def target_faults(theatre: Any, size: Any) -> Any:
    px_per_mm = theatre.base.px_per_mm
    targets = theatre.stage.targets()
    for target in targets:
        tokens = target.look.tokens
        least_mm = tokens.primary if target.element_id == "confirm" else tokens.target
        if min(target.width, target.height) / px_per_mm < least_mm:
            yield (target.element_id, "too small", *target.size)
    for first, second in combinations(targets, 2):
        if overlap_px(first, second) / px_per_mm < TOKENS[Size.STANDARD].gap:
            yield (first.element_id, second.element_id, "too close", overlap_px(first, second))


def text_faults(theatre: Any) -> Any:
    words = [block for block in theatre.stage.blocks() if isinstance(block, Words)]
    for block in words:
        if is_cut(theatre, block):
            yield (
                block.string(block.look),
                "cut off",
                *block.size,
                *block.texture_size,
                len(block.lines(block.look, block.width)),
            )
        if any(line and line[0] in NEVER_STARTS for line in block.lines(block.look, block.width)[1:]):
            yield (block.string(block.look), "line starts with closing punctuation")
        capital_mm = block.font_px(block.look) * CAPITAL_PER_EM / block.look.px_per_mm
        if capital_mm < (4.8 if block.role == "small" else 6.4) - 0.01 and block.parent is not theatre.target("size"):
            yield (block.string(block.look), "letters too small", capital_mm)
    for first, second in combinations(words, 2):
        if overlap_px(first, second) < 0 and not first.string(first.look).isspace():
            yield (first.string(first.look), second.string(second.look), "overlap")


def is_cut(theatre: Any, block: Words) -> bool:
    look = block.look
    widest = max(line_width_px(line, block.font_px(look), block.is_bold) for line in block.lines(look, block.width))
    width, height = block.texture_size
    is_outside = block.x < 0 or block.right > theatre.stage.width or block.y < 0 or block.top > theatre.stage.height
    screen = theatre.stage.screen
    is_below_its_screen = screen in ancestors(block) and block.y < screen.y
    return (
        is_outside
        or is_below_its_screen
        or widest > block.width
        or width > block.width + 2
        or height > block.height + 2
    )


def ancestors(block: Block) -> list[Block]:
    found = []
    while isinstance(block.parent, Block):
        block = block.parent
        found.append(block)
    return found


@pytest.mark.parametrize(("glass", "size", "language"), SITUATIONS)
def test_codes_are_at_least_60_mm_wide(theatre: Any, glass: Any, size: Any, language: Any) -> None:
    theatre.stage.size = glass
    for name in ("17_pay_code", "21_receipt_printed", "23_links"):
        theatre.show(BY_NAME[name], language, size)
        codes = [block for block in theatre.stage.blocks() if isinstance(block, QrCode)]
        assert codes
        for code in codes:
            assert code.module_px * code.module_count / theatre.base.px_per_mm >= 60, (name, code.size)


def test_a_capital_letter_is_as_high_as_its_token(window: Any) -> None:
    from kivy.core.text import Label

    from screens.widgets.words import FONT_NAME

    label = Label(text="H", font_name=FONT_NAME, font_size=100)
    label.refresh()
    width, height = label.texture.size
    pixels = label.texture.pixels
    inked = [
        row for row in range(height) if any(pixels[(row * width + column) * 4 + 3] > 127 for column in range(width))
    ]
    assert abs((inked[-1] - inked[0] + 1) / 100 - CAPITAL_PER_EM) < 0.03


def test_digits_are_all_equally_wide(window: Any) -> None:
    assert len({text_px(digit, 60, True) for digit in "0123456789"}) == 1


def test_the_frame_stands_in_the_same_places_on_every_screen(theatre: Any) -> None:
    places: dict[str, set[tuple[float, ...]]] = {}
    for _sample in show_all(theatre, PORTRAIT, Size.STANDARD, "zh"):
        for target in theatre.stage.targets():
            if target.element_id in {"language", "size", "theme", "reach", "back", "help", "end"}:
                places.setdefault(target.element_id, set()).add((*target.pos, *target.size))
    assert len(places) == 7
    assert all(len(boxes) == 1 for boxes in places.values()), places


def test_low_reach_brings_every_target_into_the_lower_part(theatre: Any) -> None:
    for sample in SAMPLES:
        theatre.show(sample, is_low_reach=True)
        for target in theatre.stage.targets():
            assert target.top <= PORTRAIT[1] * 0.63, (sample.name, target.element_id)


def test_target_is_what_can_be_touched(theatre: Any) -> None:
    theatre.show(BY_NAME["01_attract"])
    assert all(isinstance(target, Target) for target in theatre.stage.targets())
