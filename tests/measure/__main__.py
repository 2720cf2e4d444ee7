"""`make measure`: every figure of the design, measured in one run; table and plots under out/measure."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
import traceback
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from tqdm import tqdm

from deploy.workbench import Workbench
from tests.measure import card_read, known_parts, living, touching, waiting
from tests.measure.plots import draw
from tests.measure.report import Report, markdown, plain, surroundings, write_json
from tests.measure.rows import Part, Result, Run

OUT = Path("out/measure")
PARTS: dict[str, Part] = {
    "card": card_read.run,
    "decode": known_parts.decode,
    "receipt": known_parts.receipt,
    "journal": known_parts.journal,
    "waiting": waiting.run,
    "screens": known_parts.screens,
    "start": living.start,
    "idle": living.idle,
    "touch": touching.beside_chromium,
    "hung": touching.devices_hung,
    "recovery": living.recovery,
    "growth": living.growth,
}
"""In the order they run: first what needs the machine's only pcscd for itself, then what shares one workbench."""


class SharedWorkbench:
    """Started by the first part that needs it, ended with the run."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def get(self) -> Workbench:
        return self._started

    @cached_property
    def _started(self) -> Workbench:
        workbench = Workbench(root=self._root)
        workbench.start()
        return workbench

    def stop(self) -> None:
        if "_started" in self.__dict__:
            self._started.stop()


@contextmanager
def shared_workbench() -> Generator[SharedWorkbench]:
    workbench = SharedWorkbench(OUT / "var")
    try:
        yield workbench
    finally:
        workbench.stop()


def main() -> int:
    arguments = _parser().parse_args()
    names: Sequence[str] = arguments.only or list(PARTS)
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    report = measure(names, is_quick=arguments.quick)
    (OUT / "report.md").write_text(markdown(report), encoding="utf-8")
    write_json(report, OUT / "report.json")
    draw(report, OUT)
    print(plain(report))
    print(f"{OUT / 'report.md'}, {OUT / 'report.json'} and plots beside them")
    return 1 if report.failures or report.missed() else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.measure", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", action="append", choices=list(PARTS), metavar="PART",
                        help=f"one part, may be given again: {', '.join(PARTS)}")  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="fewer rounds: 2 minutes instead of 10")
    return parser


def measure(names: Sequence[str], *, is_quick: bool) -> Report:
    """Every part in turn; one that fails says why and does not stop the others."""
    results: dict[str, Result] = {}
    failures: dict[str, str] = {}
    where = surroundings(is_quick=is_quick)
    with shared_workbench() as workbench, tqdm(names, unit="part", disable=not sys.stderr.isatty()) as bar:
        for name in bar:
            bar.set_description(name)
            begun = time.monotonic()
            try:
                results[name] = PARTS[name](Run(is_quick, OUT, workbench.get, bar.set_postfix_str))
            except Exception as error:  # noqa: BLE001  whatever it is, the other figures are wanted too
                traceback.print_exc()
                failures[name] = f"{type(error).__name__}: {error}"
            tqdm.write(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return Report(results, failures, where)


if __name__ == "__main__":
    sys.exit(main())
