from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from backend.fleet.director import Wish
from backend.fleet.rollouts.decision import Limits
from backend.fleet.rollouts.service import FINISHED, HALTED, RUNNING
from backend.fleet.tables import AlertRow, BundleRow, DesiredRow, FleetTerminalRow, HealthRow, RolloutRow, TargetRow
from backend.problems import Refusal
from kiosk.domain.application import PaymentMethod
from kiosk.fleet.report import Report
from kiosk.fleet.sections import Payments, TimeOuts
from tests.contract.backend.fleet_bench import FleetBench, report_body

COUNT = 30
QUICK = Limits(soak_s=60, min_payments=0, ack_deadline_s=120)
Behave = Callable[[str, Report | None], dict[str, Any] | None]
"""What a terminal reports when it is wished the new bundle: changes to its report; None: nothing at all."""


class Lobby:
    """Many terminals without a network: their reports go straight to the service."""

    def __init__(self, bench: FleetBench, old: BundleRow, offline_every: int = 0) -> None:
        self.bench, self.seq, self.old = bench, 0, old
        self.names = [f"t{number:03}" for number in range(COUNT)]
        self.away = {name for place, name in enumerate(self.names) if offline_every and place % offline_every == 0}
        now = bench.clock.now()
        with bench.session() as session:
            for place, name in enumerate(self.names):
                session.add(
                    FleetTerminalRow(
                        terminal_id=name,
                        office_id=f"C{place % 10:03}",
                        state="enrolled",
                        hardware=f"kind{place % 2}",
                        enrolled_at=now,
                    )
                )
        fleet = bench.fleet
        fleet.act(lambda s: fleet.director.wish(s, {name: Wish(old) for name in self.names}, now))

    def speak(self, new: BundleRow | None = None, behave: Behave | None = None) -> None:
        """Everybody who is there reports once."""
        self.seq += 1
        with self.bench.session() as session:
            wished = {row.terminal_id: row for row in session.scalars(select(DesiredRow))}
        for name in self.names:
            row = wished[name]
            is_new = new is not None and row.bundle_sha256 == new.sha256
            changes: dict[str, Any] | None = {}
            if is_new and behave is not None:
                changes = behave(name, None)
            if name in self.away or changes is None:
                continue
            report = report_body(self.bench.clock, self.seq, **{**runs(row, self.bench), **changes})
            outcome = self.bench.fleet.health.accept(name, Report.model_validate(report, strict=False))
            assert not isinstance(outcome, Refusal)

    def play(self, rollout_id: str, new: BundleRow, behave: Behave | None = None, rounds: int = 20) -> str:
        """Minute by minute until it ends; its state."""
        for _ in range(rounds):
            self.bench.clock.advance(seconds=61)
            self.speak(new, behave)
            self.bench.fleet.act(self.bench.fleet.rollouts.step)
            with self.bench.session() as session:
                state = session.get_one(RolloutRow, rollout_id).state
            if state != RUNNING:
                return state
        return RUNNING


def runs(row: DesiredRow, bench: FleetBench) -> dict[str, Any]:
    """The words of a terminal that runs what it is wished."""
    seen = {"epoch": row.epoch, "version": row.version}
    return {
        "observed": {**seen, "sha256": row.bundle_sha256},
        "applied": {
            **seen,
            "bundle": row.bundle_sha256,
            "release_counter": 1,
            "slot": "active",
            "since": bench.clock.now(),
        },
    }


def launched(bench: FleetBench, new: BundleRow, limits: Limits = QUICK) -> str:
    with bench.session() as session:
        row = bench.fleet.rollouts.create(session, new.sha256, "anna", limits)
        assert isinstance(row, RolloutRow)
    with bench.session() as session:
        assert isinstance(bench.fleet.rollouts.start(session, row.rollout_id, "anna"), RolloutRow)
    return row.rollout_id


def touched(bench: FleetBench, rollout_id: str) -> int:
    with bench.session() as session:
        query = select(func.count()).select_from(TargetRow).where(TargetRow.rollout_id == rollout_id)
        return session.scalar(query.where(TargetRow.targeted_at.is_not(None))) or 0


