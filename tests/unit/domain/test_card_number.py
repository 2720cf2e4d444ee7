"""Numbers of social security cards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.card_number import CardNumberWarning, card_check_character, check_card_number

EIGHT = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8)


@pytest.mark.parametrize("number", ["X00000019", "D2143569X"])
def test_specimens_pass(number: str) -> None:
    assert check_card_number(number).warning is None


@pytest.mark.parametrize(
    ("at", "character"), [(0, "8"), (1, "4"), (2, "2"), (3, "1"), (4, "6"), (5, "3"), (6, "7"), (7, "9")]
)
def test_each_place_has_its_own_weight(at: int, character: str) -> None:
    assert card_check_character("0" * at + "1" + "0" * (7 - at)) == character


@pytest.mark.parametrize(
    ("first8", "character"), [("00000000", "0"), ("00000006", "X"), ("00000001", "9"), ("A0000000", "3")]
)
def test_ten_is_written_x_and_eleven_0(first8: str, character: str) -> None:
    assert card_check_character(first8) == character


@given(EIGHT)
def test_a_right_number_has_no_warning(first8: str) -> None:
    number = check_card_number(first8 + card_check_character(first8))
    assert number.warning is None


@given(EIGHT, st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(first8: str, at: int, change: int) -> None:
    if first8.startswith("CON") or not first8[at].isdigit():
        return
    wrong = first8[:at] + str((int(first8[at]) + change) % 10) + first8[at + 1 :]
    number = check_card_number(wrong + card_check_character(first8))
    assert number.warning is CardNumberWarning.CHECK_CHARACTER


@given(st.text(max_size=12))
def test_no_number_is_refused(text: str) -> None:
    assert check_card_number(text).warning in (None, *CardNumberWarning)


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("X00000018", CardNumberWarning.CHECK_CHARACTER),
        ("X0000001", CardNumberWarning.FORM),
        ("", CardNumberWarning.FORM),
        ("X0000001社", CardNumberWarning.FORM),
        ("CON000001", None),
        (" x00000019 ", None),
    ],
)
def test_odd_numbers_carry_a_warning(text: str, warning: CardNumberWarning | None) -> None:
    assert check_card_number(text).warning is warning


def test_the_number_itself_stays_out_of_logs() -> None:
    assert "X00000019" not in repr(check_card_number("X00000019"))
    assert check_card_number("X00000019").last_four == "0019"
