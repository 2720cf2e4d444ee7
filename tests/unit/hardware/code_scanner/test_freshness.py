import cv2
import numpy as np
import pytest

from hardware.bench.lobby import Picture as Colour
from hardware.bench.lobby import covered_lens, lobby, sensor_noise, with_noise
from hardware.code_scanner.freshness import Freshness, judge
from hardware.code_scanner.options import Patience
from hardware.code_scanner.sight import Picture, picture_of
from hardware.ports import CameraTrouble

ROOM = lobby(640, 360)
NOISE = sensor_noise(640, 360, np.random.default_rng(3))
PATIENCE = Patience(frozen_s=1.0, bad_picture_s=1.0)


def seen(room: Colour, number: int) -> Picture:
    grey = cv2.cvtColor(with_noise(room, NOISE, number), cv2.COLOR_BGR2GRAY)
    return picture_of(np.asarray(grey, dtype=np.uint8))


def judged(pictures: list[Picture], before: Freshness | None = None, begin_s: float = 0.0) -> Freshness:
    state = before or Freshness()
    for number, picture in enumerate(pictures):
        state = judge(state, picture, begin_s + number / 10, PATIENCE)
    return state


def live(room: Colour, count: int) -> list[Picture]:
    return [seen(room, number) for number in range(count)]


def test_a_live_lobby_is_healthy() -> None:
    state = judged(live(ROOM, 20))
    assert state.is_known
    assert state.trouble is None


def test_one_picture_proves_nothing_and_the_second_does() -> None:
    assert not judged(live(ROOM, 1)).is_known
    assert judged(live(ROOM, 2)).is_known


def test_the_same_picture_for_more_than_a_second_is_frozen() -> None:
    assert judged([seen(ROOM, 0)] * 11).trouble is None
    assert judged([seen(ROOM, 0)] * 12).trouble is CameraTrouble.FROZEN


def test_a_calm_scene_is_not_frozen_as_long_as_the_sensor_has_noise() -> None:
    faint = sensor_noise(640, 360, np.random.default_rng(3), sigma=0.6)
    pictures = [picture_of(with_noise(ROOM, faint, number)[:, :, 1].copy()) for number in range(30)]
    assert judged(pictures).trouble is None


@pytest.mark.parametrize(
    ("room", "trouble"),
    [
        (np.zeros_like(ROOM), CameraTrouble.BLACK),
        (covered_lens(640, 360), CameraTrouble.COVERED),
        (np.full_like(ROOM, 90), CameraTrouble.COVERED),
        ((ROOM // 10).astype(np.uint8), CameraTrouble.TOO_DARK),
    ],
    ids=["black", "finger", "bright_finger", "night"],
)
def test_a_bad_picture_counts_once_it_has_lasted(room: Colour, trouble: CameraTrouble) -> None:
    pictures = live(room, 12)
    assert judged(pictures[:10]).trouble is None
    assert judged(pictures).trouble is trouble


def test_black_is_told_as_black_although_it_never_changes() -> None:
    black = picture_of(np.zeros((360, 640), dtype=np.uint8))
    assert judged([black] * 20).trouble is CameraTrouble.BLACK


def test_one_good_picture_ends_a_trouble() -> None:
    covered = judged(live(covered_lens(640, 360), 12))
    assert covered.trouble is CameraTrouble.COVERED
    assert judged([seen(ROOM, 1)], covered, begin_s=2.0).trouble is None


def test_a_hand_that_passes_the_lens_is_no_trouble() -> None:
    finger = covered_lens(640, 360)
    pictures = [*live(ROOM, 5), *live(finger, 8), *live(ROOM, 5), *live(finger, 8)]
    assert judged(pictures).trouble is None


def test_a_lit_phone_in_a_dark_lobby_is_not_too_dark() -> None:
    night = (ROOM // 10).astype(np.uint8)
    night[100:300, 200:420] = 235
    assert judged(live(night, 20)).trouble is None
