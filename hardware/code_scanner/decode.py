"""One grey picture in, the codes in it out. Keeps nothing: `hardware.code_scanner.sight` counts the misses.

zxing-cpp reads first, at half size and then at full size, because it is by far the cheapest and mangles nothing. What
it misses gets a second opinion, one per picture in turn: a threshold at the mean of the neighbourhood (glare, moire,
dim screens), sharpening (a lens that looks for its focus), and now and then zbar at half size, alternately
inverted, since zbar cannot read light on dark. Code 128, which the terminal prints on receipts, takes a turn of its
own: looking for bars costs three times as much as looking for QR codes. Nothing else is looked for: scanning for all
symbologies invents readings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cv2
import numpy as np
import zxingcpp
from pyzbar import pyzbar

from hardware.code_scanner.grey import Grey
from hardware.ports import CodeSeen

QR_CODE = "qrCode"
CODE_128 = "code128"
"""Symbology names of XFS4IoT BarcodeReader."""

_SYMBOLOGIES = {zxingcpp.BarcodeFormat.QRCode: QR_CODE, zxingcpp.BarcodeFormat.Code128: CODE_128}
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])
_BARS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.Code128])
"""Model 2 is the QR code of today: no Micro QR, no rMQR."""

_TURNS = 16


def half_size(grey: Grey) -> Grey:
    return _bytes(cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))


def read_codes(grey: Grey, half: Grey, misses: int) -> tuple[CodeSeen, ...]:
    """The different codes in one picture. `misses` is how many pictures before this one were read in vain."""
    return next((codes for codes in _attempts(grey, half, misses) if codes), ())


def read_all_codes(grey: Grey, half: Grey) -> tuple[CodeSeen, ...]:
    """Look for QR codes at both sizes even when the first has one: is there another beside it?

    Bars are left out: a receipt has both, and the person is to be asked only about two QR codes.
    """
    return _different((*read_with_zxing(half), *read_with_zxing(grey)))


def _attempts(grey: Grey, half: Grey, misses: int) -> Iterator[tuple[CodeSeen, ...]]:
    yield read_with_zxing(half)
    yield read_with_zxing(grey)
    match misses % _TURNS:
        case 3 | 11:
            yield read_barcodes(grey)
        case 7:
            is_inverted = misses % (2 * _TURNS) > _TURNS
            yield read_with_zbar(_bytes(255 - half) if is_inverted else half)
        case 1 | 5 | 9 | 13:
            yield read_with_zxing(_sharpened(grey, half), zxingcpp.Binarizer.GlobalHistogram)
        case _:
            yield read_with_zxing(_above_local_mean(grey, half), zxingcpp.Binarizer.FixedThreshold)


def read_barcodes(grey: Grey) -> tuple[CodeSeen, ...]:
    return _zxing(grey, _BARS, zxingcpp.Binarizer.LocalAverage)


def read_with_zxing(
    grey: Grey, binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage
) -> tuple[CodeSeen, ...]:
    return _zxing(grey, _QR, binarizer)


def _zxing(grey: Grey, formats: zxingcpp.BarcodeFormats, binarizer: zxingcpp.Binarizer) -> tuple[CodeSeen, ...]:
    """Content as the bytes in the code, never as zxing-cpp's guess of their character set."""
    found = zxingcpp.read_barcodes(grey, formats=formats, try_downscale=False, binarizer=binarizer)
    return _different(CodeSeen(code.bytes, _SYMBOLOGIES[code.symbology]) for code in found if code.valid)


def read_with_zbar(grey: Grey) -> tuple[CodeSeen, ...]:
    """Second opinion: zbar hands back text in a character set that it guessed, so only pure ASCII is believed.

    A structured-append symbol makes pyzbar raise ValueError; such a code is not for this terminal.
    """
    try:
        found = pyzbar.decode(grey, symbols=[pyzbar.ZBarSymbol.QRCODE])
    except ValueError:
        return ()
    return _different(CodeSeen(code.data, QR_CODE) for code in found if code.data.isascii())


def _above_local_mean(grey: Grey, half: Grey) -> Grey:
    """Black and white: brighter than the mean of some 15 x 15 pixels around, less 5 against the noise of walls."""
    mean = cv2.blur(half, (7, 7))
    return _bytes(cv2.compare(grey, _doubled(cv2.subtract(mean, np.full_like(mean, 5)), grey), cv2.CMP_GT))


def _sharpened(grey: Grey, half: Grey) -> Grey:
    """Unsharp mask of strength 3 over some 7 x 7 pixels: undoes about half a module of blur."""
    return _bytes(cv2.addWeighted(grey, 4.0, _doubled(cv2.blur(half, (3, 3)), grey), -3.0, 0.0))


def _doubled(half: cv2.typing.MatLike, grey: Grey) -> cv2.typing.MatLike:
    """A mean needs no more than half the resolution, and costs a quarter there."""
    return cv2.resize(half, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)


def _different(codes: Iterable[CodeSeen]) -> tuple[CodeSeen, ...]:
    return tuple(dict.fromkeys(code for code in codes if code.content))


def _bytes(picture: object) -> Grey:
    return np.asarray(picture, dtype=np.uint8)
