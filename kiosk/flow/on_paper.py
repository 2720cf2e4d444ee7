"""A slip in words, line by line as it is printed: for whoever cannot read it (EN 301 549 5.1.3.1, spoken receipts)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kiosk.domain.application import PaymentMethod, Reason
from kiosk.domain.receipt import CopyKind, CopyMark, PaidBy, PickUp, Receipt
from kiosk.flow.texts import Text, TextValue, literal, text


def words_on(receipt: Receipt) -> tuple[Text, ...]:
    """The lines of a receipt in their order; what only a phone reads (its codes) and what terminal it was stay out."""
    return (
        literal(receipt.office_name),
        text("slip.title"),
        text("slip.subtitle"),
        *_copy(receipt.copy),
        _pair("number", receipt.application_number),
        _pair("submitted", receipt.submitted_at),
        _pair("business", text(f"slip.reason_{receipt.reason.value.lower()}")),
        _pair("name", receipt.masked_name),
        *([_pair("id_last", receipt.id_last_four)] if receipt.id_last_four else []),
        *([_pair("agent", receipt.masked_agent)] if receipt.masked_agent else []),
        *_promise(receipt),
        _pair("fee", receipt.fee),
        *_paid(receipt.paid_by),
        *(text(f"slip.{word}") for word in ("bring", "hospital", "bank")),
        *([text("slip.lost")] if receipt.reason is Reason.LOST else []),
        text("slip.hotlines"),
        text("slip.keep"),
    )


def _pair(label: str, value: TextValue) -> Text:
    return text("speech.paper.pair", label=text(f"slip.{label}"), value=value)


def _copy(mark: CopyMark) -> Iterator[Text]:
    match mark.kind:
        case CopyKind.ORIGINAL:
            return
        case CopyKind.DUPLICATE:
            yield text("slip.copy", count=mark.duplicate_number)
        case CopyKind.POSSIBLE_DUPLICATE:
            yield text("slip.possible_copy")


def _promise(receipt: Receipt) -> Iterator[Text]:
    ready, delivery = receipt.card_date, receipt.delivery
    yield _pair("card_date", ready if isinstance(ready, date) else text("slip.about", days=ready.about_days))
    if isinstance(delivery, PickUp):
        yield _pair("collect_at", delivery.office_name)
        yield from (literal(line) for line in (delivery.office_address, delivery.office_hours) if line)
    else:
        yield _pair("express_to", delivery.masked_address)


def _paid(paid: PaidBy | None) -> Iterator[Text]:
    if paid is not None:
        word = "method_code_shown" if paid.method is PaymentMethod.CODE_SHOWN else "method_payer_code"
        yield _pair("method", text(f"slip.{word}"))
        yield _pair("payment", paid.payment_number)
