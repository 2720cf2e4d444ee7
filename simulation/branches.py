"""Many scenarios from one settled world: each is played in a process of its own that begins as a copy of this one.

To settle thousands of terminals takes longer than most scenarios; a copy by `fork` is there at once.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import cast

from simulation.scenarios import Outcome, play
from simulation.world import World

Say = Callable[[str], None]
ENDS_WITHIN_S = 10.0


class BranchError(Exception):
    """A scenario ended without an outcome; what it printed says why."""


def play_all(names: Sequence[str], world: World, at_once: int, say: Say) -> Iterator[Outcome]:
    """Outcomes as they come; `world` stays as it is. No thread may run in this process."""
    gc.freeze()  # otherwise the first collection in each copy touches, and so copies, every page
    waiting, running = list(names), dict[Connection, ForkProcess]()
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                _start(waiting.pop(0), world, say, running)
            for ready in wait(list(running)):
                line = cast("Connection", ready)
                process = running.pop(line)
                yield _outcome(line, process)
    finally:
        for process in running.values():
            process.terminate()


def _start(name: str, world: World, say: Say, running: dict[Connection, ForkProcess]) -> None:
    mine, theirs = get_context("fork").Pipe(duplex=False)
    process = get_context("fork").Process(target=_branch, args=(name, world, say, theirs), daemon=True)
    process.start()
    theirs.close()
    running[cast("Connection", mine)] = process


def _branch(name: str, world: World, say: Say, answer: Connection) -> None:
    answer.send(play(name, world, say=lambda text: say(f"{name}: {text}")))


def _outcome(line: Connection, process: ForkProcess) -> Outcome:
    with suppress(EOFError):
        outcome: Outcome = line.recv()
        process.join(ENDS_WITHIN_S)
        return outcome
    raise BranchError("a scenario ended without an outcome")
