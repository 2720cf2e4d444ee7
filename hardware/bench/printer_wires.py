"""The two wires of the bench printer: a TCP port and a pseudo-terminal. One host at a time, the newest wins."""

from __future__ import annotations

import os
import select
import socket
import threading
import tty
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

READ_SIZE = 65536

Receive = Callable[[bytes], None]


class Wire(Protocol):
    @property
    def address(self) -> str: ...

    @property
    def is_connected(self) -> bool: ...

    def open(self, receive: Receive) -> None:
        """Begin to listen; `receive` is called from the wire's own thread."""
        ...

    def send(self, data: bytes) -> None:
        """To the host, if there is one."""
        ...

    def hang_up(self) -> None:
        """Drop the host that is there now; the next may come."""
        ...

    def close(self) -> None:
        """As when the power goes."""
        ...


class TcpWire:
    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._server: socket.socket | None = None
        self._peer: socket.socket | None = None

    @property
    def address(self) -> str:
        return f"{self._host}:{self._port}"

    @property
    def is_connected(self) -> bool:
        return self._peer is not None

    def open(self, receive: Receive) -> None:
        self._server = socket.create_server((self._host, self._port))
        threading.Thread(target=self._accept, args=(self._server, receive), daemon=True).start()

    def send(self, data: bytes) -> None:
        if self._peer is not None:
            with suppress(OSError):
                self._peer.sendall(data)

    def hang_up(self) -> None:
        peer, self._peer = self._peer, None
        _shut(peer)

    def close(self) -> None:
        server, self._server = self._server, None
        _shut(server)
        self.hang_up()

    def _accept(self, server: socket.socket, receive: Receive) -> None:
        with suppress(OSError):
            while True:
                peer, _ = server.accept()
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.hang_up()
                self._peer = peer
                threading.Thread(target=self._listen, args=(peer, receive), daemon=True).start()

    def _listen(self, peer: socket.socket, receive: Receive) -> None:
        with suppress(OSError):
            while data := peer.recv(READ_SIZE):
                receive(data)
        if self._peer is peer:
            self.hang_up()


def _shut(connection: socket.socket | None) -> None:
    """Shutting down wakes a thread that waits in it; closing alone does not."""
    if connection is not None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()


class PtyWire:
    """The far end stays open here too, or the line would be dead whenever no host holds it."""

    def __init__(self, link: Path) -> None:
        self._link = link
        self._near: int | None = None
        self._end_listening: Callable[[], None] = lambda: None
        self._receive: Receive = lambda _: None

    @property
    def address(self) -> str:
        return str(self._link)

    @property
    def is_connected(self) -> bool:
        return self._near is not None

    def open(self, receive: Receive) -> None:
        self._receive = receive
        near, far = os.openpty()
        tty.setraw(far)
        self._point_link_to(os.ttyname(far))
        wake, waker = os.pipe()
        self._near, self._end_listening = near, lambda: os.close(waker)
        threading.Thread(target=self._listen, args=(near, far, wake), daemon=True).start()

    def send(self, data: bytes) -> None:
        if self._near is not None:
            with suppress(OSError):
                os.write(self._near, data)

    def hang_up(self) -> None:
        """A serial line cannot refuse its host; unplugged and plugged in again comes nearest."""
        if self.is_connected:
            self.close()
            self.open(self._receive)

    def close(self) -> None:
        if self._near is not None:
            self._near = None
            self._end_listening()
            self._link.unlink(missing_ok=True)

    def _listen(self, near: int, far: int, wake: int) -> None:
        """Closes the ends itself: a line closed while somebody reads it would live on until a byte comes."""
        with suppress(OSError):
            while wake not in select.select([near, wake], [], [])[0]:
                self._receive(os.read(near, READ_SIZE))
        for end in (near, far, wake):
            os.close(end)

    def _point_link_to(self, device: str) -> None:
        fresh = self._link.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(device)
        fresh.replace(self._link)
