"""The bench's network between terminal and backend: passes every byte until told to cut, slow or spoil it.

    python -m hardware.bench.network --port 18082 --target-port 18080

Verbs (JSON lines, see `hardware.bench.peripheral`):

- `pass`: everything goes through, both ways (at start).
- `cut`: open connections end, new ones are refused at once.
- `hang`: connections are taken and nothing ever comes.
- `slow {seconds}`: every answer waits so long (0 to 120).
- `fail {status}`: every request is answered with that HTTP status (500) and no body; it never reaches the backend.
- `garble`: answers come with their body spoiled.
- `lose_answers {count}`: so many requests (1) reach the backend, but their answers never come back; then it passes.
- `state` -> {mode, path, seconds, status, answers_to_lose, connections}; every verb answers with the same.

With a `path`, such as `/submission`, all but `pass` concern only requests whose first line holds it; the others pass.
A verb ends the connections that are open, so that it holds at once even for those that are kept alive.
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import threading
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hardware.bench.peripheral import serve

CHUNK_BYTES = 65_536
ANSWER_MARK = b"HTTP/1."
"""An answer begins with it, and always with a chunk of its own: it follows a request."""
BODY_MARK = b"\r\n\r\n"
LENGTH_FIELD = b"content-length:"
HANG_LIMIT_S = 300.0
REQUEST_LIMIT_S = 10.0
DIAL_LIMIT_S = 3.0
LONGEST_SLOW_S = 120.0
MOST_LOST = 1000


@dataclass(frozen=True)
class Mode:
    """What happens to a connection. `changed` is set once another mode holds."""

    name: str = "pass"
    path: str = ""
    seconds: float = 0.0
    status: int = 500
    answers_to_lose: int = 0
    changed: threading.Event = field(default_factory=threading.Event, compare=False)

    def concerns(self, request: bytes) -> bool:
        return self.name != "pass" and self.path.encode() in request.partition(b"\r\n")[0]


class Network:
    """Accepts for the backend; one thread per direction of a connection."""

    def __init__(self, port: int, target_port: int) -> None:
        self._port = port
        self._target_port = target_port
        self._mode = Mode()
        self._open: dict[socket.socket, socket.socket | None] = {}
        """The terminal's side of every connection, and the backend's where there is one."""
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._listen()

    # --- verbs -----------------------------------------------------------------------------------------------------

    def verbs(self) -> Mapping[str, Any]:
        return {
            "pass": lambda: self._set(Mode()),
            "cut": lambda path="": self._set(Mode("cut", path)),
            "hang": lambda path="": self._set(Mode("hang", path)),
            "slow": self._slow,
            "fail": self._fail,
            "garble": lambda path="": self._set(Mode("garble", path)),
            "lose_answers": self._lose_answers,
            "state": self._state,
        }

    def _slow(self, seconds: float, path: str = "") -> Mapping[str, Any]:
        return self._set(Mode("slow", path, seconds=_within(float(seconds), 0, LONGEST_SLOW_S)))

    def _fail(self, status: int = 500, path: str = "") -> Mapping[str, Any]:
        return self._set(Mode("fail", path, status=int(_within(status, 400, 599))))

    def _lose_answers(self, count: int = 1, path: str = "") -> Mapping[str, Any]:
        return self._set(Mode("lose_answers", path, answers_to_lose=int(_within(count, 1, MOST_LOST))))

    def _set(self, mode: Mode) -> Mapping[str, Any]:
        with self._lock:
            before, self._mode = self._mode, mode
            ending, self._open = self._open, {}
        before.changed.set()
        for terminal, backend in ending.items():
            _end(terminal)
            if backend is not None:
                _end(backend)
        if mode.name == "cut" and not mode.path:
            self._hang_up()
        else:
            self._listen()
        return self._state()

    def _state(self) -> Mapping[str, Any]:
        mode = self._mode
        return {
            "mode": mode.name,
            "path": mode.path,
            "seconds": mode.seconds,
            "status": mode.status,
            "answers_to_lose": mode.answers_to_lose,
            "connections": len(self._open),
        }

    # --- connections -----------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self._port), backlog=64)
            threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _hang_up(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            _end(listener)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                terminal, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(terminal, self._mode), daemon=True).start()

    def _serve(self, terminal: socket.socket, mode: Mode) -> None:
        with contextlib.suppress(OSError), terminal:
            if mode.path:
                self._relay_exchanges(terminal, mode)
                return
            match mode.name:
                case "cut":
                    return
                case "hang":
                    with self._held(terminal, None):
                        mode.changed.wait(HANG_LIMIT_S)
                case "fail":
                    _take_request(terminal)
                    terminal.sendall(_failure(mode.status))
                case _:
                    self._relay(terminal, mode)

    def _relay(self, terminal: socket.socket, mode: Mode) -> None:
        with self._backend_for(terminal, mode) as backend:
            upward = threading.Thread(target=_pump_requests, args=(terminal, backend), daemon=True)
            upward.start()
            self._pump_answers(backend, terminal)
            _end(terminal)
            upward.join(DIAL_LIMIT_S)

    @contextlib.contextmanager
    def _backend_for(self, terminal: socket.socket, mode: Mode) -> Generator[socket.socket]:
        """A connection to the backend; a verb ends both sides. Raises OSError when the mode is over already."""
        with socket.create_connection(("127.0.0.1", self._target_port), timeout=DIAL_LIMIT_S) as backend:
            backend.settimeout(None)
            with self._held(terminal, backend):
                if mode.changed.is_set():
                    raise ConnectionAbortedError
                yield backend

    @contextlib.contextmanager
    def _held(self, terminal: socket.socket, backend: socket.socket | None) -> Generator[None]:
        """Known as open, so that the next verb ends it."""
        with self._lock:
            self._open[terminal] = backend
        try:
            yield
        finally:
            with self._lock:
                self._open.pop(terminal, None)

    def _relay_exchanges(self, terminal: socket.socket, mode: Mode) -> None:
        """One request after the other; those that the mode concerns meet its fault."""
        with self._backend_for(terminal, mode) as backend:
            while request := _message(terminal):
                fault = self._mode.name if self._mode.concerns(request) else "pass"
                if fault in ("cut", "hang", "fail"):
                    mode.changed.wait(HANG_LIMIT_S if fault == "hang" else 0)
                    terminal.sendall(_failure(mode.status) if fault == "fail" else b"")
                    return
                backend.sendall(request)
                answer = _message(backend)
                if fault == "slow":
                    mode.changed.wait(mode.seconds)
                if not answer or (fault == "lose_answers" and self._is_lost()):
                    return
                terminal.sendall(_spoiled(answer, is_head=True) if fault == "garble" else answer)

    def _pump_answers(self, backend: socket.socket, terminal: socket.socket) -> None:
        is_head = True
        with contextlib.suppress(OSError):
            while chunk := backend.recv(CHUNK_BYTES):
                mode = self._mode
                is_new = chunk.startswith(ANSWER_MARK)
                is_head = is_head or is_new
                if is_new and mode.name == "slow":
                    mode.changed.wait(mode.seconds)
                if is_new and self._is_lost():
                    return
                terminal.sendall(_spoiled(chunk, is_head) if mode.name == "garble" else chunk)
                is_head = is_head and BODY_MARK not in chunk

    def _is_lost(self) -> bool:
        """Whether this answer is one of those to lose; after the last one everything passes."""
        with self._lock:
            left = self._mode.answers_to_lose
            if left == 1:
                self._mode = Mode(changed=self._mode.changed)
            elif left:
                self._mode = replace(self._mode, answers_to_lose=left - 1)
            return left > 0


def _pump_requests(terminal: socket.socket, backend: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := terminal.recv(CHUNK_BYTES):
            backend.sendall(chunk)
        backend.shutdown(socket.SHUT_WR)  # the terminal has said everything; the answer may still come


def _take_request(terminal: socket.socket) -> None:
    """The whole request: an answer before its end would be lost in a reset."""
    terminal.settimeout(REQUEST_LIMIT_S)
    _message(terminal)


def _message(connection: socket.socket) -> bytes:
    """One whole request or answer of declared length; nothing at the end of the stream."""
    message = b""
    while BODY_MARK not in message:
        chunk = connection.recv(CHUNK_BYTES)
        if not chunk:
            return b""
        message += chunk
    head, _, body = message.partition(BODY_MARK)
    missing = _body_length(head) - len(body)
    while missing > 0 and (chunk := connection.recv(CHUNK_BYTES)):
        message += chunk
        missing -= len(chunk)
    return message


def _failure(status: int) -> bytes:
    return f"HTTP/1.1 {status} Bench\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()


def _body_length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(LENGTH_FIELD):
            return int(line.removeprefix(LENGTH_FIELD))
    return 0


def _spoiled(chunk: bytes, is_head: bool) -> bytes:
    head, mark, body = chunk.partition(BODY_MARK) if is_head else (b"", b"", chunk)
    return head + mark + bytes(byte ^ 0x20 for byte in body)


def _within(value: float, least: float, most: float) -> float:
    if not least <= value <= most:
        raise ValueError(f"{value:g} is not between {least:g} and {most:g}")
    return value


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m hardware.bench.network", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--port", type=int, default=18082)
    parser.add_argument("--target-port", type=int, default=18080)
    arguments = parser.parse_args()
    network = Network(arguments.port, arguments.target_port)
    serve(network.verbs(), port=arguments.port)


if __name__ == "__main__":
    main()
