from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from hardware.bench.escpos_interpreter import Interpreter
from hardware.bench.escpos_paper import PaperStrip, Typeface, codes_in, picture_of
from hardware.ports import BarcodeBlock, Block, Document, Gap, PairLine, QrBlock, RuleLine, TextLine
from hardware.receipt_printer.layout import BOTTOM_MARGIN_DOTS, Layout, Style, TextMode, is_in_every_font, lay_out
from hardware.receipt_printer.raster import Fonts, bitmap_of, without_realtime_commands
from tests.measure.receipt_samples import APPLICATION_NUMBER, CERTIFICATE_LINK, CHINESE, ENGLISH, TRACKING_LINK

Print = Callable[..., PaperStrip]

RARE = "𠮷"  # outside the plane that two-byte codes reach: four bytes in GB 18030
MODES: tuple[TextMode, ...] = ("gb18030", "mixed", "raster")


@pytest.fixture
def on_paper(fonts: Fonts, typeface: Typeface) -> Print:
    """Lay blocks out, let the strict interpreter print them, and check that both agree about the length."""

    def print_blocks(*blocks: Block, mode: TextMode = "mixed", width_dots: int = 576, **style: object) -> PaperStrip:
        layout = lay_out(Document(blocks), Style(fonts, width_dots, mode, **style))  # type: ignore[arg-type]
        strip, faults = interpret(layout, typeface, width_dots)
        assert faults == []
        assert strip.length_dots == layout.length_dots
        return strip

    return print_blocks


def interpret(layout: Layout, typeface: Typeface, width_dots: int) -> tuple[PaperStrip, list[str]]:
    printer = Interpreter(typeface, width_dots)
    printer.receive(layout.data)
    cut = None
    while step := printer.step():
        cut = step.cut or cut
    assert cut is not None
    assert not printer.buffer
    return cut, printer.faults


# --- bytes ---------------------------------------------------------------------------------------------------------


def test_a_line_of_text_has_these_bytes(fonts: Fonts) -> None:
    layout = lay_out(Document((TextLine("领卡 A", "large", "center", is_bold=True),)), Style(fonts, text_mode="mixed"))
    assert layout.data == (
        b"\x1b@\x1da\x00\x1dP\xcb\xcb"  # start, no automatic status, units of a dot
        b"\x1c&\x1bR\x00"  # Chinese mode, plain ASCII
        b"\x1ba\x01\x1bE\x01\x1d!\x11\x1b3\x3c"  # centre, bold, double both ways, 60 dots a line
        b"\xc1\xec\xbf\xa8 A\n"
        b"\x1dVB\x30"
    )


def test_a_mode_is_sent_only_when_it_changes(fonts: Fonts) -> None:
    layout = lay_out(Document((TextLine("a"), TextLine("b"), TextLine("c"))), Style(fonts))
    assert layout.data.endswith(b"a\nb\nc\n\x1dVB\x30")


def test_size_and_bold_are_taken_back(fonts: Fonts) -> None:
    layout = lay_out(Document((TextLine("a", "huge", is_bold=True), TextLine("b"))), Style(fonts))
    assert b"a\n\x1bE\x00\x1d!\x01\x1b3\x3cb\n" in layout.data


def test_gaps_are_fed_in_one_go(fonts: Fonts) -> None:
    layout = lay_out(Document((Gap(20), Gap(20), TextLine("a"))), Style(fonts))
    assert b"\x1bJ\xff\x1bJ\x41" in layout.data  # 320 dots
    assert layout.length_dots == 320 + 60 + BOTTOM_MARGIN_DOTS


# --- text ----------------------------------------------------------------------------------------------------------


def test_yen_and_full_width_signs_come_out_of_the_chinese_font(on_paper: Print) -> None:
    strip = on_paper(TextLine("【费用】：¥20.00（微信）"), TextLine("￥：【】"))
    assert strip.contents.lines == ["【费用】：￥20.00（微信）", "￥：【】"]
    assert strip.contents.pictures == 0


def test_english_apostrophes_and_dashes_stay_narrow(on_paper: Print) -> None:
    assert on_paper(TextLine("The card’s ready 9–12")).contents.lines == ["The card's ready 9-12"]


