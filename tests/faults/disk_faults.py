"""A disk that fails at one call: an I/O error ends the journal for good, a full disk lets the money go on."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import apsw

from kiosk.journal.entries import JournalError, JournalFullError, Lane
from kiosk.journal.store import Store
from tests.faults.crash_vfs import Disk, Platter, PowerCut
from tests.faults.crashes import fault_after
from tests.faults.journal_work import Work, contents_of, on_disk, open_on, ordinary_work, run_work

CALLS = ("open", "read", "write", "truncate", "sync", "delete")
SURVIVALS = (0.0, 1.0, 0.3, 0.7)


@dataclass(frozen=True)
class FaultReport:
    """`losses` by kind; `stopped` counts the runs in which the journal refused to go on."""

    faults: int
    stopped: int
    losses: Mapping[str, int]

    @property
    def is_clean(self) -> bool:
        return not self.losses


@dataclass
class _Trouble:
    """Raises `error()` at the `at`-th call of a kind; `lasts`: at every call of that kind from then on."""

    kind: str
    at: int
    error: Callable[[], Exception]
    lasts: bool = False
    happened: int = 0
    seen: int = 0

    def before_call(self, kind: str) -> None:
        if kind != self.kind:
            return
        self.seen += 1
        if self.seen == self.at or (self.lasts and self.seen > self.at):
            self.happened += 1
            raise self.error()


def calls_of(work: Work) -> Mapping[str, int]:
    """How often each kind of call is made when nothing fails."""
    disk = Disk()
    run_work(work, disk)
    return disk.calls


# --- I/O errors ------------------------------------------------------------------------------------------------------


def io_errors(commits: int, on_fault: Callable[[], object] = lambda: None) -> FaultReport:
    """EIO once, at every call of the journal in turn."""
    work = ordinary_work(commits)
    losses: Counter[str] = Counter()
    faults = stopped = 0
    for kind in CALLS:
        for at in range(1, calls_of(work).get(kind, 0) + 1):
            run = _IoErrorRun(work, _Trouble(kind, at, apsw.IOError))
            run.run()
            faults += 1
            stopped += run.is_stopped
            losses.update(run.faults())
            on_fault()
    return FaultReport(faults, stopped, dict(losses))


@dataclass
class _IoErrorRun:
    work: Work
    trouble: _Trouble
    disk: Disk = field(default_factory=Disk)
    is_stopped: bool = False
    goes_on_after_error: bool = False

    def run(self) -> None:
        self.disk.before_call = self.trouble.before_call
        with on_disk(self.disk) as manner:
            try:
                store = open_on(manner, calendar=self.work.calendar)
            except JournalError:
                self.is_stopped = True
                return
            for number, operate in enumerate(self.work.operations, start=1):
                try:
                    operate(store)
                except JournalError:
                    self.is_stopped = True
                    self.goes_on_after_error = not _refuses(store, self.work)
                    break
                self.disk.acknowledge(number)
            store.close()

    def faults(self) -> list[str]:
        found = ["goes_on"] if self.goes_on_after_error else []
        dice, platter = random.Random(self.trouble.at), Platter()
        for entry in self.disk.log:
            platter.replay(entry)
        cuts = (PowerCut(platter.cut(dice, survival), platter.acknowledged) for survival in SURVIVALS)
        return found + [fault for cut in cuts if (fault := fault_after(cut, self.work))]


def _refuses(store: Store, work: Work) -> bool:
    """After the first error every call is refused, for ever: here as often as there are kinds of work."""
    for operate in (*work.operations[:5], lambda store: store.tidy(), lambda store: store.figures()):  # type: ignore[misc]
        try:
            operate(store)
        except JournalError:
            continue
        return False
    return True


# --- full disk -------------------------------------------------------------------------------------------------------


@dataclass
class _Room:
    """A disk without room from its `at`-th write on, until the ballast is released."""

    at: int
    writes: int = 0
    is_released: bool = False
    refused: int = 0

    def before_call(self, kind: str) -> None:
        self.writes += kind == "write"
        if kind == "write" and self.writes >= self.at and not self.is_released:
            self.refused += 1
            raise apsw.FullError

    def lay(self) -> bool:
        return not self.is_released

    def release(self) -> bool:
        self.is_released = True
        return True


def full_disk(commits: int, on_fault: Callable[[], object] = lambda: None) -> FaultReport:
    """ENOSPC at every write in turn: every operation still succeeds; only telemetry is dropped, and counted."""
    work = _mixed_work(commits)
    losses: Counter[str] = Counter()
    writes = calls_of(work)["write"]
    stopped = 0
    for at in range(1, writes + 1):
        room, disk = _Room(at), Disk()
        losses.update(_with_full_disk(work, room, disk))
        stopped += room.refused > 0
        on_fault()
    return FaultReport(writes, stopped, dict(losses))


def _mixed_work(commits: int) -> Work:
    work = Work()
    for number in range(1, commits + 1):
        work.commit(number, Lane.TELEMETRY if number % 2 else Lane.MONEY)
        if number % 4 == 0:
            work.tidy()
    return work


def _with_full_disk(work: Work, room: _Room, disk: Disk) -> list[str]:
    disk.before_call = room.before_call
    with on_disk(disk) as manner:
        try:
            store = open_on(manner, room, work.calendar)
        except JournalFullError:
            room.is_released = True  # staff made room; the terminal is started again
            store = open_on(manner, room, work.calendar)
        faults: list[str] = []
        for operate in work.operations:
            try:
                operate(store)
            except JournalError:
                faults.append("refused")
        faults += _missing(store, work)
        store.close()
    return faults


def _missing(store: Store, work: Work) -> list[str]:
    found, expected = contents_of(store), work.contents[-1]
    money = {each.item.key for each in store.waiting(Lane.MONEY, 10_000)}
    telemetry = store.waiting(Lane.TELEMETRY, 10_000)
    wanted_money = {f"key-{number}" for number in range(1, len(expected.steps) + 1) if number % 2 == 0}
    wanted_telemetry = len(expected.steps) - len(wanted_money)
    counts_agree = len(telemetry) + store.figures().telemetry_dropped == wanted_telemetry
    checks = {
        "step_lost": found.steps == expected.steps,
        "money_lost": money == wanted_money,
        "telemetry_uncounted": counts_agree,
        "chain": store.verify() is None,
    }
    return [word for word, holds in checks.items() if not holds]


def full_without_ballast(commits: int) -> FaultReport:
    """Nothing was kept back: work is refused while there is no room, and goes on as soon as there is."""
    work = _mixed_work(commits)
    losses: Counter[str] = Counter()
    room, disk = _Unyielding(calls_of(work)["write"] // 2), Disk()
    disk.before_call = room.before_call
    stopped = 0
    with on_disk(disk) as manner:
        store = open_on(manner, room, work.calendar)
        for operate in work.operations:
            try:
                operate(store)
            except JournalFullError:
                stopped += 1
                room.is_released = True
                operate(store)
        losses.update(fault for fault in _missing(store, work) if fault != "telemetry_uncounted")
        store.close()
    return FaultReport(1, stopped, dict(losses))


class _Unyielding(_Room):
    def release(self) -> bool:
        return False
