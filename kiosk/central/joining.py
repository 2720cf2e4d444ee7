"""The authority's certificate, fetched from whoever answers and believed only because the ticket pins its hash.

There is no certificate to check the line by yet, so the line is not trusted: nothing of ours goes over it, and what
comes is thrown away unless its SHA-256 is the one of the ticket. Every later call is checked against this certificate.
"""

from __future__ import annotations

import hashlib
import socket
import ssl
from http.client import HTTPException, HTTPResponse
from typing import Final

from kiosk.central.deadline import Deadline
from kiosk.central.errors import SilenceKind, Silent
from kiosk.central.wire import API_PREFIX

LIMIT_S: Final = 10.0
MOST_BYTES: Final = 16 * 1024


def fetch_authority(host: str, pin: str, limit_s: float = LIMIT_S) -> str | Silent:
    """`host` with its port; `pin`: SHA-256 of the certificate (DER). Answers the certificate (PEM). Never raises."""
    name, _, port = host.rpartition(":")
    with Deadline(limit_s) as deadline:
        try:
            content = _fetched(name, int(port), deadline, limit_s)
        except ssl.SSLError:
            return Silent(SilenceKind.UNTRUSTED)
        except (OSError, HTTPException):
            return Silent(SilenceKind.TOO_SLOW if deadline.has_passed else SilenceKind.UNREACHABLE)
    try:
        der = ssl.PEM_cert_to_DER_cert(content.decode("ascii"))
    except ValueError:
        return Silent(SilenceKind.BROKEN)
    if hashlib.sha256(der).hexdigest() != pin:
        return Silent(SilenceKind.UNTRUSTED)
    return ssl.DER_cert_to_PEM_cert(der)


def _fetched(name: str, port: int, deadline: Deadline, limit_s: float) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # see above: the answer proves itself, the line cannot
    with socket.create_connection((name, port), timeout=limit_s) as plain:
        deadline.watch(plain)
        with context.wrap_socket(plain, server_hostname=name) as line:
            request = f"GET {API_PREFIX}/enrolments/authority HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n"
            line.sendall(request.encode("ascii"))
            response = HTTPResponse(line)
            response.begin()
            return response.read(MOST_BYTES)
