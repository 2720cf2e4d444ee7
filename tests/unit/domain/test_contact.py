"""Mobile numbers and addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.contact import (
    MAX_DETAIL_LENGTH,
    AddressFault,
    MobileFault,
    MobileNumber,
    PostalAddress,
    check_address,
    check_mobile,
)


@pytest.mark.parametrize(
    "typed", ["13800000000", "138 0000 0000", "138-0000-0000", "+86 13800000000", "１３８００００００００"]
)
def test_a_mobile_number_is_taken_however_it_is_written(typed: str) -> None:
    assert check_mobile(typed) == MobileNumber("13800000000")


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", MobileFault.TOO_SHORT),
        ("1380000000", MobileFault.TOO_SHORT),
        ("138000000000", MobileFault.TOO_LONG),
        ("12800000000", MobileFault.NOT_MOBILE),
        ("01012345678", MobileFault.NOT_MOBILE),
        ("1380000000a", MobileFault.NOT_MOBILE),
        ("١٣٨٠٠٠٠٠٠٠٠", MobileFault.NOT_MOBILE),
    ],
)
def test_each_wrong_mobile_number_has_its_own_fault(typed: str, fault: MobileFault) -> None:
    assert check_mobile(typed) is fault


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_mainland_mobile_number_passes(number: str) -> None:
    assert check_mobile(number) == MobileNumber(number)


@given(st.text(max_size=20))
def test_any_text_has_an_answer(text: str) -> None:
    checked = check_mobile(text)
    assert isinstance(checked, MobileFault) or len(checked.text) == 11


@pytest.mark.parametrize("detail", ["1号", "无名路１号院", "无名胡同甲三号", "Room 5, Nameless Road"])
def test_an_address_with_a_house_number_passes(detail: str) -> None:
    address = check_address(" 朝阳区", "建外街道 ", f" {detail} ")
    assert address == PostalAddress("朝阳区", "建外街道", detail)


def test_the_whole_address_reads_from_large_to_small() -> None:
    assert PostalAddress("朝阳区", "建外街道", "无名路1号").text == "朝阳区建外街道无名路1号"


@pytest.mark.parametrize(
    ("district", "street", "detail", "fault"),
    [
        (" ", "建外街道", "无名路1号", AddressFault.NO_DISTRICT),
        ("朝阳区", "", "无名路1号", AddressFault.NO_STREET),
        ("朝阳区", "建外街道", "1", AddressFault.TOO_SHORT),
        ("朝阳区", "建外街道", "路" * MAX_DETAIL_LENGTH + "1", AddressFault.TOO_LONG),
        ("朝阳区", "建外街道", "无名路", AddressFault.NO_HOUSE_NUMBER),
        ("朝阳区", "建外街道", "三里屯", AddressFault.NO_HOUSE_NUMBER),
        ("朝阳区", "建外街道", "无名路\x1b1号", AddressFault.CHARACTERS),
    ],
)
def test_each_wrong_address_has_its_own_fault(district: str, street: str, detail: str, fault: AddressFault) -> None:
    assert check_address(district, street, detail) is fault


def test_the_longest_address_fits() -> None:
    assert isinstance(check_address("朝阳区", "建外街道", "路" * (MAX_DETAIL_LENGTH - 1) + "1"), PostalAddress)


def test_contacts_stay_out_of_logs() -> None:
    assert "138" not in repr(check_mobile("13800000000"))
    assert "无名路" not in repr(check_address("朝阳区", "建外街道", "无名路1号"))
