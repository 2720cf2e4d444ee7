"""One process of the catalogue: a window without a display, a stage in it, picture after picture measured and kept."""

from __future__ import annotations

import resource
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from kivy.graphics.context import get_context
from PIL import Image

from screens.gallery import sample_camera
from tests.catalogue.findings import Finding, Place, Tally
from tests.catalogue.fingerprints import fingerprint
from tests.catalogue.focus import check_focus
from tests.catalogue.geometry import check_geometry
from tests.catalogue.glyphs import check_glyphs
from tests.catalogue.heard import check_heard, check_keys, check_sounds, heard_of
from tests.catalogue.motion import check_flashing
from tests.catalogue.picture import Guise, Picture
from tests.catalogue.pixels import Pixels, check_closed_controls, check_pixels
from tests.catalogue.plan import Task
from tests.screens.stage_window import open_window
from tests.screens.theatre import LANDSCAPE, PORTRAIT, Theatre

SHOWN_PART: Final = 2
"""A picture is kept at half its width and height."""
QUALITY: Final = 82
MOST_MEMORY_BYTES: Final = 3 << 30
"""Of a process: rather a failed run than a machine without memory."""
FRAME_IDS: Final = ("language", "size", "theme", "reach", "back", "help", "end")


@dataclass(frozen=True)
class Made:
    """What came of one task."""

    state: str
    guise: Guise
    file: str
    findings: tuple[Finding, ...]
    looked: dict[str, int]
    print_: str
    frame: tuple[tuple[str, Place], ...]
    """Where the controls of the frame stand."""
    fit: int
    """Which candidate look was taken; the higher, the tighter."""
    office: str
    """Whose terminal it is: the height of the frame follows from the length of that name."""
    keys: frozenset[str]
    """Keys of texts that were said on the way."""


class Renderer:
    """Made once per process: Kivy has one window."""

    def __init__(self, out: Path, fonts: Path, locale: Path) -> None:
        self.window, self.catalogue = open_window(fonts, locale)
        self.theatre: Any = Theatre(self.window, self.catalogue, fonts)
        self.theatre.stage._frames = sample_camera
        self.out, self.fonts = out, fonts

    def make(self, task: Task) -> Made:
        tally, guise = Tally(), task.guise
        said = self._show(task)
        picture = Picture(self.theatre.stage, guise)
        check_geometry(picture, tally)
        check_glyphs(picture, self.fonts, tally)
        if picture.is_for_visitors:
            self._check_speech(picture, tally)
        file, print_ = self._drawn(task, picture, tally) if task.is_drawn or task.is_accepted else ("", "")
        frame = tuple(
            (each.element_id, picture.place(each)) for each in picture.targets if each.element_id in FRAME_IDS
        )
        return Made(
            task.state.name, guise, file, tuple(tally.findings), dict(tally.looked), print_, frame,
            self.theatre.stage.fit, str(picture.stage.display.frame.office_name), frozenset(said),
        )  # fmt: skip

    def _check_speech(self, picture: Picture, tally: Tally) -> None:
        display = picture.stage.display
        utterances = heard_of(display)
        check_heard(picture, utterances, tally)
        check_sounds(utterances, self.catalogue, display.frame.language, tally)
        check_keys(picture, display, tally)

    def _show(self, task: Task) -> set[str]:
        guise, said = task.guise, set[str]()
        self.theatre.keys_said = said
        self.theatre.stage.size = PORTRAIT if guise.is_portrait else LANDSCAPE
        get_context().gl_dealloc()  # Kivy frees textures in its main loop, and none runs here
        self.theatre.show(task.state, guise.language, guise.size, guise.theme, is_low_reach=guise.is_low_reach)
        return said

    def _drawn(self, task: Task, picture: Picture, tally: Tally) -> tuple[str, str]:
        pixels = Pixels(picture.stage)
        image = Image.frombuffer("RGBA", (pixels.width, pixels.height), pixels.rgba)
        print_ = fingerprint(image) if task.is_accepted else ""
        if not task.is_drawn:
            return "", print_
        self._check_pixels(task, picture, pixels, tally)
        return self._kept(task, image), print_

    def _check_pixels(self, task: Task, picture: Picture, pixels: Any, tally: Tally) -> None:
        check_pixels(picture, pixels, tally)
        if task.is_ringed:
            check_focus(picture, pixels, tally)
        if task.guise == Guise():
            check_flashing(picture, tally)
            self._check_closed(picture, pixels, tally)

    def _check_closed(self, picture: Picture, pixels: Any, tally: Tally) -> None:
        """Each closed control once more, open: the two must look unlike without colour."""
        for target in picture.targets:
            if not target.is_enabled:
                target.is_enabled = True
                self._redraw(target)
                opened = Pixels(picture.stage)
                target.is_enabled = False
                self._redraw(target)
                check_closed_controls(picture, opened, pixels, target, tally)

    def _redraw(self, target: Any) -> None:
        target.dress()
        for block in target.walk_shown():
            block.redraw()

    def _kept(self, task: Task, image: Image.Image) -> str:
        small = image.reduce(SHOWN_PART).convert("RGB")
        name = f"pictures/{task.guise.name}/{file_name(task.state.name)}.webp"
        (self.out / name).parent.mkdir(parents=True, exist_ok=True)
        small.save(self.out / name, quality=QUALITY, method=0)
        return name


def file_name(state: str) -> str:
    return "".join(character if character.isalnum() else "_" for character in state)


@cache
def renderer_of_this_process(out: Path, fonts: Path, locale: Path) -> Renderer:
    return Renderer(out, fonts, locale)


def make_batch(batch: list[Task], out: Path, fonts: Path, locale: Path) -> list[Made]:
    """What one process does; its environment is its parent's, prepared before Kivy was imported there."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    renderer = renderer_of_this_process(out, fonts, locale)
    return [renderer.make(task) for task in batch]
