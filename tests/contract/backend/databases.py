"""Databases for contract tests: of a throw-away PostgreSQL cluster, the one that `make run DB=postgres` starts too."""

from __future__ import annotations

from deploy.postgresql import Cluster, postgresql_cluster

__all__ = ["Cluster", "postgresql_cluster"]
