from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.journal.chain import GENESIS, ChainedRow, ChainFault, Link, chained, find_fault
from kiosk.journal.database import DURABLE, check_sqlite
from kiosk.journal.entries import (
    JournalDamagedError,
    JournalError,
    JournalUnknownError,
    Lane,
    StepKind,
)
from kiosk.journal.reading import open_reader
from kiosk.journal.store import KEPT, Store, schema_scripts
from tests.unit.journal.samples import NOON, HandClock, item, noon, step, tamper


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store(path, noon)
    yield store
    store.close()


# --- steps -----------------------------------------------------------------------------------------------------------


def test_steps_come_back_as_they_were_committed(store: Store) -> None:
    steps = (step("P1", amount_fen=2000, method="code_shown"), step("P2", is_left=True))
    store.commit(steps)
    found = list(store.steps())
    assert [each.step for each in found] == list(steps)
    assert [(each.seq, each.at) for each in found] == [(1, NOON), (2, NOON)]


def test_a_commit_survives_reopening(path: Path) -> None:
    first = Store(path, noon)
    first.commit((step("P1"),), (item("k1"),))
    first.close()
    second = Store(path, noon)
    assert [each.step.subject for each in second.steps()] == ["P1"]
    assert [each.item for each in second.waiting(Lane.MONEY)] == [item("k1")]
    second.close()


def test_a_step_and_its_delivery_are_one_transaction(store: Store) -> None:
    with pytest.raises(AttributeError):
        store.commit((step("P1"),), (None,))  # type: ignore[arg-type]  a bug in the caller
    assert list(store.steps()) == []
    store.commit((step("P2"),))
    assert store.verify() is None


def test_what_is_settled_is_not_looked_at_again(store: Store) -> None:
    store.commit((step("P1"), step("P2"), step("P3")))
    store.mark_settled(2)
    store.mark_settled(1)
    assert [each.step.subject for each in store.unsettled_steps()] == ["P3"]


# --- settings of the file --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["3.40.1", "3.51.2", "3.7.0"])
def test_an_sqlite_that_can_corrupt_a_wal_is_refused(version: str) -> None:
    with pytest.raises(JournalError):
        check_sqlite(version)


def test_newer_sqlite_is_taken() -> None:
    check_sqlite("3.51.3")
    check_sqlite("4.0.0")


def test_a_pragma_that_does_not_hold_is_refused(path: Path) -> None:
    with pytest.raises(JournalError):
        Store(path, noon, manner=replace(DURABLE, pragmas={**DURABLE.pragmas, "synchronous": 7}))


def test_a_schema_from_the_future_is_refused_and_left_alone(path: Path) -> None:
    Store(path, noon).close()
    tamper(path, "PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(JournalUnknownError, match="99"):
        Store(path, noon)
    assert path.read_bytes() == before


TOMORROW = (*schema_scripts(), "ALTER TABLE steps ADD COLUMN weather TEXT NOT NULL DEFAULT ''")


def test_a_journal_of_an_older_program_is_brought_up_to_date_and_keeps_everything(path: Path) -> None:
    old = Store(path, noon)
    old.commit((step("P1"),), (item("k1"),))
    old.close()
    new = Store(path, noon, schema=TOMORROW)
    new.commit((step("P2"),))
    assert [each.step.subject for each in new.steps()] == ["P1", "P2"]
    assert [each.item.key for each in new.waiting(Lane.MONEY)] == ["k1"]
    assert new.verify() is None
    new.close()
    with pytest.raises(JournalUnknownError):
        Store(path, noon)


def test_a_step_towards_a_new_schema_that_fails_changes_nothing(path: Path) -> None:
    old = Store(path, noon)
    old.commit((step("P1"),))
    old.close()
    with pytest.raises(JournalError):
        Store(path, noon, schema=(*TOMORROW, "ALTER TABLE steps ADD COLUMN weather TEXT NOT NULL DEFAULT ''"))
    again = Store(path, noon)
    assert [each.step.subject for each in again.steps()] == ["P1"]
    again.close()


def test_a_database_of_somebody_else_is_no_journal(path: Path) -> None:
    tamper(path, "CREATE TABLE steps (seq)")
    with pytest.raises(JournalDamagedError):
        Store(path, noon)


def test_two_terminals_cannot_share_a_journal(path: Path, store: Store) -> None:
    store.commit((step("P1"),))
    with pytest.raises(JournalError):
        Store(path, noon)


# --- the chain -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("UPDATE steps SET facts = '{\"amount_fen\": 1}' WHERE seq = 2", ChainFault(2, "edited")),
        ("UPDATE steps SET at = '2027-01-01' WHERE seq = 3", ChainFault(3, "edited")),
        ("DELETE FROM steps WHERE seq = 2", ChainFault(2, "missing")),
        ("DELETE FROM steps WHERE seq >= 3", ChainFault(3, "cut")),
        ("DELETE FROM steps", ChainFault(1, "cut")),
    ],
)
def test_the_place_of_a_change_is_found(path: Path, sql: str, fault: ChainFault) -> None:
    store = Store(path, noon)
    store.commit((step("P1"), step("P2"), step("P3"), step("P4")))
    store.close()
    tamper(path, sql)
    reader = open_reader(path)
    assert reader.verify() == fault
    reader.close()


