"""What the journal is made to do under faults, and what must be there afterwards: a model in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from kiosk.journal.ballast import Reserve
from kiosk.journal.database import DURABLE, Manner
from kiosk.journal.entries import Lane, OutboxItem, Step, StepKind
from kiosk.journal.store import KEPT, Store
from tests.faults.crash_vfs import Disk, MemoryVfs

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=timezone(timedelta(hours=8)))
PATH = Path("journal.sqlite")
VFS = "disk-under-test"


@dataclass(frozen=True)
class Contents:
    """What a journal holds, as far as it was promised. `waiting`: key and number of attempts."""

    steps: tuple[str, ...] = ()
    waiting: tuple[tuple[str, int], ...] = ()
    parked: tuple[str, ...] = ()


Operation = Callable[[Store], object]


@dataclass
class Calendar:
    """The journal's clock: every operation sets its own day, so that work can be done over again."""

    day: int = 0

    def now(self) -> datetime:
        return NOON + timedelta(days=self.day)


@dataclass
class Work:
    """Operations in order, and the contents after each; `contents[0]` is the empty journal."""

    operations: list[Operation] = field(default_factory=list[Operation])
    contents: list[Contents] = field(default_factory=lambda: [Contents()])
    calendar: Calendar = field(default_factory=Calendar)
    day: int = 0

    def _add(self, operation: Operation, contents: Contents) -> None:
        day = self.day

        def on_its_day(store: Store) -> None:
            self.calendar.day = day
            operation(store)

        self.operations.append(on_its_day)
        self.contents.append(contents)

    def commit(self, number: int, lane: Lane) -> Work:
        subject, before = f"P{number:06d}", self.contents[-1]
        facts = (("key", f"key-{number}"), ("filling", "x" * (37 * (number % 11))))
        item = OutboxItem(f"key-{number}", lane, "test", f'{{"number":{number}}}')
        step = Step(StepKind.PAYMENT_INTENDED, subject, facts)
        waiting = (*before.waiting, (item.key, 0))
        self._add(
            lambda store: store.commit((step,), (item,)),
            replace(before, steps=(*before.steps, subject), waiting=waiting),
        )
        return self

    def claim_first(self, lane: Lane) -> Work:
        before = self.contents[-1]
        (key, attempts), *others = before.waiting

        def operate(store: Store) -> None:
            if not store.claim(store.waiting(lane, 1)):
                raise AssertionError("nothing to claim")

        self._add(operate, replace(before, waiting=((key, attempts + 1), *others)))
        return self

    def deliver_first(self) -> Work:
        before = self.contents[-1]
        key = before.waiting[0][0]
        self._add(lambda store: store.mark_delivered((key,)), replace(before, waiting=before.waiting[1:]))
        return self

    def park_first(self) -> Work:
        before = self.contents[-1]
        key = before.waiting[0][0]
        contents = replace(before, waiting=before.waiting[1:], parked=(*before.parked, key))
        self._add(lambda store: store.park(key, "refused"), contents)
        return self

    def tidy(self) -> Work:
        self._add(lambda store: store.tidy(), self.contents[-1])
        return self

    def settle_and_tidy_much_later(self) -> Work:
        """All steps so far are settled and too old to be kept."""
        self._add(lambda store: store.mark_settled(max(each.seq for each in store.steps())), self.contents[-1])
        self.day += KEPT.days + 1
        self._add(lambda store: store.tidy(), replace(self.contents[-1], steps=()))
        return self


def ordinary_work(commits: int, lane: Lane = Lane.MONEY) -> Work:
    """Commits with deliveries between them; now and then the WAL is emptied, and what is old is forgotten."""
    work = Work()
    for number in range(1, commits + 1):
        work.commit(number, lane)
        if number % 3 == 0:
            work.claim_first(lane).deliver_first()
        if number % 7 == 0:
            work.park_first()
        if number % 5 == 0:
            work.tidy()
        if number % 6 == 0:
            work.settle_and_tidy_much_later()
    return work


def contents_of(store: Store) -> Contents:
    waiting = [each for lane in Lane for each in store.waiting(lane, 10_000)]
    return Contents(
        tuple(recorded.step.subject for recorded in store.steps()),
        tuple((each.item.key, each.attempts) for each in waiting),
        tuple(each.item.key for each in store.parked()),
    )


@contextmanager
def on_disk(disk: Disk) -> Generator[Manner]:
    """The journal's own manner, on a disk in memory."""
    vfs = MemoryVfs(VFS, disk)
    try:
        yield replace(DURABLE, vfs=VFS)
    finally:
        vfs.unregister()


def open_on(manner: Manner, reserve: Reserve | None = None, calendar: Calendar | None = None) -> Store:
    return Store(PATH, (calendar or Calendar()).now, reserve=reserve, manner=manner)


def run_work(work: Work, disk: Disk, change_pragmas: dict[str, str | int] | None = None) -> None:
    """All of it without a fault, each operation written down once it is acknowledged."""
    with on_disk(disk) as manner:
        pragmas = {**manner.pragmas, **(change_pragmas or {})}
        store = open_on(replace(manner, pragmas=pragmas), calendar=work.calendar)
        for number, operate in enumerate(work.operations, start=1):
            operate(store)
            disk.acknowledge(number)
        store.close()
