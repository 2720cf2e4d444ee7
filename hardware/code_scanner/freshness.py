"""Is the camera telling the truth? Frozen, black, covered and too dark pictures are told apart by what is in them.

A sensor has noise: two live pictures never agree bit for bit. A trouble counts once it has lasted `Patience`;
one good picture ends it.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from hardware.code_scanner.options import Patience
from hardware.code_scanner.sight import Picture, Thumb
from hardware.ports import CameraTrouble

_BLACK = 10.0
"""No field of the thumbnail brighter than this: nothing comes from the sensor (16 is black in limited range video)."""
_DARK = 36.0
"""Nineteen fields of twenty darker than this: no lit phone and no lit room."""
_PLAIN = 2.0
"""Grey levels between neighbours in the thumbnail; the calmest lobby has edges far above, a finger has none."""
_FINGERPRINT_ROWS = 8


@dataclass(frozen=True)
class Freshness:
    """What is remembered from one picture to the next."""

    fingerprint: int | None = None
    fresh_s: float = 0.0
    """When the content last changed."""
    suspicion: CameraTrouble | None = None
    suspected_s: float = 0.0
    trouble: CameraTrouble | None = None
    is_known: bool = False
    """Has there been proof of either health or trouble yet?"""


def judge(before: Freshness, picture: Picture, now_s: float, patience: Patience) -> Freshness:
    """Take one picture; `trouble` of the answer is what the camera suffers from now."""
    fingerprint = fingerprint_of(picture)
    is_same = fingerprint == before.fingerprint
    fresh_s = before.fresh_s if is_same else now_s
    is_frozen = now_s - fresh_s > patience.frozen_s
    suspicion = bad_picture(picture.thumb)
    suspected_s = before.suspected_s if suspicion is before.suspicion else now_s
    is_bad = suspicion is not None and now_s - suspected_s > patience.bad_picture_s
    is_good = suspicion is None and not is_same and before.fingerprint is not None
    trouble = suspicion if is_bad else CameraTrouble.FROZEN if is_frozen else None if is_good else before.trouble
    is_known = before.is_known or is_good or trouble is not None
    return Freshness(fingerprint, fresh_s, suspicion, suspected_s, trouble, is_known)


def fingerprint_of(picture: Picture) -> int:
    """Of every eighth row: a live sensor differs in each of them."""
    return zlib.crc32(picture.grey[::_FINGERPRINT_ROWS].tobytes())


def bad_picture(thumb: Thumb) -> CameraTrouble | None:
    """What one picture alone looks like."""
    if float(thumb.max()) < _BLACK:
        return CameraTrouble.BLACK
    if _steepest(thumb) < _PLAIN:
        return CameraTrouble.COVERED
    if float(np.quantile(thumb, 0.95)) < _DARK:
        return CameraTrouble.TOO_DARK
    return None


def _steepest(thumb: Thumb) -> float:
    """The 99th percentile of the differences between neighbouring fields: vignetting is gentle, things have edges."""
    across, down = np.abs(np.diff(thumb, axis=1)), np.abs(np.diff(thumb, axis=0))
    return float(np.quantile(np.concatenate((across.ravel(), down.ravel())), 0.99))
