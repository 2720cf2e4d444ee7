import numpy as np

from hardware.bench.lobby import lobby, sensor_noise, with_noise
from hardware.code_scanner.sight import Gaze, Picture, has_changed, look, picture_of

ROOM = lobby(640, 360)
NOISE = sensor_noise(640, 360, np.random.default_rng(7))


def seen(number: int, phone: bool = False) -> Picture:
    grey = with_noise(ROOM, NOISE, number)[:, :, 1].copy()
    if phone:
        grey[100:260, 250:350] = 240
    return picture_of(grey)


def after(count: int, phone: bool = False) -> Gaze:
    gaze = Gaze()
    for number in range(count):
        gaze, _ = look(gaze, seen(number, phone))
    return gaze


def test_noise_is_no_change_and_a_phone_is() -> None:
    gaze = after(10)
    assert not has_changed(gaze, seen(11).thumb)
    assert has_changed(gaze, seen(11, phone=True).thumb)


def test_an_empty_lobby_gets_the_whole_effort_every_fourth_time() -> None:
    assert after(40).misses == 10


def test_something_new_gets_the_whole_effort_every_time() -> None:
    gaze = after(40)
    for number in range(12):
        gaze, _ = look(gaze, seen(number, phone=True))
    assert gaze.misses == 10 + 12


def test_what_stays_unreadable_for_long_gets_the_whole_effort_every_other_time() -> None:
    gaze = after(40)
    for number in range(30):
        gaze, _ = look(gaze, seen(number, phone=True))
    misses = gaze.misses
    for number in range(20):
        gaze, _ = look(gaze, seen(number, phone=True))
    assert gaze.misses == misses + 10


def test_what_stays_becomes_background_and_is_still_looked_at() -> None:
    gaze = after(40)
    for number in range(400):
        gaze, _ = look(gaze, seen(number, phone=True))
    assert not has_changed(gaze, seen(1, phone=True).thumb)
    misses = gaze.misses
    for number in range(8):
        gaze, _ = look(gaze, seen(number, phone=True))
    assert gaze.misses == misses + 2
