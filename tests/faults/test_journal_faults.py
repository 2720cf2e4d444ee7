"""The fault trials of the journal in a small size; the whole size is `python -m tests.faults`."""

from __future__ import annotations

import json
import random
from pathlib import Path

import apsw
import pytest

from tests.faults.crash_vfs import Create, Disk, Platter, Sync, Truncate, Write
from tests.faults.disk_faults import full_disk, full_without_ballast, io_errors
from tests.faults.journal_part import SMALL, WEAKER, enough_states
from tests.faults.journal_work import contents_of, on_disk, open_on, ordinary_work
from tests.faults.report import Line, merge_report
from tests.measure.journal import SYNCS_GOAL, asked_syncs


def test_no_power_cut_loses_what_was_acknowledged() -> None:
    report = enough_states(SMALL.crash_states, SMALL.commits, {})
    assert report.states >= SMALL.crash_states
    assert report.losses == {}


@pytest.mark.parametrize("name", WEAKER)
def test_the_trial_sees_the_losses_of_weaker_settings(name: str) -> None:
    report = enough_states(SMALL.weaker_states, SMALL.commits, WEAKER[name])
    assert report.losses.get("lost", 0) > 0


def test_an_io_error_at_any_call_loses_nothing_and_ends_the_journal() -> None:
    report = io_errors(SMALL.fault_commits)
    assert report.losses == {}
    assert report.stopped > report.faults / 2


def test_a_disk_that_is_full_at_any_write_lets_money_go_on_and_counts_what_it_drops() -> None:
    report = full_disk(SMALL.fault_commits)
    assert report.losses == {}
    assert report.stopped > 0


def test_without_ballast_work_is_refused_until_there_is_room_and_then_goes_on() -> None:
    report = full_without_ballast(SMALL.fault_commits)
    assert report.losses == {}
    assert report.stopped == 1


def test_tidying_a_full_disk_is_put_off_and_the_journal_goes_on() -> None:
    disk, work = Disk(), ordinary_work(2)
    with on_disk(disk) as manner:
        store = open_on(manner)
        for operate in work.operations:
            operate(store)
        disk.before_call = _full
        assert not store.tidy()
        disk.before_call = lambda _call: None
        assert store.tidy()
        assert contents_of(store) == work.contents[-1]
        store.close()


def _full(call: str) -> None:
    if call in ("write", "sync"):
        raise apsw.FullError


def test_a_commit_costs_one_sync() -> None:
    assert asked_syncs(100) <= SYNCS_GOAL * 100


def test_the_model_of_the_disk_tears_and_loses_only_what_was_not_synced() -> None:
    platter = Platter()
    synced = (Create("f", 1, syncs_directory=True), Write(1, 0, b"a" * 1024), Sync(1))
    for entry in (*synced, Write(1, 0, b"b" * 1024), Truncate(1, 512)):
        platter.replay(entry)
    dice = random.Random(7)
    assert platter.cut(dice, 0.0) == {"f": b"a" * 1024}
    assert platter.cut(dice, 1.0) == {"f": b"b" * 512}
    torn = {platter.cut(dice, 0.5)["f"] for _ in range(200)}
    assert torn == {first * 512 + second * 512 for first in (b"a", b"b") for second in (b"a", b"b", b"")}


def test_a_file_whose_directory_was_not_synced_may_be_gone() -> None:
    platter = Platter()
    for entry in (Create("f", 1, syncs_directory=False), Write(1, 0, b"a"), Sync(1)):
        platter.replay(entry)
    assert platter.cut(random.Random(1), 0.0) == {}
    assert platter.cut(random.Random(1), 1.0) == {"f": b"a"}


def test_a_part_of_the_trials_keeps_the_lines_of_the_others(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    merge_report(report, "one", (Line("a", 1, "runs", is_ok=True),))
    merge_report(report, "two", (Line("b", 2, "runs", is_ok=False, found={"lost": 1}),))
    merge_report(report, "one", (Line("c", 3, "runs", is_ok=True),))
    found = json.loads(report.read_text(encoding="utf-8"))["parts"]
    assert [found["one"]["lines"][0]["name"], found["two"]["lines"][0]["name"]] == ["c", "b"]
    assert (found["one"]["is_ok"], found["two"]["is_ok"]) == (True, False)
