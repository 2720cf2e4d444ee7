"""Every word that a page asks for exists, and no page has code of its own in it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import backend.console
from backend.clock import CITY_ZONE
from backend.console.charts import Series, level_per_hour, per_hour, sparkline
from backend.console.fleet_view import CONDITIONS
from backend.console.render import Words
from backend.fleet.conditions import Condition
from backend.fleet.rollouts.counting import Outcome
from backend.fleet.rollouts.decision import Reason
from backend.texts.catalogue import Language, load_texts
from kiosk.central.wire import AuditFinding
from kiosk.domain.application import ApplicationState, PaymentState
from kiosk.fleet.command import Action
from kiosk.fleet.report import ConfigState, DeviceWord, ServiceState, Slot

FOLDER = Path(backend.console.__file__).parent
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
SOURCES = [*sorted(FOLDER.rglob("*.py")), *TEMPLATES]
KEYS = load_texts()[Language.EN].by_key
NOW = datetime(2099, 6, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_text_of_a_page_exists(path: Path) -> None:
    named = set(re.findall(r"\bt\(\"([a-z_0-9]+)\"[,)]", path.read_text(encoding="utf-8")))
    assert {name for name in named if f"console.{name}" not in KEYS} == set()


def test_every_answer_to_a_form_has_words() -> None:
    said = set()
    for path in sorted((FOLDER / "pages").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        said |= set(re.findall(r"(?:visit\.go|_back|_act)\([^\n]*?\"([a-z_]+)\"\)", source))
        said |= set(re.findall(r"\"([a-z_]+)\" (?:if|else) ", source))
    known = {name for name in said if f"console_said.{name}" in KEYS}
    assert len(known) > 25
    assert {name for name in said - known if not any(key.endswith(f".{name}") for key in KEYS)} <= {"app", "hardware"}


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ("condition", CONDITIONS),
        ("condition", Condition),
        ("outcome", Outcome),
        ("reason", Reason),
        ("application_state", ApplicationState),
        ("payment_state", PaymentState),
        ("action", Action),
        ("config_state", ConfigState),
        ("device_word", DeviceWord),
        ("service", ServiceState),
        ("slot", Slot),
        ("finding", AuditFinding),
    ],
)
def test_every_word_of_the_fleet_has_a_name(group: str, words: list[str]) -> None:
    assert {word for word in map(str, words) if f"console_{group}.{word}" not in KEYS} == set()


def test_no_page_has_script_or_style_of_its_own() -> None:
    """The policy would refuse it in the browser; here it is found before."""
    inline = re.compile(r"\son[a-z]+=|\sstyle=|<style|<script(?! src)|javascript:", re.IGNORECASE)
    assert [path.name for path in TEMPLATES if inline.search(path.read_text(encoding="utf-8"))] == []


def test_nothing_of_a_page_comes_from_elsewhere() -> None:
    assert [path.name for path in SOURCES if re.search(r"(?:src|href)=\"(?:https?:)?//", path.read_text("utf-8"))] == []


def words() -> Words:
    return Words(load_texts()[Language.EN], NOW)


def test_how_long_ago_is_told_in_the_largest_unit_that_says_it() -> None:
    spans = {20: "just now", 90: "1 min ago", 3700: "1 h ago", 3600 * 47: "47 h ago", 3600 * 72: "3 days ago"}
    assert {s: words().ago(NOW - timedelta(seconds=s)) for s in spans} == spans
    assert words().ago(None) == "never"


def test_moments_are_told_in_the_citys_time() -> None:
    assert words().moment(NOW) == f"{NOW.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}" == "2099-06-01 20:30"


def test_counts_fall_into_their_hours() -> None:
    moments = [NOW - timedelta(minutes=m) for m in (1, 59, 61, 24 * 60 + 1)]
    assert per_hour(moments, NOW).values[-2:] == (1, 2)
    assert per_hour(moments, NOW).total == 3


def test_a_level_is_found_backwards_from_its_changes() -> None:
    steps = [(NOW - timedelta(minutes=90), 1), (NOW - timedelta(minutes=30), 1)]
    assert level_per_hour(2, steps, NOW, hours=4).values == (0, 0, 1, 2)


def test_a_chart_says_in_words_what_it_shows_and_lets_no_markup_in() -> None:
    drawn = sparkline(Series((0, 3, 1)), '<b onclick="x">')
    assert "&lt;b onclick=&quot;x&quot;&gt;" in drawn
    assert "<b" not in drawn
