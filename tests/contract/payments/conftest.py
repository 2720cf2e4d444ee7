"""The sandbox runs once for all payment tests; each test has its own office, database and numbers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from backend.database import open_engine
from tests.contract.payments.bench import FrontDoor, Office, SandboxProgram, free_port, open_office, served


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


@pytest.fixture(scope="session")
def door() -> Iterator[FrontDoor]:
    opened = FrontDoor()
    with served(opened):
        yield opened


@pytest.fixture(scope="session")
def cluster() -> Iterator[Any]:
    databases = pytest.importorskip("tests.contract.backend.databases")
    with databases.postgresql_cluster() as started:
        yield started


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either_office(
    request: pytest.FixtureRequest, sandbox: SandboxProgram, door: FrontDoor, tmp_path: Path
) -> Iterator[Office]:
    """An office over each kind of database, for what depends on locks and constraints."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'office.sqlite'}" if is_sqlite else _emptied(request)
    with open_office(sandbox, door, open_engine(url), uuid4().hex[:8]) as opened:
        yield opened


def _emptied(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("cluster").emptied_database()


@pytest.fixture
def office(sandbox: SandboxProgram, door: FrontDoor, tmp_path: Path) -> Iterator[Office]:
    engine = open_engine(f"sqlite:///{tmp_path / 'office.sqlite'}")
    with open_office(sandbox, door, engine, uuid4().hex[:8]) as opened:
        yield opened


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()
