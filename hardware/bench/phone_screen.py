"""A phone that a person holds before the camera, with a code on its screen: drawn, moved by a hand, lit, blurred.

The bench camera shows it live and the measurement of decoders reads sequences of it. All chance comes from
the `Hand`, which is drawn from a generator that is passed in: the same seed is the same hand.

Sizes follow the lens: a 25 mm code filled with the everyday payment code has some 3 to 5 pixels per module.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import cos, pi, sin

import cv2
import numpy as np
import segno
from numpy.typing import NDArray

from hardware.bench.lobby import Picture, lobby, sensor_noise, with_noise

MODULE_PX = 6
"""Pixels per module on the phone's own screen, before the camera sees it."""
QUIET_ZONE = 4
_BLANK_MODULES = 29
ENTERING_S = 0.5
JPEG_QUALITY = 80


class Style(StrEnum):
    """How the code is shown; each is one thing that goes wrong in a lobby, and `EASY` is none."""

    EASY = "easy"
    SMALL = "small"
    DARK_MODE = "dark_mode"
    GLARE = "glare"
    DIM = "dim"
    BLURRED = "blurred"
    TILTED = "tilted"
    MOIRE = "moire"


@dataclass(frozen=True)
class Look:
    """What a style means, in modules, pixels and shares."""

    module_px: float = 4.2
    """Pixels per module in the camera's picture."""
    paper: int = 238
    ink: int = 18
    defocus_modules: float = 0.18
    tilt: float = 0.10
    """Radians, around both axes of the screen."""
    glare: float = 0.0
    """Brightness that a lamp adds at its middle."""
    moire: float = 0.0
    """Share of the brightness that the beat of both pixel grids takes away."""


LOOKS: dict[Style, Look] = {
    Style.EASY: Look(),
    Style.SMALL: Look(module_px=2.1),
    Style.DARK_MODE: Look(paper=22, ink=228, module_px=3.8),
    Style.GLARE: Look(glare=240.0),
    Style.DIM: Look(paper=60, ink=26, module_px=3.6),
    Style.BLURRED: Look(defocus_modules=0.52, module_px=3.8),
    Style.TILTED: Look(tilt=0.70, module_px=4.6),
    Style.MOIRE: Look(moire=0.42, module_px=3.8),
}


@dataclass(frozen=True)
class Hand:
    """One person's way of holding a phone; phases in radians."""

    sway_phase: float
    tremor_phase: float
    roll: float
    """Radians."""
    from_right: bool
    lamp_phase: float


def a_hand(random: np.random.Generator) -> Hand:
    return Hand(
        sway_phase=random.uniform(0, 2 * pi),
        tremor_phase=random.uniform(0, 2 * pi),
        roll=random.uniform(-0.22, 0.22),
        from_right=bool(random.integers(2)),
        lamp_phase=random.uniform(0, 2 * pi),
    )


@dataclass(frozen=True)
class PhoneScreen:
    """The lit screen, head on; `modules` is the side of the code without its quiet zone."""

    picture: Picture
    modules: int


@dataclass(frozen=True)
class Shown:
    """One phone before the camera. `middle` is where it is held, as shares of the picture's width and height."""

    screen: PhoneScreen
    look: Look
    hand: Hand
    middle: tuple[float, float] = (0.5, 0.5)


def show(content: bytes, style: Style, hand: Hand, middle: tuple[float, float] = (0.5, 0.5)) -> Shown:
    """Put `content` into a QR code on a phone; raises ValueError when it does not fit into one.

    Without content the screen has no code: the person holds up the wrong page.
    """
    look = LOOKS[style]
    return Shown(_screen(content, look), look, hand, middle)


def _screen(content: bytes, look: Look) -> PhoneScreen:
    code = _code(content)
    modules = code.shape[0]
    side = (modules + 2 * QUIET_ZONE) * MODULE_PX
    width, height = int(side * 1.16), int(side * 1.85)
    picture = np.full((height, width, 3), look.paper, dtype=np.uint8)
    left, top = (width - side) // 2, int(side * 0.42)
    inked = np.where(np.pad(code, QUIET_ZONE), look.ink, look.paper).astype(np.uint8)
    large = np.kron(inked, np.ones((MODULE_PX, MODULE_PX), dtype=np.uint8))
    picture[top : top + side, left : left + side] = large[:, :, None]
    _draw_app(picture, look, side)
    return PhoneScreen(picture, modules)


