"""Motion JPEG over HTTP: `/stream` (multipart/x-mixed-replace) and `/snapshot.jpg`.

Pictures are made only while somebody watches.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

_BOUNDARY = "frame"
_WAIT_S = 1.0


class Reel:
    """Makes pictures at a steady pace in a thread of its own while there are watchers, and hands out the newest."""

    def __init__(self, make_jpeg: Callable[[int], bytes], fps: float) -> None:
        self._make_jpeg = make_jpeg
        self._period_s = 1 / fps
        self._changed = threading.Condition()
        self._watchers = 0
        self._number = 0
        self._jpeg = b""
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name="reel", daemon=True)

    @property
    def watchers(self) -> int:
        return self._watchers

    @property
    def number(self) -> int:
        """Of the newest picture, counted from 1."""
        return self._number

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Wait for the thread: at the interpreter's end it must not be inside the picture library."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        self._thread.join(_WAIT_S)

    def __enter__(self) -> None:
        with self._changed:
            self._watchers += 1
            self._changed.notify_all()

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._watchers -= 1

    def after(self, number: int, timeout_s: float) -> tuple[int, bytes]:
        """The newest picture once it is later than `number`, or whatever there is after `timeout_s`."""
        with self._changed:
            self._changed.wait_for(lambda: self._number > number, timeout_s)
            return self._number, self._jpeg

    def _run(self) -> None:
        due_s = time.monotonic()
        while not self._is_over:
            with self._changed:
                self._changed.wait_for(lambda: self._watchers > 0 or self._is_over)
            jpeg = self._make_jpeg(self._number + 1)
            with self._changed:
                self._number, self._jpeg = self._number + 1, jpeg
                self._changed.notify_all()
            now_s = time.monotonic()
            due_s = max(due_s + self._period_s, now_s)
            time.sleep(due_s - now_s)


class CameraServer(ThreadingHTTPServer):
    """The camera's door. `is_stalled` lets a connection in and tells it nothing, as a hung camera does."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, reel: Reel, is_stalled: Callable[[], bool]) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.reel = reel
        self.is_stalled = is_stalled
        self.is_down = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, name="camera", daemon=True).start()

    def stop(self) -> None:
        """Close the port and every stream that is open."""
        self.is_down.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A viewer that went away is nothing to report."""


class _Handler(BaseHTTPRequestHandler):
    @property
    def _camera(self) -> CameraServer:
        return cast("CameraServer", self.server)

    def do_GET(self) -> None:
        if not self._has_leave():
            return
        match self.path.partition("?")[0]:
            case "/stream":
                self._stream()
            case "/snapshot.jpg":
                self._snapshot()
            case _:
                self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  name given by http.server
        """Quiet: standard output belongs to the bench's protocol."""

    def _has_leave(self) -> bool:
        """Hold the viewer up while the camera is stalled; False when it has gone down meanwhile."""
        while self._camera.is_stalled() and not self._camera.is_down.is_set():
            self._camera.is_down.wait(0.05)
        return not self._camera.is_down.is_set()

    def _stream(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        number = self._camera.reel.number
        with self._camera.reel:
            while self._has_leave():
                newest, jpeg = self._camera.reel.after(number, _WAIT_S)
                if newest > number:
                    number = newest
                    self._send_part(jpeg)

    def _send_part(self, jpeg: bytes) -> None:
        head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
        self.wfile.write(head.encode() + jpeg + b"\r\n")

    def _snapshot(self) -> None:
        with self._camera.reel:
            _, jpeg = self._camera.reel.after(self._camera.reel.number, _WAIT_S)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(jpeg)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(jpeg)
