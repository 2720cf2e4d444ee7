"""`make tour`: whole journeys driven from outside; pictures, receipts, certificates and a report under out/tour."""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sqlite3
import sys
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import Any

from tqdm import tqdm

from deploy.workbench import Workbench, WorkbenchError
from tests.bench_driver.people import Registry
from tests.tour.album import Album
from tests.tour.bench_client import BenchClient, TourError
from tests.tour.guide import missing
from tests.tour.journeys import Tour
from tests.tour.register import GROUPS, Journey, chosen

OUT = Path("out/tour")


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tests.tour", description=__doc__)
    arguments.add_argument("wanted", nargs="*", metavar="NAME", help="journeys or groups: " + ", ".join(GROUPS))
    signal.signal(signal.SIGTERM, _leave)
    try:
        journeys = chosen(arguments.parse_args().wanted)
    except KeyError as error:
        arguments.error(f"no such journey or group: {error.args[0]}")
    return walk_all(journeys)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """Told to end, the workbench is taken down in good order."""
    sys.exit(1)


def walk_all(journeys: dict[str, Journey]) -> int:
    """Walk them in one workbench; 0 when every one was completed."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    reports: list[dict[str, Any]] = []
    try:
        with Workbench(root=OUT / "var") as workbench:
            bench = BenchClient(workbench.bench_url)
            registry = Registry(workbench.root / "backend")
            for name, journey in tqdm(journeys.items(), desc="journeys", disable=not sys.stderr.isatty()):
                album = Album(bench, OUT / name)
                reports.append(_walk(name, journey, Tour(bench, album, OUT, _application, workbench, registry)))
                print(f"{name}: {reports[-1]['outcome']}", flush=True)
    except WorkbenchError as error:
        print(error, file=sys.stderr)
        return 1
    (OUT / "report.json").write_text(json.dumps({"journeys": reports}, ensure_ascii=False, indent=2) + "\n")
    print(f"report: {OUT / 'report.json'}")
    unmade = missing(OUT)
    if unmade:
        print("the guide for staff names pictures that there are not: " + ", ".join(map(str, unmade)), file=sys.stderr)
        return 1
    return 0 if all(report["outcome"] == "completed" for report in reports) else 1


def _walk(name: str, journey: Journey, tour: Tour) -> dict[str, Any]:
    started = time.monotonic()
    try:
        facts = journey(tour)
        outcome = {"outcome": "completed", **facts}
    except (TourError, OSError, StopIteration, KeyError, IndexError) as error:
        traceback.print_exc()
        outcome = {"outcome": "failed", "error": str(error)}
        tour.album.keep("failed", both=False)
    return {"journey": name, **outcome, "seconds": round(time.monotonic() - started, 1), "steps": tour.album.steps}


def _application(number: str) -> dict[str, Any]:
    """What the backend has recorded, read from its own database."""
    with sqlite3.connect(f"file:{OUT / 'var' / 'backend' / 'backend.sqlite'}?mode=ro", uri=True) as database:
        row = database.execute(
            "SELECT state, fee_fen, card_date FROM applications WHERE application_number = ?", (number,)
        ).fetchone()
    if row is None:
        raise TourError("the backend does not know the application")
    return {"application_state": row[0], "fee_fen": row[1], "collection_date": row[2]}


if __name__ == "__main__":
    sys.exit(main())
