"""The few figures that stand for many times."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def percentile(values: Sequence[float], percent: float) -> float:
    return float(np.percentile(values, percent))


def middle(values: Sequence[float]) -> float:
    return percentile(values, 50)


def slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Of the straight line that fits best."""
    return float(np.polyfit(x, y, 1)[0])
