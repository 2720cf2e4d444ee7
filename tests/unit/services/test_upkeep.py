from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from kiosk.journal.entries import JournalError, JournalFullError
from kiosk.services.upkeep import Upkeep
from tests.unit.services.lobby import LIMIT_S


class Journal:
    """Ends each tidying in the next of these ways."""

    def __init__(self, *outcomes: Exception | None) -> None:
        self.outcomes = list(outcomes)
        self.times = threading.Semaphore(0)

    def tidy(self) -> None:
        outcome = self.outcomes.pop(0)
        self.times.release()
        if outcome is not None:
            raise outcome

    def ask(self, work: Callable[[Any], None]) -> None:
        work(self)


@pytest.mark.parametrize("trouble", [None, JournalFullError("full"), ValueError("a bug")])
def test_whatever_came_of_it_the_journal_is_tidied_again_at_the_next_time(trouble: Exception | None) -> None:
    bugs: list[str] = []
    journal = Journal(trouble, None)
    upkeep = Upkeep(journal, lambda where, _: bugs.append(where))  # type: ignore[arg-type]
    upkeep.start()
    for _ in range(2):
        upkeep.tidy()
        assert journal.times.acquire(timeout=LIMIT_S)
    upkeep.stop(LIMIT_S)
    assert not upkeep._thread.is_alive()
    assert bugs == (["upkeep_failed"] if isinstance(trouble, ValueError) else [])


def test_a_journal_that_is_gone_ends_the_upkeep_quietly() -> None:
    upkeep = Upkeep(Journal(JournalError("gone")), lambda where, _: pytest.fail(where))  # type: ignore[arg-type]
    upkeep.start()
    upkeep.tidy()
    upkeep._thread.join(LIMIT_S)
    assert not upkeep._thread.is_alive()


def test_an_upkeep_that_never_began_stops() -> None:
    Upkeep(Journal(), lambda where, _: pytest.fail(where)).stop(LIMIT_S)  # type: ignore[arg-type]
