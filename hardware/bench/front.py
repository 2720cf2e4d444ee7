"""The TLS proxy in front of the backend, as an operator would have one: asks for client certificates and names them.

    python -m hardware.bench.front --port 18443 --target-port 18082 --certificate C.pem --key C.key --authority CA.pem

TLS 1.3 ends here. The certificate of whoever called goes on in the header `Client-Cert` (RFC 9440 section 2.2), and one
that came from outside is taken away. Everything goes on to the bench's network, so that it can still be cut and slowed.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import socket
import ssl
import threading
from pathlib import Path

CHUNK_BYTES = 65_536
MOST_HEAD_BYTES = 65_536
DIAL_LIMIT_S = 3.0
HANDSHAKE_LIMIT_S = 10.0
HEADER = b"client-cert"
HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length"


def context_of(certificate: Path, key: Path, authority: Path) -> ssl.SSLContext:
    """A certificate that is presented must be of the authority; without one the backend decides."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(certificate, key)
    context.load_verify_locations(authority)
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


def serve(port: int, target_port: int, context: ssl.SSLContext) -> None:
    """For ever; one thread per direction of a connection."""
    with socket.create_server(("127.0.0.1", port), backlog=64) as listener:
        while True:
            caller, _ = listener.accept()
            threading.Thread(target=_relay, args=(caller, target_port, context), daemon=True).start()


def _relay(caller: socket.socket, target_port: int, context: ssl.SSLContext) -> None:
    with contextlib.suppress(OSError), caller:
        caller.settimeout(HANDSHAKE_LIMIT_S)
        with (
            context.wrap_socket(caller, server_side=True) as line,
            socket.create_connection(("127.0.0.1", target_port), timeout=DIAL_LIMIT_S) as backend,
        ):
            line.settimeout(None)
            backend.settimeout(None)
            answers = threading.Thread(target=_pump_answers, args=(backend, line), daemon=True)
            answers.start()
            _pump_requests(line, backend)
            _end(backend)
            answers.join(DIAL_LIMIT_S)


def _pump_requests(line: ssl.SSLSocket, backend: socket.socket) -> None:
    named = _header_of(line.getpeercert(binary_form=True))
    rest = b""
    with contextlib.suppress(OSError):
        while True:
            head, rest = _head(line, rest)
            if not head:
                return
            backend.sendall(_renamed(head, named) + HEAD_END)
            missing = _body_length(head)
            while missing > 0:
                chunk = rest[:missing] or line.recv(CHUNK_BYTES)
                if not chunk:
                    return
                body, rest = chunk[:missing], rest[missing:] if rest else chunk[missing:]
                backend.sendall(body)
                missing -= len(body)


def _pump_answers(backend: socket.socket, line: ssl.SSLSocket) -> None:
    with contextlib.suppress(OSError):
        while chunk := backend.recv(CHUNK_BYTES):
            line.sendall(chunk)
    _end(line)


def _head(line: ssl.SSLSocket, begun: bytes) -> tuple[bytes, bytes]:
    """The head of the next request without its end, and what came after it; nothing at the end of the stream."""
    while HEAD_END not in begun:
        chunk = line.recv(CHUNK_BYTES)
        if not chunk or len(begun) > MOST_HEAD_BYTES:
            return b"", b""
        begun += chunk
    head, _, rest = begun.partition(HEAD_END)
    return head, rest


def _renamed(head: bytes, named: bytes) -> bytes:
    first, *fields = head.split(b"\r\n")
    kept = [field for field in fields if field.partition(b":")[0].strip().lower() != HEADER]
    return b"\r\n".join((first, *kept, *([named] if named else [])))


def _header_of(der: bytes | None) -> bytes:
    return b"" if not der else b"Client-Cert: :" + base64.b64encode(der) + b":"


def _body_length(head: bytes) -> int:
    for field in head.split(b"\r\n")[1:]:
        name, _, value = field.partition(b":")
        if name.strip().lower() == LENGTH:
            return int(value)
    return 0


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m hardware.bench.front", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=18443)
    parser.add_argument("--target-port", type=int, default=18082)
    parser.add_argument("--certificate", type=Path, required=True)
    parser.add_argument("--key", type=Path, required=True)
    parser.add_argument("--authority", type=Path, required=True)
    arguments = parser.parse_args()
    context = context_of(arguments.certificate, arguments.key, arguments.authority)
    serve(arguments.port, arguments.target_port, context)


if __name__ == "__main__":
    main()
