"""A person who wants a new card and goes on wherever they can; devices do as they should. The backend is not here."""

from __future__ import annotations

from typing import assert_never

from kiosk.domain.language import Language
from kiosk.flow.events import CodeScanned, DocumentPresented, Event, ReceiptPrinted, Touched
from kiosk.flow.situations import (
    Applying,
    Attract,
    CheckingAnswers,
    ChoosingAddress,
    ChoosingBank,
    ChoosingCardDetails,
    ChoosingDelivery,
    ChoosingDistrict,
    ChoosingOffice,
    ChoosingPayment,
    ChoosingPurpose,
    ChoosingReason,
    ChoosingStreet,
    EnteringAddress,
    EnteringMobile,
    ExplainingLoss,
    HandingIn,
    Identifying,
    LookingUp,
    LossStopped,
    OutOfService,
    Paying,
    PaymentBeingChecked,
    PrintJob,
    ReadingNotice,
    ReportingLoss,
    ReviewingRecord,
    ScanningPayerCode,
    ShowingLinks,
    Situation,
    SubmissionDelayed,
    SubmissionRefused,
    Submitted,
    Submitting,
    TakingReceipt,
    TakingThings,
    Troubled,
)
from kiosk.flow.touches import Confirmed, KeyPressed, OptionChosen, Started, Touch
from kiosk.flow.views import Phase
from tests.faults import canary


def next_deed(situation: Situation, choice: int, office_id: str = "CY-1") -> tuple[Event, ...]:  # noqa: C901, PLR0912  the table
    """What the person does next; `choice` decides where there is a choice. Empty while they can only wait."""
    match situation:
        case Attract():
            return _touched(Started((Language.ZH, Language.EN)[choice % 2]))
        case ChoosingPurpose():
            return _options("replace")
        case (
            ReadingNotice()
            | ReviewingRecord()
            | ExplainingLoss()
            | LossStopped()
            | CheckingAnswers()
            | Submitted()
            | TakingThings()
            | ShowingLinks()
        ):
            return _touched(Confirmed())
        case Identifying():
            return (DocumentPresented(canary.DOCUMENT),)
        case ChoosingReason():
            return _options("lost", "damaged", choice=choice)
        case HandingIn():
            return _options("handed_in", "to_staff", choice=choice)
        case EnteringMobile():
            typed = _touched(*(KeyPressed(key) for key in canary.MOBILE), Confirmed())
            return typed if choice % 2 else _options("known")
        case ChoosingDelivery():
            return _options("pickup", "express", choice=choice)
        case ChoosingOffice():
            return _options(office_id)
        case ChoosingAddress():
            return _options("last", "new", choice=choice)
        case ChoosingDistrict():
            return _options("朝阳区")
        case ChoosingStreet():
            return _options("建外街道")
        case EnteringAddress():
            return _touched(*(KeyPressed(key) for key in canary.HOUSE), Confirmed())
        case ChoosingCardDetails():
            return _options("keep", "bank", choice=choice)
        case ChoosingBank():
            return _options("B1")
        case ChoosingPayment():
            return _options("scan_screen", "show_phone", choice=choice)
        case ScanningPayerCode():
            return (CodeScanned(canary.PAYER_CODE.encode()),)
        case TakingReceipt(slip=PrintJob(ref=ref, phase=Phase.WORKING)):
            return (ReceiptPrinted(ref),)
        case PaymentBeingChecked() | SubmissionDelayed() | SubmissionRefused() | TakingReceipt() | Troubled():
            return _options("finish")
        case OutOfService() | LookingUp() | ReportingLoss() | Applying() | Paying() | Submitting():
            return ()
        case _:
            assert_never(situation)


def _touched(*touches: Touch) -> tuple[Event, ...]:
    return tuple(Touched(touch) for touch in touches)


def _options(*option_ids: str, choice: int = 0) -> tuple[Event, ...]:
    return _touched(OptionChosen(option_ids[choice % len(option_ids)]))
