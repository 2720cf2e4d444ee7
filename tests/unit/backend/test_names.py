from __future__ import annotations

import pytest

from backend.records.names import is_same_name, masked_name, masked_number


@pytest.mark.parametrize(
    ("one", "other"),
    [("买买提·示例", "买买提•示例"), ("买买提·示例", "买买提.示例"), ("SAMPLE MARIA", "Sample  Maria"), ("Ａ B", "ab")],
)
def test_dots_width_case_and_blanks_make_no_other_name(one: str, other: str) -> None:
    assert is_same_name(one, other)


def test_another_character_is_another_name() -> None:
    assert not is_same_name("王样例", "王样列")


def test_masks_show_the_first_character_and_the_last_four() -> None:
    assert masked_name("王样例") == "王**"
    assert masked_name("SAMPLE MARIA") == "S***"
    assert masked_number("11010519491231002X") == "**************002X"
