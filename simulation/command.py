"""`python -m backend simulate`: one scenario in simulated time, or terminals beside a running backend in real time."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Final

from backend.fleet.rollouts.decision import Limits
from backend.settings import Settings
from simulation.live import live
from simulation.scenarios import SCENARIOS, play
from simulation.world import make_world

MOST_TERMINALS: Final = 20_000
SMALL: Final = 1000
"""Smaller fleets do not take enough payments for the usual limits."""


def add_simulate_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--terminals", type=_count, default=300, metavar="N", help="how many (default %(default)s)")
    add("--scenario", choices=list(SCENARIOS), default="healthy", help="how they take a change (default %(default)s)")
    add("--seed", type=int, default=1, help="of all chance (default %(default)s)")
    add("--live", action="store_true", help="join the backend of --state-dir and --fleet-dir, in real time")
    parser.epilog = "\n".join(f"{name:10} {scenario.what}" for name, scenario in SCENARIOS.items())


def run_simulation(options: argparse.Namespace, settings: Settings) -> int:
    """0 when what must come of the scenario came of it."""
    if options.live:
        return _live(options, settings)
    with tempfile.TemporaryDirectory() as folder:
        world = make_world(options.terminals, Path(folder), options.seed)
        world.settle()
        _say(f"{options.terminals} terminals run their first bundle; now: {SCENARIOS[options.scenario].what}")
        is_small = options.terminals < SMALL
        outcome = play(
            options.scenario,
            world,
            limits=Limits(min_payments=20) if is_small else None,
            most_share=0.5 if is_small and SCENARIOS[options.scenario].most_share < 1 else None,
            say=_say,
        )
    _say(outcome.line())
    return 0 if outcome.is_right else 1


def _live(options: argparse.Namespace, settings: Settings) -> int:
    if settings.fleet_dir is None:
        print("say where the fleet's roots and keys are: --fleet-dir", file=sys.stderr)
        return 2
    stopping = threading.Event()

    def end(_number: int, _frame: object) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    try:
        live(settings, options.terminals, options.seed, SCENARIOS[options.scenario].conduct, stopping, _say)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _say(text: str) -> None:
    print(text, flush=True)


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST_TERMINALS:
        raise argparse.ArgumentTypeError(f"1 to {MOST_TERMINALS}")
    return number
