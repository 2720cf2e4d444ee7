"""Fault trials: `python -m tests.faults [--only PART]`. One line per trial; adds to out/faults/report.json."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.faults import journal_part, kills, money_part
from tests.faults.report import Line, merge_report

REPORT = Path("out/faults/report.json")
PARTS: dict[str, Callable[[], Iterator[Line]]] = {
    "journal": lambda: journal_part.trials(journal_part.WHOLE),
    "money": lambda: money_part.trials(money_part.WHOLE),
    "kills": kills.trials,
}
"""Each part yields its lines as it goes."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Try the terminal under faults.")
    parser.add_argument("--only", choices=sorted(PARTS), action="append", help="run this part (may be repeated)")
    parser.add_argument("--report", type=Path, default=REPORT, help=f"where the report goes (default: {REPORT})")
    arguments = parser.parse_args()
    results = [_run(name, arguments.report) for name in arguments.only or PARTS]
    return 0 if all(results) else 1


def _run(name: str, report: Path) -> bool:
    print(f"{name}:")
    lines: list[Line] = []
    for line in PARTS[name]():
        print(f"  {line}", flush=True)
        lines.append(line)
    merge_report(report, name, lines)
    return all(line.is_ok for line in lines)


if __name__ == "__main__":
    sys.exit(main())
