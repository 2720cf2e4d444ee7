from __future__ import annotations

import threading
from pathlib import Path

import pytest

from kiosk.journal.entries import JournalDamagedError, JournalError
from kiosk.journal.journal import Journal
from kiosk.journal.store import Store
from tests.unit.journal.samples import noon, step

LIMIT_S = 20.0


def subjects(journal: Journal) -> list[str]:
    return journal.ask(lambda store: [each.step.subject for each in store.steps()])


def test_everything_happens_on_one_thread(tmp_path: Path) -> None:
    journal = Journal(lambda: Store(tmp_path / "journal.sqlite", noon))
    journal.start()
    names = {journal.ask(lambda _: threading.current_thread().name) for _ in range(3)}
    assert names == {"journal"}
    journal.stop()


def test_a_journal_that_does_not_open_says_so_at_the_start_and_ever_after() -> None:
    def refuse() -> Store:
        raise JournalDamagedError("beyond repair")

    journal = Journal(refuse)
    with pytest.raises(JournalDamagedError):
        journal.start()
    with pytest.raises(JournalError):
        journal.commit((step("P1"),))
    journal.stop()


def test_a_bug_while_opening_is_no_endless_wait() -> None:
    def trip() -> Store:
        raise ZeroDivisionError

    journal = Journal(trip)
    with pytest.raises(JournalError, match="ZeroDivisionError"):
        journal.start()
    journal.stop()


def test_an_error_reaches_whoever_asked_and_the_thread_goes_on(tmp_path: Path) -> None:
    journal = Journal(lambda: Store(tmp_path / "journal.sqlite", noon))
    journal.start()
    with pytest.raises(ZeroDivisionError):
        journal.ask(lambda _: 1 // 0)
    journal.commit((step("P1"),))
    assert subjects(journal) == ["P1"]
    journal.stop()


def test_the_first_failure_is_told_once_and_a_bug_is_none(tmp_path: Path) -> None:
    journal = Journal(lambda: Store(tmp_path / "journal.sqlite", noon))
    told: list[str] = []
    journal.when_failed(lambda: told.append("before"))
    journal.start()
    with pytest.raises(ZeroDivisionError):
        journal.ask(lambda _: 1 // 0)
    assert told == []
    for _ in range(2):
        with pytest.raises(JournalError):
            journal.ask(_breaks)
    journal.stop()
    assert told == ["before"]
    journal.when_failed(lambda: told.append("after"))
    assert told == ["before", "after"]


def _breaks(_: Store) -> None:
    raise JournalDamagedError("the disk")


def test_what_the_caller_was_told_had_failed_is_not_written_later(tmp_path: Path) -> None:
    journal = Journal(lambda: Store(tmp_path / "journal.sqlite", noon), limit_s=LIMIT_S)
    journal.start()
    may_go_on = threading.Event()
    slow = threading.Thread(target=lambda: journal.ask(lambda _: may_go_on.wait(LIMIT_S)))
    slow.start()
    journal._limit_s = 0.0
    with pytest.raises(JournalError, match="does not answer"):
        journal.commit((step("too late"),))
    journal._limit_s = LIMIT_S
    may_go_on.set()
    slow.join(LIMIT_S)
    assert subjects(journal) == []
    journal.stop()
