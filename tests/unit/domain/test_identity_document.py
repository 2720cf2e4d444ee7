"""Identity documents."""

from dataclasses import replace
from datetime import date

import pytest

from hardware import ports
from kiosk.domain.id_number import Sex
from kiosk.domain.identity_document import DocumentFault, DocumentKind, IdentityDocument, document_from
from tests.unit.domain.people import FOREIGNER, FOREIGNER_2017, MAN, SPECIMEN_MAN, TODAY, WOMAN, Fields

RESIDENT = Fields()
PERMIT = replace(RESIDENT, kind="residence_permit", ethnic_group="")
FOREIGN_2017 = replace(
    RESIDENT, kind="foreign_resident_2017", number=FOREIGNER_2017, name="", english_name="SPECIMEN, ANNA", country="XXX"
)
FOREIGN_2023 = replace(FOREIGN_2017, kind="foreign_resident_2023", number=FOREIGNER)


def document_of(fields: Fields) -> IdentityDocument:
    document = document_from(fields, TODAY)
    assert isinstance(document, IdentityDocument)
    return document


@pytest.mark.parametrize("fields", [RESIDENT, PERMIT, FOREIGN_2017, FOREIGN_2023], ids=lambda fields: fields.kind)
def test_a_document_of_each_kind_is_accepted(fields: Fields) -> None:
    document = document_of(fields)
    assert document.kind == fields.kind
    assert document.number.text == fields.number
    assert document.birth_date == date(2099, 2, 28)
    assert document.valid_to == date(2125, 6, 15)


def test_the_kinds_are_those_of_the_device_port() -> None:
    assert {kind.value for kind in DocumentKind} == {kind.value for kind in ports.DocumentKind}


def test_the_record_of_the_device_port_can_be_handed_in_as_it_is() -> None:
    record = ports.IdentityDocumentRecord(
        kind=ports.DocumentKind.RESIDENT_ID,
        number=MAN,
        name="王小明",
        english_name="",
        sex="1",
        ethnic_group="01",
        birth_date="20990228",
        address="",
        issuing_authority="",
        valid_from="21150615",
        valid_to="长期",
        country="",
        pass_number="",
        issue_count="",
    )
    assert isinstance(document_from(record, TODAY), IdentityDocument)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"name": " "}, DocumentFault.MISSING_NAME),
        ({"number": ""}, DocumentFault.NUMBER_WRONG),
        ({"number": MAN[:-1] + "?"}, DocumentFault.NUMBER_WRONG),
        ({"number": FOREIGNER}, DocumentFault.NUMBER_WRONG),
        ({"number": FOREIGNER_2017}, DocumentFault.NUMBER_WRONG),
        ({"number": SPECIMEN_MAN}, DocumentFault.BIRTH_DATE_MISMATCH),
        ({"birth_date": "20990227"}, DocumentFault.BIRTH_DATE_MISMATCH),
        ({"number": WOMAN}, DocumentFault.SEX_MISMATCH),
        ({"sex": "2"}, DocumentFault.SEX_MISMATCH),
        ({"birth_date": ""}, DocumentFault.DATE_UNREADABLE),
        ({"birth_date": "20990229"}, DocumentFault.DATE_UNREADABLE),
        ({"valid_from": "2115-6-1"}, DocumentFault.DATE_UNREADABLE),
        ({"valid_to": ""}, DocumentFault.DATE_UNREADABLE),
        ({"valid_from": "21200616"}, DocumentFault.NOT_YET_VALID),
        ({"valid_to": "21200614"}, DocumentFault.EXPIRED),
    ],
)
def test_each_fault_has_its_own_name(changed: dict[str, str], fault: DocumentFault) -> None:
    assert document_from(replace(RESIDENT, **changed), TODAY) is fault


def test_a_document_holds_on_its_first_and_its_last_day() -> None:
    assert isinstance(document_from(replace(RESIDENT, valid_from="21200615"), TODAY), IdentityDocument)
    assert isinstance(document_from(replace(RESIDENT, valid_to="21200615"), TODAY), IdentityDocument)


def test_a_document_without_end_never_expires() -> None:
    assert document_of(replace(RESIDENT, valid_to="长期")).valid_to is None


@pytest.mark.parametrize("sex", ["0", "9", "", "7"])
def test_a_sex_that_is_not_stated_contradicts_nothing(sex: str) -> None:
    assert document_of(replace(RESIDENT, sex=sex)).sex in (Sex.UNKNOWN, Sex.NOT_STATED)


def test_a_foreigner_without_a_chinese_name_is_called_by_the_english_one() -> None:
    assert document_of(FOREIGN_2023).display_name == "SPECIMEN, ANNA"
    assert document_of(replace(FOREIGN_2023, name="安娜")).display_name == "安娜"


def test_a_foreigners_number_says_nothing_about_the_sex() -> None:
    for sex in Sex:
        assert document_of(replace(FOREIGN_2023, sex=sex)).sex is sex


def test_a_document_never_shows_in_a_log() -> None:
    shown = repr(document_of(RESIDENT))
    assert "王" not in shown
    assert MAN not in shown
