"""Draws every sample display to a PNG: `python -m screens.gallery --out out/gallery`. Needs no display."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kiosk.environment import prepare_environment

PORTRAIT, LANDSCAPE = (1080, 1920), (1920, 1080)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/gallery"))
    parser.add_argument("--fonts", type=Path, default=Path(".build/fonts"))
    parser.add_argument("--locale", type=Path, default=Path("assets/locale"))
    parser.add_argument("--samples", default="tests.screens.samples", help="module with SAMPLES")
    parser.add_argument("--language", action="append", choices=("zh", "en", "pseudo"))
    parser.add_argument("--size", default="standard", choices=("standard", "large", "extra_large"))
    parser.add_argument("--theme", default="normal", choices=("normal", "high_contrast", "dark"))
    parser.add_argument("--orientation", default="portrait", choices=("portrait", "landscape"))
    parser.add_argument("--low-reach", action="store_true")
    parser.add_argument("--only", default="", help="part of a sample's name")
    return parser.parse_args()


def sample_camera() -> object:
    """A grey picture as the camera would give: a bright phone screen on a dark ground."""
    width, height = 320, 240
    pixels = bytearray(b"\x38" * (width * height))
    for y in range(50, 215):
        for x in range(118, 202):
            is_edge = x < 124 or x > 195 or y < 58 or y > 207
            is_code = 132 < x < 188 and 90 < y < 146 and (x // 7 * 5 + y // 7 * 3 + x // 7 * (y // 7)) % 3 == 0
            pixels[y * width + x] = 0x18 if is_edge or is_code else 0xE8
    return SimpleNamespace(sequence=1, width=width, height=height, pixels=bytes(pixels))


def draw(options: argparse.Namespace, languages: list[str]) -> Iterator[Path]:
    """Draws and saves; the environment is prepared by then."""
    from kivy.base import EventLoop

    from kiosk.flow.views import Frame, Language, Size, Theme
    from kiosk.i18n import load_catalogue
    from screens.kv import load_kv
    from screens.painting import prepare_painting
    from screens.say import speaker
    from screens.settings import ScreenSettings
    from screens.stage import Stage
    from screens.terminal_app import FONT_FILES, configure
    from screens.widgets.words import register_fonts

    width, height = PORTRAIT if options.orientation == "portrait" else LANDSCAPE
    settings = ScreenSettings(options.fonts, width, height, is_fullscreen=False)
    configure(settings)
    EventLoop.ensure_window()
    prepare_painting(EventLoop.window)
    register_fonts(*(str(options.fonts / name) for name in FONT_FILES))
    load_kv()
    catalogue = load_catalogue(options.locale)
    samples: Any = import_module(options.samples)
    for language in languages:
        stage = Stage(settings, lambda _l, chosen=language: speaker(catalogue, chosen), _ignore, sample_camera, _zero)
        stage.size = (width, height)
        frame = Frame(
            language=Language.ZH if language == "zh" else Language.EN,
            size=Size(options.size),
            theme=Theme(options.theme),
            is_low_reach=options.low_reach,
        )
        for sample in samples.SAMPLES:
            if options.only in sample.name:
                stage.show(replace(sample.display(frame)))
                file = options.out / f"{sample.name}.{language}.png"
                stage.export_as_image().save(str(file))
                yield file


def _ignore(serial: int, touch: object) -> None:
    del serial, touch


def _zero() -> float:
    return 0.0


def main() -> None:
    options = parse()
    prepare_environment(os.environ, is_headless=True)
    options.out.mkdir(parents=True, exist_ok=True)
    for file in draw(options, options.language or ["zh", "en"]):
        print(file)  # noqa: T201 - a command line


if __name__ == "__main__":
    main()