def test_a_rare_character_is_drawn_and_its_neighbours_are_typed(on_paper: Print) -> None:
    strip = on_paper(PairLine("姓名", RARE + "*"), PairLine("业务", "遗失补领"))
    assert strip.contents.pictures == 1
    assert [line.split() for line in strip.contents.lines] == [["业务", "遗失补领"]]


def test_a_model_with_all_of_gb18030_gets_rare_characters_as_text(on_paper: Print) -> None:
    assert on_paper(TextLine(RARE), mode="gb18030").contents.lines == [RARE]


@pytest.mark.parametrize("text", ["王", "ABC 12", "￥", "¥", "（）【】：", "①", "é", "–"])
def test_gbk_is_in_every_font(text: str) -> None:
    assert is_in_every_font(text)


@pytest.mark.parametrize("text", [RARE, "㐂", "\ue000", "€", "😀", "한"])
def test_what_gbk_lacks_is_drawn(text: str) -> None:
    assert not is_in_every_font(text)


def test_an_accent_does_not_garble_the_characters_after_it(on_paper: Print) -> None:
    assert on_paper(TextLine("José 王")).contents.lines == ["José 王"]


@pytest.mark.parametrize("mode", MODES)
def test_a_hostile_name_commands_nothing(on_paper: Print, mode: TextMode) -> None:
    on_paper(TextLine("\x1b@\x1dV\x00\x10\x04\x01"), PairLine("a\nb\x1b", "\x1dr\x01\ud800"), mode=mode)


def test_a_pair_has_its_value_flush_right(on_paper: Print) -> None:
    assert on_paper(PairLine("工本费", "¥20.00")).contents.lines == ["工本费" + " " * 35 + "￥20.00"]


@pytest.mark.parametrize("width_dots", [576, 384])
def test_a_pair_fills_the_paper_from_edge_to_edge(on_paper: Print, width_dots: int) -> None:
    box = on_paper(PairLine("工本费", "¥20.00"), mode="raster", width_dots=width_dots).dots().getbbox()
    assert box is not None
    assert box[0] <= 3
    assert box[2] >= width_dots - 4


def test_a_pair_too_long_for_one_line_takes_two(on_paper: Print) -> None:
    strip = on_paper(PairLine("支付单号", "4200002099202611201234567890"), width_dots=384)
    assert strip.contents.lines == ["支付单号", "4200002099202611201234567890"]


def test_text_wraps_at_the_width_of_its_size(on_paper: Print) -> None:
    assert on_paper(TextLine("一二三四五六七八九十一二三", "large")).contents.lines == [
        "一二三四五六七",
        "八九十一二三",
    ]


def test_lines_within_a_text_are_kept(on_paper: Print) -> None:
    assert on_paper(TextLine("周一\n周二")).contents.lines == ["周一", "周二"]


def test_an_empty_line_is_as_high_as_a_full_one(fonts: Fonts) -> None:
    for mode in MODES:
        heights = {lay_out(Document((TextLine(t),)), Style(fonts, text_mode=mode)).length_dots for t in ("", "一")}
        assert len(heights) == 1


def test_sizes_grow(on_paper: Print) -> None:
    for mode in MODES:
        heights = [
            ink_height(on_paper(TextLine("H", size), mode=mode)) for size in ("small", "normal", "large", "huge")
        ]
        assert heights == sorted(heights)
        assert heights[1] < heights[3]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("width_dots", [576, 384])
def test_no_capital_is_lower_than_three_and_a_half_millimetres(
    on_paper: Print, mode: TextMode, width_dots: int
) -> None:
    for size in ("small", "normal", "large", "huge"):
        assert ink_height(on_paper(TextLine("H", size), mode=mode, width_dots=width_dots)) >= 28


def ink_height(strip: PaperStrip) -> int:
    box = strip.dots().getbbox()
    assert box is not None
    return box[3] - box[1]


# --- codes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("codes", ["native", "raster"])
@pytest.mark.parametrize("width_dots", [576, 384])
def test_codes_are_read_back_from_the_paper(on_paper: Print, codes: str, width_dots: int) -> None:
    strip = on_paper(
        QrBlock(TRACKING_LINK, "查进度"), BarcodeBlock(APPLICATION_NUMBER), codes=codes, width_dots=width_dots
    )
    assert sorted(codes_in(picture_of(strip))) == sorted([TRACKING_LINK, APPLICATION_NUMBER])
    assert strip.contents.lines == ["查进度", APPLICATION_NUMBER]


