"""Names and the match of document and card."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.identity_document import IdentityDocument, document_from
from kiosk.domain.names import PersonMatch, names_agree, normalise_name, same_person
from tests.unit.domain.people import FOREIGNER, MAN, TODAY, WOMAN, Fields


@dataclass(frozen=True)
class Card:
    social_security_number: str = MAN
    name: str = "王小明"


def document_of(fields: Fields) -> IdentityDocument:
    document = document_from(fields, TODAY)
    assert isinstance(document, IdentityDocument)
    return document


@pytest.mark.parametrize("dot", ["·", "•", "・", "．", "‧", "."])
def test_every_middle_dot_is_the_same(dot: str) -> None:
    assert normalise_name(f"阿卜杜拉{dot}买买提") == "阿卜杜拉·买买提"


@pytest.mark.parametrize(
    ("name", "normalised"),
    [
        ("王　明", "王明"),
        (" 王 明 ", "王明"),
        ("ＡＮＮＡ　specimen", "ANNA SPECIMEN"),
        ("J. Specimen", "J. SPECIMEN"),
        ("", ""),
    ],
)
def test_blanks_width_and_case_do_not_matter(name: str, normalised: str) -> None:
    assert normalise_name(name) == normalised


@given(st.text(max_size=20))
def test_normalising_twice_changes_nothing(name: str) -> None:
    assert normalise_name(normalise_name(name)) == normalise_name(name)


@pytest.mark.parametrize(
    ("on_document", "on_card"),
    [
        ("王小明", "王小明"),
        ("王䶮", "王龑"),
        ("王䶮", "王?"),
        ("王\ue863明", "王龙明"),
        ("王𬎆明", "王明"),
        ("王䶮明", "王 明"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
    ],
)
def test_these_names_agree(on_document: str, on_card: str) -> None:
    assert names_agree(on_document, on_card)
    assert names_agree(on_card, on_document)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("王小明", "王小朋"),
        ("王小明", "王明"),
        ("王䶮明", "王龙朋"),
        ("王䶮䶮", "王龙龙"),
        ("王䶮䶮", "王"),
        ("", ""),
        ("䶮", ""),
        ("王小明", ""),
    ],
)
def test_these_names_do_not_agree(left: str, right: str) -> None:
    assert not names_agree(left, right)
    assert not names_agree(right, left)


def test_number_and_name_agree() -> None:
    assert same_person(document_of(Fields()), Card()) is PersonMatch.SAME


def test_the_same_number_with_another_name_is_for_staff() -> None:
    assert same_person(document_of(Fields()), Card(name="王大明")) is PersonMatch.NAME_DIFFERS


def test_another_number_is_another_person_even_of_the_same_name() -> None:
    assert same_person(document_of(Fields()), Card(social_security_number=WOMAN)) is PersonMatch.OTHER_PERSON


def test_a_small_x_on_the_card_is_the_same_number() -> None:
    ending_in_x = replace(Fields(), number="11010520990228121X")
    document = document_of(ending_in_x)
    assert same_person(document, Card("11010520990228121x ")) is PersonMatch.SAME


@pytest.mark.parametrize("name_on_card", ["安娜", "Anna Specimen"])
def test_a_foreigner_is_known_by_either_name(name_on_card: str) -> None:
    fields = Fields(kind="foreign_resident_2023", number=FOREIGNER, name="安娜", english_name="ANNA SPECIMEN")
    assert same_person(document_of(fields), Card(FOREIGNER, name_on_card)) is PersonMatch.SAME


def test_a_blank_that_one_document_leaves_out_makes_no_other_name() -> None:
    assert names_agree("SAMPLE MARIA", " samplemaria ")
    assert not names_agree("SAMPLE MARIA", "SAMPLE MARIO")
