"""The readiness report on paper and as a PDF, and the strip that shows both languages."""

from __future__ import annotations

from pathlib import Path

from fpdf import FPDF

from hardware.ports import Block, Document, PairLine, RuleLine, TextLine
from kiosk.domain.language import Language
from kiosk.flow.staff.facts import MeasuredRow, ReadinessReport, Verdict
from kiosk.flow.staff.measured import line_of
from kiosk.flow.translation import translate
from kiosk.i18n import Catalogue

FONT = "NotoSansSC"
MARGIN_MM = 15
LINE_MM = 6.5
MARKS = {Verdict.GOOD: "", Verdict.WARNING: "! ", Verdict.BAD: "!! ", Verdict.UNKNOWN: "? "}
"""Beside the words: paper has no colours."""


def readiness_slip(report: ReadinessReport, terminal_id: str, catalogue: Catalogue, language: Language) -> Document:
    blocks: list[Block] = [
        TextLine(catalogue.text("staff_slip.readiness", language), "large", "center", is_bold=True),
        TextLine(_made(report, terminal_id, catalogue, language), "small", "center"),
        TextLine(_verdict(report, catalogue, language), "normal", "center", is_bold=True),
        RuleLine("thick"),
        *(PairLine(*_words(row, catalogue, language), is_bold=bool(MARKS[row.verdict])) for row in report.rows),
        RuleLine("thick"),
        TextLine(catalogue.text("staff_slip.not_a_receipt", language), "small", "center"),
    ]
    return Document(tuple(blocks))


def strip(catalogue: Catalogue, *, is_long: bool) -> Document:
    """Both languages, so that either alphabet can be judged."""
    blocks: list[Block] = []
    for language in (Language.ZH, Language.EN):
        blocks.append(TextLine(catalogue.text("staff_slip.strip", language), "large", "center", is_bold=True))
        if is_long:
            keys = ("staff_slip.sample_small", "staff_slip.sample", "staff_slip.sample_large")
            sizes = ("small", "normal", "large")
            blocks += [TextLine(catalogue.text(key, language), size) for key, size in zip(keys, sizes, strict=True)]
        blocks.append(RuleLine())
    blocks.append(TextLine(catalogue.text("staff_slip.not_a_receipt", Language.ZH), "small", "center"))
    return Document(tuple(blocks))


def readiness_pdf(
    report: ReadinessReport, terminal_id: str, catalogue: Catalogue, language: Language, fonts_dir: Path
) -> bytes:
    """A4, as many pages as it needs."""
    pdf = FPDF()
    pdf.set_creation_date(report.made_at)
    pdf.set_auto_page_break(auto=True, margin=MARGIN_MM)
    pdf.set_margin(MARGIN_MM)
    pdf.add_font(FONT, fname=fonts_dir / "NotoSansSC-Regular.otf")
    pdf.add_page()
    pdf.set_font(FONT, size=18)
    pdf.cell(0, 12, catalogue.text("staff_slip.readiness", language), new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(FONT, size=11)
    pdf.cell(0, 8, _made(report, terminal_id, catalogue, language), new_x="LMARGIN", new_y="NEXT")
    pdf.cell(0, 10, _verdict(report, catalogue, language), new_x="LMARGIN", new_y="NEXT")
    for row in report.rows:
        label, value = _words(row, catalogue, language)
        pdf.cell(110, LINE_MM, label, border="B")
        pdf.cell(0, LINE_MM, value, border="B", new_x="LMARGIN", new_y="NEXT", align="R")
    return bytes(pdf.output())


def report_lines(report: ReadinessReport, catalogue: Catalogue, language: Language) -> list[str]:
    """For a terminal window."""
    return [": ".join(_words(row, catalogue, language)) for row in report.rows]


def _words(row: MeasuredRow, catalogue: Catalogue, language: Language) -> tuple[str, str]:
    line = line_of(row)
    return translate(catalogue, line.label, language), MARKS[row.verdict] + translate(catalogue, line.value, language)


def _made(report: ReadinessReport, terminal_id: str, catalogue: Catalogue, language: Language) -> str:
    return catalogue.text("staff_slip.made", language, moment=report.made_at, terminal=terminal_id)


def _verdict(report: ReadinessReport, catalogue: Catalogue, language: Language) -> str:
    return catalogue.text(f"staff_slip.verdict_{report.verdict.value}", language)
