"""The kills at a small size; `python -m tests.faults --only kills` tries every boundary and 200 random moments."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.quick_kills import Death, lobby, random_death


@pytest.mark.pcsc
def test_a_terminal_killed_in_a_payment_settles_it_and_the_person_is_charged_once(tmp_path: Path) -> None:
    with lobby(tmp_path) as opened:
        commits = opened.measure("payer_code")
        assert commits >= 7, "the visit is shorter than a paid one"
        for death in (Death(after_commit=commits // 2), random_death(opened, "payer_code", random.Random())):
            assert opened.kill_in_visit(death, "payer_code").wrong == ()
