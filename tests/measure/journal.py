"""`python -m tests.measure.journal`: the real store against appending to a file, and how often each syncs the disk."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from tqdm import tqdm

from kiosk.journal.entries import Lane, OutboxItem, Step, StepKind
from kiosk.journal.store import Store
from tests.faults.crash_vfs import Disk
from tests.faults.journal_work import on_disk, open_on

EVENT_BYTES = 512
RATIO_GOAL = 0.45
SYNCS_GOAL = 1.1
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=timezone(timedelta(hours=8)))


@dataclass(frozen=True)
class Series:
    """Seconds that each transaction took."""

    name: str
    seconds: tuple[float, ...]

    @property
    def per_s(self) -> float:
        return len(self.seconds) / sum(self.seconds)

    def __str__(self) -> str:
        percentiles = quantiles(self.seconds, n=100)
        return (
            f"{self.name:34s} {self.per_s:9,.0f}/s   p50 {percentiles[49] * 1000:7.3f} ms"
            f"   p99 {percentiles[98] * 1000:7.3f} ms"
        )


@dataclass(frozen=True)
class Figures:
    raw: Series
    store: Series
    ratio: float
    """Median over the rounds, each against the raw rounds beside it."""
    syncs_per_commit: float
    counted_by: str

    @property
    def is_reached(self) -> bool:
        return self.ratio >= RATIO_GOAL and self.syncs_per_commit <= SYNCS_GOAL


def measure(folder: Path, rounds: int, transactions: int) -> Figures:
    """Rounds alternate, so that what else the machine does falls on both."""
    raw, store, ratios = list[float](), list[float](), list[float]()
    for number in tqdm(range(rounds), desc="journal", unit=" rounds", leave=False):
        before = _raw_round(folder / f"raw-{number}", transactions)
        between = _store_round(folder / f"journal-{number}.sqlite", transactions)
        raw += before
        store += between
        ratios.append(sum(before) / sum(between))
    syncs, counted_by = syncs_per_commit(transactions)
    return Figures(
        Series(f"append {EVENT_BYTES} B + fdatasync", tuple(raw)),
        Series(f"journal, step + outbox, {EVENT_BYTES} B", tuple(store)),
        median(ratios),
        syncs,
        counted_by,
    )


def _raw_round(path: Path, transactions: int) -> list[float]:
    data = b"x" * EVENT_BYTES
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def append(_number: int) -> None:
        os.write(file, data)
        os.fdatasync(file)

    try:
        return _timed(append, transactions)
    finally:
        os.close(file)


def _store_round(path: Path, transactions: int) -> list[float]:
    store = Store(path, lambda: NOON)
    try:
        events = [event(number) for number in range(transactions)]
        return _timed(lambda number: store.commit(*events[number]), transactions)
    finally:
        store.close()


def event(number: int) -> tuple[tuple[Step], tuple[OutboxItem]]:
    """A step of a payment and what the backend is told of it: 512 bytes together."""
    subject = f"P{number:06d}"
    step = Step(StepKind.PAYMENT_CHANGED, subject, (("state", "PAID"), ("application_number", "A20261123001")))
    used = len(subject) + len(json.dumps(dict(step.facts))) + len(step.kind.value)
    item = OutboxItem(f"key-{number:06d}", Lane.MONEY, "event", "x" * (EVENT_BYTES - used))
    return (step,), (item,)


def _timed(work: Callable[[int], None], transactions: int) -> list[float]:
    found: list[float] = []
    for number in range(transactions):
        begun = perf_counter()
        work(number)
        found.append(perf_counter() - begun)
    return found


# --- syncs -----------------------------------------------------------------------------------------------------------


def syncs_per_commit(transactions: int) -> tuple[float, str]:
    """By the kernel's calls where strace is there, else as SQLite asks its disk in memory."""
    strace = shutil.which("strace")
    if strace is not None:
        return _traced_syncs(strace, transactions) / transactions, "strace"
    return asked_syncs(transactions) / transactions, "disk in memory"


def _traced_syncs(strace: str, transactions: int) -> int:
    """Opening and closing the journal costs the same however much is committed between, so it is taken off."""
    return _syncs_of_run(strace, transactions) - _syncs_of_run(strace, 0)


def _syncs_of_run(strace: str, transactions: int) -> int:
    with tempfile.TemporaryDirectory() as name:
        trace = Path(name) / "trace"
        work = [sys.executable, "-m", "tests.measure.journal", "--commit-only", name, str(transactions)]
        subprocess.run([strace, "-f", "-e", "trace=fsync,fdatasync", "-o", str(trace), *work], check=True)
        return sum("sync(" in line for line in trace.read_text().splitlines())


def asked_syncs(transactions: int) -> int:
    """How often SQLite asks for the disk to be synced; exact, without a disk."""
    disk = Disk()
    with on_disk(disk) as manner:
        store = open_on(manner)
        before = disk.calls["sync"]
        for number in range(transactions):
            store.commit(*event(number))
        counted = disk.calls["sync"] - before
        store.close()
    return counted


def _commit_only(folder: Path, transactions: int) -> None:
    store = Store(folder / "journal.sqlite", lambda: NOON)
    for number in range(transactions):
        store.commit(*event(number))
    store.close()


# --- the table -------------------------------------------------------------------------------------------------------


def table(figures: Figures) -> str:
    word = "reached" if figures.is_reached else "MISSED"
    return "\n".join(
        (
            str(figures.raw),
            str(figures.store),
            f"{'ratio (median of rounds)':34s} {figures.ratio:9.2f}     goal >= {RATIO_GOAL}",
            (
                f"{'syncs per commit':34s} {figures.syncs_per_commit:9.2f}     goal <= {SYNCS_GOAL}"
                f" (counted by {figures.counted_by})"
            ),
            f"goals {word}",
        )
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.measure.journal", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--transactions", type=int, default=400, help="in each round")
    parser.add_argument("--folder", type=Path, help="a folder on the disk to measure (default: the temporary folder)")
    parser.add_argument("--commit-only", nargs=2, metavar=("FOLDER", "TRANSACTIONS"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.commit_only:
        _commit_only(Path(arguments.commit_only[0]), int(arguments.commit_only[1]))
        return 0
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        figures = measure(Path(folder), arguments.rounds, arguments.transactions)
    sys.stdout.write(table(figures) + "\n")
    return 0 if figures.is_reached else 1


if __name__ == "__main__":
    sys.exit(main())
