"""What the bench may ask of the screen, over its own port on this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from kiosk.services.remote_view import RemoteView

Describe = Callable[[Callable[[dict[str, Any]], None]], None]


@contextmanager
def viewing(ask: Describe, **limits: float) -> Iterator[httpx.Client]:
    view = RemoteView(0, ask, **limits)
    view.start()
    try:
        url = f"http://127.0.0.1:{view._server.server_address[1]}"
        with httpx.Client(base_url=url, trust_env=False, timeout=20) as client:
            yield client
    finally:
        view.stop()


def test_what_is_on_the_screen_is_told() -> None:
    with viewing(lambda take: take({"screen": "attract", "texts": ["社会保障卡"]})) as bench:
        answer = bench.get("/elements")
        assert (answer.status_code, answer.json()["texts"]) == (200, ["社会保障卡"])


def test_nothing_else_is_told() -> None:
    with viewing(lambda take: take({})) as bench:
        assert bench.get("/").status_code == 404
        assert bench.get("/elements/../secrets").status_code == 404
        assert bench.post("/elements").status_code == 501


def test_a_screen_that_does_not_answer_is_said_to_be_so() -> None:
    with viewing(lambda _take: None, answer_limit_s=0.05) as bench:
        assert bench.get("/elements").status_code == 503


def test_it_listens_on_this_machine_only() -> None:
    view = RemoteView(0, lambda take: take({}))
    assert view._server.server_address[0] == "127.0.0.1"
    view.start()
    view.stop()


def test_a_taken_port_is_an_error_of_the_system() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(OSError, match="in use"):
        RemoteView(other.getsockname()[1], lambda take: take({}))
