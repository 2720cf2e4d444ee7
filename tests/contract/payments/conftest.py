"""The sandbox runs once for all payment tests; each test has its own office, database and numbers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from backend.database import open_engine
from tests.contract.payments.bench import Office, SandboxProgram, free_port, open_office


@pytest.fixture(scope="session")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProgram]:
    program = SandboxProgram(tmp_path_factory.mktemp("sandbox"), free_port())
    program.start()
    yield program
    program.stop()


@pytest.fixture
def sandbox(running_sandbox: SandboxProgram) -> SandboxProgram:
    running_sandbox.sound()
    return running_sandbox


@pytest.fixture
def office(sandbox: SandboxProgram, tmp_path: Path) -> Iterator[Office]:
    engine = open_engine(f"sqlite:///{tmp_path / 'office.sqlite'}")
    with open_office(sandbox, engine, uuid4().hex[:8]) as opened:
        yield opened


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()
