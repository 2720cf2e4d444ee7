"""The catalogue at a small size: every state once, every screen in its hardest guises, a few with their pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiosk.i18n import load_catalogue
from tests.catalogue.conftest import FONTS, LOCALE
from tests.catalogue.criteria import check_named_tests, check_no_dragging
from tests.catalogue.findings import Tally
from tests.catalogue.glyphs import check_faces
from tests.catalogue.plain_words import check_plain_words, trade_keys
from tests.catalogue.plan import small_plan
from tests.catalogue.rendering import Made, Renderer
from tests.catalogue.report import check_frame_places
from tests.catalogue.sessions import check_nothing_stays, check_wishes_are_reset
from tests.catalogue.states import flow_states, states, uncovered
from tests.screens.samples import BY_NAME, SAMPLES

PARTS = 5
"""The plan in as many tests, so that each ends well within its limit and has its share of the drawn ones."""


@pytest.fixture(scope="module")
def renderer(tmp_path_factory: pytest.TempPathFactory) -> Renderer:
    return Renderer(tmp_path_factory.mktemp("catalogue"), FONTS, LOCALE)


@pytest.fixture(scope="module")
def made() -> list[Made]:
    """Filled by the parts, as far as they have run."""
    return []


@pytest.mark.parametrize("part", range(PARTS))
def test_every_screen_in_every_state_meets_every_criterion(renderer: Renderer, made: list[Made], part: int) -> None:
    tasks = small_plan(states())[part::PARTS]
    results = [renderer.make(task) for task in sorted(tasks, key=lambda task: task.guise.name)]
    made += results
    failures = [(each.state, each.guise.name, finding.what) for each in results for finding in each.findings]
    assert failures == []
    tally = Tally()
    check_frame_places(made, tally)
    assert tally.findings == []


def test_no_situation_view_or_text_is_in_no_picture() -> None:
    found = [name for name in uncovered() if not name.startswith("text screen.")]  # those the screens add themselves
    assert found == []
    assert len(flow_states()) > 150


@pytest.mark.parametrize("name", ["06_record", "15_check", "17_pay_code", "20_done", "10_mobile_ready"])
def test_nothing_of_a_person_stays_on_or_behind_the_screen(theatre: Any, name: str) -> None:
    tally = Tally()
    check_nothing_stays(theatre, BY_NAME[name].display(), BY_NAME["01_attract"].display(), tally)
    assert tally.findings == []


def test_what_stays_is_found(theatre: Any) -> None:
    check_nothing_stays(theatre, BY_NAME["06_record"].display(), BY_NAME["01_attract"].display(), Tally())
    theatre.stage.display = None
    theatre.stage._router._forget = lambda: None
    tally = Tally()
    check_nothing_stays(theatre, BY_NAME["06_record"].display(), BY_NAME["01_attract"].display(), tally)
    assert len(tally.findings) == 1


def test_every_text_is_in_plain_words() -> None:
    tally = Tally()
    check_plain_words(load_catalogue(LOCALE).texts, trade_keys(LOCALE), tally)
    assert [finding.what for finding in tally.findings] == []


def test_every_wish_is_gone_with_the_person() -> None:
    tally = Tally()
    check_wishes_are_reset(tally)
    assert tally.findings == []
    assert tally.looked["A22"] > 100


def test_what_is_proved_elsewhere_is_there_and_nothing_must_be_dragged() -> None:
    tally = Tally()
    check_named_tests(tally)
    check_no_dragging(Path("screens"), tally)
    check_faces(FONTS, tally)
    assert [finding.what for finding in tally.findings] == []


def test_samples_have_names_of_their_own() -> None:
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)
