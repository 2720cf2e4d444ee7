from pathlib import Path

import pytest

from deploy.fonts import extract_missing
from hardware.bench.escpos_paper import Typeface
from hardware.receipt_printer.raster import Fonts

FOLDER = Path(".build/fonts")


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    extract_missing(FOLDER)
    return Fonts(FOLDER / "NotoSansSC-Regular.otf", FOLDER / "NotoSansSC-Bold.otf")


@pytest.fixture(scope="session")
def typeface() -> Typeface:
    extract_missing(FOLDER)
    return Typeface(FOLDER / "NotoSansSC-Regular.otf")
