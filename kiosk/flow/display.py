"""`view_of`: what the screen shows for a state. One view function per situation lives in its chapter."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from kiosk.domain.money import Money
from kiosk.flow import beginning, card_details, checking, delivering, ending, identifying, old_card, paying, pending
from kiosk.flow.enrolling.chapter import view_enrolling
from kiosk.flow.enrolling.situations import AwaitingApproval, AwaitingTicket, Joined, Joining
from kiosk.flow.errands import stepping as errands_stepping
from kiosk.flow.errands.facts import Purpose
from kiosk.flow.errands.situations import ErrandSituation
from kiosk.flow.errands.situations_other import FILLING_IN_ELSEWHERE, IDENTIFYING_OTHERWISE
from kiosk.flow.facts import Moment
from kiosk.flow.machine import can_end, can_go_back
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
from kiosk.flow.staff import entrance, stepping
from kiosk.flow.staff.situations import StaffSituation
from kiosk.flow.staff.views import StaffKnock, StaffView
from kiosk.flow.terminal import Session, Terminal
from kiosk.flow.texts import Text, bilingual, text
from kiosk.flow.views import (
    Display,
    EndQuestion,
    Frame,
    HelpOverlay,
    IdleWarning,
    Line,
    Overlay,
    Picture,
    Step,
    View,
)

STEPS: tuple[tuple[type[Situation], ...], ...] = (
    (
        Identifying,
        LookingUp,
        ReviewingRecord,
        *IDENTIFYING_OTHERWISE,
    ),
    (ChoosingReason, ExplainingLoss, ReportingLoss, LossStopped, HandingIn),
    (
        EnteringMobile,
        ChoosingDelivery,
        ChoosingOffice,
        ChoosingAddress,
        ChoosingDistrict,
        ChoosingStreet,
        EnteringAddress,
        ChoosingCardDetails,
        ChoosingBank,
        *FILLING_IN_ELSEWHERE,
    ),
    (CheckingAnswers, Applying),
    (ChoosingPayment, ScanningPayerCode, Paying),
    (Submitting, SubmissionDelayed, SubmissionRefused, Submitted, TakingReceipt),
)
"""The steps that a person is told, in order."""


def view_of(terminal: Terminal, now: Moment) -> Display:
    """The complete picture of a state; pure, and defined for every state."""
    return Display(
        serial=terminal.serial,
        frame=_frame(terminal),
        view=_view(terminal, now),
        overlay=_overlay(terminal, now),
    )


def _frame(terminal: Terminal) -> Frame:
    zh, en = _office_name(terminal)
    office = bilingual(zh=zh, en=en)
    wishes = terminal.preferences
    frame = Frame(
        language=wishes.language,
        size=wishes.size,
        theme=wishes.theme,
        is_low_reach=wishes.is_low_reach,
        focus=terminal.focus,
        speech=wishes.speech,
        has_headset=terminal.conditions.is_headset_in,
        is_elder=wishes.is_elder,
        has_help=False,
        office_name=office,
    )
    if terminal.session is None:
        return replace(frame, can_go_back=stepping.can_go_back(terminal))
    return replace(
        frame,
        has_help=True,
        step=_step_of(terminal.situation) if terminal.session.purpose is Purpose.REPLACE else None,
        can_go_back=can_go_back(terminal),
        can_end=can_end(terminal),
        notice=_notice(terminal),
    )


def _office_name(terminal: Terminal) -> tuple[str, str]:
    pushed = terminal.reference.conduct.office_name if terminal.reference is not None else None
    return pushed or (terminal.site.office_name_zh, terminal.site.office_name_en)


def _notice(terminal: Terminal) -> Text | None:
    if terminal.staff.is_waiting and entrance.knock_of(terminal) is None:
        return text("notice.staff_waiting")
    return None if terminal.conditions.is_central_reachable else text("notice.central_slow")


def _step_of(situation: Situation) -> Step | None:
    for number, members in enumerate(STEPS, start=1):
        if isinstance(situation, members):
            return Step(number, len(STEPS))
    return None


def _overlay(terminal: Terminal, now: Moment) -> Overlay | StaffKnock | None:
    session, timeouts = terminal.session, terminal.timeouts
    if session is None:
        return None
    if session.warned_at_s is not None:
        return IdleWarning(max(0, round(session.warned_at_s + timeouts.warning_s - now.mono_s)))
    knock = entrance.knock_of(terminal)
    if knock is not None:
        return knock
    if session.is_end_asked:
        return EndQuestion(_consequence(session))
    if session.is_help_open:
        return _help(terminal, session)
    return None


def _consequence(session: Session) -> Text:
    answers = session.answers
    application = answers.application
    if application is not None and application.submitted_at is None and answers.payment is None and application.fee_fen:
        return text("end.consequence.unpaid", fee=Money(application.fee_fen))
    return text("end.consequence.loss_stays" if answers.loss is not None else "end.consequence.nothing")


def _help(terminal: Terminal, session: Session) -> HelpOverlay:
    chapter = _step_of(terminal.situation)
    key = f"help.step{chapter.number}" if chapter else "help.general"
    hotlines = "  ".join(session.reference.hotlines)
    return HelpOverlay(
        title=text("help.title"),
        lines=(
            Line(text(key), Picture.HELP),
            Line(text("help.staff_called" if session.is_staff_called else "help.staff"), Picture.STAFF),
        ),
        hotline=text("help.hotline", numbers=hotlines),
        is_staff_called=session.is_staff_called,
        speech=terminal.preferences.speech if terminal.conditions.device("speaker").is_online else None,
    )


def _view(terminal: Terminal, now: Moment) -> View | StaffView:  # noqa: C901, PLR0912, PLR0915  one line per situation
    situation = terminal.situation
    if isinstance(situation, StaffSituation):
        return stepping.view_staff(terminal, situation, now)
    if isinstance(situation, ErrandSituation):
        return errands_stepping.view_errand(terminal, situation, now)
    match situation:
        case Attract():
            if terminal.reference is None:
                return beginning.view_out_of_service(terminal, OutOfService("starting"))
            return beginning.view_attract(terminal, terminal.reference, now)
        case OutOfService():
            return beginning.view_out_of_service(terminal, situation)
        case ChoosingPurpose():
            return beginning.view_choosing_purpose(terminal)
        case ShowingLinks():
            return beginning.view_showing_links(terminal)
        case ReadingNotice():
            return beginning.view_reading_notice(terminal, now)
        case Identifying():
            return identifying.view_identifying(terminal, situation)
        case LookingUp():
            return identifying.view_looking_up()
        case ReviewingRecord():
            return identifying.view_reviewing_record(terminal)
        case ChoosingReason():
            return old_card.view_choosing_reason(terminal)
        case ExplainingLoss():
            return old_card.view_explaining_loss(terminal, now)
        case ReportingLoss():
            return old_card.view_reporting_loss()
        case LossStopped():
            return old_card.view_loss_stopped(terminal)
        case HandingIn():
            return old_card.view_handing_in(terminal, situation)
        case EnteringMobile():
            return delivering.view_entering_mobile(terminal, situation)
        case ChoosingDelivery():
            return delivering.view_choosing_delivery(terminal, now)
        case ChoosingOffice():
            return delivering.view_choosing_office(terminal, situation)
        case ChoosingAddress():
            return delivering.view_choosing_address(terminal)
        case ChoosingDistrict():
            return delivering.view_choosing_district(terminal, situation)
        case ChoosingStreet():
            return delivering.view_choosing_street(terminal, situation)
        case EnteringAddress():
            return delivering.view_entering_address(terminal, situation)
        case ChoosingCardDetails():
            return card_details.view_choosing_card_details(terminal)
        case ChoosingBank():
            return card_details.view_choosing_bank(terminal, situation)
        case CheckingAnswers():
            return checking.view_checking_answers(terminal, now)
        case Applying():
            return checking.view_applying()
        case ChoosingPayment():
            return paying.view_choosing_payment(terminal, situation)
        case ScanningPayerCode():
            return paying.view_scanning_payer_code(terminal, situation)
        case Paying():
            return paying.view_paying(terminal, situation, now)
        case PaymentBeingChecked():
            return pending.view_payment_being_checked(situation)
        case Submitting():
            return pending.view_submitting(terminal)
        case SubmissionDelayed():
            return pending.view_submission_delayed(terminal, situation)
        case SubmissionRefused():
            return pending.view_submission_refused(terminal, situation)
        case Submitted():
            return ending.view_submitted(terminal, now)
        case TakingReceipt():
            return ending.view_taking_receipt(terminal, situation, now)
        case TakingThings():
            return ending.view_taking_things(terminal, situation, now)
        case Troubled():
            return ending.view_troubled(situation)
        case AwaitingTicket() | Joining() | AwaitingApproval() | Joined():
            return view_enrolling(situation)
        case _:
            assert_never(situation)
