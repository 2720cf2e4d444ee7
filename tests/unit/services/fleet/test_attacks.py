"""Every bad envelope of the corpus offered to a running terminal: its own word, and what runs stays to the byte."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from kiosk.central.errors import Refused as CentralRefused
from kiosk.central.fleet import Offer
from kiosk.central.wire import ProblemCode
from kiosk.fleet.refusals import RefusalCode
from kiosk.fleet.report import ConfigState, Slot
from kiosk.fleet.strict_json import address
from kiosk.fleet.verifying import HighWater
from kiosk.flow.events import Event, ReferenceArrived
from kiosk.services.fleet.applying import Allowed, Held, Proved, Verified
from kiosk.services.fleet.believing import Believer
from kiosk.services.fleet.caretaker import Caretaker, Staging
from kiosk.services.fleet.evidence import Look
from kiosk.services.fleet.files import Files
from kiosk.services.fleet.following import Following
from kiosk.services.fleet.in_force import InForce
from kiosk.services.fleet.store import STATE, Store
from simulation.disk import MemoryDisk
from tests.unit.fleet import corpus, good
from tests.unit.services.lobby import KeptLog

RUNNING = good.bundle(counter=3, fee_fen=1900)
ENVELOPE = good.sealed_bundle(RUNNING)
HELD = Held(HighWater(0, 1, "1" * 64), address(RUNNING.to_bytes()), 3)


class Still:
    """The moment for which the corpus was made."""

    def now(self) -> datetime:
        return good.NOW

    def monotonic_s(self) -> float:
        return 1000.0


@dataclass
class Enemy:
    """A backend that hands out one bad pair, and has no newer root."""

    case: corpus.Case

    def desired(self, etag: str) -> Offer:
        return Offer('"bad"', self.case.statement)

    def bundle(self, sha256: str) -> bytes:
        return self.case.bundle

    def root(self, version: int) -> CentralRefused:
        return CentralRefused(ProblemCode.NOT_FOUND)

    def cancel(self) -> None:
        pass

    def close(self) -> None:
        pass


@dataclass
class Terminal:
    """Runs a bundle that has proved itself; believes in what the case says it believes in."""

    case: corpus.Case
    refused: list[RefusalCode] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.disk, self.log, clock = MemoryDisk(), KeptLog(), Still()
        self.in_force = InForce("CY01", lambda _texts: None)
        store = Store(Files(self.disk))
        self.caretaker = Caretaker(store, self.in_force, self.events.append, _well, lambda: None, clock, self.log)
        root = self.case.trusted.root
        self.caretaker.begin(good.root())
        for item in (Staging(Verified(HELD, 0), ENVELOPE), Allowed(frozenset()), Proved()):
            self.caretaker.happen(item)
            self.caretaker.work_off()
        enemy = Enemy(self.case)
        believer = Believer(
            enemy, store, root, lambda _root: self.case.trusted, lambda _bundle, _day: None, clock, self.log
        )
        self.following = Following(
            enemy, believer, self.caretaker, lambda: 0.5, self.refused.append, lambda: None, self.log
        )
        self.events.clear()

    def follow(self) -> None:
        self.following.round()
        self.caretaker.work_off()

    @property
    def bundles(self) -> Sequence[tuple[str, bytes]]:
        return [(name, self.disk.read(f"bundles/{name}")) for name in self.disk.names("bundles")]


def _well() -> Look:
    return Look(1000.0, frozenset({"service", "central"}), 0)


@pytest.mark.parametrize("name", corpus.CASES)
def test_a_bad_offer_changes_nothing_that_runs(name: str) -> None:
    terminal = Terminal(corpus.CASES[name])
    before, bundles = terminal.caretaker.state, terminal.bundles
    assert (before.runs, before.state, before.slot) == (HELD, ConfigState.CONFIRMED, Slot.ACTIVE)
    terminal.follow()
    after = terminal.caretaker.state
    assert (after.runs, after.good, after.slot, after.staged) == (before.runs, before.good, before.slot, None)
    assert terminal.bundles == bundles == [(f"{HELD.bundle_sha256}.json", ENVELOPE)]
    assert terminal.in_force.bundle == RUNNING
    assert not any(isinstance(event, ReferenceArrived) for event in terminal.events)
    assert after.high_water is not None
    assert after.high_water.version >= HELD.mark.version


@pytest.mark.parametrize("name", corpus.CASES)
def test_a_bad_offer_is_told_with_its_own_word(name: str) -> None:
    case = corpus.CASES[name]
    terminal = Terminal(case)
    terminal.follow()
    if case.code is RefusalCode.NOT_YET_VALID:  # it will be, so it is asked for again and accused of nothing
        assert terminal.refused == []
        return
    assert terminal.refused == [case.code]
    state = terminal.caretaker.state
    assert (state.state, state.why and state.why.code) == (ConfigState.REJECTED, case.code.value)


def test_what_was_refused_survives_the_next_start() -> None:
    terminal = Terminal(corpus.CASES["a list"])
    terminal.follow()
    kept = Store(Files(terminal.disk)).state()
    assert kept == terminal.caretaker.state
    assert terminal.disk.read(STATE)
