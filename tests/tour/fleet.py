"""A fee is changed while somebody is being served: their visit keeps the old one, the next visit has the new one.

What people of the operator do (draft, two approvals, two signatures, a rollout) is done with the services that stand
behind the console, on the database of the running backend; the terminal hears of it as it always does.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import select

from backend.clock import SystemClock
from backend.fleet.bundles import read_bundle
from backend.fleet.fleet import Fleet
from backend.fleet.rollouts.decision import Limits
from backend.fleet.rollouts.service import RUNNING
from backend.fleet.seeding import publish
from backend.fleet.tables import CommandRow, FleetTerminalRow, HealthRow, RolloutRow
from backend.settings import FONT, Settings, default_database_url
from kiosk.fleet.command import Action, CommandOutcome
from kiosk.fleet.report import ConfigState, Slot
from kiosk.fleet.sections import Pricing, Sections
from simulation.world import open_fleet
from tests.bench_driver.visit import Visit
from tests.tour.bench_client import TourError
from tests.tour.journeys import Tour

HIGHER_FEN = 2500
AT_ONCE = Limits(soak_s=0, min_payments=0)
"""One terminal: there is nobody to learn from."""
QUICK_PROOF = {"when": "idle", "confirm_s": 10}
LIMIT_S = 90.0
WHO = "tour"


@dataclass
class Operator:
    """The people of the operator, at the workbench whose folder is `root`."""

    root: Path

    @cached_property
    def fleet(self) -> Fleet:
        state = self.root / "backend"
        url = "http://127.0.0.1:1"
        settings = Settings(state, default_database_url(state), url, url, FONT, fleet_dir=self.root / "fleet")
        fleet, _ = open_fleet(settings, SystemClock())
        fleet.look()
        return fleet

    def sections(self) -> Sections:
        """Of the bundle that the fleet runs."""
        with self.fleet.sessions() as session:
            row = self.fleet.bundles.running(session)
            if row is None:
                raise TourError("the fleet runs no bundle")
            return read_bundle(row).sections

    def roll_out(self, name: str, sections: Sections) -> str:
        """The address of the new bundle, which is on its way to every terminal."""
        fleet = self.fleet
        with fleet.sessions.begin() as session:
            bundle = publish(fleet, session, name, sections, self.root / "fleet", apply=QUICK_PROOF)
        with fleet.sessions.begin() as session:
            made = fleet.rollouts.create(session, bundle.sha256, WHO, AT_ONCE)
        if isinstance(made, RolloutRow):
            with fleet.sessions.begin() as session:
                made = fleet.rollouts.start(session, made.rollout_id, WHO)
        if not isinstance(made, RolloutRow):
            raise TourError(f"the rollout does not start: {made}")
        self.round()
        return bundle.sha256

    def round(self) -> None:
        """What the backend does every half minute."""
        self.fleet.act(self.fleet.rollouts.step)

    def is_finished(self) -> bool:
        self.round()
        with self.fleet.sessions() as session:
            return session.scalars(select(RolloutRow).where(RolloutRow.state == RUNNING)).first() is None

    def says(self, is_so: Callable[[dict[str, Any]], bool]) -> Callable[[], bool]:
        """Whether the newest report of the paired terminal is so."""

        def look() -> bool:
            query = select(HealthRow).join(FleetTerminalRow, FleetTerminalRow.terminal_id == HealthRow.terminal_id)
            with self.fleet.sessions() as session:
                row = session.scalars(query.where(FleetTerminalRow.key_sha256.is_not(None))).first()
            return row is not None and is_so(row.report)

        return look

    def orders(self, action: Action) -> Callable[[], bool]:
        """Signs the command for the paired terminal; whether its outcome is known, and good."""
        with self.fleet.sessions.begin() as session:
            paired = select(FleetTerminalRow).where(FleetTerminalRow.key_sha256.is_not(None))
            row = self.fleet.commanding.order(session, session.scalars(paired).one().terminal_id, action, WHO)
            if not isinstance(row, CommandRow):
                raise TourError(f"{action} cannot be ordered: {row}")
            nonce = row.nonce

        def is_done() -> bool:
            with self.fleet.sessions() as session:
                outcome = session.get_one(CommandRow, nonce).outcome
            if outcome not in (None, CommandOutcome.DONE):
                raise TourError(f"{action}: {outcome}")
            return outcome is not None

        return is_done


def with_fee(sections: Sections, fee_fen: int) -> Sections:
    fees = tuple(row.model_copy(update={"fee_fen": fee_fen}) for row in sections.pricing.fees)
    return sections.model_copy(update={"pricing": Pricing(fees=fees)})


def holds(bundle: str) -> Callable[[dict[str, Any]], bool]:
    """It is there and believed, and something else runs."""

    def is_so(report: dict[str, Any]) -> bool:
        seen, applied = report["observed"] or {}, report["applied"] or {}
        return seen.get("sha256") == bundle != applied.get("bundle")

    return is_so


def runs(bundle: str, *, is_proved: bool) -> Callable[[dict[str, Any]], bool]:
    def is_so(report: dict[str, Any]) -> bool:
        applied = report["applied"] or {}
        is_it = applied.get("bundle") == bundle and applied.get("slot") == Slot.ACTIVE
        return is_it and (not is_proved or report["state"] == ConfigState.CONFIRMED)

    return is_so


def fee_changes(tour: Tour) -> dict[str, Any]:
    """Twenty yuan, then twenty-five while the first person is being served, then twenty again."""
    bench, album, operator = tour.bench, tour.album, Operator(tour.out / "var")
    before = operator.sections()
    first = Visit(bench, tour.registry.add())
    first.to_check()
    album.keep("first-person-old-fee")
    changed = operator.roll_out("dearer", with_fee(before, HIGHER_FEN))
    bench.wait_until(operator.says(holds(changed)), "the terminal to hold the new fee and wait", LIMIT_S)
    old = _paid(tour, first, "first-person")
    bench.wait_until(operator.says(runs(changed, is_proved=False)), "the terminal to run the new fee", LIMIT_S)
    bench.wait_for("AttractView", "start_zh")
    album.keep("attract-new-fee")
    second = Visit(bench, tour.registry.add())
    second.to_check()
    album.keep("second-person-new-fee")
    new = _paid(tour, second, "second-person")
    bench.wait_until(operator.is_finished, "the rollout to finish", LIMIT_S)
    restored = operator.roll_out("as-before", before)
    bench.wait_until(operator.says(runs(restored, is_proved=True)), "the old fee to be back", LIMIT_S)
    bench.wait_until(operator.is_finished, "the rollout back to finish", LIMIT_S)
    bench.wait_for("AttractView", "start_zh")
    album.keep("attract-old-fee-again")
    if (old["fee_fen"], new["fee_fen"]) != (before.pricing.fees[0].fee_fen, HIGHER_FEN):
        raise TourError(f"charged {old['fee_fen']} and {new['fee_fen']} fen")
    return {"first": old, "second": new, "bundles": [changed, restored]}


def remote_hands(tour: Tour) -> dict[str, Any]:
    """A readiness report and a log bundle on demand, closed and opened again from afar; never with somebody there."""
    bench, album, operator = tour.bench, tour.album, Operator(tour.out / "var")
    bench.wait_for("AttractView", "start_zh")
    seconds: dict[str, float] = {}
    for action, view in (
        (Action.READINESS_REPORT, "AttractView"),
        (Action.LOG_BUNDLE, "AttractView"),
        (Action.OUT_OF_SERVICE, "OutOfServiceView"),
        (Action.INTO_SERVICE, "AttractView"),
    ):
        begun_s = time.monotonic()
        bench.wait_until(operator.orders(action), f"{action} to be done", LIMIT_S)
        seconds[action] = round(time.monotonic() - begun_s, 1)
        bench.wait_for(view)
        album.keep(f"after-{action.replace('_', '-')}")
    return {"seconds_until_done": seconds}


def _paid(tour: Tour, visit: Visit, name: str) -> dict[str, Any]:
    """From the answers to the end; what the backend took."""
    bench, album = tour.bench, tour.album
    visit.touch("confirm", "ChoiceView", "option.show_phone")
    album.keep(f"{name}-pays")
    visit.touch("option.show_phone", "PayScanView", "option.other_way")
    visit.show_payer_code()
    bench.wait_for("DoneView", "confirm")
    number = str(bench.screen()["number"])
    bench.do("camera", "clear")
    bench.touch("confirm")
    visit.reads("receipt.printed")
    album.keep(f"{name}-receipt", both=False)
    visit.leave()
    return {"application_number": number, **tour.database_check(number)}


FLEET: dict[str, Callable[[Tour], dict[str, Any]]] = {
    "fleet-fee-changes": fee_changes,
    "fleet-remote-hands": remote_hands,
}
