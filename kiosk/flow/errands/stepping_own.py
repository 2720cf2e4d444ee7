"""What a person does for themselves: one line per situation."""

from __future__ import annotations

from typing import assert_never

from kiosk.flow import old_card
from kiosk.flow.errands import guidance, handing_in, loss_only, reprinting, tracking
from kiosk.flow.errands.situations_own import (
    AskingForCertificate,
    AskingToCancel,
    Cancelled,
    Cancelling,
    CardHandedIn,
    ChoosingApplication,
    ChoosingCollectionOffice,
    ChoosingCollector,
    ChoosingErrand,
    ChoosingMore,
    ExplainingLossOnly,
    LossOnlyStopped,
    OwnSituation,
    ReadingGuide,
    ReadingProgress,
    ReportingLossOnly,
    Resuming,
    ReviewingCertificate,
    SendingHandIn,
    ShowingCollectionOffice,
    ShowingPapers,
    ShowingProgress,
    TakingCertificate,
    TakingLossSlip,
)
from kiosk.flow.events import Event
from kiosk.flow.facts import Moment
from kiosk.flow.terminal import Result, Terminal
from kiosk.flow.views import View


def on_own(terminal: Terminal, situation: OwnSituation, event: Event, now: Moment) -> Result:  # noqa: C901, PLR0912
    match situation:
        case ChoosingMore():
            return guidance.on_choosing_more(terminal, event, now)
        case ReadingProgress():
            return tracking.on_reading_progress(terminal, situation, event, now)
        case ChoosingApplication():
            return tracking.on_choosing_application(terminal, situation, event, now)
        case ShowingProgress():
            return tracking.on_showing_progress(terminal, situation, event, now)
        case ChoosingErrand():
            return tracking.on_choosing_errand(terminal, situation, event, now)
        case Resuming():
            return tracking.on_resuming(terminal, situation, event, now)
        case AskingToCancel():
            return tracking.on_asking_to_cancel(terminal, situation, event, now)
        case Cancelling():
            return tracking.on_cancelling(terminal, situation, event, now)
        case Cancelled():
            return tracking.on_cancelled(terminal, event, now)
        case SendingHandIn():
            return handing_in.on_sending_hand_in(terminal, situation, event, now)
        case CardHandedIn():
            return handing_in.on_card_handed_in(terminal, event, now)
        case ReviewingCertificate():
            return reprinting.on_reviewing_certificate(terminal, situation, event, now)
        case AskingForCertificate():
            return reprinting.on_asking_for_certificate(terminal, situation, event, now)
        case TakingCertificate():
            return reprinting.on_taking_certificate(terminal, situation, event, now)
        case ExplainingLossOnly():
            return loss_only.on_explaining_loss_only(terminal, event, now)
        case ReportingLossOnly():
            return loss_only.on_reporting_loss_only(terminal, situation, event, now)
        case LossOnlyStopped():
            return loss_only.on_loss_only_stopped(terminal, event, now)
        case TakingLossSlip():
            return loss_only.on_taking_loss_slip(terminal, situation, event, now)
        case ReadingGuide():
            return guidance.on_reading_guide(terminal, situation, event, now)
        case ChoosingCollector():
            return guidance.on_choosing_collector(terminal, situation, event, now)
        case ShowingPapers():
            return guidance.on_showing_papers(terminal, situation, event, now)
        case ChoosingCollectionOffice():
            return guidance.on_choosing_collection_office(terminal, situation, event, now)
        case ShowingCollectionOffice():
            return guidance.on_showing_collection_office(terminal, event, now)
        case _:
            assert_never(situation)


def view_own(terminal: Terminal, situation: OwnSituation, now: Moment) -> View:  # noqa: C901, PLR0912
    match situation:
        case ChoosingMore():
            return guidance.view_choosing_more(terminal, now)
        case ReadingProgress():
            return tracking.view_reading_progress()
        case ChoosingApplication():
            return tracking.view_choosing_application(terminal, situation)
        case ShowingProgress():
            return tracking.view_showing_progress(terminal, situation)
        case ChoosingErrand():
            return tracking.view_choosing_errand(terminal, situation)
        case Resuming():
            return tracking.view_resuming()
        case AskingToCancel():
            return tracking.view_asking_to_cancel(terminal, situation)
        case Cancelling():
            return tracking.view_cancelling()
        case Cancelled():
            return tracking.view_cancelled(terminal, situation)
        case SendingHandIn():
            return handing_in.view_sending_hand_in()
        case CardHandedIn():
            return handing_in.view_card_handed_in(terminal, situation)
        case ReviewingCertificate():
            return reprinting.view_reviewing_certificate(terminal, situation)
        case AskingForCertificate():
            return reprinting.view_asking_for_certificate()
        case TakingCertificate():
            return reprinting.view_taking_certificate(situation)
        case ExplainingLossOnly():
            return loss_only.view_explaining_loss_only(terminal, now)
        case ReportingLossOnly():
            return old_card.view_reporting_loss()
        case LossOnlyStopped():
            return loss_only.view_loss_only_stopped(terminal, situation)
        case TakingLossSlip():
            return loss_only.view_taking_loss_slip(terminal, situation)
        case ReadingGuide():
            return guidance.view_reading_guide()
        case ChoosingCollector():
            return guidance.view_choosing_collector()
        case ShowingPapers():
            return guidance.view_showing_papers(situation)
        case ChoosingCollectionOffice():
            return guidance.view_choosing_collection_office(terminal, situation)
        case ShowingCollectionOffice():
            return guidance.view_showing_collection_office(situation)
        case _:
            assert_never(situation)
