"""The power is cut at every step of every change of bundle: what boots is the old one or the new one, never none."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from kiosk.fleet.report import Slot
from kiosk.fleet.strict_json import address
from kiosk.fleet.verifying import HighWater
from kiosk.flow.events import Event, QuietOver
from kiosk.services.fleet import applying
from kiosk.services.fleet.applying import Held
from kiosk.services.fleet.caretaker import Caretaker, Staging
from kiosk.services.fleet.evidence import Look
from kiosk.services.fleet.files import Files
from kiosk.services.fleet.in_force import InForce
from kiosk.services.fleet.store import STATE, Store
from tests.faults.fleet_disk import CutDisk, PowerCutError
from tests.unit.fleet.good import bundle, root, sealed_bundle
from tests.unit.services.lobby import KeptLog, StillClock

ALL = frozenset({"service", "central", "receipt_printer"})


def held(counter: int, version: int) -> tuple[Held, bytes]:
    content = bundle(counter, fee_fen=2000 + counter)
    payload = content.to_bytes()
    mark = HighWater(0, version, f"{version:064x}")
    return Held(mark, address(payload), counter), sealed_bundle(content)


FIRST, FIRST_BYTES = held(1, 1)
SECOND, SECOND_BYTES = held(2, 2)


@dataclass
class Machine:
    """The caretaker over a disk whose power may be cut."""

    disk: CutDisk
    events: list[Event] = field(default_factory=list[Event])
    mono_s: float = 0.0
    passing: frozenset[str] = ALL

    def __post_init__(self) -> None:
        self.store = Store(Files(self.disk))
        self.in_force = InForce("CY01", lambda _texts: None)
        self.caretaker = Caretaker(
            self.store, self.in_force, self.events.append, self._look, lambda: None, StillClock(), KeptLog()
        )

    def _look(self) -> Look:
        return Look(self.mono_s, self.passing, 0)

    def boot(self) -> Machine:
        self.caretaker.begin(root())
        return self

    def stage(self, wished: Held, content: bytes) -> Machine:
        self.caretaker.happen(Staging(applying.Verified(wished, 0), content))
        self.caretaker.work_off()
        return self

    def allow(self) -> Machine:
        self.caretaker.quiet_granted()
        self.caretaker.work_off()
        return self

    def prove(self) -> Machine:
        self.mono_s += 1000
        self.caretaker.work_off()
        return self

    def fail(self) -> Machine:
        self.caretaker.happen(applying.Failed("receipt_printer"))
        self.caretaker.work_off()
        return self


def settled() -> CutDisk:
    """The first bundle runs and is proved."""
    disk = CutDisk()
    Machine(disk).boot().stage(FIRST, FIRST_BYTES).allow().prove()
    return CutDisk(dict(disk.files), dict(disk.files))


def apply_second(machine: Machine) -> None:
    machine.boot().stage(SECOND, SECOND_BYTES).allow().prove()


def apply_and_go_back(machine: Machine) -> None:
    machine.boot().stage(SECOND, SECOND_BYTES).allow().fail()


def steps_of(work: Callable[[Machine], None]) -> int:
    disk = settled()
    work(Machine(disk))
    return disk.taken


@pytest.mark.parametrize("work", [apply_second, apply_and_go_back])
def test_whatever_step_the_power_goes_at_the_old_or_the_new_bundle_boots(work: Callable[[Machine], None]) -> None:
    """Exhaustive: every step, and every disk that may be found after it."""
    found = {FIRST.bundle_sha256: 0, SECOND.bundle_sha256: 0}
    tried = 0
    for step in range(steps_of(work) + 1):
        disk = settled()
        disk.steps_left = step
        machine = Machine(disk)
        with suppress(PowerCutError):
            work(machine)
        for survivor in disk.after_cut():
            again = Machine(survivor).boot()
            state = again.caretaker.state
            assert state.runs is not None
            assert again.in_force.bundle is not None
            assert state.slot in (Slot.ACTIVE, Slot.LAST_KNOWN_GOOD)
            assert state.high_water is not None
            assert state.high_water.version >= 1
            found[state.runs.bundle_sha256] += 1
            tried += 1
    assert min(found.values()) > 0
    assert tried > 20


def test_a_disk_that_does_not_sync_the_folder_is_caught() -> None:
    """The model has teeth: without the syncs of files a power cut leaves a state that is torn."""

    class NoSync(CutDisk):
        def sync(self, name: str) -> None:
            pass

    disk = NoSync()
    Machine(disk).boot().stage(FIRST, FIRST_BYTES).allow().prove()
    torn = [survivor for survivor in disk.after_cut() if survivor.files.get(STATE) is not None]
    assert any(Store(Files(survivor)).state() is None for survivor in torn)


def test_a_bundle_that_keeps_the_terminal_from_starting_is_given_up_after_two_boots() -> None:
    disk = settled()
    Machine(disk).boot().stage(SECOND, SECOND_BYTES).allow()
    slots = [Machine(disk).boot().caretaker.state for _ in range(3)]
    assert [state.runs and state.runs.release_counter for state in slots] == [2, 2, 1]
    assert slots[-1].slot is Slot.LAST_KNOWN_GOOD
    assert SECOND.bundle_sha256 in slots[-1].denied


def spoil(disk: CutDisk, wished: Held) -> None:
    for name in [name for name in disk.files if wished.bundle_sha256 in name]:
        disk.write(name, disk.read(name)[:-9] + b"x" * 9, 0o644)


def test_a_bundle_whose_bytes_rotted_falls_back_and_a_good_one_that_rots_too_leaves_the_factory() -> None:
    disk = settled()
    Machine(disk).boot().stage(SECOND, SECOND_BYTES).allow().prove()
    spoil(disk, SECOND)
    assert Machine(disk).boot().caretaker.state.slot is Slot.LAST_KNOWN_GOOD
    spoil(disk, FIRST)
    again = Machine(disk).boot().caretaker.state
    assert (again.slot, again.runs, again.denied) == (Slot.FACTORY, None, frozenset())


def test_quiet_is_given_back_whatever_became_of_the_change() -> None:
    machine = Machine(settled()).boot().allow()
    assert machine.events == [QuietOver("service")]