@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), min_size=2, max_size=8), st.data())
def test_any_reordering_of_steps_is_found(texts: list[tuple[str, str]], data: st.DataObject) -> None:
    base, rows = Link(0, GENESIS), list[ChainedRow]()
    last = base
    for subject, facts in texts:
        rows.append(chained(last, "2026-11-23", "started", subject, facts))
        last = Link(rows[-1].seq, rows[-1].hash)
    assert find_fault(rows, base, last) is None
    shuffled = data.draw(st.permutations(rows))
    renumbered = [row._replace(seq=place) for place, row in enumerate(shuffled, start=1)]
    assert (find_fault(shuffled, base, last) is None) == (shuffled == rows)
    assert (find_fault(renumbered, base, last) is None) == (renumbered == rows)


def test_texts_that_run_together_do_not_hash_alike() -> None:
    base = Link(0, GENESIS)
    assert chained(base, "a", "b", "cd", "e").hash != chained(base, "a", "b", "c", "de").hash


def test_a_store_whose_newest_steps_are_gone_does_not_open(path: Path) -> None:
    store = Store(path, noon)
    store.commit((step("P1"), step("P2")))
    store.close()
    tamper(path, "DELETE FROM steps WHERE seq = 2")
    with pytest.raises(JournalDamagedError):
        Store(path, noon)


# --- outbox ----------------------------------------------------------------------------------------------------------


def test_a_key_is_put_once_even_after_delivery(store: Store) -> None:
    store.commit((step("P1"),), (item("k1"),))
    store.mark_delivered(("k1",))
    store.commit((step("P2"),), (item("k1"),))
    assert store.waiting(Lane.MONEY) == ()


def test_an_attempt_is_counted_before_it_is_made_and_claimed_once(store: Store) -> None:
    store.commit((), (item("k1"),))
    seen = store.waiting(Lane.MONEY)
    assert store.claim(seen)
    assert not store.claim(seen)
    assert store.waiting(Lane.MONEY)[0].attempts == 1


def test_what_is_parked_is_visible_and_waits_no_longer(store: Store) -> None:
    store.commit((), (item("k1"), item("k2")))
    store.park("k1", "refused")
    assert [each.item.key for each in store.waiting(Lane.MONEY)] == ["k2"]
    assert [(each.item.key, each.reason) for each in store.parked()] == [("k1", "refused")]
    assert store.figures().parked == 1


def test_the_oldest_telemetry_is_dropped_and_counted_and_money_never(path: Path) -> None:
    store = Store(path, noon, telemetry_bound=10)
    for number in range(25):
        store.commit((), (item(f"t{number}", Lane.TELEMETRY), item(f"m{number}")))
    telemetry = [each.item.key for each in store.waiting(Lane.TELEMETRY)]
    assert len(telemetry) <= 10
    assert telemetry[-1] == "t24"
    assert len(telemetry) + store.figures().telemetry_dropped == 25
    assert len(store.waiting(Lane.MONEY)) == 25
    store.close()


