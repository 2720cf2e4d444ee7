"""A21: where the focus of the keys is can be seen: a ring of 3:1 and 1 mm. Joined through `Target.is_focused`."""

from __future__ import annotations

from typing import Any

import numpy as np

from screens.widgets.target import Target
from tests.catalogue.findings import Tally
from tests.catalogue.picture import Picture
from tests.catalogue.pixels import SHAPE_RATIO, Pixels, ratio

RING_MM = 1.0
REACH_MM = 4.0


def has_focus() -> bool:
    return hasattr(Target, "is_focused")


def check_focus(picture: Picture, pixels: Pixels, tally: Tally) -> None:
    """Each control with the focus against the same without: as thick a band as asked must change by 3:1."""
    if not has_focus():
        return
    for target in picture.targets:
        if target.is_enabled:
            thick = picture.mm(focus_ring_px(picture, pixels, target))
            failure = f"ring of {target.element_id}: {thick:.1f} mm" if thick < RING_MM else ""
            tally.look("A21", failure, picture.place(target))


def focus_ring_px(picture: Picture, pixels: Pixels, target: Any) -> float:
    """Of the left and the right side, halfway up: pixels that change by 3:1 when the focus comes."""
    target.is_focused = True
    target.redraw()
    focused = Pixels(picture.stage)
    target.is_focused = False
    target.redraw()
    reach = int(REACH_MM * picture.px_per_mm)
    before, after = pixels.box(target, reach), focused.box(target, reach)
    changed = ratio(before, after) >= SHAPE_RATIO
    middle = changed[changed.shape[0] // 3 : -(changed.shape[0] // 3) or None]
    left, right = middle[:, : 2 * reach].sum(axis=1), middle[:, -2 * reach :].sum(axis=1)
    return float(min(np.median(left), np.median(right)))
