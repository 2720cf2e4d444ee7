"""Millimetres on the real glass: targets, gaps, letters; and nothing cut off, in any language, size or orientation."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.flow.views import Size
from screens.theme import CAPITAL_PER_EM
from screens.widgets.target import Target
from screens.widgets.words import text_px
from tests.catalogue.findings import Tally
from tests.catalogue.geometry import check_geometry
from tests.catalogue.picture import Guise, Picture
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


@pytest.mark.parametrize(("glass", "size", "language"), SITUATIONS)
def test_everything_is_whole_and_large_enough_to_read_and_touch(
    theatre: Any, glass: Any, size: Any, language: Any
) -> None:
    tally = Tally()
    for sample in show_all(theatre, glass, size, language):
        guise = Guise(language, size, is_portrait=glass is PORTRAIT)
        before = len(tally.findings)
        check_geometry(Picture(theatre.stage, guise), tally)
        assert [finding.what for finding in tally.findings[before:]] == [], sample.name


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
            assert target.top <= PORTRAIT[1] * 0.8, (sample.name, target.element_id)


def test_target_is_what_can_be_touched(theatre: Any) -> None:
    theatre.show(BY_NAME["01_attract"])
    assert all(isinstance(target, Target) for target in theatre.stage.targets())
