"""Runs every test tier and says how long each took. What `make test` calls.

Each tier is its own process: Kivy's globals, pcscd and database servers never meet in one. Tiers run in two lanes, side
by side: those in the first need the machine's one pcscd and mostly wait for devices, those in the second compute. The
lane that is done first takes from the other's end what has not begun.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

TIER_LIMIT_S = 1500.0


@dataclass(frozen=True)
class Tier:
    name: str
    paths: tuple[str, ...]
    what: str


DEVICES = (
    Tier("conformance", ("tests/conformance",), "every driver against its bench peripheral, on the real wire"),
    Tier("faults", ("tests/faults",), "crash states, kills, matrices at a small size"),
    Tier("whole", ("tests/whole",), "the whole terminal on the workbench"),
)
COMPUTING = (
    Tier("unit", ("tests/unit",), "pure parts"),
    Tier("flows", ("tests/flows",), "stories told to the flow and the engine"),
    Tier("screens", ("tests/screens",), "every screen drawn and touched"),
    Tier("contract", ("tests/contract",), "terminal, backend and payment sandbox over HTTP"),
    Tier("fleet", ("tests/fleet",), "a simulated fleet under good and bad changes, at a small size"),
    Tier("catalogue", ("tests/catalogue",), "every screen in every state, at a small size; planted faults"),
)


def _say(text: str) -> None:
    print(text, flush=True)


def run_tier(tier: Tier, say: Callable[[str], None] = _say) -> bool:
    """Whether the tier passed. What it printed comes in one piece at its end, so that two lanes stay readable."""
    say(f"\n=== {tier.name}: {tier.what} ...")
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        command = [sys.executable, "-m", "pytest", "-q", *tier.paths]
        try:
            code = subprocess.run(command, check=False, stdout=output, stderr=output, timeout=TIER_LIMIT_S).returncode
        except subprocess.TimeoutExpired:
            code = 1
        output.seek(0)
        text = output.read()
    say(f"\n=== {tier.name}\n{text}=== {tier.name}: {time.monotonic() - started:.0f} s")
    return code == 0


def run_lane(tiers: Iterable[Tier]) -> list[str]:
    """The names of the tiers that failed."""
    return [tier.name for tier in tiers if not run_tier(tier)]


def lanes_of(devices: Sequence[Tier], computing: Sequence[Tier]) -> tuple[Iterable[Tier], Iterable[Tier]]:
    """Every tier once: the devices' lane goes on with the computing tiers from their end."""
    waiting = deque(computing)

    def taken(take: Callable[[], Tier]) -> Iterator[Tier]:
        while True:
            try:
                tier = take()
            except IndexError:  # nothing waits any more
                return
            yield tier

    return chain(devices, taken(waiting.pop)), taken(waiting.popleft)


def main() -> int:
    with ThreadPoolExecutor(2) as lanes:
        failed = [name for names in lanes.map(run_lane, lanes_of(DEVICES, COMPUTING)) for name in names]
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