def reason(bench: FleetBench, rollout_id: str) -> str:
    with bench.session() as session:
        return session.get_one(RolloutRow, rollout_id).reason


@pytest.fixture
def old(bench: FleetBench) -> BundleRow:
    with bench.session() as session:
        return session.scalars(select(BundleRow)).one()


@pytest.fixture
def old_one(small_bench: FleetBench) -> BundleRow:
    with small_bench.session() as session:
        return session.scalars(select(BundleRow)).one()


def test_a_healthy_rollout_finishes_though_some_are_away(bench: FleetBench, old: BundleRow) -> None:
    lobby = Lobby(bench, old, offline_every=7)
    lobby.speak()
    new = bench.publish("calm", timeouts=TimeOuts(idle_s=90))
    rollout_id = launched(bench, new)
    assert lobby.play(rollout_id, new) == FINISHED
    with bench.session() as session:
        wished = session.scalars(select(DesiredRow.bundle_sha256).where(DesiredRow.terminal_id.like("t%"))).all()
    assert set(wished) == {new.sha256}


def test_one_that_terminals_revert_halts_at_once_and_leads_money_back(bench: FleetBench, old: BundleRow) -> None:
    lobby = Lobby(bench, old)
    lobby.speak()
    new = bench.publish("bad", payments=Payments(methods=(PaymentMethod.CODE_SHOWN,)))
    rollout_id = launched(bench, new)

    def reverts(_name: str, _before: object) -> dict[str, Any]:
        return {"state": "REVERTED", "reason": {"code": "PROBE_PAYMENT"}}

    assert lobby.play(rollout_id, new, reverts) == HALTED
    assert reason(bench, rollout_id) in {"failures", "failure_in_canary"}
    assert touched(bench, rollout_id) <= 2
    with bench.session() as session:
        wished = session.scalars(select(DesiredRow).where(DesiredRow.terminal_id.like("t%"))).all()
    assert {row.bundle_sha256 for row in wished} == {old.sha256}
    assert max(row.version for row in wished) == 3, "led back by a higher version, not by an older one"


def test_one_that_silences_terminals_halts(small_bench: FleetBench, old_one: BundleRow) -> None:
    lobby = Lobby(small_bench, old_one)
    lobby.speak()
    new = small_bench.publish("mute", timeouts=TimeOuts(idle_s=90))
    rollout_id = launched(small_bench, new, QUICK.model_copy(update={"advance_percent": 50}))

    def falls_silent(_name: str, _before: object) -> None:
        return None

    assert lobby.play(rollout_id, new, falls_silent, rounds=8) == HALTED
    assert touched(small_bench, rollout_id) <= 2
    with small_bench.session() as session:
        outcomes = session.scalars(select(TargetRow.outcome).where(TargetRow.targeted_at.is_not(None))).all()
    assert set(outcomes) == {"lost"}


def test_one_under_which_payments_fail_halts(small_bench: FleetBench, old_one: BundleRow) -> None:
    lobby = Lobby(small_bench, old_one)
    lobby.speak()
    new = small_bench.publish("poor", timeouts=TimeOuts(idle_s=90))
    rollout_id = launched(small_bench, new, QUICK.model_copy(update={"min_payments": 200}))
    works: dict[str, list[int]] = {name: [0, 0] for name in lobby.names}

    def speak() -> None:
        lobby.seq += 1
        with small_bench.session() as session:
            wished = {row.terminal_id: row for row in session.scalars(select(DesiredRow))}
        for name in lobby.names:
            works[name][0] += 40
            works[name][1] += 34 if wished[name].bundle_sha256 == new.sha256 else 38
            work = {"payments_started": works[name][0], "payments_succeeded": works[name][1]}
            body = report_body(small_bench.clock, lobby.seq, work=work, **runs(wished[name], small_bench))
            small_bench.fleet.health.accept(name, Report.model_validate(body, strict=False))

    for _ in range(8):
        small_bench.clock.advance(seconds=61)
        speak()
        small_bench.fleet.act(small_bench.fleet.rollouts.step)
    assert reason(small_bench, rollout_id) == "payments_dropped"
    assert touched(small_bench, rollout_id) <= COUNT / 10, "so few payments prove nothing before"


