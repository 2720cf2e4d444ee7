"""The terminal's screen from outside: pictures out of a real Xvfb's memory, touches by XTEST on a real window."""

from __future__ import annotations

import os
import select
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import requests
from Xlib import X
from Xlib.display import Display

from hardware.bench.control import Bench, create_app
from hardware.bench.screen import FRAME_FILE, Screen, ScreenError, small_jpeg
from tests.bench_fixture import served

WIDTH, HEIGHT = 320, 480
LIMIT_S = 10.0
BLUE, GREEN = 0x0000FF, 0x00FF00
EVENTS = X.ButtonPressMask | X.ButtonReleaseMask | X.Button1MotionMask | X.ExposureMask
STEP = {X.ButtonPress: "down", X.ButtonRelease: "up", X.MotionNotify: "move"}


@dataclass(frozen=True)
class Window:
    """A small client that fills the screen and hears every touch."""

    display: Any
    window: Any

    def paint(self, colour: int) -> None:
        self.window.change_attributes(background_pixel=colour)
        self.window.clear_area(0, 0, 0, 0)
        self.display.sync()

    def next_event(self) -> Any:
        while not self.display.pending_events():
            readable, _, _ = select.select([self.display.fileno()], [], [], LIMIT_S)
            assert readable, "no event came"
        return self.display.next_event()

    def touch(self) -> list[tuple[str, int, int]]:
        """Everything from a finger down to its up."""
        steps: list[tuple[str, int, int]] = []
        while not steps or steps[-1][0] != "up":
            event = self.next_event()
            if event.type in STEP:
                steps.append((STEP[event.type], event.event_x, event.event_y))
        return steps


@pytest.fixture(scope="module")
def frame_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("frame")


