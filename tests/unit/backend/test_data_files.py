from __future__ import annotations

from string import Formatter

import pytest
from stdnum.cn import ric

from backend.reference.service import load_reference
from backend.seed import SeedPerson, read_people
from backend.texts.catalogue import Language, load_texts
from kiosk.domain.application import ApplicationState

NO_DIVISION = "190000"
"""No province ever had it."""
WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def check_character(card_number: str) -> str:
    """GB 11714, which card numbers follow."""
    rest = 11 - sum(int(digit, 36) * weight for digit, weight in zip(card_number, WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


@pytest.mark.parametrize("person", read_people(), ids=lambda person: person.special)
def test_seeded_numbers_are_right_and_name_nobody_alive(person: SeedPerson) -> None:
    number = person.document_number
    if len(number) == 18:
        assert ric.calc_check_digit(number) == number[-1]
        assert 1849 <= int(number[6:10]) <= 1899 or number.startswith(NO_DIVISION)
        assert (int(number[16]) % 2 == 1) == (person.sex == "M")
    else:
        assert number.startswith("UTO") or person.nationality in {"UTO", "XXX"}  # states that ICAO made up
    assert check_character(person.card_number[:8]) == person.card_number[8]


def test_seeded_numbers_are_unlike_one_another() -> None:
    people = read_people()
    assert len({person.card_number for person in people}) == len(people)
    assert len({(person.document_number, person.nationality) for person in people}) == len(people)


def test_every_language_has_the_same_keys_and_values_to_fill_in() -> None:
    texts = load_texts()
    fields = {
        language: {key: {part[1] for part in Formatter().parse(text) if part[1]} for key, text in words.by_key.items()}
        for language, words in texts.items()
    }
    assert fields[Language.ZH].keys() == fields[Language.EN].keys()
    for key, values in fields[Language.ZH].items():
        assert {value.removesuffix("_name") for value in fields[Language.EN][key]} == values, key


def test_every_state_has_words() -> None:
    assert {f"state.{state}" for state in ApplicationState} <= load_texts()[Language.ZH].by_key.keys()


def test_reference_data_hang_together() -> None:
    reference = load_reference().reference
    districts = {district.name for district in reference.districts}
    assert len(districts) == 17
    assert {office.district for office in reference.offices} <= districts
    assert len({office.office_id for office in reference.offices}) == len(reference.offices)
    assert {person.bank_code for person in read_people()} <= {bank.bank_code for bank in reference.banks}
