"""Checks on the drawn picture: contrast of texts, controls, drawings and codes; cues that survive without colour.

Contrast is WCAG 2.2's ratio of relative luminances, from the pixels themselves: ground is the commonest colour of a
text's box, ink the middle of those pixels that differ most from it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from kivy.graphics import ClearBuffers, ClearColor, Fbo, Scale, Translate
from numpy.typing import NDArray

from kiosk.flow.views import Theme
from screens.frame import StepParts
from screens.widgets.block import Block
from screens.widgets.parts import Note, PhaseNote, Progress
from screens.widgets.pictures import Drawing
from screens.widgets.qr import QrCode
from screens.widgets.signs import PHASE_SIGNS, Sign
from screens.widgets.target import Target
from tests.catalogue.findings import Tally
from tests.catalogue.picture import Picture, ancestors, said

TEXT_RATIO = {Theme.NORMAL: 10.0, Theme.DARK: 10.0, Theme.HIGH_CONTRAST: 20.9}
SHAPE_RATIO = 3.0
INK_SHARE = 0.005
"""Of a text's box: its most distant pixels. Their middle is the ink, whatever smoothing does at edges."""
RING_MM = 1.5

Floats = NDArray[np.float32]


class Pixels:
    """The picture as an array of rows from the top, red, green, blue and alpha; luminances where asked for."""

    def __init__(self, stage: Any) -> None:
        self.width, self.height = (int(side) for side in stage.size)
        self.rgba = np.frombuffer(drawn(stage), np.uint8).reshape(self.height, self.width, 4)

    def luminance(self, top: float, bottom: float, left: float, right: float) -> Floats:
        """Rows from the top; what lies outside the picture is left out."""
        part = self.rgba[max(0, int(top)) : int(bottom), max(0, int(left)) : int(right)]
        return luminance_of(part)

    def box(self, block: Block, grown: float = 0) -> Floats:
        top, bottom = self.height - block.top - grown, self.height - block.y + grown
        return self.luminance(top, bottom, block.x - grown, block.right + grown)


def drawn(stage: Any) -> bytes:
    """The stage's picture, rows from the top: as `Widget.export_as_image`, read once and with the buffer kept."""
    fbo, canvas, above = _buffer(*(int(side) for side in stage.size)), stage.canvas, stage.parent.canvas
    at = above.indexof(canvas)
    above.remove(canvas)
    fbo.add(canvas)
    fbo.draw()
    pixels: bytes = fbo.pixels
    fbo.remove(canvas)
    above.insert(at, canvas)
    return pixels


@cache
def _buffer(width: int, height: int) -> Any:
    fbo = Fbo(size=(width, height), with_stencilbuffer=True)
    with fbo:
        ClearColor(0, 0, 0, 0)
        ClearBuffers()
        Scale(1, -1, 1)
        Translate(0, -height, 0)
    return fbo


_LINEAR = np.array(
    [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in np.linspace(0, 1, 256)],
    np.float32,
)


def luminance_of(rgb: NDArray[np.uint8]) -> Floats:
    linear = _LINEAR[rgb]
    return np.asarray(0.2126 * linear[..., 0] + 0.7152 * linear[..., 1] + 0.0722 * linear[..., 2])


def ratio(first: Any, second: Any) -> Any:
    return (np.maximum(first, second) + 0.05) / (np.minimum(first, second) + 0.05)


def ground_of(box: Floats) -> float:
    values, counts = np.unique(box, return_counts=True)
    return float(values[np.argmax(counts)])


def ink_ratio(box: Floats, share: float = INK_SHARE) -> float:
    """Contrast of what is drawn in a box against the ground of that box."""
    if box.size == 0:
        return 1.0
    ratios = np.sort(ratio(box, ground_of(box)).ravel())
    return float(np.median(ratios[-max(4, int(box.size * share)) :]))


def check_pixels(picture: Picture, pixels: Pixels, tally: Tally) -> None:
    check_text_contrast(picture, pixels, tally)
    check_control_edges(picture, pixels, tally)
    check_drawings(picture, pixels, tally)
    check_codes(picture, pixels, tally)
    check_signs(picture, tally)


