"""The terminal's half against the real backend: what is wished is fetched, verified, applied, proved, or given back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.fleet.tables import BundleRow
from kiosk.central.wire import FeeRow
from kiosk.domain.application import DeliveryMode, Reason
from kiosk.fleet.report import ConfigState, Slot
from kiosk.fleet.sections import Pricing
from kiosk.flow.events import ReferenceArrived
from kiosk.flow.facts import Reference
from tests.contract.backend.fleet_bench import FleetBench, running_fleet
from tests.contract.backend.fleet_terminal import FleetTerminal
from tests.contract.backend.server import SteppedClock


@pytest.fixture
def bench(tmp_path: Path, font: Path, clock: SteppedClock) -> Iterator[FleetBench]:
    with running_fleet(f"sqlite:///{tmp_path}/backend.sqlite", tmp_path, font, clock) as running:
        yield running


@pytest.fixture
def terminal(bench: FleetBench, tmp_path: Path) -> FleetTerminal:
    """Runs the first bundle, confirmed."""
    newcomer = FleetTerminal(bench, tmp_path / "terminal").works()
    newcomer.follow().nobody_is_there()
    return confirmed(newcomer)


def confirmed(terminal: FleetTerminal) -> FleetTerminal:
    """A person was served under it."""
    from kiosk.flow.display import view_of
    from tests.flows.story import Story

    open_story = Story().open_for_business()
    terminal.watching.display(view_of(open_story.terminal, open_story.now()))
    terminal.clock.mono_s += 130
    return terminal.settle()


def priced(bench: FleetBench, fee_fen: int, name: str = "dearer") -> BundleRow:
    day = bench.sections().pricing.fees[0].valid_from
    fees = tuple(FeeRow(valid_from=day, reason=reason, fee_fen=fee_fen) for reason in Reason)
    return bench.publish(name, pricing=Pricing(fees=fees))


def newest(terminal: FleetTerminal) -> Reference:
    arrived = [event.reference for event in terminal.events if isinstance(event, ReferenceArrived)]
    return arrived[-1]


def fee_of(reference: Reference, terminal: FleetTerminal) -> int:
    today = terminal.clock.now().date()
    return reference.rules.fee_for(Reason.LOST, DeliveryMode.PICKUP, today).amount_fen


def test_the_first_bundle_is_fetched_applied_and_proved(terminal: FleetTerminal) -> None:
    state = terminal.caretaker.state
    assert (state.state, state.slot) == (ConfigState.CONFIRMED, Slot.ACTIVE)
    assert fee_of(newest(terminal), terminal) == 2000


def test_a_fee_that_was_pushed_is_charged_by_the_next_session(bench: FleetBench, terminal: FleetTerminal) -> None:
    before = newest(terminal)
    bench.wish(priced(bench, 2500))
    terminal.follow()
    assert terminal.is_asking
    assert newest(terminal) == before
    terminal.nobody_is_there()
    assert fee_of(newest(terminal), terminal) == 2500
    assert terminal.caretaker.state.state is ConfigState.PROBATION
    assert confirmed(terminal).caretaker.state.state is ConfigState.CONFIRMED


def test_the_backend_takes_the_fee_of_the_version_that_the_session_carries(
    bench: FleetBench, terminal: FleetTerminal
) -> None:
    old = newest(terminal).conduct.bundle
    bench.wish(priced(bench, 2500))
    new = newest(terminal.follow().nobody_is_there()).conduct.bundle
    running = bench.running
    refused = running.apply("employee_normal", fee_fen=2000, service_version=new)
    assert (refused.status_code, refused.json()["code"]) == (409, "fee_changed")
    begun_before = running.apply("employee_normal", fee_fen=2000, service_version=old)
    assert begun_before.status_code == 201
    assert begun_before.json()["fee_fen"] == 2000
