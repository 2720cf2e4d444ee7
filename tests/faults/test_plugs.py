"""The plugs at a small size; `python -m tests.faults --only plugs` pulls 500 times."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.plugs import NAMES, random_plugs, ward
from tests.faults.plugs_part import SMALL


@pytest.mark.pcsc
def test_every_device_that_is_put_back_works_again_soon(tmp_path: Path) -> None:
    with ward(tmp_path) as opened:
        report = random_plugs(opened, SMALL, random.Random(), lambda: None)
    assert report.plugs == SMALL
    assert report.worst_s.keys() == set(NAMES)
    assert report.late == {}
