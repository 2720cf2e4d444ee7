"""Runs every test tier and says how long each took. What `make test` calls.

Each tier is its own process: Kivy's globals, pcscd and database servers never meet in one. Tiers run in two lanes, side
by side: those in the first need the machine's one pcscd and mostly wait for devices, those in the second compute.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

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
LANES = (DEVICES, COMPUTING)
TIERS = (*COMPUTING, *DEVICES)


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


def run_lane(tiers: tuple[Tier, ...]) -> list[str]:
    """The names of the tiers that failed."""
    there = [tier for tier in tiers if any(Path(path).is_dir() for path in tier.paths)]
    return [tier.name for tier in there if not run_tier(tier)]


def main() -> int:
    with ThreadPoolExecutor(len(LANES)) as lanes:
        failed = [name for names in lanes.map(run_lane, LANES) for name in names]
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
