"""What the bench may know of the screen: what is on it, machine-readable. Refused in production mode.

`GET /elements` -> JSON of `TerminalApp.describe()`. Listens on 127.0.0.1 only.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ANSWER_LIMIT_S = 5.0
Describe = Callable[[Callable[[dict[str, Any]], None]], None]
"""Asks the screen's own thread for a description and hands it to the callback."""


class RemoteView:
    """A small server thread; `ask` reaches the screen."""

    def __init__(self, port: int, ask: Describe, answer_limit_s: float = ANSWER_LIMIT_S) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(ask, answer_limit_s))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="remote-view", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(ask: Describe, answer_limit_s: float) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = answer_limit_s  # for a request that does not end

        def do_GET(self) -> None:
            if self.path != "/elements":
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            description = _described(ask, answer_limit_s)
            if description is None:
                self.send_error(HTTPStatus.SERVICE_UNAVAILABLE, "the screen did not answer")
                return
            body = json.dumps(description, ensure_ascii=False).encode()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it so
            """The screen's content is nobody's log."""

    return Handler


def _described(ask: Describe, limit_s: float) -> dict[str, Any] | None:
    ready = threading.Event()
    answers: list[dict[str, Any]] = []

    def take(description: dict[str, Any]) -> None:
        answers.append(description)
        ready.set()

    ask(take)
    return answers[0] if ready.wait(limit_s) else None
