"""The bench's camera: `python -m hardware.bench.camera --port 18091`, Motion JPEG over HTTP.

It looks at an invented lobby in which a person may hold a phone. The driver opens `http://127.0.0.1:PORT/stream` with
the same `cv2.VideoCapture` as a real camera.

Verbs (see `hardware.bench.peripheral`): `show {content | content_base64, style?, seconds?}`, `show_two {a, b}`,
`clear`, `cover`, `freeze`, `black`, `dark`, `stall`, `go_down`, `come_up`, `state`. `clear` ends everything that
`show`, `cover`, `freeze`, `black`, `dark` and `stall` began. `state` tells no content.
"""

from __future__ import annotations

import argparse
import base64
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import cv2
import numpy as np

from hardware.bench.lobby import Picture, covered_lens, lobby, sensor_noise, with_noise
from hardware.bench.motion_jpeg import CameraServer, Reel
from hardware.bench.peripheral import Verb, serve
from hardware.bench.phone_screen import Shown, Style, a_hand, draw_phone, encode_jpeg, show

_LEFT, _RIGHT = (0.27, 0.5), (0.73, 0.5)


class View(StrEnum):
    """What the lens sees."""

    CLEAR = "clear"
    COVERED = "covered"
    BLACK = "black"
    DARK = "dark"


@dataclass(frozen=True)
class Scene:
    phones: tuple[Shown, ...] = ()
    since_s: float = 0.0
    until_s: float | None = None
    view: View = View.CLEAR
    is_frozen: bool = False
    is_stalled: bool = False

    def at(self, now_s: float) -> Scene:
        """The scene once its time is over."""
        return replace(self, phones=(), until_s=None) if self.until_s and now_s >= self.until_s else self


class Camera:
    """The scene before the lens and the sensor behind it. Verbs change the scene, the reel's thread draws it."""

    def __init__(self, width: int, height: int, random: np.random.Generator) -> None:
        self._random = random
        self._lobby = lobby(width, height)
        self._covered = covered_lens(width, height)
        self._noise = sensor_noise(width, height, random)
        self._scene = Scene()
        self._lock = threading.Lock()
        self._newest = b""

    @property
    def scene(self) -> Scene:
        with self._lock:
            self._scene = self._scene.at(time.monotonic())
            return self._scene

    def is_stalled(self) -> bool:
        return self.scene.is_stalled

    def jpeg(self, number: int) -> bytes:
        scene = self.scene
        if not scene.is_frozen or not self._newest:
            self._newest = encode_jpeg(self._sensed(scene, number))
        return self._newest

    def _sensed(self, scene: Scene, number: int) -> Picture:
        match scene.view:
            case View.BLACK:
                return np.zeros_like(self._lobby)
            case View.COVERED:
                return with_noise(self._covered, self._noise, number)
            case View.DARK:
                return with_noise((self._lobby // 10).astype(np.uint8), self._noise, number)
            case View.CLEAR:
                return with_noise(self._with_phones(scene), self._noise, number)

    def _with_phones(self, scene: Scene) -> Picture:
        picture = self._lobby
        for phone in scene.phones:
            picture = draw_phone(picture, phone, time.monotonic() - scene.since_s)
        return picture

    # --- verbs -----------------------------------------------------------------------------------------------------

    def show(
        self, content: str = "", content_base64: str = "", style: str = Style.EASY, seconds: float | None = None
    ) -> None:
        data = base64.b64decode(content_base64, validate=True) if content_base64 else content.encode()
        self._hold((show(data, Style(style), a_hand(self._random)),), seconds)

    def show_two(self, a: str, b: str) -> None:
        left = show(a.encode(), Style.EASY, a_hand(self._random), _LEFT)
        right = show(b.encode(), Style.EASY, a_hand(self._random), _RIGHT)
        self._hold((left, right), None)

    def clear(self) -> None:
        self._change(lambda _: Scene())

    def cover(self) -> None:
        self._change(lambda scene: replace(scene, view=View.COVERED))

    def black(self) -> None:
        self._change(lambda scene: replace(scene, view=View.BLACK))

    def dark(self) -> None:
        self._change(lambda scene: replace(scene, view=View.DARK))

    def freeze(self) -> None:
        self._change(lambda scene: replace(scene, is_frozen=True))

    def stall(self) -> None:
        self._change(lambda scene: replace(scene, is_stalled=True))

    def _hold(self, phones: tuple[Shown, ...], seconds: float | None) -> None:
        now_s = time.monotonic()
        until_s = now_s + seconds if seconds else None
        self._change(lambda scene: replace(scene, phones=phones, since_s=now_s, until_s=until_s))

    def _change(self, change: Callable[[Scene], Scene]) -> None:
        with self._lock:
            self._scene = change(self._scene)


class Door:
    """The camera's port, which can be closed and opened again."""

    def __init__(self, camera: Camera, reel: Reel, port: int) -> None:
        self._camera = camera
        self._reel = reel
        self._port = port
        self._server: CameraServer | None = None

    @property
    def is_up(self) -> bool:
        return self._server is not None

    def come_up(self) -> None:
        if self._server is None:
            self._server = CameraServer(self._port, self._reel, self._camera.is_stalled)
            self._server.start()

    def go_down(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.stop()


def verbs_of(camera: Camera, reel: Reel, door: Door) -> Mapping[str, Verb]:
    def state() -> Mapping[str, Any]:
        scene = camera.scene
        return {
            "phones": len(scene.phones),
            "view": scene.view,
            "is_frozen": scene.is_frozen,
            "is_stalled": scene.is_stalled,
            "is_up": door.is_up,
            "watchers": reel.watchers,
            "pictures": reel.number,
        }

    scene_verbs = (
        camera.show, camera.show_two, camera.clear, camera.cover, camera.freeze, camera.black, camera.dark,
        camera.stall,
    )  # fmt: skip
    return {verb.__name__: verb for verb in (*scene_verbs, door.go_down, door.come_up, state)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m hardware.bench.camera", description=__doc__)
    parser.add_argument("--port", type=int, default=18091)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=720)
    parser.add_argument("--fps", type=float, default=15.0)
    parser.add_argument("--seed", type=int, default=None, help="of the noise and of the hands")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    camera = Camera(arguments.width, arguments.height, np.random.default_rng(arguments.seed))
    reel = Reel(camera.jpeg, arguments.fps)
    reel.start()
    door = Door(camera, reel, arguments.port)
    door.come_up()
    serve(verbs_of(camera, reel, door), port=arguments.port, url=f"http://127.0.0.1:{arguments.port}/stream")
    door.go_down()
    reel.stop()


if __name__ == "__main__":
    main()
