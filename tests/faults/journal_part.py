"""The journal under power cuts and failing disks; `WHOLE` is the size of `make faults`, `SMALL` that of the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tqdm import tqdm

from tests.faults.crashes import CrashReport, crash_states
from tests.faults.disk_faults import FaultReport, full_disk, full_without_ballast, io_errors
from tests.faults.report import Line

Pragmas = dict[str, str | int]
WEAKER: Mapping[str, Pragmas] = {
    "synchronous=NORMAL": {"synchronous": 1},
    "journal_mode=DELETE": {"locking_mode": "normal", "journal_mode": "delete"},
}
"""Settings that lose what was acknowledged; the trial must see it, or it sees nothing."""


@dataclass(frozen=True)
class Size:
    crash_states: int
    commits: int
    weaker_states: int
    fault_commits: int


SMALL = Size(crash_states=300, commits=7, weaker_states=300, fault_commits=6)
WHOLE = Size(crash_states=10_000, commits=35, weaker_states=1_500, fault_commits=12)

OnStep = Callable[[], object]


def trials(size: Size) -> Iterator[Line]:
    yield _crashes(size)
    for name, pragmas in WEAKER.items():
        yield _must_lose(name, pragmas, size)
    yield _disk("I/O error at every call", size, io_errors)
    yield _disk("disk full at every write", size, full_disk)
    yield _disk("disk full and no ballast", size, lambda commits, _: full_without_ballast(commits))


def _crashes(size: Size) -> Line:
    report = enough_states(size.crash_states, size.commits, {})
    lost = sum(report.losses.values())
    return Line("power cut at every moment", report.states, "disk states", report.is_clean, report.losses, lost)


def _must_lose(name: str, pragmas: Pragmas, size: Size) -> Line:
    report = enough_states(size.weaker_states, size.commits, pragmas)
    name = f"the same with {name} must lose"
    return Line(name, report.states, "weaker states", report.losses.get("lost", 0) > 0, report.losses)


def _disk(name: str, size: Size, run: Callable[[int, OnStep], FaultReport]) -> Line:
    with tqdm(desc=name, unit=" faults", leave=False) as bar:
        report = run(size.fault_commits, bar.update)
    is_ok = report.is_clean and report.stopped > 0
    return Line(name, report.faults, "disk faults", is_ok, report.losses, sum(report.losses.values()))


def enough_states(wanted: int, commits: int, pragmas: Pragmas) -> CrashReport:
    """Runs with other dice until so many states were seen."""
    states, losses, seed = 0, dict[str, int](), 0
    with tqdm(total=wanted, desc="power cuts", unit=" states", leave=False) as bar:
        while states < wanted:
            report = crash_states(commits + seed, seed, pragmas, bar.update)
            states += report.states
            losses = {word: losses.get(word, 0) + report.losses.get(word, 0) for word in {*losses, *report.losses}}
            seed += 1
    return CrashReport(states, losses)
