"""One workbench for the whole tier. Every test begins and ends at the attract screen of a well terminal."""

from __future__ import annotations

import configparser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.workbench import Workbench
from hardware.bench.pcscd import MISSING, is_installed, is_listening
from tests.bench_driver.people import Registry, Somebody
from tests.bench_driver.recorded import Recorded
from tests.bench_driver.tidy import come_home
from tests.bench_driver.visit import Visit
from tests.tour.bench_client import BenchClient

IMPATIENT = {"unknown_s": "8", "take_things_s": "3", "poll_payment_s": "1"}
"""Seconds that a test would otherwise wait for nothing. In a fleet the bundle's would hold; the tour is of one."""


@pytest.fixture(scope="session")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    if not is_installed():
        pytest.fail(MISSING)
    if is_listening():
        pytest.fail("another pcscd runs on this machine, and there can be only one: stop it first")
    root = tmp_path_factory.mktemp("workbench")
    with Workbench(root=root, config=_impatient_config(root), joins_fleet=False) as running:
        yield running


def _impatient_config(root: Path) -> Path:
    settings = configparser.ConfigParser(interpolation=None)
    settings.read("kiosk.ini", encoding="utf-8")
    settings["timeouts"].update(IMPATIENT)
    settings["terminal"]["restart_after_s"] = "2"
    settings["central"]["health_every_s"] = "2"
    settings["display"]["new_page_guard_s"] = "0.1"
    path = root / "impatient.ini"
    with path.open("w", encoding="utf-8") as file:
        settings.write(file)
    return path


@pytest.fixture(scope="session")
def registry(workbench: Workbench) -> Iterator[Registry]:
    registry = Registry(workbench.root / "backend")
    yield registry
    registry.close()


@pytest.fixture(scope="session")
def bench_client(workbench: Workbench) -> BenchClient:
    client = BenchClient(workbench.bench_url)
    come_home(client)
    return client


@pytest.fixture(scope="session")
def recorded(workbench: Workbench, bench_client: BenchClient) -> Recorded:
    return Recorded(bench_client, workbench.root)


@pytest.fixture
def bench(bench_client: BenchClient, recorded: Recorded) -> Iterator[BenchClient]:
    """The bench; afterwards everything is put right, and nobody may have recorded a fault."""
    known = len(recorded.faults_in_logs())
    yield bench_client
    come_home(bench_client)
    assert recorded.faults_in_logs()[known:] == []


@pytest.fixture
def somebody(registry: Registry) -> Somebody:
    return registry.add()


@pytest.fixture
def visit(bench: BenchClient, somebody: Somebody) -> Visit:
    """Somebody with a normal card, at the attract screen."""
    return Visit(bench, somebody)


@pytest.fixture
def payer(bench: BenchClient, registry: Registry) -> Visit:
    """Somebody who has applied and not paid: `to_payment` goes on there, past all the questions."""
    return Visit(bench, registry.add(open_application="AWAITING_PAYMENT"), has_applied=True)


@pytest.fixture
def visit_of(bench: BenchClient, registry: Registry) -> Callable[..., Visit]:
    """A visit of somebody whose record has these members."""

    def make(**changes: Any) -> Visit:
        return Visit(bench, registry.add(**changes))

    return make
