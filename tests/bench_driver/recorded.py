"""What the others recorded: the backend's database, the payment sandbox, the terminal's journal and every log."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.tour.bench_client import BenchClient

SUBMITTED_STATES = frozenset({"SUBMITTED", "ACCEPTED", "PRODUCING"})
NO_ERRORS = frozenset({"debug", "info", "warning"})


@dataclass(frozen=True)
class Recorded:
    """`root` is the workbench's folder."""

    bench: BenchClient
    root: Path

    def applications(self, person_id: str) -> Sequence[tuple[str, str]]:
        """(application number, state) of one person."""
        return self._central("SELECT application_number, state FROM applications WHERE person_id = ?", person_id)

    def payments(self, person_id: str) -> Sequence[tuple[str, str]]:
        """(payment number, state) of one person, as the backend has them."""
        return self._central(
            "SELECT p.payment_number, p.state FROM payments p JOIN applications a USING (application_number)"
            " WHERE a.person_id = ?",
            person_id,
        )

    def loss_reports(self, person_id: str) -> Sequence[tuple[str]]:
        return self._central(
            "SELECT r.report_number FROM loss_reports r JOIN cards c USING (card_number) WHERE c.person_id = ?",
            person_id,
        )

    def captures(self, person_id: str) -> int:
        """How often this person's money was taken and not given back, by the gateway's own books."""
        numbers = {number for number, _ in self.payments(person_id)}
        orders = [order for order in self.bench.payment()["orders"] if order["out_trade_no"] in numbers]
        return sum(order["captures"] for order in orders if order["refunded_fen"] < order["total_fen"])

    def _central(self, query: str, *values: str) -> Sequence[Any]:
        return _rows(self.root / "backend" / "backend.sqlite", query, *values)

    # --- logs ------------------------------------------------------------------------------------------------------

    def faults_in_logs(self) -> Sequence[str]:
        """Lines that no run may leave: errors of the terminal, tracebacks of anybody."""
        files = (*(self.root / "log").glob("*.log"), *(self.root / "terminal").glob("terminal.log*"))
        return [f"{file.name}: {line}" for file in files for line in _faults(file)]


def _rows(database: Path, query: str, *values: str) -> Sequence[Any]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as connection:
        return connection.execute(query, values).fetchall()


def _faults(file: Path) -> Iterator[str]:
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("Traceback") or " ERROR " in line or _level(line) not in NO_ERRORS:
            yield line


def _level(line: str) -> str:
    """Of a line of the terminal's log; lines of other programs have none."""
    if not line.startswith("{"):
        return "info"
    try:
        return str(json.loads(line).get("level", "info"))
    except ValueError:
        return "info"
