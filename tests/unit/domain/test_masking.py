"""What others may see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.masking import mask_address, mask_name, mask_number, mask_phone
from tests.unit.domain.people import MAN

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=15)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王**"),
        ("王明", "王*"),
        ("王", "*"),
        ("欧阳修", "欧阳*"),
        ("欧阳", "欧*"),
        ("司马小明", "司马**"),
        ("阿卜杜拉·买买提", "阿***·***"),
        ("JOHN SPECIMEN", "J*** S*******"),
        ("José García", "J*** G*****"),
        ("", ""),
    ],
)
def test_names_show_the_surname_only(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@given(CHINESE)
def test_a_chinese_name_keeps_its_length_and_never_its_last_character(name: str) -> None:
    masked = mask_name(name)
    assert len(masked) == len(name)
    assert masked.endswith("*")
    assert len(masked.rstrip("*")) <= 2


def test_a_number_shows_its_last_four_characters_only() -> None:
    assert mask_number(MAN) == "*" * 14 + MAN[-4:]
    assert mask_number("12345") == "*2345"
    assert mask_number("1234") == "****"
    assert mask_number("") == ""


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("13800005678", "138****5678"), ("138 0000 5678", "138****5678"), ("01000005678", "010****5678")],
)
def test_a_phone_number_hides_its_middle(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


def test_a_phone_number_of_another_length_shows_its_end_only() -> None:
    assert mask_phone("+8613800005678") == "**********5678"
    assert mask_phone("110") == "***"


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("北京市朝阳区无名路1号院2号楼303", "北京市朝阳区****"),
        ("北京市朝阳区建外街道无名路1号", "北京市朝阳区建外街道****"),
        ("朝阳区无名小区3号楼", "朝阳区****"),
        ("河北省廊坊市三河市燕郊镇无名街1号", "河北省廊坊市三河市燕郊镇****"),
        ("内蒙古自治区赤峰市敖汉旗无名乡1号", "内蒙古自治区赤峰市敖汉旗无名乡****"),
        ("88 Nameless Road, Chaoyang District", "****"),
        ("", "****"),
    ],
)
def test_an_address_shows_no_house(address: str, masked: str) -> None:
    assert mask_address(address) == masked


@given(st.text(max_size=60))
def test_no_digit_of_an_address_is_shown(address: str) -> None:
    assert not any(char.isascii() and char.isdigit() for char in mask_address(address))
