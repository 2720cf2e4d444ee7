from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.machine_readable_zone import (
    MrzFault,
    TravelDocument,
    check_digit,
    day_of,
    mrz_information,
    read_zone,
)

TODAY = date(2026, 11, 23)
PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"
"""The specimens of ICAO 9303 parts 4, 5 and 6."""
CARD = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
LARGE_CARD = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6"


def document(zone: str) -> TravelDocument:
    read = read_zone(zone, TODAY)
    assert isinstance(read, TravelDocument)
    return read


@pytest.mark.parametrize(("zone", "number"), [(PASSPORT, "L898902C3"), (CARD, "D23145890"), (LARGE_CARD, "D23145890")])
def test_the_specimens_of_all_three_formats_are_read(zone: str, number: str) -> None:
    read = document(zone)
    assert (read.number, read.issuing_state, read.nationality) == (number, "UTO", "UTO")
    assert (read.surname, read.given_names, read.display_name) == ("ERIKSSON", "ANNA MARIA", "ERIKSSON ANNA MARIA")
    assert (read.birth_date, read.sex, read.expires_on) == (date(1974, 8, 12), "F", date(2012, 4, 15))


def test_the_worked_example_opens_the_chip() -> None:
    assert mrz_information("L898902C", "690806", "940623") == "L898902C<369080619406236"


def test_a_long_number_goes_on_in_the_optional_field() -> None:
    zone = "I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2" + "STEVENSON<<PETER".ljust(30, "<")
    assert document(zone).number == "D23145890734"


@pytest.mark.parametrize(
    ("at", "fault"),
    [
        (44, MrzFault.NUMBER_CHECK),
        (57, MrzFault.BIRTH_CHECK),
        (65, MrzFault.EXPIRY_CHECK),
        (72, MrzFault.WHOLE_CHECK),
    ],
)
def test_a_wrong_character_is_found_in_its_field(at: int, fault: MrzFault) -> None:
    other = "9" if PASSPORT[at] != "9" else "8"
    assert read_zone(PASSPORT[:at] + other + PASSPORT[at + 1 :], TODAY) is fault


def test_a_zone_of_another_length_or_alphabet_is_refused() -> None:
    assert read_zone(PASSPORT[:-1], TODAY) is MrzFault.LENGTH
    assert read_zone(PASSPORT.replace("ERIKSSON", "eriksson"), TODAY) is MrzFault.CHARACTERS


def test_two_digits_of_a_year_mean_a_past_birth_and_a_coming_end() -> None:
    assert day_of("991231", TODAY, is_past=True) == date(1999, 12, 31)
    assert day_of("260101", TODAY, is_past=True) == date(2026, 1, 1)
    assert day_of("351231", TODAY, is_past=False) == date(2035, 12, 31)
    assert day_of("250230", TODAY, is_past=True) is None
    assert day_of("25023", TODAY, is_past=True) is None


@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<", min_size=1, max_size=40), st.data())
def test_a_single_wrong_digit_changes_the_check_digit(text: str, data: st.DataObject) -> None:
    digits = [at for at, character in enumerate(text) if character.isdigit()]
    if not digits:
        assert check_digit(text).isdigit()
        return
    at = data.draw(st.sampled_from(digits))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != text[at]]))
    assert check_digit(text[:at] + other + text[at + 1 :]) != check_digit(text)
