import numpy as np
import pytest
import segno
import zxingcpp

from hardware.bench.phone_screen import Style, grey_sequence
from hardware.code_scanner.decode import (
    CODE_128,
    QR_CODE,
    Grey,
    half_size,
    read_all_codes,
    read_barcodes,
    read_codes,
    read_with_zbar,
    read_with_zxing,
)
from hardware.code_scanner.sight import Gaze, look, picture_of
from hardware.ports import CodeSeen

PAYMENT = b"134567890123456789"


def drawn(code: segno.QRCode, module_px: int = 4) -> Grey:
    modules = np.array([list(row) for row in code.matrix], dtype=np.uint8)
    light = np.where(np.pad(modules, 6), 20, 235).astype(np.uint8)
    return np.kron(light, np.ones((module_px, module_px), dtype=np.uint8))


def qr(content: bytes | str, module_px: int = 4, **options: object) -> Grey:
    return drawn(segno.make(content, micro=False, **options), module_px)  # pyright: ignore[reportArgumentType]


def beside(*pictures: Grey) -> Grey:
    height = max(picture.shape[0] for picture in pictures)
    return np.hstack([np.pad(p, ((0, height - p.shape[0]), (0, 0)), constant_values=235) for p in pictures])


def read(grey: Grey, misses: int = 0) -> list[bytes]:
    return [code.content for code in read_codes(grey, half_size(grey), misses)]


@pytest.mark.parametrize(
    "content",
    [
        PAYMENT,
        b"281234567890123456",
        b"https://example.org/pay?x=1&y=%E4%B8%AD",
        "https://例子.测试/路径?名=值".encode(),
        "社会保障卡 𠮷 ￥20".encode(),
        "社会保障卡𠮷￥".encode("gb18030"),
        "ÄÖÜ é".encode("latin-1"),
        bytes(range(32)),
        b"\x00\x00ab\x00",
        b"\xff\xfe\xfd" * 20,
        b"{}\"'\\;--<script>\r\n\t\x1b[31m",
        b"x" * 2953,
    ],
    ids=lambda content: content[:6].hex(),
)
def test_content_comes_out_byte_for_byte(content: bytes) -> None:
    assert read(qr(content, error="l", encoding=None)) == [content]


def test_the_most_digits_a_code_can_hold_come_out_whole() -> None:
    digits = "9876543210" * 709
    assert read(qr(digits[:7089], module_px=4, error="l")) == [digits[:7089].encode()]


@pytest.mark.parametrize("turns", range(4))
def test_a_code_is_read_whichever_way_the_phone_is_held(turns: int) -> None:
    assert read(np.ascontiguousarray(np.rot90(qr(PAYMENT), turns))) == [PAYMENT]


def test_a_light_code_on_a_dark_screen_is_read() -> None:
    assert read(255 - qr(PAYMENT)) == [PAYMENT]


def test_every_code_in_view_is_told_apart_and_twins_count_once() -> None:
    two = beside(qr(b"first"), qr(b"second"))
    assert {code.content for code in read_all_codes(two, half_size(two))} == {b"first", b"second"}
    assert read(beside(qr(b"first"), qr(b"first"))) == [b"first"]


def test_a_small_second_code_beside_a_large_one_is_found_by_the_second_look() -> None:
    small = np.pad(qr(b"small but there", 2), ((1, 0), (1, 0)), constant_values=235)  # half size smears its modules
    both = beside(qr(b"large", 6), small)
    assert read(both) == [b"large"]
    assert {code.content for code in read_all_codes(both, half_size(both))} == {b"large", b"small but there"}


def test_symbologies_that_the_terminal_does_not_use_are_not_read() -> None:
    aztec = zxingcpp.create_barcode("not ours", zxingcpp.BarcodeFormat.Aztec)
    picture = np.pad(np.array(aztec.to_image(scale=4)), 30, constant_values=255)
    assert [read(picture, misses) for misses in range(16)] == [[]] * 16
    assert read(drawn(segno.make_micro("12345"))) == []


def test_the_barcode_of_a_receipt_is_read_on_its_turn() -> None:
    bars = zxingcpp.create_barcode("A20991231-0007", zxingcpp.BarcodeFormat.Code128)
    picture = np.pad(np.array(bars.to_image(scale=3)), 40, constant_values=255)
    assert read_barcodes(picture) == (CodeSeen(b"A20991231-0007", CODE_128),)
    gaze, found = Gaze(), []
    for _ in range(40):
        gaze, codes = look(gaze, picture_of(picture))
        found += codes
    assert set(found) == {CodeSeen(b"A20991231-0007", CODE_128)}


def test_a_part_of_a_divided_message_is_no_error() -> None:
    for part in segno.make_sequence("divided " * 20, symbol_count=2):
        read_with_zbar(drawn(part))
        assert all(isinstance(content, bytes) for content in read(drawn(part)))


def test_the_second_decoder_is_believed_on_plain_characters_only() -> None:
    assert read_with_zbar(qr(PAYMENT)) == (CodeSeen(PAYMENT, QR_CODE),)
    assert read_with_zbar(qr("社会保障卡".encode("gb18030"), encoding=None)) == ()


def test_noise_holds_no_code() -> None:
    random = np.random.default_rng(11)
    for misses in range(16):
        assert read(random.integers(0, 256, (240, 320), dtype=np.uint8), misses) == []


def test_a_damaged_code_gives_nothing_rather_than_something_wrong() -> None:
    random, picture = np.random.default_rng(5), qr(PAYMENT)
    for _ in range(25):
        damaged = picture.copy()
        top, left = random.integers(0, picture.shape[0] - 40, 2)
        damaged[top : top + 40, left : left + 40] = random.integers(0, 256, (40, 40))
        assert read(damaged) in ([PAYMENT], [])


@pytest.mark.parametrize("style", list(Style))
def test_a_payment_code_on_a_phone_is_read_within_two_seconds(style: Style) -> None:
    gaze, found = Gaze(), set[bytes]()
    for grey in grey_sequence(PAYMENT, style, np.random.default_rng(1)):
        gaze, codes = look(gaze, picture_of(grey))
        found |= {code.content for code in codes}
        if found:
            break
    assert found == {PAYMENT}


def test_what_was_read_cannot_be_shown_by_accident() -> None:
    (code,) = read_with_zxing(qr(PAYMENT))
    assert PAYMENT.decode() not in f"{code} {code!r} {[code]}"
