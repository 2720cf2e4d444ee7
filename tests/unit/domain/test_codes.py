"""What a scanned code is."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.codes import MAX_CODE_BYTES, PAYMENT_KINDS, CodeKind, ScannedCode, classify
from tests.unit.domain.people import MAN, SPECIMEN_MAN, SPECIMEN_WOMAN, number_of


def kind_of(text: str) -> CodeKind:
    return classify(text.encode()).kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("134567890123456789", CodeKind.WECHAT),
        ("100000000000000001", CodeKind.WECHAT),
        ("159999999999999999", CodeKind.WECHAT),
        ("16456789012345678901", CodeKind.UNKNOWN),
        ("13456789012345678", CodeKind.UNKNOWN),
        (MAN, CodeKind.LOOKS_LIKE_ID_NUMBER),
        (SPECIMEN_WOMAN, CodeKind.LOOKS_LIKE_ID_NUMBER),
        (SPECIMEN_WOMAN.lower(), CodeKind.LOOKS_LIKE_ID_NUMBER),
        (SPECIMEN_MAN, CodeKind.LOOKS_LIKE_ID_NUMBER),
        ("2812345678901234", CodeKind.ALIPAY),
        ("281234567890123456789012", CodeKind.ALIPAY),
        ("301234567890123456", CodeKind.ALIPAY),
        ("281234567890123", CodeKind.UNKNOWN),
        ("2812345678901234567890123", CodeKind.UNKNOWN),
        ("311234567890123456", CodeKind.UNKNOWN),
        ("6212345678901234567", CodeKind.UNIONPAY),
        ("62123456789012345678", CodeKind.UNKNOWN),
        ("0112345678901234567", CodeKind.ECNY),
        ("SSK1:0123456789abcdefABCD_-", CodeKind.RESUME),
        ("SSK1:short", CodeKind.UNKNOWN),
        ("SSK2:0123456789abcdefABCD_-", CodeKind.UNKNOWN),
        ("https://example.org/a?b=c", CodeKind.URL),
        ("weixin://example/code", CodeKind.URL),
        ("134567890123456789\n", CodeKind.CONTROL_CHARACTERS),
        ("\x1b@", CodeKind.CONTROL_CHARACTERS),
        ("", CodeKind.UNKNOWN),
        ("你好", CodeKind.UNKNOWN),
        ("１３４５６７８９０１２３４５６７８９", CodeKind.UNKNOWN),
        ("١٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨٩", CodeKind.UNKNOWN),
    ],
)
def test_golden_codes(text: str, kind: CodeKind) -> None:
    assert kind_of(text) is kind


@pytest.mark.parametrize("region", ["11", "12", "13", "14", "15"])
@given(sequence=st.integers(0, 999))
def test_no_citizens_number_is_ever_taken_for_a_payment(region: str, sequence: int) -> None:
    assert kind_of(number_of(f"{region}010520990228{sequence:03d}")) is CodeKind.LOOKS_LIKE_ID_NUMBER


def test_hardly_any_payment_code_is_taken_for_a_citizens_number() -> None:
    chance = random.Random(20201222)
    codes = [f"1{chance.randrange(6)}{chance.randrange(10**16):016d}" for _ in range(50_000)]
    mistaken = [code for code in codes if kind_of(code) is not CodeKind.WECHAT]
    assert len(mistaken) < 10


@given(st.binary(max_size=64))
def test_any_content_has_a_kind_and_payments_are_digits_only(content: bytes) -> None:
    code = classify(content)
    assert not code.is_payment or code.text.isdigit()
    assert code.is_payment == (code.kind in PAYMENT_KINDS)


def test_a_code_at_the_limit_is_read_and_one_above_is_dropped() -> None:
    address = "https://example.org/"
    assert kind_of(address.ljust(MAX_CODE_BYTES, "a")) is CodeKind.URL
    assert classify(address.ljust(MAX_CODE_BYTES + 1, "a").encode()) == ScannedCode(CodeKind.TOO_LONG)


def test_content_that_may_not_be_used_is_not_handed_on() -> None:
    assert classify(MAN.encode()).text == ""
    assert classify(b"12\x0034").text == ""


def test_chinese_in_the_national_encoding_is_read() -> None:
    assert classify("社会保障".encode("gb18030")).text == "社会保障"


def test_content_in_no_encoding_is_unknown() -> None:
    assert classify(b"\xff\xff\xff") == ScannedCode(CodeKind.UNKNOWN)


def test_the_token_is_what_follows_the_prefix() -> None:
    assert classify(b"SSK1:0123456789abcdefABCD_-").resume_token == "0123456789abcdefABCD_-"
    assert classify(b"https://example.org").resume_token == ""


def test_a_code_stays_out_of_logs() -> None:
    assert "1345" not in repr(classify(b"134567890123456789"))
