"""The bench's network between terminal and backend: passes every byte until told to cut, slow or spoil it.

    python -m hardware.bench.network --port 18082 --target-port 18080

Verbs (JSON lines, see `hardware.bench.peripheral`):

- `pass`: everything goes through, both ways (at start).
- `cut`: open connections end, new ones are refused at once.
- `hang`: connections are taken and nothing ever comes.
- `slow {seconds}`: every connection's answer waits so long.
- `fail {status}`: every request is answered with that HTTP status and no body.
- `garble`: answers come with their body spoiled.
- `lose_answers {count}`: so many requests reach the backend, but their answers never come back.
- `state` -> {mode, connections}
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hardware.bench.peripheral import serve

CHUNK_BYTES = 65_536
BODY_MARK = b"\r\n\r\n"
HANG_LIMIT_S = 60.0
DIAL_LIMIT_S = 3.0


@dataclass(frozen=True)
class Mode:
    """What happens to a connection."""

    name: str = "pass"
    seconds: float = 0.0
    status: int = 500
    answers_to_lose: int = 0


class Network:
    """Accepts for the backend; one thread per direction of a connection."""

    def __init__(self, port: int, target_port: int) -> None:
        self._target_port = target_port
        self._mode = Mode()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    # --- verbs -----------------------------------------------------------------------------------------------------

    def verbs(self) -> Mapping[str, Any]:
        return {
            "pass": lambda: self._set(Mode()),
            "cut": lambda: self._set(Mode("cut")),
            "hang": lambda: self._set(Mode("hang")),
            "slow": self._slow,
            "fail": lambda status=500: self._set(Mode("fail", status=int(status))),
            "garble": lambda: self._set(Mode("garble")),
            "lose_answers": lambda count=1: self._set(Mode("lose_answers", answers_to_lose=int(count))),
            "state": self._state,
        }

    def _slow(self, seconds: float) -> Mapping[str, Any]:
        return self._set(Mode("slow", seconds=seconds))

    def _set(self, mode: Mode) -> Mapping[str, Any]:
        """A new mode ends what is open, so that it holds at once even for connections that are kept alive."""
        with self._lock:
            self._mode = mode
            ending, self._open = self._open, set()
        self._changed.set()
        self._changed = threading.Event()
        for connection in ending:
            _end(connection)
        return self._state()

    def _state(self) -> Mapping[str, Any]:
        return {"mode": self._mode.name, "connections": len(self._open)}

    # --- connections -----------------------------------------------------------------------------------------------

    def _accept(self) -> None:
        while True:
            try:
                terminal, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(terminal,), daemon=True).start()

    def _serve(self, terminal: socket.socket) -> None:
        mode = self._mode
        with contextlib.suppress(OSError), terminal:
            match mode.name:
                case "cut":
                    return
                case "hang":
                    self._changed.wait(HANG_LIMIT_S)
                case "fail":
                    terminal.recv(CHUNK_BYTES)
                    terminal.sendall(f"HTTP/1.1 {mode.status} Bench\r\nContent-Length: 0\r\n\r\n".encode())
                case _:
                    self._relay(terminal)

    def _relay(self, terminal: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", self._target_port), timeout=DIAL_LIMIT_S) as backend:
            backend.settimeout(None)
            with self._lock:
                self._open |= {terminal, backend}
            upward = threading.Thread(target=self._pump, args=(terminal, backend, False), daemon=True)
            upward.start()
            self._pump(backend, terminal, True)
            _end(terminal)
            upward.join(DIAL_LIMIT_S)
            with self._lock:
                self._open -= {terminal, backend}

    def _pump(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(CHUNK_BYTES):
                spoiled = self._spoil(chunk) if is_answer else chunk
                if spoiled is None:
                    break
                sink.sendall(spoiled)
        _end(sink)

    def _spoil(self, chunk: bytes) -> bytes | None:
        """What becomes of a piece of an answer; None: the connection breaks here."""
        mode = self._mode
        if mode.name == "slow":
            self._changed.wait(mode.seconds)
        if mode.name == "garble":
            head, mark, body = chunk.partition(BODY_MARK)
            return head + mark + bytes(byte ^ 0x20 for byte in body)
        if mode.name == "lose_answers" and self._take_loss():
            return None
        return chunk

    def _take_loss(self) -> bool:
        with self._lock:
            if self._mode.answers_to_lose <= 0:
                return False
            self._mode = replace(self._mode, answers_to_lose=self._mode.answers_to_lose - 1)
            return True


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
