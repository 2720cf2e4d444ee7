"""Draws the certificate on one A4 page: Chinese first, English below it, text that stays text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import segno
from fpdf import FPDF

from backend.certificates.content import CertificateContent
from backend.texts.catalogue import Language, Texts
from kiosk.domain.application import DeliveryMode

MARGIN_MM, WIDTH_MM = 22.0, 166.0
_ROWS_MM = 89.6
_INK, _QUIET, _ACCENT, _TINT, _RULE = (28, 36, 46), (96, 106, 118), (0, 92, 96), (234, 244, 244), (208, 216, 222)
_FACE = "certificate"
_PT_TO_MM = 25.4 / 72

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Printing:
    """One making of the file: when, the how-manieth, and where its code leads."""

    printed_at: datetime
    count: int
    verify_url: str


def draw_certificate(
    content: CertificateContent, printing: Printing, texts: dict[Language, Texts], font: Path
) -> bytes:
    """The PDF, unsigned. `font` is any TrueType or OpenType face that holds the Chinese characters."""
    return _Page(content, printing, texts, font).drawn()


class _Page:
    def __init__(
        self, content: CertificateContent, printing: Printing, texts: dict[Language, Texts], font: Path
    ) -> None:
        self._content = content
        self._printing = printing
        self._zh, self._en = texts[Language.ZH], texts[Language.EN]
        self._pdf = FPDF(format="A4")
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.set_margin(0)
        self._pdf.c_margin = 0
        self._pdf.add_font(_FACE, fname=font)
        self._pdf.set_title(f"{self._zh('certificate.title')} {content.certificate_number}")
        self._pdf.set_lang("zh-CN")
        self._pdf.set_creation_date(printing.printed_at)
        self._pdf.add_page()

    def drawn(self) -> bytes:
        self._frame()
        self._heading()
        y = self._rows(68.0)
        y = self._card_date(y + 5)
        y = self._office(y + 6)
        self._notes(y + 6)
        self._foot()
        return bytes(self._pdf.output())

    # --- parts, from the top ------------------------------------------------------------------------------------------

    def _frame(self) -> None:
        self._pdf.set_fill_color(*_ACCENT)
        self._pdf.rect(0, 0, 210, 5, style="F")
        self._pdf.rect(0, 294, 210, 3, style="F")

    def _heading(self) -> None:
        self._line(14, self._zh("certificate.sample"), 8, _QUIET)
        self._line(14, self._en("certificate.sample"), 8, _QUIET, align="R")
        self._line(27, self._zh("certificate.title"), 20, _ACCENT, align="C")
        self._line(38, self._en("certificate.title"), 9, _QUIET, align="C")
        label = f"{self._zh('certificate.number')} · {self._en('certificate.number')}"
        self._line(46, f"{label}   {self._content.certificate_number}", 9, _INK, align="C")
        self._line(56, self._zh("certificate.statement"), 10.5, _INK)
        self._line(61.5, self._en("certificate.statement"), 8, _QUIET)

    def _rows(self, top: float) -> float:
        """Label left in both languages, value right; a thin rule between rows."""
        content = self._content
        rows: list[tuple[str, str, str]] = [
            ("name", content.name, ""),
            ("document_number", content.document_number_masked, ""),
            ("insured_type", *self._word(content.insured_type)),
            ("reason", *self._word(content.reason)),
            ("card_number", content.card_number_masked, ""),
            ("application_number", content.application_number, ""),
            ("application_date", self._zh.date(content.application_date), self._en.date(content.application_date)),
            ("delivery_mode", *self._word(content.delivery_mode)),
        ]
        if content.agent_name_masked:
            rows.insert(-1, ("agent", f"{content.agent_name_masked}　{(content.agent_number_masked or '')[-8:]}", ""))
        height = _ROWS_MM / len(rows)
        y = top
        for label, value, translation in rows:
            self._rule(y)
            self._row(y + 2.2, label, value, translation)
            y += height
        self._rule(y)
        return y

    def _row(self, y: float, label: str, value: str, translation: str) -> None:
        self._line(y, self._zh(f"certificate.{label}"), 9.5, _INK, width=40)
        self._line(y + 4.1, self._en(f"certificate.{label}"), 7, _QUIET, width=40)
        if translation:
            self._line(y - 0.3, value, 11, _INK, indent=46)
            self._line(y + 4.1, translation, 7.5, _QUIET, indent=46)
        else:
            self._line(y + 1.3, value, 12, _INK, indent=46)

    def _card_date(self, y: float) -> float:
        """What the person looks for: the day, large, on a tint."""
        content = self._content
        self._pdf.set_fill_color(*_TINT)
        self._pdf.rect(MARGIN_MM, y, WIDTH_MM, 24, style="F", round_corners=True, corner_radius=2)
        note = "certificate.card_date_" + ("express" if content.delivery_mode is DeliveryMode.EXPRESS else "pickup")
        self._line(y + 3.5, self._zh("certificate.card_date"), 9.5, _ACCENT, indent=5, width=36)
        self._line(y + 8, self._en("certificate.card_date"), 7.5, _ACCENT, indent=5, width=36)
        size = 17 if content.card_date else 11
        self._line(y + 2.6, self._zh.card_date(content.card_date, content.about_days), size, _ACCENT, indent=46)
        self._line(y + 10.6, self._en.card_date(content.card_date, content.about_days), 9.5, _ACCENT, indent=46)
        self._line(y + 15.3, self._zh(note), 8, _INK, indent=46)
        self._line(y + 19.1, self._en(note), 7, _QUIET, indent=46)
        return y + 24

    def _office(self, y: float) -> float:
        office = self._content.office
        is_express = self._content.delivery_mode is DeliveryMode.EXPRESS
        label = "certificate.office" + ("_express" if is_express else "")
        self._line(y, self._zh(label), 9.5, _INK, width=40)
        self._line(y + 4.1, self._en(label), 7, _QUIET, width=40)
        self._line(y - 0.6, office.name_zh, 12, _INK, indent=46)
        self._line(y + 5.2, f"{office.address_zh}　{office.hours_zh}　{office.phone}", 8.5, _INK, indent=46)
        self._line(y + 9.8, f"{office.name_en}, {office.address_en}", 7.5, _QUIET, indent=46)
        self._line(y + 13.3, office.hours_en, 7.5, _QUIET, indent=46)
        return y + 17

    def _notes(self, y: float) -> None:
        self._rule(y)
        for key in ("hospital", "bring"):
            self._line(y + 3, self._zh(f"certificate.{key}"), 8.5, _INK)
            y = self._paragraph(y + 7.4, self._en(f"certificate.{key}"), 7, _QUIET)

    def _foot(self) -> None:
        self._qr(MARGIN_MM, 247, 34)
        self._line(282, f"{self._zh('certificate.scan')} · {self._en('certificate.scan')}", 7, _QUIET, width=60)
        self._signed_mark()
        moment, count = self._printing.printed_at, self._printing.count
        zh, en = (
            texts("certificate.printed", moment=texts.moment(moment), count=count) for texts in (self._zh, self._en)
        )
        self._line(287, f"{zh}　{en}", 6.5, _QUIET)
        self._line(287, self._zh("certificate.hotline", hotline=self._content.hotline), 6.5, _QUIET, align="R")

    def _signed_mark(self) -> None:
        """Says that the file is signed; looks like no office's seal."""
        pdf, left, top = self._pdf, 118.0, 250.0
        pdf.set_draw_color(*_ACCENT)
        pdf.set_line_width(0.5)
        pdf.rect(left, top, 70, 27, round_corners=True, corner_radius=2)
        office = self._content.office
        indent = left - MARGIN_MM + 5
        self._line(top + 3, office.name_zh, 10.5, _ACCENT, indent=indent)
        self._line(top + 8, office.name_en, 7.5, _ACCENT, indent=indent)
        self._line(
            top + 13, f"{self._zh('certificate.signed')} · {self._en('certificate.signed')}", 9, _INK, indent=indent
        )
        self._line(top + 18, self._zh("certificate.signed_note"), 6.5, _QUIET, indent=indent)
        self._line(top + 21.5, self._en("certificate.signed_note"), 6, _QUIET, indent=indent)

    # --- strokes ------------------------------------------------------------------------------------------------------

    def _word(self, word: str) -> tuple[str, str]:
        return self._zh(f"word.{word}"), self._en(f"word.{word}")

    def _line(
        self,
        y: float,
        text: str,
        size_pt: float,
        colour: Colour,
        *,
        align: Literal["L", "C", "R"] = "L",
        indent: float = 0,
        width: float = 0,
    ) -> None:
        """One line, made smaller until it fits its width."""
        pdf, room = self._pdf, width or WIDTH_MM - indent
        pdf.set_font(_FACE, size=size_pt)
        while pdf.get_string_width(text) > room and size_pt > 4:
            size_pt -= 0.25
            pdf.set_font(_FACE, size=size_pt)
        pdf.set_text_color(*colour)
        pdf.set_xy(MARGIN_MM + indent, y)
        pdf.cell(w=room, h=size_pt * _PT_TO_MM * 1.2, text=text, align=align)

    def _paragraph(self, y: float, text: str, size_pt: float, colour: Colour) -> float:
        pdf = self._pdf
        pdf.set_font(_FACE, size=size_pt)
        pdf.set_text_color(*colour)
        pdf.set_xy(MARGIN_MM, y)
        pdf.multi_cell(w=WIDTH_MM, h=size_pt * _PT_TO_MM * 1.3, text=text, align="L")
        return pdf.get_y()

    def _rule(self, y: float) -> None:
        self._pdf.set_draw_color(*_RULE)
        self._pdf.set_line_width(0.2)
        self._pdf.line(MARGIN_MM, y, MARGIN_MM + WIDTH_MM, y)

    def _qr(self, x: float, y: float, size_mm: float) -> None:
        """As squares, not as a picture: sharp at every scale."""
        modules = segno.make_qr(self._printing.verify_url, error="m").matrix
        side = size_mm / len(modules)
        self._pdf.set_fill_color(0, 0, 0)
        for row, line in enumerate(modules):
            for column, is_dark in enumerate(line):
                if is_dark:
                    self._pdf.rect(x + column * side, y + row * side, side + 0.01, side + 0.01, style="F")
