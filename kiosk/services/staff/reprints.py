"""A receipt of the last days again, marked as a copy with its count.

A receipt holds a masked name and the last characters of a document, so nothing of it is kept on the terminal. The
backend is asked for the slip of that number when staff want it, and counts the copies; here it is printed and dropped.
"""

from __future__ import annotations

from collections.abc import Callable

from hardware.ports import Document, NotPrinted, Printed
from kiosk.central import wire
from kiosk.central.client import CentralClient
from kiosk.central.errors import Refused, Silent
from kiosk.clock import Clock
from kiosk.domain.beijing_time import in_beijing
from kiosk.domain.language import Language
from kiosk.domain.money import Money
from kiosk.domain.receipt import CopyKind, Delivery, PaidBy, PickUp, Receipt, SentByExpress, duplicate
from kiosk.domain.staff import Role
from kiosk.domain.working_days import ToBeConfirmed
from kiosk.flow.facts import Moment, Site
from kiosk.flow.staff.effects import ReprintReceipt
from kiosk.flow.staff.events import ReceiptNotReprinted, ReceiptReprinted
from kiosk.flow.staff.facts import PastReceipt
from kiosk.i18n import Catalogue
from kiosk.journal.entries import Step, StepKind
from kiosk.journal.journal import Journal
from kiosk.services.receipts import document_of
from kiosk.services.recording import event_items
from kiosk.services.staff.history import PRINTING, RECEIPTS_KEPT, past_receipts

DEFAULT_ABOUT_DAYS = 4


class ReprintDesk:
    """Belongs to one thread."""

    def __init__(
        self,
        journal: Journal,
        client: CentralClient,
        site: Site,
        clock: Clock,
        moment: Callable[[], Moment],
        catalogue: Catalogue,
        print_now: Callable[[Document], Printed | NotPrinted],
    ) -> None:
        self._journal = journal
        self._client = client
        self._site = site
        self._clock = clock
        self._moment = moment
        self._catalogue = catalogue
        self._print_now = print_now

    def receipts(self) -> tuple[PastReceipt, ...]:
        """Raises JournalError."""
        since = self._clock.now() - RECEIPTS_KEPT
        return past_receipts(self._journal.ask(lambda store: store.steps_of(PRINTING, since)))

    def reprint(self, effect: ReprintReceipt, staff_number: int, role: Role) -> ReceiptReprinted | ReceiptNotReprinted:
        """`effect.ref` is the idempotency key: asked twice, it is the same copy. Raises JournalError."""
        request = wire.SlipCopyRequest(staff_number=staff_number, role=role)
        slip = self._client.slip_copy(f"slip-{effect.ref}", effect.number, request)
        match slip:
            case Refused():
                return ReceiptNotReprinted(effect.ref, effect.number, "not_found")
            case Silent():
                return ReceiptNotReprinted(effect.ref, effect.number, "central_silent")
            case wire.SlipCopy():
                return self._print(effect, slip)

    def _print(self, effect: ReprintReceipt, slip: wire.SlipCopy) -> ReceiptReprinted | ReceiptNotReprinted:
        """Journalled as every slip is: begun before the first byte, then what became of it."""
        language = Language(effect.language)
        document = document_of(receipt_of(slip, self._site, language), self._catalogue, language, effect.ref)
        job = ("job", effect.ref)
        begun = (("slip", "receipt"), ("copy", CopyKind.DUPLICATE.value), ("copy_number", slip.copy_number))
        self._commit(Step(StepKind.PRINT_BEGUN, effect.number, (job, *begun, ("language", language.value))))
        outcome = self._print_now(document)
        if isinstance(outcome, Printed):
            self._commit(Step(StepKind.PRINTED, effect.number, (job,)))
            return ReceiptReprinted(effect.ref, effect.number, slip.copy_number)
        facts = (job, ("problem", outcome.problem.value), ("may_have_printed", outcome.may_have_printed))
        self._commit(Step(StepKind.NOT_PRINTED, effect.number, facts))
        return ReceiptNotReprinted(effect.ref, effect.number, outcome.problem.value)

    def _commit(self, step: Step) -> None:
        self._journal.commit((step,), event_items((step,), self._moment()))


def receipt_of(slip: wire.SlipCopy, site: Site, language: Language) -> Receipt:
    application = slip.application
    if application.submitted_at is None:
        raise ValueError("a slip is of a submitted application")
    is_chinese = language is Language.ZH
    return Receipt(
        office_name=site.office_name_zh if is_chinese else site.office_name_en,
        terminal_id=site.terminal_id,
        application_number=application.application_number,
        submitted_at=in_beijing(application.submitted_at),
        reason=application.reason,
        masked_name=slip.masked_name,
        id_last_four=slip.id_last4,
        delivery=_delivery(slip, is_chinese=is_chinese),
        card_date=application.card_date or ToBeConfirmed(application.about_days or DEFAULT_ABOUT_DAYS),
        fee=Money(application.fee_fen),
        paid_by=_paid_by(slip),
        tracking_link=application.tracking_url or "",
        certificate_link=application.certificate_url or "",
        copy=duplicate(slip.copy_number),
    )


def _delivery(slip: wire.SlipCopy, *, is_chinese: bool) -> Delivery:
    office = slip.office
    if slip.masked_address is not None:
        return SentByExpress(slip.masked_address)
    if office is None:
        return PickUp(slip.application.office_id or "", "", "")
    if is_chinese:
        return PickUp(office.name_zh, office.address_zh, office.hours_zh)
    return PickUp(office.name_en, office.address_en, office.hours_en)


def _paid_by(slip: wire.SlipCopy) -> PaidBy | None:
    number = slip.application.payment_number
    return PaidBy(slip.payment_method, number) if number and slip.payment_method else None
