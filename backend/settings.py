"""Where a backend keeps things and under which names it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FONT = Path(".build/fonts/NotoSansSC-Regular.otf")


@dataclass(frozen=True)
class Settings:
    state_dir: Path
    """Database file, signing key, link secret, the terminal's token, the gateway's keys; for the backend alone."""
    database_url: str
    public_url: str
    """Where telephones reach the public pages."""
    gateway_url: str
    font: Path
    """A font with Chinese characters for the certificate."""
    merchant_dir: Path | None = None
    """The merchant's keys for the payment gateway; None: no payments are taken."""
    fleet_dir: Path | None = None
    """Roots of trust (`roots/1.json`, ...) and the director's key (`director.key`); None: no fleet is run from here."""
    entrance: str = "127.0.0.1:18443"
    """Host and port of the terminals' own entrance over mutual TLS; what a pairing ticket says."""
    has_front: bool = False
    """A TLS proxy in front authenticates terminals, strips `Client-Cert` from outside and sets it (RFC 9440)."""
    reference_dir: Path | None = None
    """An office's own `rules.toml`, `offices.toml`, `banks.toml`, `divisions.json`; None for the sample set."""

    bench: bool = False
    """Mounts what only a bench needs: electronic cards to show, and word from a production that is not there."""


def default_database_url(state_dir: Path) -> str:
    return f"sqlite:///{state_dir.resolve()}/backend.sqlite"
