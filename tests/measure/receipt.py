"""`python -m tests.measure.receipt`: how long a receipt takes to build and to send, against the printer's head."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from hardware.ports import Document
from hardware.receipt_printer.layout import Layout, Style, TextMode, lay_out, open_fonts
from hardware.receipt_printer.raster import Fonts
from tests.measure.receipt_samples import CHINESE, ENGLISH

MODES: tuple[TextMode, ...] = ("gb18030", "mixed", "raster")
HEAD_MM_PER_S = (200, 250)
WIRES_BYTES_PER_S = {"9600": 960.0, "115200": 11_520.0, "network": 10e6 / 8}
"""Serial lines 8N1; the network at 10 Mbit/s, the slowest that printers have."""
REPEATS = 7
"""The best counts: what else the machine does is not the receipt's."""
BUILD_GOAL_MS = 50.0


@dataclass(frozen=True)
class Row:
    language: str
    mode: TextMode
    first_ms: float
    """With characters not met before; the fonts are opened with the device."""
    again_ms: float
    layout: Layout

    @property
    def head_s(self) -> tuple[float, ...]:
        return tuple(self.layout.length_dots / 8 / speed for speed in HEAD_MM_PER_S)

    def wire_s(self, wire: str) -> float:
        return len(self.layout.data) / WIRES_BYTES_PER_S[wire]

    def is_head_bound(self, wire: str) -> bool:
        return self.wire_s(wire) <= max(self.head_s)


def measure(folder: Path) -> Iterator[Row]:
    for language, document in (("zh", CHINESE), ("en", ENGLISH)):
        for mode in MODES:
            runs = [_first_and_again(document, folder, mode) for _ in range(REPEATS)]
            layout = lay_out(document, Style(_fonts(folder), text_mode=mode))
            yield Row(language, mode, min(first for first, _ in runs), min(again for _, again in runs), layout)


def _first_and_again(document: Document, folder: Path, mode: TextMode) -> tuple[float, float]:
    style = Style(_fonts(folder), text_mode=mode)
    open_fonts(style)
    return _build_ms(document, style), _build_ms(document, style)


def _fonts(folder: Path) -> Fonts:
    return Fonts(folder / "NotoSansSC-Regular.otf", folder / "NotoSansSC-Bold.otf")


def _build_ms(document: Document, style: Style) -> float:
    begun = perf_counter()
    lay_out(document, style)
    return (perf_counter() - begun) * 1000


def table(rows: list[Row]) -> str:
    head = "  ".join(f"{f'head {speed}':>8}" for speed in HEAD_MM_PER_S)
    wires = "  ".join(f"{wire + ' s':>10}" for wire in WIRES_BYTES_PER_S)
    title = f"{'':2}  {'mode':8}  {'first ms':>8}  {'again ms':>8}  {'bytes':>6}  {'mm':>4}  {head}  {wires}"
    return "\n".join([title, *map(_line, rows), "* the head is slower than the wire (at 200 mm/s)"])


def _line(row: Row) -> str:
    head = "  ".join(f"{seconds:8.2f}" for seconds in row.head_s)
    wires = "  ".join(f"{row.wire_s(wire):9.2f}{'*' if row.is_head_bound(wire) else ' '}" for wire in WIRES_BYTES_PER_S)
    return (
        f"{row.language:2}  {row.mode:8}  {row.first_ms:8.1f}  {row.again_ms:8.1f}  {len(row.layout.data):6}  "
        f"{row.layout.length_dots / 8:4.0f}  {head}  {wires}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.measure.receipt", description="Time a receipt.")
    parser.add_argument("--fonts", type=Path, default=Path(".build/fonts"), help="folder of the fonts (%(default)s)")
    rows = list(measure(parser.parse_args().fonts))
    slowest_ms = max(row.first_ms for row in rows)
    print(table(rows))  # noqa: T201  the program's output
    print(f"slowest build {slowest_ms:.0f} ms, goal {BUILD_GOAL_MS:.0f} ms")  # noqa: T201


if __name__ == "__main__":
    main()
