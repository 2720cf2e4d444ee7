"""The invented person as a part of `python -m tests.faults`: through every end, then looked for everywhere."""

from __future__ import annotations

import configparser
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tqdm import tqdm

from deploy.workbench import Workbench
from tests.bench_driver.people import Registry
from tests.bench_driver.tidy import come_home
from tests.faults.by_pytest import run_tests
from tests.faults.canary_visits import ENDS, leaks_after
from tests.faults.report import Line
from tests.tour.bench_client import BenchClient

SMALL = ("cancel", "fault")


def trials(is_small: bool) -> Iterator[Line]:
    name = "an invented person through every end of the engine"
    tally = run_tests(("tests/faults/test_canary.py",), name)
    yield Line(name, tally.passed, "tests", tally.is_ok, dict.fromkeys(tally.failed, 1), leaks=len(tally.failed))
    yield _whole(SMALL if is_small else tuple(ENDS))


def _whole(ends: tuple[str, ...]) -> Line:
    name, found = "the same through the whole terminal", dict[str, int]()
    with TemporaryDirectory(prefix="kiosk-canary-") as folder, _workbench(Path(folder)) as workbench:
        registry, bench = Registry(workbench.root / "backend"), BenchClient(workbench.bench_url)
        come_home(bench)
        for end in tqdm(ends, desc=name, unit=" ends", leave=False):
            found.update(dict.fromkeys(leaks_after(end, workbench, registry, bench), 1))
        registry.close()
    return Line(name, len(ends), "ends", not found, found, leaks=len(found))


@contextmanager
def _workbench(folder: Path) -> Iterator[Workbench]:
    """Impatient, and with a folder for temporary files that can be looked through."""
    settings = configparser.ConfigParser(interpolation=None)
    settings.read("kiosk.ini", encoding="utf-8")
    settings["terminal"]["restart_after_s"] = "2"
    settings["timeouts"].update({"idle_s": "20", "warning_s": "20", "take_things_s": "3"})
    with (folder / "canary.ini").open("w", encoding="utf-8") as file:
        settings.write(file)
    (folder / "tmp").mkdir()
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder / "tmp")
    try:
        with Workbench(root=folder, config=folder / "canary.ini") as workbench:
            yield workbench
    finally:
        tempfile.tempdir = None
        if before is None:
            del os.environ["TMPDIR"]
        else:
            os.environ["TMPDIR"] = before
