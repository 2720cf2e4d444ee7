from hypothesis import given
from hypothesis import strategies as st

from screens.line_break import NEVER_ENDS, NEVER_STARTS, break_lines


def width(text: str) -> float:
    return sum(1.0 if ord(character) > 0x2000 else 0.5 for character in text)


def test_closing_punctuation_never_starts_a_line() -> None:
    assert break_lines("请核对姓名，身份证号。", 5, width) == ("请核对姓", "名，身份", "证号。")


def test_opening_brackets_never_end_a_line() -> None:
    assert all(line[-1] != "“" for line in break_lines("请您选择“丢失”一项", 5, width))


def test_english_words_stay_whole() -> None:
    assert break_lines("Hand in the damaged card", 6, width) == ("Hand in the", "damaged card")


def test_grouped_numbers_stay_whole() -> None:
    assert "138 0000 0000" in break_lines("手机号 138 0000 0000 正确吗", 8, width)[1]


def test_a_word_wider_than_the_line_is_cut_rather_than_clipped() -> None:
    assert break_lines("https://card.example", 4, width) == ("https://", "card.exa", "mple")


def test_balanced_lines_keep_their_number() -> None:
    text = "您希望怎样领取新的社会保障卡呢"
    greedy, balanced = break_lines(text, 8, width), break_lines(text, 8, width, is_balanced=True)
    assert len(greedy) == len(balanced)
    assert max(map(len, balanced)) - min(map(len, balanced)) <= max(map(len, greedy)) - min(map(len, greedy))


@given(st.text("卡片丢失。，“”（）abc 12", max_size=60), st.integers(4, 20))
def test_nothing_is_lost_and_nothing_is_too_wide(text: str, columns: int) -> None:
    lines = break_lines(text, columns, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line) <= columns for line in lines)


@given(st.text("卡片丢失补办新领取", min_size=6, max_size=60).map(lambda text: text[:4] + "，" + text[4:]))
def test_punctuation_stays_with_its_word(text: str) -> None:
    lines = break_lines(text, 5, width)
    assert not any(line[0] in NEVER_STARTS or line[-1] in NEVER_ENDS for line in lines)


def test_a_number_keeps_its_unit_and_a_day_its_name() -> None:
    for columns in range(6, 20):
        lines = break_lines("到 2099 年 3 月 12 日 星期四自动恢复", columns, width)
        assert not any(line[0] in "年月日期四" for line in lines), lines
