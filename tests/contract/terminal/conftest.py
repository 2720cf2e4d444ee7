"""One sandbox for all tests of the client; tests that change something have a backend of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.backend.conftest import font  # noqa: F401  a fixture
from tests.contract.payments.bench import SandboxProgram, free_port
from tests.contract.terminal.central import Central, open_central


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProgram]:
    program = SandboxProgram(tmp_path_factory.mktemp("sandbox"), free_port())
    program.start()
    program.sound()
    yield program
    program.stop()


@pytest.fixture
def central(tmp_path: Path, font: Path, sandbox: SandboxProgram) -> Iterator[Central]:  # noqa: F811  that fixture
    with open_central(tmp_path, font, sandbox) as opened:
        yield opened


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory, font: Path, sandbox: SandboxProgram) -> Iterator[Central]:  # noqa: F811  that fixture
    """For tests that only look."""
    with open_central(tmp_path_factory.mktemp("central"), font, sandbox) as opened:
        yield opened
