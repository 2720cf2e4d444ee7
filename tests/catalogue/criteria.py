"""The criteria A1 to A28: what each asks, by which standard, and who proves it: this catalogue, or tests elsewhere."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.catalogue.findings import Tally

TESTS: Final = Path("tests")


@dataclass(frozen=True)
class Criterion:
    """`proved_by` names tests as `path::test`; without any the catalogue itself computes it."""

    name: str
    asks: str
    source: str
    proved_by: tuple[str, ...] = ()
    also_by: tuple[str, ...] = ()
    """Tests beside what the catalogue computes."""


CRITERIA: Final = (
    Criterion("A1", "Text stands out 10:1, white on black 21:1", "WCAG 2.2 1.4.6; VVSG 2.0 7.1"),
    Criterion("A2", "Edges, drawings, signs 3:1; codes black on white, 60 mm", "WCAG 2.2 1.4.11; ISO/IEC 18004"),
    Criterion("A3", "Targets 15 mm, the next step 20 mm; more in large sizes", "VVSG 2.0 7.2; EN 301 549 5.5"),
    Criterion("A4", "3 mm between targets", "VVSG 2.0 7.2 (2.54 mm)"),
    Criterion("A5", "Capitals 4.8 mm, body 6.4 mm; more in large sizes", "EN 301 549 5.1.4; Section 508 402.4"),
    Criterion("A6", "No text cut off, covered or left out; also 40 % longer", "WCAG 2.2 1.4.4, 1.4.10"),
    Criterion("A7", "Every character has a glyph, of the simplified Chinese face", "GB 18030-2022"),
    Criterion("A8", "No line starts or ends with forbidden punctuation", "GB/T 15834-2011; CLREQ 3.1.3"),
    Criterion("A9", "At most 40 Han characters in a line", "WCAG 2.2 1.4.8"),
    Criterion("A10", "Nothing is told by colour alone", "WCAG 2.2 1.4.1; EN 301 549 9.1.4.1"),
    Criterion("A11", "Nothing flashes three times a second", "WCAG 2.2 2.3.1; Section 508 408.3"),
    Criterion(
        "A12",
        "Warning before absence ends a session, as many extensions as wished",
        "WCAG 2.2 2.2.1, 2.2.6; VVSG 2.0",
        (
            "flows/test_main_journey.py::test_absence_warns_then_wipes",
            "flows/test_main_journey.py::test_still_here_returns_to_the_same_place",
            "catalogue/test_time.py::test_absence_can_be_put_off_more_than_ten_times",
        ),
    ),
    Criterion(
        "A13",
        "No limit of absence while paying, printing or reading",
        "WCAG 2.2 2.2.1",
        (
            "flows/test_main_journey.py::test_no_idle_end_while_a_payment_is_open",
            "flows/test_waits_end.py::test_absence_is_counted_from_the_end_of_a_payment_not_from_its_beginning",
            "catalogue/test_time.py::test_no_absence_is_counted_while_the_terminal_works",
        ),
    ),
    Criterion(
        "A14",
        "A touch is answered at once",
        "ISO 9241-110",
        ("screens/test_touches.py::test_a_touch_is_answered_by_the_button_at_once",),
    ),
    Criterion(
        "A15",
        "Acts on release; sliding off takes it back",
        "WCAG 2.2 2.5.2",
        (
            "screens/test_touches.py::test_sliding_off_a_button_does_nothing",
            "screens/test_touches.py::test_sliding_onto_another_button_does_nothing",
        ),
    ),
    Criterion("A16", "Nothing to drag, hold or touch with two fingers", "WCAG 2.2 2.5.1, 2.5.7; EN 301 549 5.9"),
    Criterion(
        "A17",
        "A second tap does no harm",
        "WCAG 2.2 3.3.4",
        (
            "screens/test_touches.py::test_a_double_tap_sends_one_event",
            "unit/services/test_engine.py::test_a_double_tap_on_a_commit_button_has_one_effect",
            "unit/services/test_engine.py::test_a_double_tap_on_pay_asks_for_one_payment",
        ),
    ),
    Criterion(
        "A18",
        "Whatever is written can be heard",
        "EN 301 549 5.1.3; Section 508 402.2",
        also_by=(
            "unit/speech/test_pronouncing.py::test_no_character_of_our_texts_is_left_unread",
            "unit/speech/test_wording.py::test_whatever_a_text_says_is_a_clip_that_the_set_up_makes",
            "flows/test_keys_and_speech.py::test_without_a_headset_nothing_private_is_ever_said",
        ),
    ),
    Criterion(
        "A19",
        "Speech can be paused, repeated, made slower, louder",
        "VVSG 2.0 7.1; EN 301 549 8.2.1",
        (
            "flows/test_keys_and_speech.py::test_the_steps_are_those_of_the_standards",
            "flows/test_keys_and_speech.py::test_speed_and_volume_go_in_steps_to_their_ends_by_keys",
            "flows/test_keys_and_speech.py::test_pausing_is_silent_and_a_key_goes_on",
            "flows/test_keys_and_speech.py::test_help_once_reads_again_and_twice_opens_the_help",
            "unit/speech/test_sound.py::test_another_rate_changes_the_length_and_keeps_the_pitch",
        ),
    ),
    Criterion(
        "A20",
        "The whole journey with five keys",
        "Section 508 407.3; EN 301 549 5.1.6",
        also_by=(
            "flows/test_keys_and_speech.py::test_the_whole_journey_by_keys",
            "whole/test_by_keys.py::test_the_whole_journey_by_keys_says_what_the_screen_shows",
            "screens/test_focus.py::test_every_control_can_be_brought_into_the_picture",
        ),
    ),
    Criterion("A21", "The focus is a ring of 3:1 and 1 mm", "WCAG 2.2 2.4.7, 2.4.13"),
    Criterion(
        "A22",
        "Every wish is reset when the person is gone",
        "VVSG 2.0 7.1; Section 508 402.3.2",
    ),
    Criterion("A23", "Help and the frame in the same place on every screen", "WCAG 2.2 3.2.3, 3.2.6"),
    Criterion(
        "A24",
        "Nothing is asked twice",
        "WCAG 2.2 3.3.7",
        (
            "flows/test_main_journey.py::test_changing_one_answer_returns_to_the_check_page",
            "flows/test_main_journey.py::test_a_card_reported_lost_already_needs_no_second_report",
            "catalogue/test_time.py::test_no_question_is_asked_twice_on_the_way",
        ),
    ),
    Criterion("A25", "Low layout: every control 380 to 1220 mm above the floor", "EN 301 549 8.3.2; Section 508 407.8"),
    Criterion(
        "A26",
        "Nothing of a person is left when the terminal waits",
        "EN 301 549 5.1.3.9",
        (
            "catalogue/test_every_screen.py::test_nothing_of_a_person_stays_on_or_behind_the_screen",
            "catalogue/test_every_screen.py::test_what_stays_is_found",
        ),
    ),
    Criterion(
        "A27", "At most 20 Han characters in a sentence, no words of the trade", "WCAG 2.2 3.1.5; GB/T 37668-2019"
    ),
    Criterion("A28", "One title, one question, one next step, five choices", "GOV.UK Service Manual; WCAG 2.2 3.3.2"),
)

BY_NAME: Final = {criterion.name: criterion for criterion in CRITERIA}


def check_named_tests(tally: Tally) -> None:
    """A criterion that is proved elsewhere names tests that exist."""
    for criterion in CRITERIA:
        for test in (*criterion.proved_by, *criterion.also_by):
            path, _, name = test.partition("::")
            tally.look(criterion.name, "" if name in names_of_tests(TESTS / path) else f"there is no {test}")


def names_of_tests(file: Path) -> frozenset[str]:
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


# --- A16 -------------------------------------------------------------------------------------------------------------

NEEDS_DRAGGING: Final = ("Slider", "DragBehavior", "Scatter", "ScatterLayout", "ScrollView", "Carousel", "RecycleView")


def check_no_dragging(sources: Path, tally: Tally) -> None:
    """A16: none of the widgets that want a finger to move, hold or be two."""
    for file in sorted((*sources.rglob("*.py"), *sources.rglob("*.kv"))):
        found = [name for name in NEEDS_DRAGGING if name in words_of_source(file)]
        tally.look("A16", f"{file.name} uses {', '.join(found)}" if found else "")


def words_of_source(file: Path) -> frozenset[str]:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".kv":
        return frozenset("".join(c if c.isalnum() else " " for c in text).split())
    names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    return frozenset(
        names
        | {alias.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom) for alias in node.names}
    )
