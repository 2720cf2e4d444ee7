"""Reads a stream of pictures and spends its effort where something has come into view.

An empty lobby is most of what a scanner sees. A picture that looks like the background of the last seconds gets a
glance at half size, and every fourth one the whole effort, so that a phone that has lain there for long is read
all the same. Something new gets the whole effort every time, for two seconds; then every other time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.code_scanner.decode import half_size, read_codes, read_with_zxing
from hardware.code_scanner.grey import Grey
from hardware.ports import CodeSeen

THUMB_WIDTH, THUMB_HEIGHT = 64, 36

_LEARNING_RATE = 1 / 60
"""At 15 pictures a second the background follows within some four seconds."""
_CHANGE = 10.0
"""Grey levels by which one field of the thumbnail must differ; noise stays below 1."""
_FULL_EFFORT_EVERY = 4
_EAGER_PICTURES = 30

Thumb = NDArray[np.float32]


@dataclass(frozen=True)
class Picture:
    """One frame in the three sizes that everybody downstream shares."""

    grey: Grey
    half: Grey
    thumb: Thumb


def picture_of(grey: Grey) -> Picture:
    half = half_size(grey)
    thumb = cv2.resize(half, (THUMB_WIDTH, THUMB_HEIGHT), interpolation=cv2.INTER_AREA)
    return Picture(grey, half, np.asarray(thumb, dtype=np.float32))


@dataclass(frozen=True)
class Gaze:
    """What is remembered from one picture to the next."""

    background: Thumb | None = None
    pictures: int = 0
    misses: int = 0
    attention: int = 0
    """Pictures with something new in them, less those without."""


def look(gaze: Gaze, picture: Picture) -> tuple[Gaze, tuple[CodeSeen, ...]]:
    attention = _attention(gaze, picture.thumb)
    after = replace(
        gaze,
        background=_learnt(gaze.background, picture.thumb),
        pictures=gaze.pictures + 1,
        attention=attention,
    )
    if not _is_whole_effort_due(gaze, attention):
        return after, read_with_zxing(picture.half)
    codes = read_codes(picture.grey, picture.half, gaze.misses)
    return replace(after, misses=0 if codes else gaze.misses + 1), codes


def _attention(gaze: Gaze, thumb: Thumb) -> int:
    step = 1 if has_changed(gaze, thumb) else -1
    return min(max(gaze.attention + step, 0), 2 * _EAGER_PICTURES)


def _is_whole_effort_due(gaze: Gaze, attention: int) -> bool:
    if attention > _EAGER_PICTURES:
        return gaze.pictures % 2 == 0
    return gaze.pictures % _FULL_EFFORT_EVERY == 0 or attention > gaze.attention


def has_changed(gaze: Gaze, thumb: Thumb) -> bool:
    """Is there something that was not there in the last seconds?"""
    return gaze.background is not None and float(np.abs(thumb - gaze.background).max()) > _CHANGE


def _learnt(background: Thumb | None, thumb: Thumb) -> Thumb:
    if background is None:
        return thumb
    return (background + (thumb - background) * _LEARNING_RATE).astype(np.float32)
