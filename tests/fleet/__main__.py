"""`make fleet`: a simulated fleet at full size under good and bad changes; one line each, a report in out/fleet."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from simulation.branches import play_all
from simulation.scenarios import SCENARIOS, Outcome
from simulation.world import make_world

OUT = Path("out/fleet")
USUAL = ("healthy", "silent", "payments", "lying", "scattered", "reverting")
"""The longest first, so that none is left alone at the end."""


def main() -> int:
    options = _parser().parse_args()
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    began = time.monotonic()
    say = _say if options.verbose else _say_nothing
    with tempfile.TemporaryDirectory() as folder:
        world = make_world(options.terminals, Path(folder), options.seed)
        world.settle()
        print(
            f"{options.terminals} terminals run their first bundle after {time.monotonic() - began:.0f} s", flush=True
        )
        outcomes: list[Outcome] = []
        for outcome in play_all(options.only or USUAL, world, options.at_once, say):
            outcomes.append(outcome)
            print(outcome.line(), flush=True)
    seconds = time.monotonic() - began
    _write(outcomes, options, seconds)
    wrong = [outcome.scenario for outcome in outcomes if not outcome.is_right]
    print(f"{len(outcomes) - len(wrong)} of {len(outcomes)} as they must be, {seconds:.0f} s; {OUT / 'report.json'}")
    return 1 if wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fleet", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--terminals", type=int, default=5000, help="size of the fleet (default %(default)s)")
    parser.add_argument("--only", action="append", choices=list(SCENARIOS), help="one scenario; may be given again")
    at_once = min(len(USUAL), os.cpu_count() or 1)
    parser.add_argument("--at-once", type=int, default=at_once, help="scenarios side by side (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of all chance (default %(default)s)")
    parser.add_argument("--verbose", action="store_true", help="say what happens in each round")
    return parser


def _write(outcomes: Sequence[Outcome], options: argparse.Namespace, seconds: float) -> None:
    report = {
        "terminals": options.terminals,
        "seed": options.seed,
        "seconds": round(seconds),
        "are_all_right": all(outcome.is_right for outcome in outcomes),
        "scenarios": [asdict(outcome) for outcome in outcomes],
    }
    (OUT / "report.json").write_text(json.dumps(report, indent=2) + "\n")


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def _say_nothing(_text: str) -> None:
    pass


if __name__ == "__main__":
    sys.exit(main())
