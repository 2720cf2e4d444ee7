"""Fault trials: `python -m tests.faults [--small] [--only PART]`. One line per trial, a report, and one last line.

The whole size is what `make faults` runs, about a quarter of an hour on two cores; `--small` is over in a few minutes.
Ends with 0 only if every trial is as it must be.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.faults import canary_part, journal_part, kills_part, matrices, money_part, plugs_part
from tests.faults.report import Line, merge_report, summary_of

REPORT = Path("out/faults/report.json")
PARTS: dict[str, Callable[[bool], Iterator[Line]]] = {
    "journal": lambda small: journal_part.trials(journal_part.SMALL if small else journal_part.WHOLE),
    "matrix": lambda _small: matrices.situations(),
    "kills": lambda small: kills_part.trials(kills_part.SMALL if small else kills_part.WHOLE),
    "plugs": lambda small: plugs_part.trials(plugs_part.SMALL if small else plugs_part.WHOLE),
    "canary": canary_part.trials,
    "idempotency": lambda _small: matrices.idempotency(),
    "money": lambda small: money_part.trials(money_part.SMALL if small else money_part.WHOLE),
}
"""Each part yields its lines as it goes; True: at a small size."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Try the terminal under faults.")
    parser.add_argument("--only", choices=list(PARTS), action="append", help="run this part (may be repeated)")
    parser.add_argument("--small", action="store_true", help="a few trials of each kind instead of all")
    parser.add_argument("--report", type=Path, default=REPORT, help=f"where the report goes (default: {REPORT})")
    arguments = parser.parse_args()
    chosen = arguments.only or list(PARTS)
    if not arguments.only:
        arguments.report.unlink(missing_ok=True)
    lines = [line for part in chosen for line in _run(part, arguments.small, arguments.report)]
    summary = summary_of(lines)
    print(summary)
    return 0 if summary.is_ok else 1


def _run(part: str, small: bool, report: Path) -> list[Line]:
    print(f"{part}:", flush=True)
    lines: list[Line] = []
    for line in PARTS[part](small):
        print(f"  {line}", flush=True)
        lines.append(line)
    merge_report(report, part, lines)
    return lines


if __name__ == "__main__":
    sys.exit(main())
