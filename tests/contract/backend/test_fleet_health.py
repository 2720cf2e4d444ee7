from __future__ import annotations

from sqlalchemy import select

from backend.fleet.tables import AlertRow, HealthRow, HistoryRow
from kiosk.fleet.command import Action, Command
from kiosk.fleet.report import Applied, Observed, Slot
from kiosk.fleet.roots import Root, first_root
from kiosk.fleet.verifying import verify_command
from tests.contract.backend.fleet_bench import BOOT, FleetBench
from tests.contract.backend.server import TERMINAL
from tests.contract.backend.test_backend_errors import problem_of


def condition(bench: FleetBench) -> str:
    with bench.session() as session:
        return session.get_one(HealthRow, TERMINAL).condition


def test_a_report_is_taken_and_answered_with_what_is_wished(bench: FleetBench) -> None:
    answer = bench.report(1)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"accepted_seq": 1, "next_report_s": 60, "desired": {"epoch": 0, "version": 1}}
    assert condition(bench) == "ok"


def test_the_same_report_again_changes_nothing(bench: FleetBench) -> None:
    bench.report(3)
    assert bench.report(3).json()["accepted_seq"] == 3
    assert bench.report(2).json()["accepted_seq"] == 3


def test_two_machines_with_one_identity_are_an_alarm(bench: FleetBench) -> None:
    bench.report(3)
    problem_of(bench.report(3, boot_id="ffffffff"), 409, "fleet_state")
    assert bench.told.take() == [(TERMINAL, "sequence_fork", "began")]


def test_synced_is_said_only_of_who_runs_what_is_wished(bench: FleetBench) -> None:
    bundle = bench.fleet.board.posted(TERMINAL)
    assert bundle is not None
    with bench.session() as session:
        from backend.fleet.tables import DesiredRow

        sha256 = session.get_one(DesiredRow, TERMINAL).bundle_sha256
    observed = Observed(epoch=0, version=1, sha256=sha256)
    applied = Applied(epoch=0, version=1, bundle=sha256, release_counter=1, slot=Slot.ACTIVE, since=bench.clock.now())
    bench.report(1)
    with bench.session() as session:
        assert not session.get_one(HealthRow, TERMINAL).is_synced
    bench.report(2, observed=observed, applied=applied)
    with bench.session() as session:
        assert session.get_one(HealthRow, TERMINAL).is_synced


def test_down_is_told_once_then_hourly_then_all_clear(bench: FleetBench) -> None:
    bench.report(1)
    bench.clock.advance(minutes=4)
    for _ in range(3):
        bench.fleet.look_after()
    assert bench.told.take() == [(TERMINAL, "down", "began")]
    bench.clock.advance(minutes=59)
    bench.fleet.look_after()
    assert bench.told.take() == []
    bench.clock.advance(minutes=2)
    bench.fleet.look_after()
    assert bench.told.take() == [(TERMINAL, "down", "still")]
    bench.report(2)
    bench.fleet.look_after()
    assert bench.told.take() == [(TERMINAL, "down", "over")]
    with bench.session() as session:
        assert session.scalars(select(AlertRow)).one().ended_at is not None
        assert [row.kind for row in session.scalars(select(HistoryRow).order_by(HistoryRow.number))] == [
            "first_report",
            "condition",
            "condition",
        ]


def test_booting_again_and_again_is_its_own_word(bench: FleetBench) -> None:
    for seq in range(1, 5):
        bench.report(seq, boot_id=f"0000000{seq}", service="starting")
    assert condition(bench) == "booting_stuck"
    bench.report(5, boot_id="00000004", service="in_service")
    assert condition(bench) == "ok"


def test_a_paper_jam_is_degraded_and_told_only_when_it_lasts(bench: FleetBench) -> None:
    jam = {"receipt_printer": {"word": "online", "paper": "jammed", "action": "clear"}}
    bench.report(1, devices=jam)
    bench.fleet.look_after()
    assert (condition(bench), bench.told.take()) == ("degraded", [])
    bench.clock.advance(minutes=2, seconds=30)
    bench.fleet.look_after()
    assert bench.told.take() == [(TERMINAL, "degraded", "began")]


def test_an_equivocation_is_told_at_once_and_ended_by_nobody_but_people(bench: FleetBench) -> None:
    at = bench.clock.now()
    bench.report(1, security=[{"code": "EQUIVOCATION", "count": 1, "first": at, "last": at}])
    assert bench.told.take() == [(TERMINAL, "equivocation", "began")]
    bench.report(2)
    bench.fleet.look_after()
    assert bench.told.take() == []
    with bench.session() as session:
        alert = session.scalars(select(AlertRow)).one()
        assert alert.ended_at is None
        bench.fleet.health.end_alert(session, alert.number)


def test_a_command_goes_to_the_boot_that_spoke_and_its_result_is_kept(bench: FleetBench) -> None:
    bench.report(1)
    with bench.session() as session:
        bench.fleet.commanding.order(session, TERMINAL, Action.READINESS_REPORT, "anna")
    (envelope,) = bench.get(f"/v1/terminals/{TERMINAL}/commands").json()["commands"]
    root = first_root(bench.get("/v1/roots/1").content)
    assert isinstance(root, Root)
    command = verify_command(envelope.encode(), root, TERMINAL, BOOT, frozenset(), bench.clock.now())
    assert isinstance(command, Command)
    bench.report(2, commands=[{"nonce": command.nonce, "outcome": "done"}])
    assert bench.get(f"/v1/terminals/{TERMINAL}/commands").json() == {"commands": []}


def test_metrics_are_counted_by_group_and_need_their_token(bench: FleetBench) -> None:
    bench.report(1)
    problem_of(bench.running.http.get("/metrics"), 401, "not_authenticated")
    token = (bench.running.settings.state_dir / "metrics-token").read_text()
    answer = bench.running.http.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert 'lobby_terminals{app="0.1.0",condition="ok",hardware="bench",office="CY01"} 1.0' in answer.text
    assert TERMINAL not in answer.text