def test_a_native_code_is_data_and_not_a_picture(on_paper: Print) -> None:
    contents = on_paper(QrBlock(TRACKING_LINK), BarcodeBlock("SSC2026{}")).contents
    assert (contents.qr_codes, contents.barcodes, contents.pictures) == ([TRACKING_LINK], ["SSC2026{}"], 0)


def test_a_qr_code_with_control_characters_is_drawn(on_paper: Print) -> None:
    strip = on_paper(QrBlock("a\x10\x04\x01b"))
    assert strip.contents.pictures == 1


def test_a_qr_code_never_outgrows_the_paper(on_paper: Print) -> None:
    strip = on_paper(QrBlock("https://card.example.gov.cn/" + "x" * 200, size_mm=200), width_dots=384)
    assert len(codes_in(picture_of(strip))) == 1


def test_bars_too_wide_for_the_paper_leave_the_text(on_paper: Print) -> None:
    contents = on_paper(BarcodeBlock("ABCDEFGHIJKLMNOPQRSTUVWX"), width_dots=384).contents
    assert (contents.barcodes, contents.lines) == ([], ["ABCDEFGHIJKLMNOPQRSTUVWX"])


@pytest.mark.parametrize("style", ["thin", "thick", "dashed"])
@pytest.mark.parametrize("width_dots", [576, 384])
def test_a_rule_goes_from_edge_to_edge(on_paper: Print, style: str, width_dots: int) -> None:
    box = on_paper(RuleLine(style), width_dots=width_dots).dots().getbbox()  # type: ignore[arg-type]
    assert box is not None
    assert box[0] == 0
    assert box[2] > width_dots - 16


# --- pictures ------------------------------------------------------------------------------------------------------


def test_no_realtime_command_hides_in_a_picture() -> None:
    rows = bytes.fromhex("1004 1005 1014 101004")
    cleaned = without_realtime_commands(rows)
    assert len(cleaned) == len(rows)
    assert not any(pair in cleaned for pair in (b"\x10\x04", b"\x10\x05", b"\x10\x14"))


def test_black_is_one_and_leftmost_is_highest() -> None:
    image = Image.new("1", (8, 1))
    image.putpixel((0, 0), 1)
    assert bitmap_of(image).rows == b"\x80"


# --- whole receipts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("width_dots", [576, 384])
@pytest.mark.parametrize("document", [CHINESE, ENGLISH], ids=["chinese", "english"])
def test_a_whole_receipt_comes_out_as_meant(
    on_paper: Print, document: Document, mode: TextMode, width_dots: int
) -> None:
    strip = on_paper(*document.blocks, mode=mode, width_dots=width_dots)
    assert strip.contents.qr_codes == [TRACKING_LINK, CERTIFICATE_LINK]
    assert strip.contents.barcodes == [APPLICATION_NUMBER]
    assert sorted(codes_in(picture_of(strip))) == sorted([APPLICATION_NUMBER, TRACKING_LINK, CERTIFICATE_LINK])


def test_a_typed_receipt_is_small_enough_for_a_serial_line(fonts: Fonts) -> None:
    assert len(lay_out(CHINESE, Style(fonts)).data) < 2_000


TEXTS = st.text(max_size=40)
BLOCKS = st.one_of(
    st.builds(TextLine, TEXTS, st.sampled_from(["small", "normal", "large", "huge"])),
    st.builds(PairLine, TEXTS, TEXTS, st.booleans()),
    st.builds(QrBlock, st.text(min_size=1, max_size=40), TEXTS, st.integers(1, 80)),
    st.builds(BarcodeBlock, st.text(alphabet=st.characters(max_codepoint=0x7E), max_size=20)),
    st.builds(Gap, st.integers(0, 60)),
    st.just(RuleLine("dashed")),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blocks=st.lists(BLOCKS, max_size=4), mode=st.sampled_from(MODES), width_dots=st.sampled_from([576, 384]))
def test_no_document_makes_the_printer_stumble(
    on_paper: Print, blocks: list[Block], mode: TextMode, width_dots: int
) -> None:
    on_paper(*blocks, mode=mode, width_dots=width_dots)


def test_nothing_of_a_receipt_shows_in_a_log(fonts: Fonts) -> None:
    assert "王" not in repr(lay_out(CHINESE, Style(fonts)))
