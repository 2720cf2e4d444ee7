"""Devices pulled out and put back as a part of `python -m tests.faults`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tqdm import tqdm

from tests.faults.plugs import random_plugs, ward
from tests.faults.report import Line

SMALL, WHOLE = 8, 500


def trials(plugs: int, seed: int = 1) -> Iterator[Line]:
    name = "devices pulled out and put back, pcscd killed"
    with (
        TemporaryDirectory(prefix="kiosk-plugs-") as folder,
        ward(Path(folder)) as opened,
        tqdm(total=plugs, desc=name, unit=" plugs", leave=False) as bar,
    ):
        report = random_plugs(opened, plugs, random.Random(seed), bar.update)
    found = {f"{name} late": count for name, count in report.late.items()}
    worst = ", ".join(f"{name} {seconds:.1f}" for name, seconds in sorted(report.worst_s.items()))
    yield Line(name, report.plugs, "plug events", not found, found, note=f"at work again after at worst (s): {worst}")
