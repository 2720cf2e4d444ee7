"""Simulated terminals beside a running backend, in real time: for the console, which then has something to show."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from backend.clock import SystemClock
from backend.fleet.fleet import Fleet
from backend.problems import Refusal
from backend.settings import Settings
from kiosk.clock import SystemClock as TerminalSystemClock
from simulation.conduct import Conduct
from simulation.line import Counter
from simulation.terminal import SimulatedTerminal
from simulation.world import Crowd, open_fleet, populate

LOOK_S: Final = 2.0
"""Between two looks at what is wished; each terminal lives for that long in one look."""


def live(
    settings: Settings,
    count: int,
    seed: int,
    conduct_of: Callable[[int, Random], Conduct],
    stopping: threading.Event,
    say: Callable[[str], None],
) -> None:
    """Until `stopping`; the backend of `settings` may run in another program, on the same database."""
    fleet, reference = open_fleet(settings, SystemClock())
    fleet.look()
    first = first_of(fleet)
    crowd = Crowd(Counter(fleet), TerminalSystemClock(), reference, first, has_commands=True)
    terminals = populate(crowd, count, seed)
    for number, terminal in enumerate(terminals):
        terminal.behave(lambda chance, number=number: conduct_of(number, chance))
    say(f"{count} simulated terminals speak; Ctrl-C ends them")
    while not stopping.wait(LOOK_S):
        fleet.look()
        _pass_time(terminals, first, stopping)


def first_of(fleet: Fleet) -> str:
    """The bundle that the fleet runs; raises ValueError when there is none to begin with."""
    with fleet.sessions() as session:
        row = fleet.bundles.running(session)
    if row is None or isinstance(row, Refusal):
        raise ValueError("the fleet has no signed bundle; `python -m backend seed --fleet` makes one")
    return row.sha256


def _pass_time(terminals: Sequence[SimulatedTerminal], first: str, stopping: threading.Event) -> None:
    for terminal in terminals:
        if stopping.is_set():
            return
        terminal.pass_time(LOOK_S, first)
