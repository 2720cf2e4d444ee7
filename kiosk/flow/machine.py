"""`step`: the whole behaviour of the terminal as one function from data to data."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from kiosk.flow import (
    beginning,
    card_details,
    checking,
    delivering,
    ending,
    identifying,
    old_card,
    paying,
    pending,
    quiet,
)
from kiosk.flow.effects import Activity, CallStaff, TidyJournal
from kiosk.flow.enrolling.chapter import on_enrolling
from kiosk.flow.enrolling.situations import AwaitingApproval, AwaitingTicket, Joined, Joining
from kiosk.flow.errands import stepping as errands_stepping
from kiosk.flow.errands.handoff import left_behind
from kiosk.flow.errands.situations import ERRANDS_WITHOUT_BACK, ErrandSituation
from kiosk.flow.errands.situations_other import IdentifyingAgent, ScanningECard, ScanningResumeCode
from kiosk.flow.events import (
    CentralChanged,
    CentralSilent,
    CodeScanned,
    DeviceChanged,
    DocumentPresented,
    Event,
    Failed,
    HeadsetChanged,
    OldCardInserted,
    OldCardTakenOut,
    ReferenceArrived,
    Ticked,
    Touched,
)
from kiosk.flow.facts import Moment
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
    SubmissionDelayed,
    SubmissionRefused,
    Submitted,
    Submitting,
    TakingReceipt,
    TakingThings,
    Troubled,
)
from kiosk.flow.staff import entrance, stepping
from kiosk.flow.staff.events import ServiceChanged
from kiosk.flow.staff.situations import DeviceInTest, StaffSituation
from kiosk.flow.terminal import (
    Preferences,
    Result,
    Session,
    Terminal,
    back,
    default_preferences,
    fail,
    finish,
)
from kiosk.flow.timeouts import WAITING_FOR_CENTRAL, WITH_A_SLIP, forget_preferences_s, may_idle, tidy_due_s
from kiosk.flow.touches import (
    BackTouched,
    EndConfirmed,
    EndDeclined,
    EndTouched,
    HelpClosed,
    HelpTouched,
    LanguageChosen,
    LowReachChosen,
    RateChosen,
    ScreenTouched,
    SizeChosen,
    SpeechPaused,
    SpeechRepeated,
    SpeechSwitched,
    StaffCalled,
    StillHere,
    ThemeChosen,
    Touch,
    VolumeChosen,
)
from kiosk.flow.views import RATES_PERCENT, VOLUMES_DB, SpeechWishes


def step(terminal: Terminal, event: Event, now: Moment) -> Result:
    """One event: the new state and what it wants done. Never raises for anything a person or a device can do."""
    after, effects = _stepped(terminal, event, now)
    opened, more = entrance.settled(after, now)
    free, grants = quiet.granted(opened, now)
    return _attended(terminal, free, now), (*effects, *more, *grants)


def _stepped(terminal: Terminal, event: Event, now: Moment) -> Result:
    informed = entrance.seen(quiet.heard(_informed(_present(terminal, event, now), event), event), event, now)
    if isinstance(event, Failed):
        return fail(informed, now, event.part)
    if isinstance(event, Touched):
        framed = _frame_touch(informed, event.touch, now)
        if framed is not None:
            return framed
    changed = quiet.changed_service(informed, event)
    if changed is not None:
        return changed
    staffed = entrance.on_event(informed, event, now)
    if staffed is not None:
        return staffed
    if isinstance(event, Ticked) and not isinstance(informed.situation, StaffSituation):
        idled = _idle(informed, now)
        if idled is not None:
            return idled
    return _in_situation(informed, event, now)


def activities_of(terminal: Terminal) -> frozenset[Activity]:
    """What the devices should be doing now."""
    match terminal.situation:
        case Identifying() | IdentifyingAgent():
            return frozenset({Activity.READ_DOCUMENT})
        case HandingIn():
            return frozenset({Activity.READ_CARD})
        case ScanningPayerCode() | AwaitingTicket() | ScanningECard() | ScanningResumeCode():
            return frozenset({Activity.SCAN_CODE})
        case DeviceInTest() as testing if testing.is_scanning:
            return frozenset({Activity.SCAN_CODE})
        case _:
            return frozenset()


# --- what every situation shares -------------------------------------------------------------------------------------


def _present(terminal: Terminal, event: Event, now: Moment) -> Terminal:
    """Only what a person does counts as presence; a device that talks by itself does not."""
    session = terminal.session
    if session is None or not isinstance(
        event, (Touched, DocumentPresented, OldCardInserted, OldCardTakenOut, CodeScanned, HeadsetChanged)
    ):
        return terminal
    return replace(terminal, session=replace(session, present_at_s=now.mono_s, warned_at_s=None))


def _attended(before: Terminal, after: Terminal, now: Moment) -> Terminal:
    """Absence is counted from the end of a wait that was not the person's, and anew for a picture that came by itself:
    nobody touches a screen that works.
    """
    session = after.session
    is_new = after.serial != before.serial or (not may_idle(before) and may_idle(after))
    if session is None or before.session is None or not is_new:
        return after
    return replace(after, session=replace(session, present_at_s=now.mono_s, warned_at_s=None))


def _informed(terminal: Terminal, event: Event) -> Terminal:
    conditions = terminal.conditions
    match event:
        case DeviceChanged(name, facts):
            conditions = replace(conditions, devices=conditions.with_device(name, facts))
        case CentralChanged(is_reachable, are_payments_open, clock_skew_s):
            conditions = replace(
                conditions,
                is_central_reachable=is_reachable,
                are_payments_open=are_payments_open,
                clock_skew_s=clock_skew_s,
            )
        case OldCardInserted():
            conditions = replace(conditions, is_card_in_reader=True)
        case OldCardTakenOut():
            conditions = replace(conditions, is_card_in_reader=False)
        case HeadsetChanged(is_in):
            return _headset_changed(terminal, is_in=is_in)
        case ServiceChanged(service):
            return replace(terminal, service=service)
        case ReferenceArrived(reference):
            takes_payments = reference.conduct.takes_payments
            conditions = replace(conditions, takes_payments=takes_payments)
            return _with_defaults(replace(terminal, reference=reference, conditions=conditions), terminal)
        case _:
            return terminal
    return replace(terminal, conditions=conditions)


def _with_defaults(terminal: Terminal, before: Terminal) -> Terminal:
    """A screen that nobody changed follows the defaults of the newest service."""
    if terminal.session is not None:
        return terminal
    fresh = terminal.serial + (_bundle(terminal) != _bundle(before))  # its texts may differ: the page is drawn anew
    is_untouched = before.preferences == default_preferences(before)
    preferences = default_preferences(terminal) if is_untouched else terminal.preferences
    return replace(terminal, preferences=preferences, serial=fresh)


def _bundle(terminal: Terminal) -> str:
    return terminal.reference.conduct.bundle if terminal.reference is not None else ""


def _headset_changed(terminal: Terminal, *, is_in: bool) -> Terminal:
    """A headset begins speech and its absence ends it; in elder mode the loudspeaker goes on, without private data."""
    wishes = terminal.preferences
    speech = replace(wishes.speech, is_on=is_in or wishes.is_elder, is_paused=False)
    return replace(
        terminal,
        conditions=replace(terminal.conditions, is_headset_in=is_in),
        preferences=replace(wishes, speech=speech),
    )


def _frame_touch(terminal: Terminal, touch: Touch, now: Moment) -> Result | None:
    """Touches on the frame and its overlays; None for those that belong to the situation."""
    preferences = _preferred(terminal.preferences, touch)
    if preferences is not None:
        return replace(terminal, preferences=preferences, touched_at_s=now.mono_s), ()
    if isinstance(touch, SpeechRepeated):
        focus = replace(terminal.focus, page_asked=terminal.focus.page_asked + 1)
        return replace(terminal, focus=focus), ()
    session = terminal.session
    if session is None:
        return None
    opened = _with_overlay(session, touch)
    if opened is not None:
        return replace(terminal, session=opened), ()
    match touch:
        case BackTouched() if can_go_back(terminal):
            before, effects = back(terminal, now)
            return before, (*effects, *left_behind(terminal))
        case EndTouched() if can_end(terminal):
            return replace(terminal, session=replace(session, is_end_asked=True)), ()
        case EndConfirmed() if can_end(terminal):
            return _end(terminal, now, f"ended:{type(terminal.situation).__name__}")
        case StaffCalled() if session.is_staff_called:  # somebody is on the way already
            return terminal, ()
        case StaffCalled():
            called = replace(terminal, session=replace(session, is_staff_called=True))
            return called, (CallStaff(type(terminal.situation).__name__),)
        case BackTouched() | EndTouched() | EndConfirmed():
            return terminal, ()
        case _:
            return None


def _preferred(preferences: Preferences, touch: Touch) -> Preferences | None:
    match touch:
        case LanguageChosen(language):
            return replace(preferences, language=language)
        case SizeChosen(size):
            return replace(preferences, size=size)
        case ThemeChosen(theme):
            return replace(preferences, theme=theme)
        case LowReachChosen(is_low_reach):
            return replace(preferences, is_low_reach=is_low_reach)
        case SpeechSwitched() | SpeechPaused() | RateChosen() | VolumeChosen():
            return replace(preferences, speech=_heard(preferences.speech, touch))
        case _:
            return None


def _heard(speech: SpeechWishes, touch: SpeechSwitched | SpeechPaused | RateChosen | VolumeChosen) -> SpeechWishes:
    match touch:
        case SpeechSwitched(is_on):
            return replace(speech, is_on=is_on, is_paused=False)
        case SpeechPaused(is_paused):
            return replace(speech, is_paused=is_paused)
        case RateChosen(rate_percent):
            return replace(speech, rate_percent=_within(RATES_PERCENT, rate_percent))
        case VolumeChosen(volume_db):
            return replace(speech, volume_db=_within(VOLUMES_DB, volume_db))


def _within(steps: tuple[int, ...], wanted: int) -> int:
    return min(steps, key=lambda step: abs(step - wanted))


def _with_overlay(session: Session, touch: Touch) -> Session | None:
    match touch:
        case HelpTouched():
            return replace(session, is_help_open=True)
        case HelpClosed():
            return replace(session, is_help_open=False)
        case EndDeclined():
            return replace(session, is_end_asked=False)
        case StillHere() | ScreenTouched():
            return session
        case _:
            return None


def can_go_back(terminal: Terminal) -> bool:
    session = terminal.session
    if session is None or not session.history:
        return False
    no_back = (Paying, Submitted, TakingThings, Troubled, *WITH_A_SLIP, *ERRANDS_WITHOUT_BACK)
    return not isinstance(terminal.situation, (*no_back, *WAITING_FOR_CENTRAL))


def can_end(terminal: Terminal) -> bool:
    """Not while money or the application is on its way; the pages of what is open have an end of their own."""
    return terminal.session is not None and not isinstance(
        terminal.situation,
        (Paying, Submitting, Applying, TakingThings, PaymentBeingChecked, SubmissionDelayed, SubmissionRefused),
    )


def _idle(terminal: Terminal, now: Moment) -> Result | None:
    """Absence: first a warning, then the session is wiped."""
    session, timeouts = terminal.session, terminal.timeouts
    if session is None:
        return _forget_preferences(terminal, now) or _tidy(terminal, now)
    if isinstance(terminal.situation, WAITING_FOR_CENTRAL):
        return _answer_overdue(terminal, now)
    if not may_idle(terminal):
        return None
    if session.warned_at_s is not None:
        if now.mono_s >= session.warned_at_s + timeouts.warning_s:
            return _end(terminal, now, f"idle:{type(terminal.situation).__name__}")
        return None  # what waits below the warning goes on
    if now.mono_s >= session.present_at_s + timeouts.idle_s:
        return replace(terminal, session=replace(session, warned_at_s=now.mono_s)), ()
    return None


def _end(terminal: Terminal, now: Moment, outcome: str) -> Result:
    """Wipe; a card that is still in the reader is asked for before anybody else may begin."""
    session = terminal.session
    if session is None or not terminal.conditions.is_card_in_reader:
        return finish(terminal, now, outcome)
    wiped = session.without_answers()
    return ending.leave(replace(terminal, session=wiped, situation=Attract()), now, outcome)


def _forget_preferences(terminal: Terminal, now: Moment) -> Result | None:
    """Somebody changed the language of the attract screen and went away."""
    defaults = default_preferences(terminal)
    if terminal.preferences != defaults and now.mono_s >= terminal.touched_at_s + forget_preferences_s(terminal):
        return replace(terminal, preferences=defaults), ()
    return None


def _tidy(terminal: Terminal, now: Moment) -> Result | None:
    due_s = tidy_due_s(terminal)
    if due_s is None or now.mono_s < due_s:
        return None
    return replace(terminal, tidied_at_s=now.mono_s), (TidyJournal(),)


def _answer_overdue(terminal: Terminal, now: Moment) -> Result | None:
    situation = terminal.situation
    if not isinstance(situation, WAITING_FOR_CENTRAL):
        return None
    if now.mono_s < terminal.entered_at_s + terminal.timeouts.answer_s:
        return terminal, ()
    return _in_situation(terminal, CentralSilent(situation.ref), now)


# --- one line per situation ------------------------------------------------------------------------------------------


def _in_situation(terminal: Terminal, event: Event, now: Moment) -> Result:  # noqa: C901, PLR0912, PLR0915  the table
    situation = terminal.situation
    if isinstance(situation, StaffSituation):
        return stepping.on_staff(terminal, situation, event, now)
    if isinstance(situation, ErrandSituation):
        return errands_stepping.on_errand(terminal, situation, event, now)
    match situation:
        case Attract():
            return beginning.on_attract(terminal, event, now)
        case OutOfService():
            return beginning.on_out_of_service(terminal, situation, event, now)
        case ChoosingPurpose():
            return beginning.on_choosing_purpose(terminal, event, now)
        case ShowingLinks():
            return beginning.on_showing_links(terminal, event, now)
        case ReadingNotice():
            return beginning.on_reading_notice(terminal, event, now)
        case Identifying():
            return identifying.on_identifying(terminal, situation, event, now)
        case LookingUp():
            return identifying.on_looking_up(terminal, situation, event, now)
        case ReviewingRecord():
            return identifying.on_reviewing_record(terminal, event, now)
        case ChoosingReason():
            return old_card.on_choosing_reason(terminal, event, now)
        case ExplainingLoss():
            return old_card.on_explaining_loss(terminal, event, now)
        case ReportingLoss():
            return old_card.on_reporting_loss(terminal, situation, event, now)
        case LossStopped():
            return old_card.on_loss_stopped(terminal, event, now)
        case HandingIn():
            return old_card.on_handing_in(terminal, situation, event, now)
        case EnteringMobile():
            return delivering.on_entering_mobile(terminal, situation, event, now)
        case ChoosingDelivery():
            return delivering.on_choosing_delivery(terminal, event, now)
        case ChoosingOffice():
            return delivering.on_choosing_office(terminal, situation, event, now)
        case ChoosingAddress():
            return delivering.on_choosing_address(terminal, event, now)
        case ChoosingDistrict():
            return delivering.on_choosing_district(terminal, situation, event, now)
        case ChoosingStreet():
            return delivering.on_choosing_street(terminal, situation, event, now)
        case EnteringAddress():
            return delivering.on_entering_address(terminal, situation, event, now)
        case ChoosingCardDetails():
            return card_details.on_choosing_card_details(terminal, event, now)
        case ChoosingBank():
            return card_details.on_choosing_bank(terminal, situation, event, now)
        case CheckingAnswers():
            return checking.on_checking_answers(terminal, event, now)
        case Applying():
            return checking.on_applying(terminal, situation, event, now)
        case ChoosingPayment():
            return paying.on_choosing_payment(terminal, event, now)
        case ScanningPayerCode():
            return paying.on_scanning_payer_code(terminal, situation, event, now)
        case Paying():
            return paying.on_paying(terminal, situation, event, now)
        case PaymentBeingChecked():
            return pending.on_payment_being_checked(terminal, situation, event, now)
        case Submitting():
            return pending.on_submitting(terminal, situation, event, now)
        case SubmissionDelayed():
            return pending.on_submission_delayed(terminal, situation, event, now)
        case SubmissionRefused():
            return pending.on_submission_refused(terminal, situation, event, now)
        case Submitted():
            return ending.on_submitted(terminal, event, now)
        case TakingReceipt():
            return ending.on_taking_receipt(terminal, situation, event, now)
        case TakingThings():
            return ending.on_taking_things(terminal, situation, event, now)
        case Troubled():
            return ending.on_troubled(terminal, situation, event, now)
        case AwaitingTicket() | Joining() | AwaitingApproval() | Joined():
            return on_enrolling(terminal, situation, event, now)
        case _:
            assert_never(situation)
