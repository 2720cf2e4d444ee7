"""What runs beside the routes: the round over the fleet, and the ear for other processes' posts."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from backend.fleet.fleet import CHANNEL, Fleet
from backend.jobs import run_once
from backend.shield import log_error

ROUND_S = 30.0
SWEEP_S = 5.0
"""Behind every notification: one that is lost costs this long, and no more."""


@dataclass(frozen=True)
class FleetLoops:
    fleet: Fleet

    def rounds(self, stopping: threading.Event) -> None:
        while not stopping.wait(ROUND_S):
            run_once([self.fleet.look_after])

    def listen(self, stopping: threading.Event) -> None:
        """Sweeps every few seconds; on PostgreSQL also at once when another process says so."""
        while not stopping.is_set():
            run_once([self.fleet.look])
            if self.fleet.engine.dialect.name != "postgresql":
                stopping.wait(SWEEP_S)
                continue
            try:
                self._hear(stopping)
            except (psycopg.Error, SQLAlchemyError) as error:  # a lost server: the sweep goes on without it
                log_error(error)
                stopping.wait(SWEEP_S)

    def _hear(self, stopping: threading.Event) -> None:
        """Until the connection is lost or the backend ends."""
        address = self.fleet.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            while not stopping.is_set():
                for _ in connection.notifies(timeout=SWEEP_S, stop_after=1):
                    pass
                self.fleet.look()
