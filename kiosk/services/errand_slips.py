"""From the facts of the other errands' slips to what goes on paper; see `receipts.py`."""

from __future__ import annotations

from collections.abc import Callable

from hardware.ports import BarcodeBlock, Block, Gap, PairLine, QrBlock, RuleLine, TextLine
from kiosk.domain.errand_slips import CertificateSlip, LossSlip

Say = Callable[..., str]


def loss_blocks(slip: LossSlip, say: Say, copy_mark: tuple[Block, ...]) -> tuple[Block, ...]:
    report = (PairLine(say("loss.report"), slip.report_number, is_bold=True),) if slip.report_number else ()
    until = (TextLine(say("loss.until", date=slip.stopped_until), is_bold=True),) if slip.stopped_until else ()
    return (
        *_head(slip, "loss", say, copy_mark),
        PairLine(say("printed_at"), say("moment", moment=slip.made_at)),
        *report,
        PairLine(say("name"), slip.masked_name),
        PairLine(say("id_last"), slip.id_last_four),
        PairLine(say("loss.card"), slip.card_last_four),
        RuleLine(),
        TextLine(say("loss.stopped"), is_bold=True),
        *until,
        TextLine(say("loss.final")),
        TextLine(say("loss.bank", bank=slip.bank_name, phone=slip.bank_phone) if slip.bank_name else say("loss.banks")),
        *_foot(slip, say),
    )


def certificate_blocks(slip: CertificateSlip, say: Say, copy_mark: tuple[Block, ...]) -> tuple[Block, ...]:
    agent = (PairLine(say("certificate.agent"), slip.masked_agent),) if slip.masked_agent else ()
    return (
        *_head(slip, "certificate", say, copy_mark),
        TextLine(say("certificate.count", count=slip.print_count), align="center", is_bold=True),
        RuleLine(),
        PairLine(say("certificate.number"), slip.certificate_number, is_bold=True),
        PairLine(say("number"), slip.application_number),
        PairLine(say("certificate.issued"), say("certificate.day", date=slip.issued_on)),
        PairLine(say("name"), slip.masked_name),
        PairLine(say("certificate.document"), slip.masked_number),
        PairLine(say("certificate.card"), slip.masked_card_number),
        *agent,
        PairLine(say("printed_at"), say("moment", moment=slip.made_at)),
        RuleLine(),
        TextLine(say("hospital")),
        TextLine(say("bring")),
        Gap(3),
        BarcodeBlock(slip.application_number),
        Gap(3),
        QrBlock(slip.verify_link, say("certificate.verify")),
        *_foot(slip, say),
    )


def _head(slip: LossSlip | CertificateSlip, name: str, say: Say, copy_mark: tuple[Block, ...]) -> tuple[Block, ...]:
    return (
        TextLine(slip.office_name, align="center"),
        TextLine(say("title"), "large", "center", is_bold=True),
        TextLine(say(f"{name}.subtitle"), "large", "center", is_bold=True),
        *copy_mark,
        RuleLine("thick"),
    )


def _foot(slip: LossSlip | CertificateSlip, say: Say) -> tuple[Block, ...]:
    return (
        RuleLine("thick"),
        TextLine(say("call", numbers=slip.hotlines), "small", "center"),
        TextLine(say("terminal", terminal=slip.terminal_id), "small", "center"),
        TextLine(say("keep_slip"), "normal", "center", is_bold=True),
    )
