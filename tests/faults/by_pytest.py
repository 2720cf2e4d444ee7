"""Tests that are trials by themselves, run in a process of their own and counted."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

REPOSITORY = Path(__file__).resolve().parents[2]
ENDS = (" PASSED", " FAILED", " ERROR")


@dataclass(frozen=True)
class Tally:
    passed: int
    failed: tuple[str, ...]

    @property
    def is_ok(self) -> bool:
        return self.passed > 0 and not self.failed


def run_tests(paths: Sequence[str], name: str) -> Tally:
    """One line of pytest a test; what failed by its name. A run that does not begin fails as a whole."""
    command = [sys.executable, "-m", "pytest", "-v", "--tb=short", "-p", "no:randomly", *paths]
    passed, failed = 0, list[str]()
    said: list[str] = []
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=REPOSITORY) as run,
        tqdm(desc=name, unit=" tests", leave=False) as bar,
    ):
        for line in run.stdout or ():
            said.append(line)
            if not any(end in line for end in ENDS) or "::" not in line or "%]" not in line:
                continue
            bar.update()
            if " PASSED" in line:
                passed += 1
            else:
                failed.append(line.split(" ", maxsplit=1)[0].rpartition("::")[2])
    if run.returncode != 0:
        sys.stderr.write("".join(said[-60:]))
    if run.returncode != 0 and not failed:
        failed.append("the tests did not run")
    return Tally(passed, tuple(failed))
