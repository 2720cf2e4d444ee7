"""Every power cut over the real journal: nothing acknowledged is lost, nothing appears that nobody wrote."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.journal.entries import JournalError
from tests.faults.crash_vfs import Disk, PowerCut, power_cuts
from tests.faults.journal_work import Work, contents_of, on_disk, open_on, ordinary_work, run_work


@dataclass(frozen=True)
class CrashReport:
    """`losses` by kind: `unopenable`, `chain`, `lost`, `phantom`."""

    states: int
    losses: Mapping[str, int]

    @property
    def is_clean(self) -> bool:
        return not self.losses


def crash_states(
    commits: int,
    seed: int,
    change_pragmas: dict[str, str | int] | None = None,
    on_state: Callable[[], object] = lambda: None,
) -> CrashReport:
    """Runs the work once, then opens the journal on every distinct disk that a power cut could leave."""
    work, disk = ordinary_work(commits), Disk()
    run_work(work, disk, change_pragmas)
    losses: Counter[str] = Counter()
    seen: set[bytes] = set()
    for cut in power_cuts(disk.log, random.Random(seed)):
        digest = _digest(cut)
        if digest in seen:
            continue
        seen.add(digest)
        fault = fault_after(cut, work)
        if fault:
            losses[fault] += 1
        on_state()
    return CrashReport(len(seen), dict(losses))


def fault_after(cut: PowerCut, work: Work) -> str:
    """Opens the real store on the disk that is left; the word of what is wrong, or empty."""
    with on_disk(Disk.holding(cut.image)) as manner:
        try:
            store = open_on(manner)
        except JournalError:
            return "unopenable"
        try:
            if store.verify() is not None:
                return "chain"
            found = contents_of(store)
        except JournalError:
            return "unopenable"
        finally:
            store.close()
    expected = work.contents[cut.acknowledged]
    in_flight = work.contents[min(cut.acknowledged + 1, len(work.operations))]
    if found in (expected, in_flight):
        return ""
    return "lost" if len(found.steps) < len(expected.steps) or found in work.contents else "phantom"


def _digest(cut: PowerCut) -> bytes:
    digest = hashlib.blake2b(str(cut.acknowledged).encode(), digest_size=16)
    for name in sorted(cut.image):
        digest.update(name.encode() + len(cut.image[name]).to_bytes(8, "big") + cut.image[name])
    return digest.digest()
