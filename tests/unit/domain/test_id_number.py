"""Numbers of identity documents."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from kiosk.domain.id_number import (
    IdNumber,
    IdNumberFault,
    IdNumberKind,
    Sex,
    check_id_number,
    id_check_digit,
    looks_like_id_number,
)
from tests.unit.domain.people import (
    FOREIGNER,
    FOREIGNER_2017,
    MAN,
    SPECIMEN_MAN,
    SPECIMEN_WOMAN,
    TODAY,
    WOMAN,
    number_of,
)

SEVENTEEN_DIGITS = st.text("0123456789", min_size=17, max_size=17)
BIRTH_DATES = st.dates(date(1880, 1, 1), date(2099, 12, 31))


@st.composite
def numbers(draw: st.DrawFn) -> str:
    division = draw(st.integers(100000, 999999))
    sequence = draw(st.integers(0, 999))
    return number_of(f"{division}{draw(BIRTH_DATES):%Y%m%d}{sequence:03d}")


@pytest.mark.parametrize("number", [SPECIMEN_WOMAN, SPECIMEN_MAN])
def test_the_specimens_of_the_standard_pass(number: str) -> None:
    checked = check_id_number(number, date(2026, 3, 2))
    assert isinstance(checked, IdNumber)
    assert checked.text == number
    assert checked.kind is IdNumberKind.CITIZEN


@given(SEVENTEEN_DIGITS)
def test_the_check_digit_is_that_of_an_independent_library(first17: str) -> None:
    # The library takes the number with its last digit, and ignores it.
    assert id_check_digit(first17) == ric.calc_check_digit(first17 + "0")


@given(numbers())
def test_a_right_number_passes_whatever_its_division(number: str) -> None:
    checked = check_id_number(number, TODAY)
    assert isinstance(checked, IdNumber)
    assert f"{checked.birth_date:%Y%m%d}" == number[6:14]
    assert looks_like_id_number(number)


@given(numbers(), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number: str, at: int, change: int) -> None:
    wrong = number[:at] + str((int(number[at]) + change) % 10) + number[at + 1 :]
    assert isinstance(check_id_number(wrong, TODAY), IdNumberFault)
    assert not looks_like_id_number(wrong)


@given(numbers(), st.integers(0, 15))
def test_two_neighbours_swapped_are_always_found(number: str, at: int) -> None:
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert swapped == number or isinstance(check_id_number(swapped, TODAY), IdNumberFault)


@given(st.text(max_size=24))
def test_any_text_has_an_answer(text: str) -> None:
    assert isinstance(check_id_number(text, TODAY), IdNumber | IdNumberFault)


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "１１０１０５１９４９１２３１００２ｘ",
        " 110105 19491231 002X ",
        "110105\u300019491231002X",
    ],
)
def test_a_small_x_full_width_and_blanks_are_put_right(typed: str) -> None:
    checked = check_id_number(typed, TODAY)
    assert isinstance(checked, IdNumber)
    assert checked.text == SPECIMEN_WOMAN


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", IdNumberFault.LENGTH),
        ("11010519491231002", IdNumberFault.LENGTH),
        ("11010519491231002X1", IdNumberFault.LENGTH),
        ("110105491231002", IdNumberFault.FIFTEEN_DIGITS),
        ("11010519491231002Y", IdNumberFault.CHARACTERS),
        ("1101051949123100XX", IdNumberFault.CHARACTERS),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", IdNumberFault.CHARACTERS),
        ("XX1110099022801", IdNumberFault.CHARACTERS),
        (number_of("11010520990229113"), IdNumberFault.DATE),
        (number_of("11010500000101113"), IdNumberFault.DATE),
        (number_of("11010521210101113"), IdNumberFault.FUTURE),
        ("110105194912310021", IdNumberFault.CHECK_DIGIT),
    ],
)
def test_each_fault_has_its_own_name(text: str, fault: IdNumberFault) -> None:
    assert check_id_number(text, TODAY) is fault


def test_a_child_born_today_has_a_number_and_one_born_tomorrow_has_none() -> None:
    number = number_of("11010520990228113")
    assert isinstance(check_id_number(number, date(2099, 2, 28)), IdNumber)
    assert check_id_number(number, date(2099, 2, 27)) is IdNumberFault.FUTURE


@pytest.mark.parametrize(
    ("number", "kind", "sex", "birth_date"),
    [
        (MAN, IdNumberKind.CITIZEN, Sex.MALE, date(2099, 2, 28)),
        (WOMAN, IdNumberKind.CITIZEN, Sex.FEMALE, date(2099, 2, 28)),
        (FOREIGNER, IdNumberKind.FOREIGN_RESIDENT, None, date(2099, 2, 28)),
        (FOREIGNER_2017, IdNumberKind.FOREIGN_RESIDENT_2017, None, None),
    ],
)
def test_a_number_says_what_it_holds(number: str, kind: IdNumberKind, sex: Sex | None, birth_date: date | None) -> None:
    checked = check_id_number(number, TODAY)
    assert isinstance(checked, IdNumber)
    assert (checked.kind, checked.sex, checked.birth_date) == (kind, sex, birth_date)
    assert checked.last_four == number[-4:]


@pytest.mark.parametrize("division", ["110103", "110104", "110221", "110228", "810000", "820000", "830000", "130639"])
def test_vanished_and_foreign_divisions_are_people_too(division: str) -> None:
    assert isinstance(check_id_number(number_of(f"{division}20990228113"), TODAY), IdNumber)


@pytest.mark.parametrize(("year", "is_likely"), [(1879, False), (1880, True), (2099, True), (2100, False)])
def test_a_code_with_an_unlikely_birth_year_is_not_taken_for_a_person(year: int, is_likely: bool) -> None:
    assert looks_like_id_number(number_of(f"110105{year}0228113")) is is_likely


def test_a_number_never_shows_in_a_log() -> None:
    checked = check_id_number(MAN, TODAY)
    assert MAN not in f"{checked} {checked!r}"
