"""The chain of roots as the backend keeps it: installed in order, each believed by the one before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.fleet.tables import RootRow
from kiosk.fleet.refusals import Refused
from kiosk.fleet.roots import Root, first_root, next_root


class RootChainError(Exception):
    """Roots that do not follow from one another; the text says which and why."""


def install_roots(session: Session, envelopes: Iterable[bytes], now: datetime) -> Root | None:
    """Adds what is not there yet; the newest root afterwards, None when there is none at all."""
    chain = read_chain(session)
    newest = chain[-1] if chain else None
    known = {row.version: row.envelope for row in session.scalars(select(RootRow))}
    for envelope in envelopes:
        if envelope in known.values():
            continue
        candidate = first_root(envelope) if newest is None else next_root(newest, envelope)
        if isinstance(candidate, Refused):
            raise RootChainError(f"a root cannot follow version {newest.version if newest else 0}: {candidate}")
        session.add(RootRow(version=candidate.version, envelope=envelope, installed_at=now))
        session.flush()
        newest = candidate
    return newest


def read_chain(session: Session) -> Sequence[Root]:
    """All roots, oldest first; raises RootChainError when the database was tampered with."""
    envelopes = session.scalars(select(RootRow.envelope).order_by(RootRow.version)).all()
    return chain_of(envelopes) if envelopes else ()


def chain_of(envelopes: Sequence[bytes]) -> Sequence[Root]:
    """The same from files, without a database; at least one."""
    chain: list[Root] = []
    for envelope in envelopes:
        root = next_root(chain[-1], envelope) if chain else first_root(envelope)
        if isinstance(root, Refused):
            raise RootChainError(f"a root cannot follow version {len(chain)}: {root}")
        chain.append(root)
    if not chain:
        raise RootChainError("there is no root of trust; `python -m backend keys --help` says how one is made")
    return chain


def root_files(folder: Path) -> Sequence[bytes]:
    """Envelopes of `1.json`, `2.json`, ... in their order."""
    files = sorted(folder.glob("[0-9]*.json"), key=lambda path: int(path.stem))
    return [path.read_bytes() for path in files]
