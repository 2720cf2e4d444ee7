from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.backend.conftest import cluster, database_url, font
from tests.contract.backend.server import SteppedClock
from tests.contract.console.console_bench import ConsoleBench, running_console

__all__ = ["cluster", "database_url", "font"]


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def console(tmp_path: Path, font: Path, clock: SteppedClock) -> Iterator[ConsoleBench]:
    """A console over SQLite, where the database makes no difference."""
    with running_console(f"sqlite:///{tmp_path}/backend.sqlite", tmp_path, font, clock) as started:
        yield started


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, font: Path) -> Iterator[ConsoleBench]:
    """One console for the tests of a module that change nothing another would see."""
    folder = tmp_path_factory.mktemp("console")
    with running_console(f"sqlite:///{folder}/backend.sqlite", folder, font, SteppedClock()) as started:
        yield started


@pytest.fixture
def console_on_each(database_url: str, tmp_path: Path, font: Path, clock: SteppedClock) -> Iterator[ConsoleBench]:
    """A console over each kind of database."""
    with running_console(database_url, tmp_path, font, clock) as started:
        yield started
