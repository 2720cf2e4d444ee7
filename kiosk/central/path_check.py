"""The way to the backend, step by step: name, connection, TLS, certificate. Says at which step it ends.

Below the client on purpose: that one says only that there was no answer.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit

from cryptography import x509

NAME_LIMIT_S = 5.0
CONNECT_LIMIT_S = 3.0
TLS_LIMIT_S = 5.0


@dataclass(frozen=True)
class PathFacts:
    """How far it went; None: not reached, or not needed (`is_tls` tells)."""

    is_tls: bool
    name_ms: int | None = None
    connect_ms: int | None = None
    tls_version: str | None = None
    is_trusted: bool | None = None
    certificate_ends_at: datetime | None = None


def check_path(url: str, ca_file: str | None, monotonic_s: Callable[[], float]) -> PathFacts:
    """At most about 13 s. Never raises for anything that a network does."""
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if is_tls else 80)
    began_s = monotonic_s()
    addresses = _addresses(host, port)
    if not addresses:
        return PathFacts(is_tls)
    found_s = monotonic_s()
    name_ms = round((found_s - began_s) * 1000)
    line = _connected(addresses)
    if line is None:
        return PathFacts(is_tls, name_ms)
    with line:
        connect_ms = round((monotonic_s() - found_s) * 1000)
        if not is_tls:
            return PathFacts(is_tls, name_ms, connect_ms)
        return _with_tls(PathFacts(is_tls, name_ms, connect_ms), line, host, ca_file)


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    """The resolver cannot be told how long it may take, so it is waited for in a thread of its own."""
    found: SimpleQueue[list[tuple[socket.AddressFamily, tuple[str, int]]]] = SimpleQueue()

    def look() -> None:
        try:
            every = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            every = []
        found.put([(family, (str(place[0]), int(place[1]))) for family, _, _, _, place in every])

    threading.Thread(target=look, name="resolver", daemon=True).start()
    try:
        return found.get(timeout=NAME_LIMIT_S)
    except Empty:
        return []


def _connected(addresses: list[tuple[socket.AddressFamily, tuple[str, int]]]) -> socket.socket | None:
    for family, place in addresses[:3]:
        line = socket.socket(family, socket.SOCK_STREAM)
        line.settimeout(CONNECT_LIMIT_S)
        try:
            line.connect(place)
        except OSError:
            line.close()
            continue
        return line
    return None


def _with_tls(before: PathFacts, line: socket.socket, host: str, ca_file: str | None) -> PathFacts:
    """A certificate that is not trusted is looked at all the same, on a second line, to say until when it holds."""
    line.settimeout(TLS_LIMIT_S)
    place = line.getpeername()
    try:
        with ssl.create_default_context(cafile=ca_file).wrap_socket(line, server_hostname=host) as secure:
            return _seen(before, secure, is_trusted=True)
    except ssl.SSLCertVerificationError:
        return _untrusted(before, line.family, place, host)
    except (OSError, ValueError):
        return before


def _untrusted(before: PathFacts, family: int, place: tuple[str, int], host: str) -> PathFacts:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # nothing is sent over it
    try:
        with socket.socket(family, socket.SOCK_STREAM) as line:
            line.settimeout(TLS_LIMIT_S)
            line.connect(place)
            with context.wrap_socket(line, server_hostname=host) as secure:
                return _seen(before, secure, is_trusted=False)
    except OSError:
        return PathFacts(before.is_tls, before.name_ms, before.connect_ms, None, is_trusted=False)


def _seen(before: PathFacts, secure: ssl.SSLSocket, *, is_trusted: bool) -> PathFacts:
    der = secure.getpeercert(binary_form=True)
    ends_at = x509.load_der_x509_certificate(der).not_valid_after_utc if der else None
    return PathFacts(before.is_tls, before.name_ms, before.connect_ms, secure.version(), is_trusted, ends_at)