def check_text_contrast(picture: Picture, pixels: Pixels, tally: Tally) -> None:
    """A1."""
    least = TEXT_RATIO[picture.guise.theme]
    for words in picture.words:
        found = ink_ratio(pixels.box(words))
        tally.look("A1", f"“{said(words)}”: {found:.2f}:1" if found < least - 0.1 else "", picture.place(words))


def check_control_edges(picture: Picture, pixels: Pixels, tally: Tally) -> None:
    """A2: one sees where a control is, on each of its four sides. What cannot be used may be faint (WCAG 1.4.11)."""
    for target in picture.targets:
        if target.is_enabled:
            found = min(side_ratios(pixels, target, picture.px_per_mm))
            failure = f"edge of {target.element_id}: {found:.2f}:1" if found < SHAPE_RATIO else ""
            tally.look("A2", failure, picture.place(target))


def side_ratios(pixels: Pixels, block: Block, px_per_mm: float) -> tuple[float, ...]:
    """For each side, the middle over its length of how much the strongest pixel near the edge differs from outside."""
    depth, outside = max(3, round(RING_MM * px_per_mm)), 2
    field = pixels.box(block, outside)
    field = field[field.shape[0] // 4 : -field.shape[0] // 4], field[:, field.shape[1] // 4 : -field.shape[1] // 4]
    along, across = field
    sides = (across, across[::-1], along.T, along.T[::-1])
    return tuple(
        float(np.median(ratio(side[outside : outside + depth], side[0][None, :]).max(axis=0))) for side in sides
    )


def check_drawings(picture: Picture, pixels: Pixels, tally: Tally) -> None:
    """A2: drawings and signs stand out from their ground; those on a closed control may be faint."""
    for block in picture.blocks:
        if isinstance(block, Drawing | Sign | StepParts | Progress) and not is_on_closed(block):
            found = ink_ratio(pixels.box(block))
            failure = f"{type(block).__name__}: {found:.2f}:1" if found < SHAPE_RATIO else ""
            tally.look("A2", failure, picture.place(block))


def is_on_closed(block: Block) -> bool:
    return any(isinstance(each, Target) and not each.is_enabled for each in ancestors(block))


def check_codes(picture: Picture, pixels: Pixels, tally: Tally) -> None:
    """A2: black on white with its quiet zone, in every theme (ISO/IEC 18004)."""
    for block in picture.blocks:
        if isinstance(block, QrCode):
            quiet = 4 * block.module_px
            side = block.module_px * (block.module_count + 8)
            left = round(block.center_x - side / 2)
            top = pixels.height - round(block.center_y - side / 2) - side
            code = pixels.luminance(top, top + side, left, left + side)
            inner = code[quiet:-quiet, quiet:-quiet]
            is_quiet = (
                min(code[:quiet].min(), code[-quiet:].min(), code[:, :quiet].min(), code[:, -quiet:].min()) > 0.99
            )
            is_black_on_white = float(inner.min()) < 0.001 and float(inner.max()) > 0.99
            failure = "" if is_quiet and is_black_on_white else "code without black, white or quiet zone"
            tally.look("A2", failure, picture.place(block))


def check_signs(picture: Picture, tally: Tally) -> None:
    """A10: a problem and a phase carry a sign of their own; what is chosen or closed is told by shape or words too."""
    for block in picture.blocks:
        if isinstance(block, Note | PhaseNote):
            shown = [each for each in block.walk_shown() if isinstance(each, Sign) and each.sign]
            tally.look("A10", "" if shown else f"{type(block).__name__} without a sign", picture.place(block))
    signs = [sign for sign, _ground in PHASE_SIGNS.values()]
    tally.look("A10", "" if len(set(signs)) == len(signs) else "two phases have the same sign")


def check_closed_controls(
    picture: Picture, open_field: Pixels, closed_field: Pixels, target: Any, tally: Tally
) -> None:
    """A10: a closed control says why, with a sign; or its shape differs from an open one's by 3:1, without colour."""
    if any(isinstance(block, Sign) and block.sign == "!" for block in target.walk_shown()):
        tally.look("A10")
        return
    first, second = open_field.box(target), closed_field.box(target)
    changed = float((ratio(first, second) >= SHAPE_RATIO).mean())
    tally.look("A10", "" if changed > 0.002 else f"{target.element_id} looks the same closed", picture.place(target))