def test_with_the_kill_switch_off_nothing_is_targeted(small_bench: FleetBench, old_one: BundleRow) -> None:
    lobby = Lobby(small_bench, old_one)
    lobby.speak()
    new = small_bench.publish("calm", timeouts=TimeOuts(idle_s=90))
    rollout_id = launched(small_bench, new)
    with small_bench.session() as session:
        small_bench.fleet.rollouts.switch(session, "bert", is_on=False)
    assert lobby.play(rollout_id, new, rounds=2) == HALTED
    assert (reason(small_bench, rollout_id), touched(small_bench, rollout_id)) == ("kill_switch", 0)


def test_no_more_terminals_a_minute_than_the_limit(small_bench: FleetBench, old_one: BundleRow) -> None:
    from dataclasses import replace

    lobby = Lobby(small_bench, old_one)
    lobby.speak()
    small_bench.fleet.rollouts = replace(small_bench.fleet.rollouts, a_minute=7)
    new = small_bench.publish("calm", timeouts=TimeOuts(idle_s=90))
    rollout_id = launched(small_bench, new)
    before = 0
    for _ in range(7):
        small_bench.clock.advance(seconds=61)
        lobby.speak(new)
        small_bench.fleet.act(small_bench.fleet.rollouts.step)
        small_bench.fleet.act(small_bench.fleet.rollouts.step)
        now = touched(small_bench, rollout_id)
        assert now - before <= 7
        before = now


def test_an_alarm_halts(small_bench: FleetBench, old_one: BundleRow) -> None:
    lobby = Lobby(small_bench, old_one)
    lobby.speak()
    new = small_bench.publish("calm", timeouts=TimeOuts(idle_s=90))
    rollout_id = launched(small_bench, new)
    at = small_bench.clock.now()

    def suspects(_name: str, _before: object) -> dict[str, Any]:
        return {"security": [{"code": "BAD_SIGNATURE", "count": 1, "first": at, "last": at}]}

    assert lobby.play(rollout_id, new, suspects) == HALTED
    assert reason(small_bench, rollout_id) == "alarm"
    with small_bench.session() as session:
        assert session.scalars(select(AlertRow)).first() is not None


def test_a_terminal_that_lies_about_its_bundle_is_not_counted(small_bench: FleetBench, old_one: BundleRow) -> None:
    lobby = Lobby(small_bench, old_one)
    lobby.speak()
    new = small_bench.publish("calm", timeouts=TimeOuts(idle_s=90))
    rollout_id = launched(small_bench, new)

    def lies(name: str, _before: object) -> dict[str, Any]:
        with small_bench.session() as session:
            row = session.get_one(HealthRow, name)
            return {"applied": {**row.report["applied"], "bundle": old_one.sha256}}

    assert lobby.play(rollout_id, new, lies, rounds=6) == RUNNING
    assert reason(small_bench, rollout_id) == "not_enough_confirmed"


def test_a_halted_rollout_is_never_resumed_and_only_one_runs(small_bench: FleetBench, old_one: BundleRow) -> None:
    Lobby(small_bench, old_one).speak()
    new = small_bench.publish("calm", timeouts=TimeOuts(idle_s=90))
    rollout_id = launched(small_bench, new)
    rollouts = small_bench.fleet.rollouts
    with small_bench.session() as session:
        other = rollouts.create(session, new.sha256, "bert", QUICK)
        assert isinstance(other, RolloutRow)
        assert isinstance(rollouts.start(session, other.rollout_id, "bert"), Refusal)
        assert isinstance(rollouts.halt(session, rollout_id, "bert"), RolloutRow)
    with small_bench.session() as session:
        assert isinstance(rollouts.pause(session, rollout_id, "bert", is_paused=False), Refusal)
        assert isinstance(rollouts.start(session, rollout_id, "bert"), Refusal)
