"""A21: where the focus of the keys is can be seen: a ring of 3:1 and 1 mm."""

from __future__ import annotations

from typing import Any

import numpy as np

from kiosk.flow.controls import Place
from kiosk.flow.focus import focused
from tests.catalogue.findings import Tally
from tests.catalogue.picture import Picture
from tests.catalogue.pixels import SHAPE_RATIO, Pixels, ratio

RING_MM = 1.0
REACH_MM = 4.0


def check_focus(picture: Picture, pixels: Pixels, tally: Tally) -> None:
    """Each control with the ring against the same without: as thick a band as asked must change by 3:1."""
    stage = picture.stage
    if focused(stage.display) is not None:
        stage._ring.show(stage.looks()[0], None, Place.PAGE)
        pixels = Pixels(stage)
    for target in picture.targets:
        if target.is_enabled:
            in_header, in_foot = target in stage._top.walk_shown(), target in stage._foot.walk_shown()
            place = Place.HEADER if in_header else Place.FOOT if in_foot else Place.PAGE
            stage._ring.show(target.look, target, place)
            thick = picture.mm(ring_px(picture, pixels, target))
            failure = f"ring of {target.element_id}: {thick:.1f} mm" if thick < RING_MM else ""
            tally.look("A21", failure, picture.place(target))
    stage._ring.show(stage.looks()[0], None, Place.PAGE)


def ring_px(picture: Picture, pixels: Pixels, target: Any) -> float:
    """Of the left and the right side, halfway up: pixels that change by 3:1 when the ring comes."""
    reach = int(REACH_MM * picture.px_per_mm)
    before, after = pixels.box(target, reach), Pixels(picture.stage).box(target, reach)
    changed = ratio(before, after) >= SHAPE_RATIO
    middle = changed[changed.shape[0] // 3 : -(changed.shape[0] // 3) or None]
    left, right = middle[:, : 2 * reach].sum(axis=1), middle[:, -2 * reach :].sum(axis=1)
    return float(min(np.median(left), np.median(right)))
