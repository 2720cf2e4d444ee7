from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.candidate import Candidate
from kiosk.flow.composing import MOST_LETTERS, Composing, Written, chosen, found, pressed, wishes
from kiosk.flow.effects import FindCandidates
from kiosk.flow.keyboard import HAN_KEYS, PINYIN_KEYS

HOUSE = Candidate("号楼", 6)
NUMBER = Candidate("号", 3)


def typed(text: str, keys: str, most: int = 60) -> Written:
    field = Written(text)
    for key in keys:
        field = pressed(field, key, most)
    return field


def offered(*candidates: Candidate) -> Written:
    return found(typed("12", "haolou"), "haolou", candidates)


def test_letters_are_composed_and_not_written() -> None:
    field = typed("12", "haolou")
    assert (field.text, field.composing.letters) == ("12", "haolou")


def test_a_candidate_is_written_and_what_it_leaves_stays_to_be_chosen() -> None:
    assert chosen(offered(HOUSE, NUMBER), 0, 60) == Written("12号楼")
    assert chosen(offered(HOUSE, NUMBER), 1, 60) == Written("12号", Composing("lou"))


def test_a_candidate_that_is_gone_changes_nothing() -> None:
    field = offered(HOUSE)
    assert chosen(field, 1, 60) == field
    assert chosen(field, -1, 60) == field


def test_candidates_for_other_letters_come_too_late() -> None:
    field = typed("12", "hao")
    assert found(field, "haolou", (HOUSE,)) == field


def test_corrections_take_the_letters_first() -> None:
    field = offered(HOUSE)
    assert pressed(field, "backspace", 60).composing.letters == "haolo"
    assert pressed(field, "clear", 60) == Written("12")
    assert pressed(Written("12"), "backspace", 60) == Written("1")
    assert pressed(Written("12"), "clear", 60) == Written("")


def test_a_character_takes_the_candidate_for_all_letters_with_it() -> None:
    assert pressed(offered(HOUSE), "3", 60) == Written("12号楼3")


def test_a_character_does_not_guess_where_the_first_candidate_is_only_a_part() -> None:
    field = offered(NUMBER)
    assert pressed(field, "3", 60) == field
    unanswered = typed("12", "haolou")
    assert pressed(unanswered, "3", 60) == unanswered


def test_the_engine_is_asked_once_for_each_change_of_the_letters() -> None:
    before, after = typed("12", "ha"), typed("12", "hao")
    assert wishes(before, after) == (FindCandidates("hao", 8),)
    assert wishes(after, found(after, "hao", (NUMBER,))) == ()
    assert wishes(after, Written("12号")) == ()


@given(st.lists(st.sampled_from([*PINYIN_KEYS, *HAN_KEYS, "1", "clear", "backspace"]), max_size=200))
def test_no_field_grows_beyond_its_limits(keys: list[str]) -> None:
    field = Written("")
    for key in keys:
        field = pressed(field, key, 20)
        assert len(field.text) <= 20
        assert len(field.composing.letters) <= MOST_LETTERS