@pytest.fixture(scope="module")
def display_name(frame_dir: Path) -> Iterator[str]:
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"]
    command += ["-noreset"]  # else it starts over when its last client leaves, and refuses whoever comes then
    program = subprocess.Popen([*command, "-fbdir", str(frame_dir)], pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as answer:
        yield f":{answer.readline().strip()}"
    program.terminate()
    program.wait(LIMIT_S)


@pytest.fixture(scope="module")
def screen(frame_dir: Path, display_name: str) -> Screen:
    return Screen(display_name, frame_dir, "")


@pytest.fixture
def window(display_name: str) -> Iterator[Window]:
    display = Display(display_name)
    window = display.screen().root.create_window(
        0, 0, WIDTH, HEIGHT, 0, 24, X.InputOutput, background_pixel=BLUE, event_mask=EVENTS
    )
    window.map()
    client = Window(display, window)
    while client.next_event().type != X.Expose:
        pass
    yield client
    display.close()


# --- pictures --------------------------------------------------------------------------------------------------------


def test_the_picture_is_what_the_display_shows(screen: Screen, window: Window) -> None:
    assert screen.size() == (WIDTH, HEIGHT)
    for colour, seen in ((GREEN, (0, 255, 0)), (BLUE, (255, 0, 0))):
        window.paint(colour)
        assert (screen.picture() == np.array(seen)).all()  # blue, green, red


def test_a_png_has_every_pixel(screen: Screen, window: Window) -> None:
    window.paint(GREEN)
    picture = cv2.imdecode(np.frombuffer(screen.png(), np.uint8), cv2.IMREAD_COLOR)
    assert (picture == screen.picture()).all()


@pytest.mark.parametrize(("asked_px", "shape"), [(240, (240, 160, 3)), (2000, (HEIGHT, WIDTH, 3))])
def test_a_small_picture_keeps_its_shape_and_never_grows(
    screen: Screen, asked_px: int, shape: tuple[int, int, int]
) -> None:
    picture = cv2.imdecode(np.frombuffer(small_jpeg(screen.memory(), asked_px), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == shape


# python-xlib leaves the socket of a call that nobody takes to the collector
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_a_screen_that_is_not_there_is_an_error_and_not_a_crash(tmp_path: Path) -> None:
    with pytest.raises(ScreenError, match="no virtual screen"):
        Screen(":987", tmp_path, "").picture()
    with pytest.raises(ScreenError, match=":987"):
        Screen(":987", None, "").picture()
    with pytest.raises(ScreenError, match=":987"):
        Screen(":987", None, "").tap(1, 1)
    for length in (0, 10, 200):
        (tmp_path / FRAME_FILE).write_bytes(bytes(length))
        with pytest.raises(ScreenError, match="starting"):
            Screen(":987", tmp_path, "").png()


def test_facts_tell_the_size_once_the_screen_is_there(screen: Screen, tmp_path: Path) -> None:
    assert screen.facts() == {
        "is_virtual": True,
        "display": screen.display_name,
        "width": WIDTH,
        "height": HEIGHT,
    }
    assert Screen(":987", tmp_path, "").facts()["width"] == 0


def test_the_live_picture_shows_a_change_and_nothing_twice(screen: Screen, window: Window, tmp_path: Path) -> None:
    window.paint(BLUE)
    bench = Bench({}, screen, "", tmp_path, tmp_path)
    with served(create_app(bench)) as url:
        with requests.get(f"{url}/api/screen/live", stream=True, timeout=LIMIT_S) as live:
            pictures = parts(live)
            assert is_about(next(pictures), (255, 0, 0))
            window.paint(GREEN)
            assert is_about(next(pictures), (0, 255, 0))
            window.paint(BLUE)
            assert is_about(next(pictures), (255, 0, 0))
        bench.ending.set()


# --- touches ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("x", "y"), [(0, 0), (160, 240), (WIDTH - 1, HEIGHT - 1)])
def test_a_tap_is_a_finger_down_and_up_at_one_pixel(screen: Screen, window: Window, x: int, y: int) -> None:
    screen.tap(x, y)
    assert [step for step in window.touch() if step[0] != "move"] == [("down", x, y), ("up", x, y)]


def test_a_stroke_visits_every_place_with_the_finger_down(screen: Screen, window: Window) -> None:
    places = [(10, 10), (60, 40), (110, 200), (300, 470)]
    screen.stroke(places, seconds=0.05)
    steps = window.touch()
    assert steps[0] == ("down", 10, 10)
    assert [step for step in steps if step[0] == "move"] == [("move", x, y) for x, y in places[1:]]
    assert steps[-1] == ("up", 300, 470)


@pytest.mark.parametrize("place", [(-1, 5), (5, -1), (WIDTH, 5), (5, HEIGHT)])
def test_a_touch_beside_the_screen_is_refused(screen: Screen, place: tuple[int, int]) -> None:
    with pytest.raises(ScreenError, match="320 x 480"):
        screen.tap(*place)


@pytest.mark.parametrize(("places", "seconds"), [([], 0.1), ([(1, 1)], -1.0), ([(1, 1)], 60.0)])
def test_a_stroke_without_places_or_end_is_refused(
    screen: Screen, places: list[tuple[int, int]], seconds: float
) -> None:
    with pytest.raises(ScreenError):
        screen.stroke(places, seconds)


def test_touches_arrive_through_the_control_interface(screen: Screen, window: Window, tmp_path: Path) -> None:
    with served(create_app(Bench({}, screen, "", tmp_path, tmp_path))) as url:
        assert requests.post(f"{url}/api/screen/tap", json={"x": 7, "y": 8}, timeout=LIMIT_S).ok
        assert window.touch()[-1] == ("up", 7, 8)
        stroke = {"points": [[1, 2], [30, 40]], "seconds": 0.02}
        assert requests.post(f"{url}/api/screen/stroke", json=stroke, timeout=LIMIT_S).ok
        assert window.touch()[-1] == ("up", 30, 40)
        for wrong in ({"points": [[1]]}, {"points": 3}, {}):
            assert requests.post(f"{url}/api/screen/stroke", json=wrong, timeout=LIMIT_S).status_code == 400


def parts(live: requests.Response) -> Iterator[np.ndarray[Any, Any]]:
    """The pictures of a multipart stream; each is whole once the next part's head has come."""
    received = b""
    for chunk in live.iter_content(None):
        received += chunk
        *whole, received = received.split(b"\r\n--frame\r\nContent-Type: image/jpeg\r\n\r\n")
        for jpeg in filter(None, whole):
            yield cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)


def is_about(picture: np.ndarray[Any, Any], colour: tuple[int, int, int]) -> bool:
    """JPEG is not exact."""
    return bool((np.abs(picture.astype(int) - np.array(colour)) < 12).all())
