from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.journal.ballast import Ballast
from kiosk.journal.entries import JournalError
from kiosk.journal.opening import open_store
from kiosk.journal.store import Store
from tests.unit.journal.samples import NOON, noon, step, tamper

DAMAGED = f"journal.sqlite.{NOON:%Y%m%dT%H%M%S}.damaged"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.sqlite"


def filled(path: Path) -> Store:
    store = open_store(path, noon)
    store.commit(tuple(step(f"P{number}") for number in range(40)))
    return store


def cut_off_copy(store: Store, path: Path, to: Path) -> Path:
    """The files as they lie there while the store is open: what a power cut leaves."""
    to.mkdir(parents=True)
    for file in path.parent.iterdir():
        (to / file.name).write_bytes(file.read_bytes())
    store.close()
    return to / path.name


def test_an_orderly_end_and_a_power_cut_both_open_again(path: Path, tmp_path: Path) -> None:
    filled(path).close()
    cut_off = cut_off_copy(open_store(path, noon), path, tmp_path / "cut")
    for each in (path, cut_off):
        store = open_store(each, noon)
        assert len(list(store.steps())) == 40
        assert not store.needs_acknowledgement
        store.close()


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"no database at all" * 100),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
        lambda path: path.write_bytes(b""),
        lambda path: path.unlink(),
        lambda path: path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 4096 + path.read_bytes()[8192:]),
        lambda path: tamper(path, "DELETE FROM steps WHERE seq > 7"),
        lambda path: tamper(path, "DELETE FROM summary"),
    ],
    ids=["not a database", "truncated", "empty", "gone", "a page overwritten", "steps cut", "summary gone"],
)
def test_a_damaged_journal_is_set_aside_and_staff_are_asked(path: Path, damage: object) -> None:
    filled(path).close()
    damage(path)  # type: ignore[operator]
    store = open_store(path, noon)
    assert store.needs_acknowledgement
    assert store.figures().set_aside == DAMAGED
    store.close()
    again = open_store(path, noon)
    assert again.needs_acknowledgement, "a restart is no acknowledgement"
    again.acknowledge()
    again.close()


def test_the_damaged_file_is_kept_for_whoever_looks_into_it(path: Path) -> None:
    filled(path).close()
    path.write_bytes(b"broken" * 1000)
    open_store(path, noon).close()
    assert (path.parent / DAMAGED).read_bytes() == b"broken" * 1000


def test_a_journal_of_a_newer_program_is_set_aside_whole_and_under_its_own_word(path: Path) -> None:
    filled(path).close()
    tamper(path, "PRAGMA user_version = 7")
    before = path.read_bytes()
    store = open_store(path, noon)
    assert store.needs_acknowledgement
    aside = path.parent / store.figures().set_aside
    assert aside.name == f"journal.sqlite.{NOON:%Y%m%dT%H%M%S}.schema-7"
    assert aside.read_bytes() == before
    store.close()


def test_a_second_damage_does_not_write_over_the_first(path: Path) -> None:
    for content in (b"first" * 1000, b"second" * 1000):
        open_store(path, noon).close()
        path.write_bytes(content)
    open_store(path, noon).close()
    kept = sorted(file.read_bytes()[:5] for file in path.parent.glob("*.damaged*"))
    assert kept == [b"first", b"secon"]


def test_a_wal_that_was_deleted_shows(path: Path, tmp_path: Path) -> None:
    cut_off = cut_off_copy(filled(path), path, tmp_path / "cut")
    cut_off.with_name("journal.sqlite-wal").unlink()
    store = open_store(cut_off, noon)
    assert store.needs_acknowledgement
    store.close()


@settings(max_examples=30, deadline=None)
@given(place=st.integers(0, 10_000), value=st.integers(1, 255))
def test_a_flipped_byte_never_ends_in_anything_but_a_store_or_a_journal_error(
    tmp_path_factory: pytest.TempPathFactory, place: int, value: int
) -> None:
    path = tmp_path_factory.mktemp("flip") / "journal.sqlite"
    filled(path).close()
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= value
    path.write_bytes(bytes(data))
    try:
        store = open_store(path, noon)
    except JournalError:
        return
    store.commit((step("after"),))
    store.close()


def test_ballast_is_real_blocks_and_is_given_up_once(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "journal.ballast", 1024 * 1024)
    assert ballast.lay()
    assert (tmp_path / "journal.ballast").stat().st_blocks * 512 >= 1024 * 1024
    assert ballast.release()
    assert not (tmp_path / "journal.ballast").exists()
    assert not ballast.release()


def test_ballast_is_not_laid_where_there_is_no_room(tmp_path: Path) -> None:
    assert not Ballast(tmp_path / "journal.ballast", 1 << 60).lay()
    assert list(tmp_path.iterdir()) == []
