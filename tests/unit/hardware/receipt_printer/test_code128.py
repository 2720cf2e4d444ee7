import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.bench.escpos_interpreter import code128_content
from hardware.receipt_printer import code128


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("SSC", (("B", "SSC"),)),
        ("20261122", (("C", "20261122"),)),
        ("SSC2026", (("B", "SSC"), ("C", "2026"))),
        ("SSC12345", (("B", "SSC1"), ("C", "2345"))),
        ("A12B", (("B", "A12B"),)),
    ],
)
def test_runs_of_digits_are_packed(content: str, expected: tuple[code128.Segment, ...]) -> None:
    assert code128.segments(content) == expected


def test_braces_are_doubled_for_the_printer() -> None:
    assert code128.printer_data("a{b1234") == b"{Ba{{b{C\x0c\x22"


def test_an_application_number_fits_narrow_paper() -> None:
    assert code128.module_count("SSC202611220001234") * 2 <= 384


def test_han_characters_have_no_bars() -> None:
    assert not code128.is_encodable("受理")
    assert not code128.is_encodable("")


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=40))
def test_the_printer_reads_back_what_was_meant(content: str) -> None:
    assert code128_content(code128.printer_data(content)) == content


@given(st.text(alphabet="0123456789AB", min_size=1, max_size=30))
def test_the_width_is_that_of_the_real_symbol(content: str) -> None:
    """GS k prints exactly the code sets it is given: 11 modules for each symbol, 13 for the stop."""
    data = code128.printer_data(content)
    switches = data.count(b"{") - 1
    symbols = len(data) - 2 * data.count(b"{")
    assert code128.module_count(content) == 11 * (1 + symbols + switches + 1) + 13 + 20
