"""Texts, numbers and names as a card writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.card_reader.records import Records, may_name_continue, parse_record, record_of
from hardware.ports import SocialSecurityCardRecord

RECORDS: Records = {
    0x01: bytes.fromhex("110000D1560000053030303100000001"),
    0x07: b"X00000019",
    0x08: b"11010519491231002X",
    0x09: "王样本".encode("gbk").ljust(30, b"\0"),
}


def record(**changes: bytes) -> SocialSecurityCardRecord:
    parsed = record_of({**RECORDS, **{int(tag[1:], 16): value for tag, value in changes.items()}})
    assert parsed is not None
    return parsed


@pytest.mark.parametrize(
    ("data", "parsed"),
    [
        ("0A0131", (0x0A, b"1")),
        ("0A0131FFFF", (0x0A, b"1")),
        ("0A00", (0x0A, b"")),
        ("0A0231", None),
        ("0A", None),
        ("", None),
    ],
)
def test_a_record_is_tag_length_value(data: str, parsed: tuple[int, bytes] | None) -> None:
    assert parse_record(bytes.fromhex(data)) == parsed


@pytest.mark.parametrize("tag", RECORDS)
def test_a_card_without_a_required_record_is_refused(tag: int) -> None:
    assert record_of({other: value for other, value in RECORDS.items() if other != tag}) is None


@pytest.mark.parametrize("tag", RECORDS)
@pytest.mark.parametrize("padding", [b"\x00", b"\xff"])
def test_a_required_record_that_was_never_written_is_refused(tag: int, padding: bytes) -> None:
    written = record_of({**RECORDS, tag: padding * 30})
    assert written is None or tag == 0x01  # the code is bytes: any are good


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("王样本".encode("gbk"), "王样本"),
        ("王样本".encode("gbk").ljust(30, b"\0"), "王样本"),
        ("王样本".encode("gbk").ljust(30, b"\xff"), "王样本"),
        ("王样本".encode("gbk").ljust(30), "王样本"),
        ("𠮷样本".encode("gb18030"), "𠮷样本"),
        ("阿依·样本".encode("gb18030"), "阿依·样本"),
        (b"SAMPLE ANNA", "SAMPLE ANNA"),
        ("样本".encode("gbk") + b"\xb1", "样本"),
        ("样本".encode("gbk") + "𠮷".encode("gb18030")[:3], "样本"),
    ],
)
def test_a_name_is_read_without_padding_and_without_a_character_cut_at_its_end(name: bytes, read: str) -> None:
    assert record(t09=name).name == read


@pytest.mark.parametrize("name", [b"\x80\x81\x82", b"AB\x01CD", b"\xd5\x00\xc5", b"\x81\x30\x20\x30"])
def test_a_name_of_garbage_is_refused(name: bytes) -> None:
    assert record_of({**RECORDS, 0x09: name}) is None


@pytest.mark.parametrize(
    "name", ["一二三四五六七八九十一二三四五六七", "A一二三四五六七八九十一二三四五六七", "A" * 27 + "𠮷𠮷"]
)
def test_a_name_cut_in_the_middle_of_a_character_is_joined_before_decoding(name: str) -> None:
    written = name.encode("gb18030")
    assert record(t09=written[:30], t4E=written[30:].ljust(20, b"\0")).name == name


def test_a_space_at_the_cut_belongs_to_the_name() -> None:
    written = b"SAMPLE SAMPLE SAMPLE SAMPLES ANNA"
    assert record(t09=written[:29], t4E=written[29:]).name == written.decode()


def test_a_first_part_padded_before_a_character_that_did_not_fit_is_joined() -> None:
    assert record(t09=b"A" * 29 + b"\0", t4E="样".encode("gbk")).name == "A" * 29 + "样"


@pytest.mark.parametrize(("length", "continues"), [(30, True), (29, True), (27, True), (26, False), (4, False)])
def test_the_extension_matters_when_less_than_a_character_is_free(length: int, continues: bool) -> None:
    assert may_name_continue({0x09: (b"A" * length).ljust(30, b"\0")}) is continues


def test_an_extension_that_was_read_is_not_asked_for_again() -> None:
    assert not may_name_continue({0x09: b"A" * 30, 0x4E: b""})


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("110105", "110105"),
        ("11FFFF", "11"),
        ("FFFFFF", ""),
        ("000000", ""),
        ("1A0105", ""),
        ("", ""),
    ],
)
def test_digits_are_read_without_padding(value: str, read: str) -> None:
    assert record(t0C=bytes.fromhex(value)).birthplace == read


@pytest.mark.parametrize(
    ("value", "read"), [("20991231", "20991231"), ("209912FF", ""), ("FFFFFFFF", ""), ("00000000", "")]
)
def test_a_date_is_whole_or_absent(value: str, read: str) -> None:
    assert record(t0D=bytes.fromhex(value)).birth_date == read


def test_a_text_of_garbage_counts_as_absent() -> None:
    assert record(t0A=b"\x07").sex == ""
    assert record(t03=b"\xc9\xe7\xbb\xe1").version == ""
    assert record_of({**RECORDS, 0x08: b"\xc9\xe7\xbb\xe1"}) is None


def test_nothing_of_the_holder_shows_when_the_record_is_printed() -> None:
    assert "样" not in repr(record()) + str(record())


@given(st.dictionaries(st.sampled_from([*RECORDS, 0x03, 0x05, 0x06, 0x0A, 0x0B, 0x0C, 0x0D, 0x4E]), st.binary()))
def test_no_bytes_on_a_card_can_upset_the_reader(records: dict[int, bytes]) -> None:
    parsed = record_of({**RECORDS, **records})
    assert parsed is None or parsed.name.isprintable()


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=25))
def test_every_name_that_fits_is_read_as_it_was_written(name: str) -> None:
    written = name.encode("gb18030")
    assert record(t09=written[:30].ljust(30, b"\0"), t4E=written[30:].ljust(20, b"\0")).name == name
