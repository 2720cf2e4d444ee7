"""The bench's control interface for tests: served over real HTTP, with the peripherals that a test asks for."""

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

PORTS = range(20_000, 30_000)
"""Below those that the kernel gives to outgoing calls."""
STOP_LIMIT_S = 10.0


def free_port() -> int:
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


@contextmanager
def served(app: Any) -> Iterator[str]:
    """An ASGI application in a thread of its own; its address."""
    server = uvicorn.Server(
        uvicorn.Config(app, lifespan="off", ws="none", log_level="error", access_log=False, timeout_graceful_shutdown=1)
    )
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(STOP_LIMIT_S)
