"""Serves the backend: the ordinary listener, and beside it the terminals' entrance over mutual TLS.

Both listeners are one program on one loop, so a waiting terminal is woken by a plain call. The entrance asks every
caller for a certificate of the fleet's authority and lets it through without one (a terminal that joins has none yet);
`backend.auth` decides. uvicorn shows an application no client certificate, so `_TlsProtocol` hands it over: it knows
its connection's transport, and the scope it builds is passed to the application it was given.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
import ssl
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from backend.auth import PEER_CERTIFICATE


@dataclass(frozen=True)
class TlsFiles:
    certificate: Path
    key: Path
    authority: Path
    """Whose certificates are accepted from callers."""


class _TlsProtocol(HttpToolsProtocol):
    """uvicorn's own, with the caller's certificate in the scope of every request of the connection."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        der = tls.getpeercert(binary_form=True) if tls is not None else None
        if der:
            self.app = _with_certificate(self.app, der)


def _with_certificate(app: Any, der: bytes) -> ASGIApp:
    async def called(scope: Scope, receive: Receive, send: Send) -> None:
        extensions = {**(scope.get("extensions") or {}), PEER_CERTIFICATE: der}
        await app({**scope, "extensions": extensions}, receive, send)

    return called


class _Server(uvicorn.Server):
    """Leaves signals to `serve`: two servers in one program share them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def plain_config(app: ASGIApp, host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(app, host=host, port=port, **_COMMON)


def tls_config(app: ASGIApp, host: str, port: int, files: TlsFiles) -> uvicorn.Config:
    """TLS 1.3 only; a certificate that is presented must be of the authority, or the handshake fails."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=_TlsProtocol,
        ssl_certfile=files.certificate,
        ssl_keyfile=files.key,
        ssl_ca_certs=str(files.authority),
        ssl_cert_reqs=ssl.CERT_OPTIONAL,
        **_COMMON,
    )
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_3
    return config


_COMMON: dict[str, Any] = {
    "access_log": False,
    "server_header": False,
    "ws": "none",
    "lifespan": "off",
    "timeout_graceful_shutdown": 5,  # waiting terminals ask again elsewhere
    "backlog": 8192,
}


def allow_many_lines() -> None:
    """Each waiting terminal is an open file, and the usual soft limit of 1,024 is made for programs that `select`."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def serve(configs: Sequence[uvicorn.Config]) -> None:
    """Until SIGINT or SIGTERM."""
    allow_many_lines()
    servers = [_Server(config) for config in configs]

    async def run() -> None:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, stop)
        await asyncio.gather(*(server.serve() for server in servers))

    def stop() -> None:
        for server in servers:
            server.should_exit = True

    with asyncio.Runner(loop_factory=configs[0].get_loop_factory()) as runner:  # uvloop where there is one
        runner.run(run())
