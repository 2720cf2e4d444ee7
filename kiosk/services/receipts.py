"""From the facts of a receipt to what goes on paper: words by key, in the person's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import assert_never

from hardware.ports import BarcodeBlock, Block, Document, Gap, PairLine, QrBlock, RuleLine, TextLine
from kiosk.domain.application import PaymentMethod, Reason
from kiosk.domain.errand_slips import CertificateSlip, ErrandSlip, LossSlip
from kiosk.domain.language import Language
from kiosk.domain.receipt import CopyKind, InterimSlip, PickUp, Receipt
from kiosk.i18n import Catalogue, Value, format_day_in_two
from kiosk.services.errand_slips import certificate_blocks, loss_blocks

_Say = Callable[..., str]


def document_of(
    receipt: Receipt | InterimSlip | ErrandSlip, catalogue: Catalogue, language: Language, job_id: str = ""
) -> Document:
    """The slip, top to bottom. Never the full number, the full phone or a photo: no slip has any of them."""

    def say(key: str, **values: Value) -> str:
        return catalogue.text(f"slip.{key}", language, **values)

    match receipt:
        case Receipt():
            return Document(_receipt(receipt, say, language), job_id)
        case InterimSlip():
            return Document(_interim(receipt, say), job_id)
        case LossSlip():
            return Document(loss_blocks(receipt, say, _copy_mark(receipt, say)), job_id)
        case CertificateSlip():
            return Document(certificate_blocks(receipt, say, _copy_mark(receipt, say)), job_id)
        case _:
            assert_never(receipt)


def _receipt(receipt: Receipt, say: _Say, language: Language) -> tuple[Block, ...]:
    return (
        TextLine(receipt.office_name, align="center"),
        TextLine(say("title"), "large", "center", is_bold=True),
        TextLine(say("subtitle"), "large", "center", is_bold=True),
        *_copy_mark(receipt, say),
        RuleLine("thick"),
        PairLine(say("number"), receipt.application_number, is_bold=True),
        PairLine(say("submitted"), say("moment", moment=receipt.submitted_at)),
        PairLine(say("business"), say(f"reason_{receipt.reason.value.lower()}")),
        PairLine(say("name"), receipt.masked_name),
        *([PairLine(say("id_last"), receipt.id_last_four)] if receipt.id_last_four else []),
        *([PairLine(say("agent"), receipt.masked_agent)] if receipt.masked_agent else []),
        RuleLine(),
        *_promise(receipt, say, language),
        RuleLine(),
        *_money(receipt, say),
        RuleLine(),
        *_advice(receipt, say),
        *_codes(receipt, say),
        RuleLine("thick"),
        TextLine(say("hotlines"), "small", "center"),
        TextLine(say("terminal", terminal=receipt.terminal_id), "small", "center"),
        TextLine(say("keep"), "normal", "center", is_bold=True),
    )


def _copy_mark(receipt: Receipt | InterimSlip | ErrandSlip, say: _Say) -> tuple[Block, ...]:
    match receipt.copy.kind:
        case CopyKind.ORIGINAL:
            return ()
        case CopyKind.DUPLICATE:
            return (TextLine(say("copy", count=receipt.copy.duplicate_number), align="center", is_bold=True),)
        case CopyKind.POSSIBLE_DUPLICATE:
            return (TextLine(say("possible_copy"), align="center", is_bold=True),)


def _promise(receipt: Receipt, say: _Say, language: Language) -> tuple[Block, ...]:
    ready = receipt.card_date
    if isinstance(ready, date):
        day, rest = format_day_in_two(ready, language)
        promise = (TextLine(day, "huge", is_bold=True), TextLine(rest))
    else:
        promise = (TextLine(say("about", days=ready.about_days), is_bold=True),)
    card = (TextLine(say("card_date")), *promise, Gap(2))
    delivery = receipt.delivery
    if isinstance(delivery, PickUp):
        place = (
            PairLine(say("collect_at"), delivery.office_name),
            TextLine(delivery.office_address, "small"),
            TextLine(delivery.office_hours, "small"),
        )
    else:
        place = (PairLine(say("express_to"), delivery.masked_address),)
    return (*card, *place)


def _money(receipt: Receipt, say: _Say) -> tuple[Block, ...]:
    fee = PairLine(say("fee"), f"￥{receipt.fee.yuan_text()}", is_bold=True)
    paid = receipt.paid_by
    if paid is None:
        return (fee,)
    method = "method_code_shown" if paid.method is PaymentMethod.CODE_SHOWN else "method_payer_code"
    return (fee, PairLine(say("method"), say(method)), PairLine(say("payment"), paid.payment_number))


def _advice(receipt: Receipt, say: _Say) -> tuple[Block, ...]:
    lines = [TextLine(say("bring")), TextLine(say("hospital")), TextLine(say("bank"))]
    if receipt.reason is Reason.LOST:
        lines.append(TextLine(say("lost")))
    return tuple(lines)


def _codes(receipt: Receipt, say: _Say) -> tuple[Block, ...]:
    blocks: list[Block] = [Gap(3), BarcodeBlock(receipt.application_number)]
    if receipt.certificate_link:
        blocks += [Gap(3), QrBlock(receipt.certificate_link, say("certificate"))]
    if receipt.tracking_link:
        blocks += [Gap(3), QrBlock(receipt.tracking_link, say("track"))]
    return tuple(blocks)


# --- what is still open ----------------------------------------------------------------------------------------------


def _interim(slip: InterimSlip, say: _Say) -> tuple[Block, ...]:
    """Says what is open, what not to do, and with which numbers to ask where."""
    kind = slip.kind.value
    return (
        TextLine(slip.office_name, align="center"),
        TextLine(say(f"interim.{kind}.title"), "large", "center", is_bold=True),
        TextLine(say(f"interim.{kind}.subtitle"), "large", "center", is_bold=True),
        *_copy_mark(slip, say),
        RuleLine("thick"),
        *_numbers(slip, say),
        RuleLine(),
        *_explained(slip, say),
        *_stopped(slip, say),
        RuleLine(),
        TextLine(say("ask"), is_bold=True),
        TextLine(say("ask_by_phone", numbers=slip.hotlines)),
        Gap(3),
        BarcodeBlock(slip.payment_number or slip.application_number),
        *((Gap(3), QrBlock(slip.tracking_link, say("track"))) if slip.tracking_link else ()),
        RuleLine("thick"),
        TextLine(say("terminal", terminal=slip.terminal_id), "small", "center"),
        TextLine(say("keep_slip"), "normal", "center", is_bold=True),
    )


def _numbers(slip: InterimSlip, say: _Say) -> tuple[Block, ...]:
    numbers = [PairLine(say("printed_at"), say("moment", moment=slip.made_at))]
    if slip.payment_number:
        numbers.append(PairLine(say("payment"), slip.payment_number, is_bold=True))
        numbers.append(PairLine(say("fee"), f"￥{slip.fee.yuan_text()}"))
    numbers.append(PairLine(say("number"), slip.application_number, is_bold=not slip.payment_number))
    return tuple(numbers)


def _explained(slip: InterimSlip, say: _Say) -> tuple[Block, ...]:
    """What is said of the money is said only where there is a fee."""
    kind = slip.kind.value
    money = (TextLine(say(f"interim.{kind}.money")),) if slip.payment_number else ()
    return (TextLine(say(f"interim.{kind}.what")), *money, TextLine(say(f"interim.{kind}.next")))


def _stopped(slip: InterimSlip, say: _Say) -> tuple[Block, ...]:
    until = slip.card_stopped_until
    return () if until is None else (TextLine(say("stopped_until", date=until)),)
