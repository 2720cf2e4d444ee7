"""A limit by the clock on a whole exchange: at the deadline its sockets are shut down, wherever it stands.

`requests` limits the wait for each piece only, so a server that drips header or body bytes, or a TLS handshake, holds
its caller for ever. The time that the resolver takes for a name is the resolver's own limit.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from urllib3.connection import HTTPConnection, HTTPSConnection

Watch = Callable[[socket.socket], None]
"""Told of every socket before the first byte goes through it."""


class Deadline:
    """`with Deadline(limit_s) as deadline`: sockets told to `watch` die when the time is over or at `end_now`.

    It keeps a duplicate of each descriptor: TLS takes the socket over, and `Connection: close` drops it while its
    body is still being read.
    """

    def __init__(self, limit_s: float) -> None:
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._has_passed = False
        self._timer = threading.Timer(limit_s, self.end_now)
        self._timer.daemon = True

    @property
    def has_passed(self) -> bool:
        return self._has_passed

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            for watched in self._sockets:
                watched.close()
            self._sockets.clear()

    def watch(self, used: socket.socket) -> None:
        double = socket.socket(fileno=os.dup(used.fileno()))
        with self._lock:
            self._sockets.append(double)
            if self._has_passed:
                _shut(double)

    def end_now(self) -> None:
        """From any thread."""
        with self._lock:
            self._has_passed = True
            for watched in self._sockets:
                _shut(watched)


def _shut(watched: socket.socket) -> None:
    with suppress(OSError):  # the other side was faster
        watched.shutdown(socket.SHUT_RDWR)


def watched_connection(kind: type[HTTPConnection], watch: Watch) -> type[HTTPConnection]:
    """The connection class `kind` that tells `watch` of its socket, a new one and one used again."""

    class WatchedConnection(kind):
        def _new_conn(self) -> socket.socket:  # before TLS: a handshake may drip too
            opened = super()._new_conn()
            watch(opened)
            return opened

        def request(self, *arguments: Any, **options: Any) -> None:
            if self.sock is not None:
                watch(self.sock)
            super().request(*arguments, **options)

    return WatchedConnection


def connection_classes(watch: Watch) -> dict[str, type[HTTPConnection]]:
    """By scheme."""
    return {"http": watched_connection(HTTPConnection, watch), "https": watched_connection(HTTPSConnection, watch)}
