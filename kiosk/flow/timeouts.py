"""When the flow wants to be woken, and how long each situation may last without a person."""

from __future__ import annotations

from kiosk.flow.errands.situations import ERRANDS_WAITING, ERRANDS_WITH_A_SLIP
from kiosk.flow.errands.situations_other import OTHER_READING, OTHER_WITHOUT_ABSENCE
from kiosk.flow.facts import Moment
from kiosk.flow.situations import (
    Applying,
    Attract,
    HandingIn,
    Identifying,
    LookingUp,
    OutOfService,
    Paying,
    PaymentBeingChecked,
    ReportingLoss,
    SubmissionDelayed,
    SubmissionRefused,
    Submitting,
    TakingReceipt,
    TakingThings,
)
from kiosk.flow.staff.situations import StaffSituation
from kiosk.flow.terminal import Preferences, Terminal
from kiosk.flow.views import Phase

WAITING_FOR_CENTRAL = (LookingUp, ReportingLoss, Applying, Submitting, *ERRANDS_WAITING)
WITH_A_SLIP = (TakingReceipt, PaymentBeingChecked, SubmissionDelayed, SubmissionRefused, *ERRANDS_WITH_A_SLIP)
TICK_S = 1.0
FORGET_PREFERENCES_S = 60.0
TIDY_AFTER_S = 300.0
TIDY_EVERY_S = 3600.0


def may_idle(terminal: Terminal) -> bool:
    """True where absence counts: not while a card is read, a payment is open, an answer is awaited or paper moves."""
    situation = terminal.situation
    if isinstance(situation, (HandingIn, Identifying, *OTHER_READING)):
        return situation.phase is not Phase.WORKING
    if isinstance(situation, WITH_A_SLIP):
        return situation.slip.phase is not Phase.WORKING
    on_its_own = (Attract, OutOfService, Paying, TakingThings, *WAITING_FOR_CENTRAL, *OTHER_WITHOUT_ABSENCE)
    return not isinstance(situation, on_its_own)


def forget_preferences_s(terminal: Terminal) -> float:
    """How long the attract screen keeps what somebody chose; whoever listens to it is not hurried."""
    return terminal.timeouts.idle_s if terminal.preferences.speech.is_on else FORGET_PREFERENCES_S


def tidy_due_s(terminal: Terminal) -> float | None:
    """When the journal may be tidied: after some minutes without anybody, and not too often."""
    if not isinstance(terminal.situation, Attract):
        return None
    quiet_s = max(terminal.entered_at_s, terminal.touched_at_s) + TIDY_AFTER_S
    return quiet_s if terminal.tidied_at_s is None else max(quiet_s, terminal.tidied_at_s + TIDY_EVERY_S)


def next_wake_s(terminal: Terminal, now: Moment) -> float | None:
    """Monotonic second at which the flow wants `Ticked`; None: not before something happens."""
    session, timeouts, situation = terminal.session, terminal.timeouts, terminal.situation
    if isinstance(situation, StaffSituation):
        return now.mono_s + TICK_S
    if session is None:
        has_wishes = terminal.preferences != Preferences()
        return terminal.touched_at_s + forget_preferences_s(terminal) if has_wishes else tidy_due_s(terminal)
    if session.warned_at_s is not None or isinstance(situation, (Paying, PaymentBeingChecked, TakingThings)):
        return now.mono_s + TICK_S
    if isinstance(situation, WAITING_FOR_CENTRAL):
        return terminal.entered_at_s + timeouts.answer_s
    if may_idle(terminal):
        return session.present_at_s + timeouts.idle_s
    return now.mono_s + TICK_S
