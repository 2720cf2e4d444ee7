"""The kills at a small size; `python -m tests.faults --only kills` tries every boundary and 200 random moments."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.faults.quick_kills import Death, Lobby, lobby, random_death

pytestmark = pytest.mark.pcsc


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    with lobby(tmp_path_factory.mktemp("kills")) as started:
        yield started


@pytest.mark.parametrize("way", ["code_shown", "payer_code"])
def test_a_terminal_killed_in_a_payment_settles_it_and_the_person_is_charged_once(opened: Lobby, way: str) -> None:
    commits = opened.measure(way)
    assert commits >= 7, "the visit is shorter than a paid one"
    for death in (Death(after_commit=commits // 2), random_death(opened, way, random.Random())):
        assert opened.kill_in_visit(death, way).wrong == ()
