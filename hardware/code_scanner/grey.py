"""A picture's luminance, as every part of the scanner hands it on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
"""Rows x columns of luminance."""
