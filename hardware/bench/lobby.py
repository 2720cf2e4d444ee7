"""The invented lobby that the bench camera looks at: a calm wall, a floor, a plant, daylight, and sensor noise."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Rows x columns x blue, green, red."""

NOISE_PICTURES = 6


def lobby(width: int, height: int) -> Picture:
    """The room without anybody in it, drawn for 1280 x 720 and scaled."""
    picture = _wall_and_floor()
    cv2.rectangle(picture, (90, 120), (330, 400), (236, 226, 206), -1)  # window
    cv2.rectangle(picture, (90, 120), (330, 400), (150, 158, 160), 6)
    cv2.line(picture, (210, 120), (210, 400), (150, 158, 160), 4)
    cv2.rectangle(picture, (930, 210), (1210, 330), (138, 104, 62), -1)  # notice board
    for row in range(5):
        cv2.line(picture, (955, 232 + 18 * row), (1180 - 34 * (row % 3), 232 + 18 * row), (214, 206, 196), 3)
    cv2.rectangle(picture, (1060, 470), (1140, 560), (70, 92, 122), -1)  # plant in its pot
    for x, y in ((1040, 420), (1100, 380), (1160, 420), (1075, 440), (1130, 445)):
        cv2.ellipse(picture, (x, y), (26, 52), (x - 1100) / 3, 0, 360, (74, 122, 78), -1, cv2.LINE_AA)
    picture = cv2.GaussianBlur(picture, (0, 0), 2.2)  # the lens is focused on the phone, not on the room
    return _bytes(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA))


def _wall_and_floor() -> Picture:
    rows = np.linspace(0.0, 1.0, 720)[:, None, None]
    columns = np.linspace(0.0, 1.0, 1280)[None, :, None]
    light = 1.06 - 0.22 * columns - 0.16 * rows
    wall = np.array([178.0, 190.0, 194.0]) * light
    floor = np.array([112.0, 126.0, 134.0]) * light
    return _bytes(np.where(rows < 0.76, wall, floor).clip(0, 255).astype(np.uint8))


def sensor_noise(width: int, height: int, random: np.random.Generator, sigma: float = 2.4) -> tuple[Picture, ...]:
    """A few pictures of noise around 128, made once: `with_noise` shifts them so that no two frames agree."""
    return tuple(
        random.normal(128.0, sigma, (height, width, 3)).clip(0, 255).astype(np.uint8) for _ in range(NOISE_PICTURES)
    )


def with_noise(picture: Picture, noise: tuple[Picture, ...], number: int) -> Picture:
    """The picture as a sensor delivers it in frame `number`."""
    grain = noise[number % len(noise)]
    rows = (number * 37) % grain.shape[0]
    shifted = np.concatenate((grain[rows:], grain[:rows]))
    return _bytes(cv2.addWeighted(picture, 1.0, shifted, 1.0, -128.0))


def covered_lens(width: int, height: int) -> Picture:
    """A finger on the lens: dim, warm, without any detail."""
    columns = np.linspace(0.8, 1.2, width)[None, :, None]
    return _bytes((np.ones((height, 1, 1)) * columns * np.array([16.0, 20.0, 44.0])).astype(np.uint8))


def _bytes(picture: object) -> Picture:
    return np.asarray(picture, dtype=np.uint8)
