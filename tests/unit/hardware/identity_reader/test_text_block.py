"""Blocks are laid out here by hand from the standard's offsets, not by the table that the decoder uses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.identity_reader.text_block import Malformed, UnknownKind, decode_text_block
from hardware.ports import DocumentKind, IdentityDocumentRecord

SPECIMEN = "11010519491231002X"


def laid_out(*fields: tuple[int, str]) -> bytes:
    block = bytearray(" ".encode("utf-16-le") * 128)
    for offset, text in fields:
        raw = text.encode("utf-16-le")
        block[offset : offset + len(raw)] = raw
    assert len(block) == 256
    return bytes(block)


def resident(*changes: tuple[int, str]) -> bytes:
    return laid_out(
        (0, "郑样本"),
        (30, "2"),
        (32, "01"),
        (36, "19491231"),
        (52, "样本市样本路1号"),
        (122, SPECIMEN),
        (158, "样本市公安局"),
        (188, "20200101"),
        (204, "20400101"),
        *changes,
    )


def decoded(block: bytes) -> dict[str, str]:
    record = decode_text_block(block)
    assert isinstance(record, IdentityDocumentRecord)
    return {name: value for name, value in vars(record).items() if value}


def test_a_resident_id_card_is_read_field_by_field() -> None:
    assert decoded(resident()) == {
        "kind": DocumentKind.RESIDENT_ID,
        "name": "郑样本",
        "sex": "2",
        "ethnic_group": "01",
        "birth_date": "19491231",
        "address": "样本市样本路1号",
        "number": SPECIMEN,
        "issuing_authority": "样本市公安局",
        "valid_from": "20200101",
        "valid_to": "20400101",
    }


def test_a_card_without_end_says_so() -> None:
    assert decoded(resident((204, "长期".ljust(8))))["valid_to"] == "长期"


def test_a_zero_at_the_kind_is_as_good_as_a_blank() -> None:
    assert decoded(resident((248, "\0")))["kind"] is DocumentKind.RESIDENT_ID


def test_full_fields_do_not_run_into_one_another() -> None:
    record = decoded(resident((0, "名" * 15), (52, "址" * 35), (158, "局" * 15)))
    assert (record["name"], record["address"], record["issuing_authority"]) == ("名" * 15, "址" * 35, "局" * 15)
    assert record["number"] == SPECIMEN


def test_a_residence_permit_has_a_pass_number_and_no_ethnic_group() -> None:
    block = resident((32, "??"), (122, "810000209901010010"), (220, "H00000000"), (238, "01"), (248, "J"))
    assert decoded(block) == {
        "kind": DocumentKind.RESIDENCE_PERMIT,
        "name": "郑样本",
        "sex": "2",
        "birth_date": "19491231",
        "address": "样本市样本路1号",
        "number": "810000209901010010",
        "issuing_authority": "样本市公安局",
        "valid_from": "20200101",
        "valid_to": "20400101",
        "pass_number": "H00000000",
        "issue_count": "01",
    }


def foreign_2017(*changes: tuple[int, str]) -> bytes:
    return laid_out(
        (0, "SPECIMEN, PERSON OF UTOPIA"),
        (120, "1"),
        (122, "UTO110199010113"),
        (152, "UTO"),
        (158, "样本人"),
        (188, "20200101"),
        (204, "20300101"),
        (220, "20990101"),
        (236, "01"),
        (240, "1100"),
        (248, "I"),
        *changes,
    )


def test_a_foreigners_card_of_2017_is_read_field_by_field() -> None:
    assert decoded(foreign_2017()) == {
        "kind": DocumentKind.FOREIGN_RESIDENT_2017,
        "name": "样本人",
        "english_name": "SPECIMEN, PERSON OF UTOPIA",
        "sex": "1",
        "number": "UTO110199010113",
        "country": "UTO",
        "birth_date": "20990101",
        "valid_from": "20200101",
        "valid_to": "20300101",
    }


def test_a_foreigner_without_a_chinese_name_has_an_empty_one() -> None:
    record = decode_text_block(foreign_2017((158, " " * 15)))
    assert isinstance(record, IdentityDocumentRecord)
    assert (record.name, record.english_name) == ("", "SPECIMEN, PERSON OF UTOPIA")


def test_a_foreigners_card_of_2023_joins_its_english_name_from_two_places() -> None:
    first, second = "SPECIMEN, A PERSON WHOSE NAME GOES ", "ON FURTHER"
    assert len(first) == 35
    block = laid_out(
        (0, "样本人"),
        (30, "1"),
        (32, "02"),
        (36, "20990101"),
        (52, first),
        (122, "911999209901010016"),
        (188, "20240101"),
        (204, "20340101"),
        (220, second),
        (242, "UTO"),
        (248, "Y"),
        (250, "113"),
    )
    assert decoded(block) == {
        "kind": DocumentKind.FOREIGN_RESIDENT_2023,
        "name": "样本人",
        "english_name": first + second,
        "sex": "1",
        "issue_count": "02",
        "birth_date": "20990101",
        "number": "911999209901010016",
        "country": "UTO",
        "valid_from": "20240101",
        "valid_to": "20340101",
    }


@given(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"], exclude_characters="JIY \0\u3000"))
def test_any_other_kind_is_refused_with_its_code_point(flag: str) -> None:
    assert decode_text_block(resident((248, flag))) == UnknownKind(ord(flag))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ((122, "1101051949123100２X"), "number"),
        ((122, " " * 18), "number"),
        ((122, "11010519491231   "), "number"),
        ((30, "男"), "sex"),
        ((36, "1949年12月"), "birth_date"),
        ((188, "2020.1.1"), "valid_from"),
        ((204, "永久".ljust(8)), "valid_to"),
    ],
)
def test_a_coded_field_with_other_content_is_named(change: tuple[int, str], field: str) -> None:
    assert decode_text_block(resident(change)) == Malformed(field)


def test_a_name_cut_inside_a_rare_character_is_still_read() -> None:
    block = bytearray(resident((0, "样" * 14)))
    block[28:30] = "𠮷".encode("utf-16-le")[:2]
    assert decoded(bytes(block))["name"] == "样" * 14 + "\N{REPLACEMENT CHARACTER}"


@given(st.binary(max_size=300))
def test_any_bytes_give_a_value_and_never_an_exception(block: bytes) -> None:
    assert isinstance(decode_text_block(block), IdentityDocumentRecord | UnknownKind | Malformed)


def test_a_record_does_not_show_its_holder() -> None:
    assert "郑样本" not in f"{decode_text_block(resident())!r} {decode_text_block(resident())}"
