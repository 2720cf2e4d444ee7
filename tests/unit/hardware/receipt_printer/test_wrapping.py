import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.receipt_printer.wrapping import NEVER_FIRST, NEVER_LAST, columns_of, printable, wrap


def test_han_characters_take_two_columns() -> None:
    assert columns_of("王A*，") == 2 + 1 + 1 + 2


def test_a_short_text_stays_one_line() -> None:
    assert wrap("领卡日期", 8, columns_of) == ("领卡日期",)


def test_an_empty_text_is_one_empty_line() -> None:
    assert wrap("", 8, columns_of) == ("",)


def test_chinese_breaks_between_any_two_characters() -> None:
    assert wrap("朝阳区社会保障卡", 8, columns_of) == ("朝阳区社", "会保障卡")


def test_closing_punctuation_never_begins_a_line() -> None:
    assert wrap("朝阳区社，会保障", 8, columns_of)[0] == "朝阳区"


def test_opening_brackets_never_end_a_line() -> None:
    assert wrap("朝阳区（一层）", 8, columns_of) == ("朝阳区", "（一层）")


def test_an_amount_stays_with_its_sign() -> None:
    assert wrap("工本费共￥20.00", 12, columns_of) == ("工本费共", "￥20.00")


def test_english_breaks_between_words() -> None:
    assert wrap("Bring your original card", 12, columns_of) == ("Bring your", "original", "card")


def test_no_word_is_left_alone_when_lines_can_be_even() -> None:
    assert wrap("one two three four five", 19, columns_of) == ("one two three", "four five")


def test_opening_hours_are_not_torn_at_the_dash() -> None:
    assert wrap("9:00–12:00, 13:30–17:00", 20, columns_of) == ("9:00–12:00,", "13:30–17:00")


def test_a_number_longer_than_the_line_is_broken_evenly() -> None:
    assert wrap("1234567890", 8, columns_of) == ("12345", "67890")


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("王\x1b@小", "王 @小"),
        ("a\x10\x04\x01b", "a   b"),
        ("a\u202eb", "ab"),
        ("a\ud800b", "a□b"),
        ("a\u2028b", "a b"),
    ],
)
def test_nothing_in_a_text_is_a_command(hostile: str, harmless: str) -> None:
    assert printable(hostile) == harmless


TEXTS = st.text(alphabet="一二，。（）￥ abc123.,-–", max_size=60)


@given(text=TEXTS, limit=st.integers(10, 40))
def test_every_line_fits_and_no_character_is_lost(text: str, limit: int) -> None:
    lines = wrap(text, limit, columns_of)
    assert all(columns_of(line) <= limit for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(text=st.lists(st.sampled_from(["一", "二三", "中，", "（人）", "ab "]), max_size=30).map("".join))
def test_punctuation_stands_right_on_every_line(text: str) -> None:
    lines = wrap(text, 12, columns_of)
    assert not any(line[0] in NEVER_FIRST for line in lines[1:])
    assert not any(line[-1] in NEVER_LAST for line in lines[:-1])
