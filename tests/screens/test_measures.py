"""Millimetres on the real glass: targets, gaps, letters; and nothing cut off, in any language, size or orientation."""

from __future__ import annotations

from itertools import combinations

import pytest

from kiosk.flow.views import Size
from screens.line_break import NEVER_STARTS
from screens.theme import CAPITAL_PER_EM, TOKENS
from screens.widgets.block import Block
from screens.widgets.qr import QrCode
from screens.widgets.target import Target
from screens.widgets.words import Words, text_px
from tests.screens.samples import BY_NAME, SAMPLES
from tests.screens.theatre import LANDSCAPE, PORTRAIT

SITUATIONS = [
    pytest.param(glass, size, language, id=f"{name}-{size}-{language}")
    for name, glass in (("portrait", PORTRAIT), ("landscape", LANDSCAPE))
    for size in Size
    for language in ("zh", "en", "pseudo")
]


def show_all(theatre, glass, size, language):
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
def test_targets_are_large_enough_and_apart(theatre, glass, size, language):
    faults = []
    for sample in show_all(theatre, glass, size, language):
        px_per_mm = theatre.base.px_per_mm
        tokens = TOKENS[size]
        targets = theatre.stage.targets()
        for target in targets:
            least_mm = tokens.primary if target.is_primary and "confirm" in target.element_id else tokens.target
            if min(target.width, target.height) / px_per_mm < least_mm:
                faults.append((sample.name, target.element_id, target.size))
        for first, second in combinations(targets, 2):
            if overlap_px(first, second) / px_per_mm < tokens.gap:
                faults.append((sample.name, first.element_id, second.element_id, overlap_px(first, second)))
    assert faults == []


@pytest.mark.parametrize(("glass", "size", "language"), SITUATIONS)
def test_no_text_is_cut_off_or_covered(theatre, glass, size, language):
    faults = []
    for sample in show_all(theatre, glass, size, language):
        words = [block for block in theatre.stage.blocks() if isinstance(block, Words)]
        faults += [(sample.name, block.string(block.look), "cut") for block in words if is_cut(theatre, block)]
        faults += [
            (sample.name, first.string(first.look), second.string(second.look))
            for first, second in combinations(words, 2)
            if overlap_px(first, second) < 0
        ]
    assert faults == []


def is_cut(theatre, block: Words) -> bool:
    look = block.look
    widest = max(text_px(line, block.font_px(look), block.is_bold) for line in block.lines(look, block.width))
    width, height = block.texture_size
    is_outside = block.x < 0 or block.right > theatre.stage.width or block.y < 0 or block.top > theatre.stage.height
    screen = theatre.stage.screen
    is_below_its_screen = screen in ancestors(block) and block.y < screen.y
    return is_outside or is_below_its_screen or widest > block.width or width > block.width + 1 or height > block.height + 2


def ancestors(block: Block) -> list[Block]:
    found = []
    while isinstance(block.parent, Block):
        block = block.parent
        found.append(block)
    return found


@pytest.mark.parametrize("size", list(Size))
def test_letters_are_high_enough(theatre, size):
    for sample in show_all(theatre, PORTRAIT, size, "zh"):
        for block in theatre.stage.blocks():
            if isinstance(block, Words) and block.parent is not theatre.target("size"):
                capital_mm = block.font_px(block.look) * CAPITAL_PER_EM / block.look.px_per_mm
                least_mm = {"small": 4.8}.get(block.role, 6.4)
                assert capital_mm >= least_mm - 0.06, (sample.name, block.string(block.look))


@pytest.mark.parametrize("glass", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_no_line_starts_with_closing_punctuation(theatre, glass):
    for sample in show_all(theatre, glass, Size.LARGE, "zh"):
        for block in theatre.stage.blocks():
            if isinstance(block, Words):
                starts = {line[0] for line in block.lines(block.look, block.width) if line}
                assert not starts & NEVER_STARTS or block.string(block.look)[0] in NEVER_STARTS, sample.name


@pytest.mark.parametrize(("glass", "size", "language"), SITUATIONS)
def test_codes_are_at_least_60_mm_wide(theatre, glass, size, language):
    theatre.stage.size = glass
    for name in ("17_pay_code", "21_receipt_printed", "23_links"):
        theatre.show(BY_NAME[name], language, size)
        codes = [block for block in theatre.stage.blocks() if isinstance(block, QrCode)]
        assert codes
        for code in codes:
            assert code.module_px * code.module_count / theatre.base.px_per_mm >= 60, (name, code.size)


def test_a_capital_letter_is_as_high_as_its_token(window):
    from kivy.core.text import Label

    from screens.widgets.words import FONT_NAME

    label = Label(text="H", font_name=FONT_NAME, font_size=100)
    label.refresh()
    width, height = label.texture.size
    pixels = label.texture.pixels
    inked = [row for row in range(height) if any(pixels[(row * width + column) * 4 + 3] > 127 for column in range(width))]
    assert abs((inked[-1] - inked[0] + 1) / 100 - CAPITAL_PER_EM) < 0.03


def test_digits_are_all_equally_wide(window):
    assert len({text_px(digit, 60, True) for digit in "0123456789"}) == 1


def test_the_frame_stands_in_the_same_places_on_every_screen(theatre):
    places: dict[str, set[tuple[float, ...]]] = {}
    for _sample in show_all(theatre, PORTRAIT, Size.STANDARD, "zh"):
        for target in theatre.stage.targets():
            if target.element_id in {"language", "size", "theme", "reach", "back", "help", "end"}:
                places.setdefault(target.element_id, set()).add((*target.pos, *target.size))
    assert len(places) == 7
    assert all(len(boxes) == 1 for boxes in places.values()), places


def test_low_reach_brings_every_target_into_the_lower_part(theatre):
    for sample in SAMPLES:
        theatre.show(sample, is_low_reach=True)
        for target in theatre.stage.targets():
            assert target.top <= PORTRAIT[1] * 0.63, (sample.name, target.element_id)


def test_target_is_what_can_be_touched(theatre):
    theatre.show(BY_NAME["01_attract"])
    assert all(isinstance(target, Target) for target in theatre.stage.targets())
