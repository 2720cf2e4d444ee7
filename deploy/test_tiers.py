"""Runs every test tier, the cheapest first, and says how long each took. What `make test` calls.

Each tier is its own process: Kivy's globals, pcscd and database servers never meet in one.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Tier:
    name: str
    paths: tuple[str, ...]
    what: str


TIERS = (
    Tier("unit", ("tests/unit",), "pure parts"),
    Tier("flows", ("tests/flows",), "stories told to the flow and the engine"),
    Tier("conformance", ("tests/conformance",), "every driver against its bench peripheral, on the real wire"),
    Tier("contract", ("tests/contract",), "terminal, backend and payment sandbox over HTTP"),
    Tier("screens", ("tests/screens",), "every screen drawn and touched"),
    Tier("catalogue", ("tests/catalogue",), "every screen in every state, at a small size; planted faults"),
    Tier("faults", ("tests/faults",), "crash states, kills, matrices at a small size"),
    Tier("whole", ("tests/whole",), "the whole terminal on the workbench"),
)


def main() -> int:
    failed: list[str] = []
    for tier in TIERS:
        if not any(Path(path).is_dir() and list(Path(path).rglob("test_*.py")) for path in tier.paths):
            continue
        print(f"\n=== {tier.name}: {tier.what}", flush=True)
        started = time.monotonic()
        done = subprocess.run([sys.executable, "-m", "pytest", "-q", *tier.paths], check=False)
        print(f"=== {tier.name}: {time.monotonic() - started:.0f} s", flush=True)
        if done.returncode != 0:
            failed.append(tier.name)
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