def test_delivered_telemetry_leaves_nothing_behind(path: Path, store: Store) -> None:
    store.commit((), (item("t1", Lane.TELEMETRY),))
    store.mark_delivered(("t1",))
    assert store._db.read("SELECT count(*) FROM outbox") == [(0,)]


# --- upkeep ----------------------------------------------------------------------------------------------------------


def test_old_settled_steps_go_and_the_chain_still_holds(path: Path) -> None:
    clock = HandClock()
    store = Store(path, clock.now)
    store.commit((step("old"), step("old but open")), (item("k1"),))
    store.mark_delivered(("k1",))
    clock.at_s = (KEPT + timedelta(days=1)).total_seconds()
    store.commit((step("new"),))
    store.mark_settled(1)
    store.tidy()
    assert [each.step.subject for each in store.steps()] == ["old but open", "new"]
    assert store.verify() is None
    assert store._db.read("SELECT count(*) FROM outbox") == [(0,)]
    store.close()
    again = Store(path, clock.now)
    again.mark_settled(3)
    clock.at_s *= 3
    again.tidy()
    assert list(again.steps()) == []
    again.close()
    last = Store(path, clock.now)
    last.commit((step("newest"),))
    assert last.verify() is None
    last.close()


def test_tidying_empties_the_wal(path: Path, store: Store) -> None:
    store.commit((step("P1"),))
    wal = path.with_name("journal.sqlite-wal")
    assert wal.stat().st_size > 0
    store.tidy()
    assert wal.stat().st_size == 0
    assert [each.step.subject for each in store.steps()] == ["P1"]


class Room:
    """Ballast that can be laid only while the disk has room."""

    def __init__(self) -> None:
        self.is_there = False

    def lay(self) -> bool:
        return self.is_there

    def release(self) -> bool:
        return False


def test_while_room_is_short_only_money_goes_into_the_outbox_and_afterwards_everything(path: Path) -> None:
    room = Room()
    store = Store(path, noon, reserve=room)
    store.commit((step("P1"),), (item("t1", Lane.TELEMETRY), item("m1")))
    assert (store.waiting(Lane.TELEMETRY), store.figures().telemetry_dropped) == ((), 1)
    assert [each.item.key for each in store.waiting(Lane.MONEY)] == ["m1"]
    assert store.figures().is_short_of_room
    room.is_there = True
    store.tidy()
    store.commit((), (item("t2", Lane.TELEMETRY),))
    assert [each.item.key for each in store.waiting(Lane.TELEMETRY)] == ["t2"]
    assert not store.figures().is_short_of_room
    store.close()


# --- reading tools ---------------------------------------------------------------------------------------------------


def test_tools_cannot_open_the_file_while_the_terminal_runs(path: Path, store: Store) -> None:
    store.commit((step("P1"),))
    with pytest.raises(JournalError, match="running"):
        open_reader(path)


def test_tools_read_a_journal_that_was_cut_off_and_change_nothing(path: Path, tmp_path: Path) -> None:
    store = Store(path, noon)
    store.commit((step("P1"),))
    cut_off = tmp_path / "cut" / "journal.sqlite"
    cut_off.parent.mkdir()
    for name in ("journal.sqlite", "journal.sqlite-wal"):
        (cut_off.parent / name).write_bytes((tmp_path / name).read_bytes())
    store.close()
    before = {name: (cut_off.parent / name).read_bytes() for name in ("journal.sqlite", "journal.sqlite-wal")}
    reader = open_reader(cut_off)
    assert [each.step.subject for each in reader.steps()] == ["P1"]
    assert reader.verify() is None
    reader.close()
    assert {name: (cut_off.parent / name).read_bytes() for name in before} == before


def test_what_staff_must_know_is_asked_until_they_acknowledge(path: Path) -> None:
    store = Store(path, noon, replaces="journal.sqlite.damaged")
    assert store.needs_acknowledgement
    store.acknowledge()
    assert not store.needs_acknowledgement
    assert [each.step.kind for each in store.steps()] == [
        StepKind.JOURNAL_SET_ASIDE,
        StepKind.JOURNAL_ACKNOWLEDGED,
    ]
    store.close()
