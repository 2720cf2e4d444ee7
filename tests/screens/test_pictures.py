"""Every sample draws, in both languages, and no two situations look the same."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from kiosk.flow import views
from kiosk.flow.views import Picture, Size, Theme
from tests.screens.samples import BY_NAME, SAMPLES
from tests.screens.theatre import LANDSCAPE


def digest(pixels: bytes) -> str:
    return hashlib.sha256(pixels).hexdigest()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_situation_has_a_picture_of_its_own(theatre: Any, language: Any) -> None:
    theatre.stage.size = (540, 960)
    pictures = {}
    for sample in SAMPLES:
        theatre.show(sample, language)
        pictures.setdefault(digest(theatre.pixels()), []).append(sample.name)
    assert [names for names in pictures.values() if len(names) > 1] == []


def test_the_same_situation_has_the_same_picture(theatre: Any) -> None:
    theatre.stage.size = (540, 960)
    theatre.show(BY_NAME["15_check"])
    first = theatre.pixels()
    theatre.show(BY_NAME["01_attract"])
    theatre.show(BY_NAME["15_check"])
    assert theatre.pixels() == first


def test_samples_cover_every_view_and_overlay() -> None:
    shown = {type(sample.view) for sample in SAMPLES} | {type(sample.overlay) for sample in SAMPLES}
    assert shown >= set(views.View.__args__) | set(views.Overlay.__args__)


def test_language_size_theme_and_reach_change_the_picture(theatre: Any) -> None:
    theatre.stage.size = (540, 960)
    sample = BY_NAME["06_record"]
    variants = [
        {},
        {"language": "en"},
        {"size": Size.LARGE},
        {"theme": Theme.DARK},
        {"theme": Theme.HIGH_CONTRAST},
        {"is_low_reach": True},
    ]
    digests = set()
    for variant in variants:
        theatre.show(sample, **variant)
        digests.add(digest(theatre.pixels()))
    assert len(digests) == len(variants)


def test_every_picture_of_the_flow_is_drawn(window: Any) -> None:
    from screens.widgets.pictures import DRAWINGS

    assert set(DRAWINGS) == set(Picture)


def test_no_two_drawings_are_alike(theatre: Any, window: Any) -> None:
    from kivy.graphics import InstructionGroup

    from screens.theme import Look
    from screens.widgets.block import Box
    from screens.widgets.pen import Pen
    from screens.widgets.pictures import DRAWINGS

    theatre.show(BY_NAME["01_attract"])
    look: Look = theatre.look
    counts = {}
    for picture, draw in DRAWINGS.items():
        group = InstructionGroup()
        draw(Pen(look, group, Box(0, 0, 100, 100)))
        shape = tuple(
            tuple(round(number) for number in getattr(child, "points", None) or ()) for child in group.children
        )
        counts.setdefault(shape, []).append(picture)
    assert [pictures for pictures in counts.values() if len(pictures) > 1] == []


def test_the_end_of_a_session_leaves_no_screen_with_its_data(theatre: Any) -> None:
    for name in ("06_record", "10_mobile", "15_check", "20_done"):
        theatre.show(BY_NAME[name])
    theatre.show(BY_NAME["01_attract"])
    kept = theatre.stage._router._screens
    assert [type(screen).__name__ for screen in kept.values()] == ["AttractScreen"]
    assert not any("小雨" in text or "0000" in text for text in theatre.description()["texts"])


def test_the_camera_picture_is_pulled_only_while_it_is_shown(theatre: Any) -> None:
    from screens.widgets.preview import Preview

    theatre.stage.size = LANDSCAPE
    theatre.show(BY_NAME["18_pay_scan"])
    preview = next(block for block in theatre.stage.blocks() if isinstance(block, Preview))
    assert preview._event is not None
    theatre.show(BY_NAME["17_pay_code"])
    assert preview._event is None
