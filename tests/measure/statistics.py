"""The few figures that stand for many times."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np


def percentile(values: Sequence[float], percent: float) -> float:
    return float(np.percentile(values, percent))


def middle(values: Sequence[float]) -> float:
    return percentile(values, 50)


def steady_slope(x: Sequence[float], y: Sequence[float]) -> float:
    """The median of the slopes between all pairs of points (Theil and Sen): single outliers do not bend it."""
    pairs = combinations(zip(x, y, strict=True), 2)
    return float(np.median([(later[1] - earlier[1]) / (later[0] - earlier[0]) for earlier, later in pairs]))


def spread(values: Sequence[float]) -> float:
    """Standard deviation."""
    return float(np.std(values))
