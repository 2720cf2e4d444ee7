"""Secrets at rest: only their hashes are kept."""

from __future__ import annotations

import hashlib


def sha256(secret: str) -> str:
    """Ours are random and long, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
