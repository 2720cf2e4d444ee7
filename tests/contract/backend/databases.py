"""Databases for contract tests: of a throw-away PostgreSQL cluster, the one that `make run DB=postgres` starts too."""

from __future__ import annotations

import threading

from sqlalchemy import Engine, QueuePool

from deploy.postgresql import Cluster, postgresql_cluster

__all__ = ["Cluster", "postgresql_cluster", "put_away"]

LOOKS, LOOK_AGAIN_S = 1000, 0.01


def put_away(engine: Engine) -> None:
    """Closes every connection. One that is still in use (an answer nobody waits for any more) is waited for: a pool
    that is disposed of forgets it without closing it.
    """
    again = threading.Event()
    for _ in range(LOOKS):
        if not isinstance(engine.pool, QueuePool) or engine.pool.checkedout() == 0:
            break
        again.wait(LOOK_AGAIN_S)
    engine.dispose()