def _code(content: bytes) -> NDArray[np.uint8]:
    if not content:
        return np.zeros((_BLANK_MODULES, _BLANK_MODULES), dtype=np.uint8)
    matrix = segno.make(content, error="m" if len(content) <= 1000 else "l", micro=False, boost_error=False).matrix
    return np.array([list(row) for row in matrix], dtype=np.uint8)


def _draw_app(picture: Picture, look: Look, side: int) -> None:
    """What else is on such a screen: a title, lines of text, a button; no real words."""
    height, width = picture.shape[:2]
    grey = int(look.paper * 0.55 + look.ink * 0.45)
    thick = max(2, side // 60)
    for share, y in ((0.42, 0.10), (0.30, 0.17)):
        cv2.line(
            picture,
            (int(width * (0.5 - share / 2)), int(height * y)),
            (int(width * (0.5 + share / 2)), int(height * y)),
            (grey,) * 3,
            thick,
        )
    cv2.rectangle(picture, (width // 5, int(height * 0.86)), (width * 4 // 5, int(height * 0.93)), (grey,) * 3, -1)
    cv2.rectangle(picture, (0, 0), (width - 1, height - 1), (12, 12, 12), thick * 3)


def draw_phone(frame: Picture, shown: Shown, seconds: float) -> Picture:
    """The frame with the phone in it, `seconds` after the hand began to move."""
    picture, corners = _as_seen(shown, frame.shape[1], frame.shape[0], seconds)
    height, width = picture.shape[:2]
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    transform = cv2.getPerspectiveTransform(flat, corners)
    size = (frame.shape[1], frame.shape[0])
    drawn = cv2.warpPerspective(
        picture, transform, size, dst=frame.copy(), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
    )
    return _with_glare(_with_moire(np.asarray(drawn, dtype=np.uint8), shown, corners, seconds), shown, corners, seconds)


def _as_seen(shown: Shown, width: int, height: int, seconds: float) -> tuple[Picture, NDArray[np.float32]]:
    """The screen blurred as the lens and the movement blur it, and where its corners are in the frame."""
    module_px = min(shown.look.module_px, 0.8 * height / (shown.screen.modules + 2 * QUIET_ZONE))
    corners = _corners(shown, width, height, module_px, seconds)
    moved = corners - _corners(shown, width, height, module_px, seconds - 1 / 60)  # shutter 1/60 s
    motion_modules = float(np.hypot(*moved.mean(axis=0))) / module_px
    pixel_modules = 0.42 / module_px
    hunting = 1.0 + 0.18 * sin(3.1 * seconds + shown.hand.lamp_phase)  # the lens looks for its focus
    still = np.hypot(shown.look.defocus_modules * hunting, pixel_modules)
    moving = np.hypot(still, motion_modules / 3.5)  # a box of width w has sigma w / sqrt(12)
    vertical = abs(float(moved.mean(axis=0)[1])) > abs(float(moved.mean(axis=0)[0]))
    sigma_x, sigma_y = (still, moving) if vertical else (moving, still)
    blurred = cv2.GaussianBlur(shown.screen.picture, (0, 0), sigma_x * MODULE_PX, sigmaY=sigma_y * MODULE_PX)
    return np.asarray(blurred, dtype=np.uint8), corners


def _corners(shown: Shown, width: int, height: int, module_px: float, seconds: float) -> NDArray[np.float32]:
    hand = shown.hand
    scale = module_px / MODULE_PX
    half_w = shown.screen.picture.shape[1] * scale / 2
    half_h = shown.screen.picture.shape[0] * scale / 2
    flat = np.array([[-half_w, -half_h], [half_w, -half_h], [half_w, half_h], [-half_w, half_h]])
    sway = sin(1.9 * seconds + hand.sway_phase)
    tilt_x = shown.look.tilt * (0.8 + 0.2 * sway)
    tilt_y = shown.look.tilt * 0.6 * cos(1.3 * seconds + hand.sway_phase)
    roll = hand.roll + 0.03 * sway
    turned = _turn(flat, tilt_x, tilt_y, roll, distance=6.0 * max(half_w, half_h))
    return (turned + _middle(shown, width, height, half_w, seconds)).astype(np.float32)


def _middle(shown: Shown, width: int, height: int, half_w: float, seconds: float) -> NDArray[np.float64]:
    """Where the middle of the code is: brought in within half a second, then held by a hand that trembles."""
    hand = shown.hand
    away = max(0.0, 1.0 - max(seconds, 0.0) / ENTERING_S) ** 2 * (0.5 * width + half_w)
    sway = 9.0 * sin(1.7 * seconds + hand.sway_phase) + 1.6 * sin(23.0 * seconds + hand.tremor_phase)
    heave = 7.0 * cos(1.2 * seconds + hand.sway_phase) + 1.6 * cos(19.0 * seconds + hand.tremor_phase)
    x = shown.middle[0] * width + (away if hand.from_right else -away) + sway
    return np.array([x, shown.middle[1] * height + heave])


def _turn(flat: NDArray[np.float64], tilt_x: float, tilt_y: float, roll: float, distance: float) -> NDArray[np.float64]:
    """Rotate the flat screen in space and look at it from `distance` pixels (pinhole)."""
    x = flat[:, 0] * cos(roll) - flat[:, 1] * sin(roll)
    y = flat[:, 0] * sin(roll) + flat[:, 1] * cos(roll)
    depth = distance + x * sin(tilt_y) + y * sin(tilt_x)
    return np.stack([x * cos(tilt_y), y * cos(tilt_x)], axis=1) * (distance / depth)[:, None]


def _with_moire(frame: Picture, shown: Shown, corners: NDArray[np.float32], seconds: float) -> Picture:
    if not shown.look.moire:
        return frame
    height, width = frame.shape[:2]
    x, y = np.arange(width)[None, :], np.arange(height)[:, None]
    phase = shown.hand.lamp_phase + 4.0 * seconds
    beat = np.sin(2 * pi * (x + 0.35 * y) / 9.0 + phase) * np.sin(2 * pi * (y - 0.2 * x) / 11.0 + phase / 2)
    dimmed = frame * (1.0 - shown.look.moire * (0.5 + 0.5 * beat))[:, :, None]
    return np.where(_on_screen(frame, corners)[:, :, None], dimmed, frame).astype(np.uint8)


def _with_glare(frame: Picture, shown: Shown, corners: NDArray[np.float32], seconds: float) -> Picture:
    """A ceiling lamp mirrored in the glass wanders over the code as the hand sways."""
    if not shown.look.glare:
        return frame
    height, width = frame.shape[:2]
    middle = corners.mean(axis=0)
    reach = 0.32 * float(np.hypot(*(corners[1] - corners[0])))
    phase = 2.0 * seconds + shown.hand.lamp_phase
    x = (np.arange(width)[None, :] - middle[0] - reach * cos(phase)) / (0.55 * reach)
    y = (np.arange(height)[:, None] - middle[1] - 0.8 * reach * sin(phase)) / (0.30 * reach)
    lamp = shown.look.glare * np.exp(-(x**2 + y**2)) + 40.0
    return np.where(_on_screen(frame, corners)[:, :, None], np.minimum(frame + lamp[:, :, None], 255), frame).astype(
        np.uint8
    )


def _on_screen(frame: Picture, corners: NDArray[np.float32]) -> NDArray[np.bool_]:
    mask = np.zeros(frame.shape[:2], dtype=np.uint8)
    cv2.fillConvexPoly(mask, corners.astype(np.int32), 1)
    return mask.astype(np.bool_)


def grey_sequence(
    content: bytes,
    style: Style,
    random: np.random.Generator,
    frames: int = 30,
    fps: int = 15,
    width: int = 1280,
    height: int = 720,
) -> Iterator[NDArray[np.uint8]]:
    """What a camera delivers while a person brings a phone into view: grey frames after sensor noise and JPEG."""
    shown = show(content, style, a_hand(random))
    room, noise = lobby(width, height), sensor_noise(width, height, random)
    for number in range(frames):
        seen = with_noise(draw_phone(room, shown, number / fps), noise, number)
        yield decode_grey(encode_jpeg(seen))


def encode_jpeg(picture: Picture, quality: int = JPEG_QUALITY) -> bytes:
    """As cameras do: 4:2:2."""
    flags = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422]
    return cv2.imencode(".jpg", picture, flags)[1].tobytes()


def decode_grey(jpeg: bytes) -> NDArray[np.uint8]:
    grey = cv2.imdecode(np.frombuffer(jpeg, dtype=np.uint8), cv2.IMREAD_GRAYSCALE)
    return np.asarray(grey, dtype=np.uint8)
