"""Servers that do what servers must not: ten lines each, over a plain socket."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from kiosk.central.client import CentralClient

Script = Callable[[socket.socket], object]
"""What the server does with a connection whose request it has read."""
LONG_S, SHORT_S = 20.0, 0.5
"""The client's limit where it must not matter on a busy machine, and where it ends the call."""


@contextmanager
def serving(script: Script, context: ssl.SSLContext | None = None, *, reads_request: bool = True) -> Iterator[str]:
    """The address of a server whose every connection is treated by `script`."""
    listener = socket.create_server(("127.0.0.1", 0))

    def treat(line: socket.socket) -> None:
        with suppress(OSError), line:
            spoken = context.wrap_socket(line, server_side=True) if context else line
            with spoken:
                if reads_request:
                    _read_request(spoken)
                script(spoken)

    def accept() -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                threading.Thread(target=treat, args=(line,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    scheme = "https" if context else "http"
    try:
        yield f"{scheme}://localhost:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def _read_request(line: socket.socket) -> None:
    head = b""
    while b"\r\n\r\n" not in head:
        head += line.recv(65536) or b"\r\n\r\n"


def a_client(url: str, ca_file: str | None = None, deadline_s: float = LONG_S) -> CentralClient:
    return CentralClient(url, "lobby-1", "token", ca_file=ca_file, deadline_s=deadline_s)


def says(text: bytes) -> Script:
    """Sends that and hangs up."""
    return lambda line: line.sendall(text)


def answers(status: str, body: bytes, *headers: str) -> Script:
    head = "\r\n".join((f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers))
    return says(head.encode() + b"\r\n\r\n" + body)


def drips(text: bytes, every_s: float = 0.05) -> Script:
    """Sends that at once, then one more byte at a time, for ever."""

    def drip(line: socket.socket) -> None:
        pause = threading.Event()
        line.sendall(text)
        while not pause.wait(every_s):
            line.sendall(b" ")

    return drip


def floods(text: bytes, flood: bytes) -> Script:
    def send(line: socket.socket) -> None:
        line.sendall(text)
        while True:
            line.sendall(flood)

    return send


def hears(line: socket.socket) -> None:
    """Waits for the beginning of another request."""
    line.recv(1)


def waits(line: socket.socket) -> None:
    """Says nothing until the other side hangs up."""
    while line.recv(65536):
        pass
