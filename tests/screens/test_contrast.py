from __future__ import annotations

from statistics import mode
from typing import Any

import pytest

from kiosk.flow.views import Theme
from screens.theme import EDGE_ON, PALETTES, TEXT_ON, contrast
from screens.widgets.words import Words
from tests.screens.samples import BY_NAME


@pytest.mark.parametrize("theme", list(Theme))
def test_text_has_contrast_ten_to_one(theme: Any) -> None:
    palette = PALETTES[theme]
    ratios = {pair: contrast(getattr(palette, pair[0]), getattr(palette, pair[1])) for pair in TEXT_ON}
    assert min(ratios.values()) >= 10, ratios


@pytest.mark.parametrize("theme", list(Theme))
def test_borders_and_drawings_have_contrast_three_to_one(theme: Any) -> None:
    palette = PALETTES[theme]
    ratios = {pair: contrast(getattr(palette, pair[0]), getattr(palette, pair[1])) for pair in EDGE_ON}
    assert min(ratios.values()) >= 3, ratios


def test_high_contrast_text_is_black_and_white() -> None:
    palette = PALETTES[Theme.HIGH_CONTRAST]
    assert contrast(palette.ink, palette.paper) == pytest.approx(21)
    assert contrast(palette.on_primary, palette.primary) == pytest.approx(21)


@pytest.mark.parametrize("theme", list(Theme))
@pytest.mark.parametrize(
    "name", ["01_attract", "06_record", "15_check", "16_pay_again", "20_done", "24_problem_serious"]
)
def test_every_text_on_the_screen_stands_out_from_its_ground(theatre: Any, theme: Any, name: Any) -> None:
    """From the pixels: the commonest colour around each text against the one that differs most from it."""
    theatre.show(BY_NAME[name], theme=theme)
    image = theatre.stage.export_as_image()
    width, height = (int(side) for side in image.texture.size)
    pixels = image.texture.pixels
    for block in theatre.stage.blocks():
        if isinstance(block, Words) and not block.string(block.look).isspace():
            colours = [
                tuple(pixels[(row * width + column) * 4 : (row * width + column) * 4 + 3])
                for row in range(int(height - block.top), int(height - block.y), 2)
                for column in range(int(block.x), int(block.right))
            ]
            ground = mode(colours)
            ink = max(set(colours), key=lambda colour: contrast(unit(colour), unit(ground)))
            assert contrast(unit(ink), unit(ground)) >= 9.9, (block.string(block.look), ink, ground)


def unit(colour: tuple[int, ...]) -> tuple[float, float, float, float]:
    return (colour[0] / 255, colour[1] / 255, colour[2] / 255, 1.0)
