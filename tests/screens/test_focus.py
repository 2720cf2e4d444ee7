"""The ring of the five keys: where the flow's focus is, thick enough, apart from its ground in every theme."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.flow.controls import controls_of, order_of
from kiosk.flow.views import Theme
from screens.theme import contrast
from tests.screens.samples import BY_NAME, SAMPLES
from tests.screens.theatre import LANDSCAPE, PORTRAIT

FOCUSED = [sample.name for sample in SAMPLES if sample.focus]
PAGED = ("more.previous", "more.next")
"""Pages that a screen makes by itself when room is short: the ring turns them."""


@pytest.mark.parametrize("theme", list(Theme))
@pytest.mark.parametrize("name", FOCUSED)
def test_the_ring_is_a_millimetre_thick_and_stands_out(theatre: Any, theme: Any, name: str) -> None:
    """From the pixels: left of the middle of the control, from its edge outwards."""
    sample = BY_NAME[name]
    theatre.show(sample, theme=theme)
    target = theatre.target(sample.focus)
    image = theatre.stage.export_as_image()
    width, height = (int(side) for side in image.texture.size)
    pixels = image.texture.pixels
    row = int(height - target.center_y)
    reach = int(4 * theatre.look.px_per_mm)
    line = [
        (*(pixels[(row * width + column) * 4 + part] / 255 for part in range(3)), 1.0)
        for column in range(max(0, int(target.x) - reach), int(target.x))
    ]
    ground = line[0]
    ring = [colour for colour in line if contrast(colour, ground) >= 3]
    assert len(ring) >= theatre.look.px_per_mm, (name, theme, line)


@pytest.mark.parametrize("orientation", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_keys_go_round_in_the_order_in_which_the_screen_reads(theatre: Any, sample: Any, orientation: Any) -> None:
    theatre.stage.size = orientation
    display = theatre.show(sample)
    shown = [target.element_id for target in theatre.stage.targets() if target.element_id not in PAGED]
    order = [control.control_id for control in order_of(display)]
    assert [each for each in shown if each in order] == [each for each in order if each in shown]
    known = {control.control_id for control in controls_of(display)}
    assert set(shown) <= known


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_every_control_can_be_brought_into_the_picture(theatre: Any, sample: Any) -> None:
    """Letters on the other page of the keyboard, options on a later page of a list: the ring turns to them."""
    display = theatre.show(sample)
    for control in order_of(display):
        assert theatre.stage._revealed(control.control_id) is not None, control.control_id
