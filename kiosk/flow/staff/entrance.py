"""Coming in and going out: the card, waiting for a citizen, the PIN, the end of staff mode."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.staff import PIN_LENGTH
from kiosk.flow import ending
from kiosk.flow.events import Event, Ticked, Touched
from kiosk.flow.facts import Moment
from kiosk.flow.fitness import missing_to_charge
from kiosk.flow.quiet import REMOTE
from kiosk.flow.situations import (
    Applying,
    Attract,
    LookingUp,
    OutOfService,
    Paying,
    PaymentBeingChecked,
    ReportingLoss,
    Situation,
    SubmissionDelayed,
    SubmissionRefused,
    Submitted,
    Submitting,
    TakingReceipt,
    TakingThings,
)
from kiosk.flow.staff.effects import CheckPin, GatherOverview
from kiosk.flow.staff.events import (
    PinAccepted,
    PinLocked,
    PinRefused,
    StaffCardPresented,
    StaffCardRefused,
    StaffCardRemoved,
    StaffOverviewArrived,
)
from kiosk.flow.staff.facts import AuditPhase, AuditWord, Disposition, HoursException, StaffCard, Verdict
from kiosk.flow.staff.moves import ANSWER_LIMIT_S, enter, recorded, shuffled
from kiosk.flow.staff.situations import (
    ChoosingTest,
    DeviceInTest,
    StaffCardAwaited,
    StaffCardNotAccepted,
    StaffHome,
    StaffSituation,
    StaffUnlocking,
)
from kiosk.flow.staff.views import StaffKnock, StaffPageView, StaffPinView
from kiosk.flow.staff.visit import IDLE_S, LONGEST_S, UNLOCK_S, StaffVisit
from kiosk.flow.terminal import Beneath, Result, Terminal
from kiosk.flow.texts import text
from kiosk.flow.touches import Confirmed, KeyPressed, OptionChosen
from kiosk.flow.views import Line, Option, Phase, Picture, SpeechWishes

NOT_TO_BE_CUT = (
    Applying,
    LookingUp,
    Paying,
    PaymentBeingChecked,
    ReportingLoss,
    SubmissionDelayed,
    SubmissionRefused,
    Submitted,
    Submitting,
    TakingThings,
)
"""Situations of a citizen in which staff wait: money or an answer is on its way, or the receipt is still to come."""

CLOSED_BY = frozenset({REMOTE, "by_staff", "hours"})
"""Words for a terminal that somebody closed, and that opens again by itself when they open it."""

CARD_BACK_S = 30.0
REFUSED_S = 20.0
OVERVIEW_EVERY_S = 10.0
DIGITS = "0123456789"


# --- at any moment ---------------------------------------------------------------------------------------------------


def seen(terminal: Terminal, event: Event, now: Moment) -> Terminal:
    """A touch on a staff page says that staff are there."""
    if not isinstance(event, Touched) or not isinstance(terminal.situation, StaffSituation):
        return terminal
    return replace(terminal, staff=replace(terminal.staff, present_at_s=now.mono_s))


def on_event(terminal: Terminal, event: Event, now: Moment) -> Result | None:
    """What concerns staff wherever the terminal stands; None: the situation hears it."""
    match event:
        case StaffCardPresented(card, tries_left, locked_s):
            return _card_presented(terminal, card, tries_left, locked_s, now)
        case StaffCardRefused(problem):
            return _card_refused(terminal, problem.value, now)
        case StaffCardRemoved():
            return _card_removed(terminal, now)
        case StaffOverviewArrived(overview):
            return replace(terminal, staff=replace(terminal.staff, overview=overview)), ()
        case Touched(OptionChosen(option_id)) if knock_of(terminal) is not None:
            return _knock_answered(terminal, option_id, now)
        case Ticked() if isinstance(terminal.situation, StaffSituation):
            return _passed(terminal, now)
        case _:
            return None


def settled(terminal: Terminal, now: Moment) -> Result:
    """What follows from the state alone: the terminal opens for staff, opens and closes for citizens."""
    opened, effects = _opened(terminal, now)
    return _gated(opened, now), effects


def _opened(terminal: Terminal, now: Moment) -> Result:
    """Nobody is served: who waits with a card is asked for the PIN, or has given it already."""
    situation = terminal.situation
    if not terminal.staff.is_waiting or terminal.session is not None or isinstance(situation, StaffSituation):
        return terminal, ()
    beneath = terminal.beneath or Beneath(situation, None, terminal.preferences)
    wishes = replace(terminal.preferences, speech=SpeechWishes())  # nobody around hears what staff read
    below = replace(terminal, beneath=beneath, preferences=wishes, staff=replace(terminal.staff, is_patient=False))
    if terminal.staff.is_unlocked:
        return enter(below, StaffHome(), now, GatherOverview())
    return enter(below, StaffUnlocking(shuffled(DIGITS, now.fresh_id)), now)


def _gated(terminal: Terminal, now: Moment) -> Terminal:
    """Attract and OutOfService by what staff decided; everything else is left alone."""
    closed = closed_by(terminal, now)
    situation = terminal.situation
    if isinstance(situation, Attract) and closed:
        return _turned_to(terminal, OutOfService(closed), now)
    if isinstance(situation, OutOfService) and situation.part in CLOSED_BY and situation.part != closed:
        return _turned_to(terminal, OutOfService(closed) if closed else Attract(), now)
    return terminal


def _turned_to(terminal: Terminal, situation: Situation, now: Moment) -> Terminal:
    return replace(terminal, situation=situation, serial=terminal.serial + 1, entered_at_s=now.mono_s)


def closed_by(terminal: Terminal, now: Moment) -> str:
    """`remote` (the operator's word goes first), `by_staff`, `hours`, or empty when citizens are served."""
    service = terminal.service
    if terminal.is_closed_remotely:
        return REMOTE
    if not service.is_in_service:
        return "by_staff"
    if service.exception_day != now.wall.date():
        return ""
    minute = now.wall.hour * 60 + now.wall.minute
    is_shorter = service.exception is HoursException.SHORTER and minute >= service.closes_minute
    return "hours" if is_shorter or service.exception is HoursException.CLOSED else ""


# --- the card --------------------------------------------------------------------------------------------------------


def _card_presented(terminal: Terminal, card: StaffCard, tries_left: int, locked_s: float, now: Moment) -> Result:
    staff = terminal.staff
    if staff.is_unlocked and staff.card == card:  # it was out for a test of the reader
        back = replace(terminal, staff=replace(staff, is_card_in=True, is_put_off=False, present_at_s=now.mono_s))
        return enter(back, ChoosingTest(), now) if isinstance(back.situation, StaffCardAwaited) else (back, ())
    left, effects = leave(terminal, now) if isinstance(terminal.situation, StaffSituation) else (terminal, ())
    visit = StaffVisit(
        card,
        is_card_in=True,
        tries_left=tries_left,
        locked_until_s=now.mono_s + locked_s,
        began_at_s=now.mono_s,
        present_at_s=now.mono_s,
    )
    there = replace(left, staff=visit)
    return there, (*effects, recorded(there, AuditWord.STAFF_CARD_PRESENTED))


def _card_refused(terminal: Terminal, problem: str, now: Moment) -> Result:
    """Said aloud only where nobody else is served."""
    nobody = replace(terminal, staff=StaffVisit())
    record = recorded(nobody, AuditWord.STAFF_CARD_REFUSED, AuditPhase.ONCE, Disposition.REFUSED, (("why", problem),))
    if terminal.session is not None or isinstance(terminal.situation, StaffSituation):
        return terminal, (record,)
    below = replace(terminal, beneath=Beneath(terminal.situation, None, terminal.preferences))
    return enter(below, StaffCardNotAccepted(problem), now, record)


def _card_removed(terminal: Terminal, now: Moment) -> Result:
    """The end of staff mode, except while the reader itself is tested with another card."""
    situation = terminal.situation
    if isinstance(situation, DeviceInTest) and situation.test.value == "card_reader":
        return replace(terminal, staff=replace(terminal.staff, is_card_in=False)), ()
    if isinstance(situation, StaffSituation):
        return leave(terminal, now)
    return replace(terminal, staff=StaffVisit()), ()


def leave(terminal: Terminal, now: Moment, *, is_put_off: bool = False) -> Result:
    """Back to what stands beneath. `is_put_off`: the card is still in, and is not asked about again."""
    beneath = _still_true(terminal)
    staff = replace(StaffVisit(), card=terminal.staff.card, is_card_in=True, is_put_off=True)
    session = beneath.session
    back = replace(
        terminal,
        situation=beneath.situation,
        session=None if session is None else replace(session, present_at_s=now.mono_s, warned_at_s=None),
        preferences=beneath.preferences,
        staff=staff if is_put_off else StaffVisit(),
        beneath=None,
        serial=terminal.serial + 1,
        entered_at_s=now.mono_s,
    )
    ends = (recorded(terminal, AuditWord.STAFF_SESSION, AuditPhase.END),) if terminal.staff.is_unlocked else ()
    resumed, effects = _resumed(back, now)
    return resumed, (*ends, *effects)


def _still_true(terminal: Terminal) -> Beneath:
    """What stands beneath; a terminal that was starting knows its service by now."""
    beneath = terminal.beneath or Beneath(Attract())
    if beneath.situation == OutOfService("starting") and terminal.reference is not None:
        return Beneath(Attract())
    return beneath


def _resumed(terminal: Terminal, now: Moment) -> Result:
    """A receipt that staff were called for is printed as soon as the printer can."""
    situation = terminal.situation
    can_print = not {"paper", "receipt_printer"} & set(missing_to_charge(terminal.conditions))
    if isinstance(situation, TakingReceipt) and situation.slip.phase is Phase.TROUBLE and can_print:
        return ending.print_slip(terminal, situation.slip, now)
    return terminal, ()


# --- a citizen is there ----------------------------------------------------------------------------------------------


def may_interrupt(terminal: Terminal) -> bool:
    situation = terminal.situation
    if isinstance(situation, TakingReceipt):
        return situation.slip.phase is not Phase.WORKING
    return terminal.session is not None and not isinstance(situation, NOT_TO_BE_CUT)


def knock_of(terminal: Terminal) -> StaffKnock | None:
    """The question over a citizen's screen, when staff stand beside them with a card."""
    staff = terminal.staff
    if not staff.is_waiting or staff.is_patient or not may_interrupt(terminal):
        return None
    if _needs_help(terminal):
        first = Option("staff_help", text("staff.knock.help"), is_primary=True)
    else:
        first = Option("staff_in", text("staff.knock.end"))
    return StaffKnock(
        title=text("staff.knock.title"),
        detail=text("staff.knock.detail_help" if _needs_help(terminal) else "staff.knock.detail"),
        options=(Option("staff_wait", text("staff.knock.wait"), is_primary=not _needs_help(terminal)), first),
    )


def _needs_help(terminal: Terminal) -> bool:
    """The receipt does not come out: staff mend it and the citizen's session goes on."""
    situation = terminal.situation
    return isinstance(situation, TakingReceipt) and situation.slip.phase is Phase.TROUBLE


def _knock_answered(terminal: Terminal, option_id: str, now: Moment) -> Result | None:
    match option_id:
        case "staff_wait":
            return replace(terminal, staff=replace(terminal.staff, is_patient=True)), ()
        case "staff_help" if _needs_help(terminal):
            return _suspended(terminal), ()
        case "staff_in" if not _needs_help(terminal):
            return _ended_for_staff(terminal, now)
        case _:
            return terminal, ()


def _suspended(terminal: Terminal) -> Terminal:
    """The citizen's session waits beneath; `settled` asks for the PIN and keeps what stands there."""
    return replace(terminal, session=None, beneath=Beneath(terminal.situation, terminal.session, terminal.preferences))


def _ended_for_staff(terminal: Terminal, now: Moment) -> Result:
    """With a word: the citizen is asked to take their things, then staff come in."""
    session = terminal.session
    record = recorded(terminal, AuditWord.CITIZEN_SESSION_ENDED)
    if session is None:
        return terminal, (record,)
    wiped = session.without_answers()
    outcome = f"staff:{type(terminal.situation).__name__}"
    ended, effects = ending.leave(replace(terminal, session=wiped, situation=Attract()), now, outcome)
    return ended, (record, *effects)


# --- the PIN ---------------------------------------------------------------------------------------------------------


def on_unlocking(terminal: Terminal, situation: StaffUnlocking, event: Event, now: Moment) -> Result:
    match event:
        case PinAccepted(situation.ref):
            return _unlocked(terminal, now)
        case PinRefused(situation.ref, tries_left):
            return _refused(terminal, replace(terminal.staff, tries_left=tries_left), "wrong", now)
        case PinLocked(situation.ref, locked_s):
            visit = replace(terminal.staff, locked_until_s=now.mono_s + locked_s)
            return _refused(terminal, visit, "", now)
        case Touched(KeyPressed(key)) if not _is_locked(terminal, now):
            return replace(terminal, situation=_typed(situation, key)), ()
        case Touched(Confirmed()) if _can_check(terminal, situation, now):
            return _check(terminal, situation, now)
        case Ticked() if situation.ref and now.mono_s >= situation.asked_at_s + ANSWER_LIMIT_S:
            return _refused(terminal, terminal.staff, "no_answer", now)
        case _:
            return terminal, ()


def _typed(situation: StaffUnlocking, key: str) -> StaffUnlocking:
    if situation.ref:
        return situation
    if key == "clear":
        return replace(situation, typed="")
    if key == "backspace":
        return replace(situation, typed=situation.typed[:-1])
    is_digit = len(key) == 1 and key in DIGITS
    return replace(situation, typed=(situation.typed + key)[:PIN_LENGTH]) if is_digit else situation


def _is_locked(terminal: Terminal, now: Moment) -> bool:
    return now.mono_s < terminal.staff.locked_until_s


def _can_check(terminal: Terminal, situation: StaffUnlocking, now: Moment) -> bool:
    return len(situation.typed) == PIN_LENGTH and not situation.ref and not _is_locked(terminal, now)


def _check(terminal: Terminal, situation: StaffUnlocking, now: Moment) -> Result:
    card = terminal.staff.card
    if card is None:
        return leave(terminal, now)
    waiting = replace(situation, typed="", problem="", ref=now.fresh_id, asked_at_s=now.mono_s)
    return replace(terminal, situation=waiting), (CheckPin(now.fresh_id, card.card_id, situation.typed),)


def _unlocked(terminal: Terminal, now: Moment) -> Result:
    staff = replace(terminal.staff, is_unlocked=True, began_at_s=now.mono_s, present_at_s=now.mono_s)
    inside = replace(terminal, staff=staff)
    records = (
        recorded(inside, AuditWord.PIN_CHECK),
        recorded(inside, AuditWord.STAFF_SESSION, AuditPhase.BEGIN),
    )
    return enter(inside, StaffHome(), now, *records, GatherOverview())


def _refused(terminal: Terminal, visit: StaffVisit, problem: str, now: Moment) -> Result:
    """A new order of the keys for every try."""
    record = recorded(terminal, AuditWord.PIN_CHECK, AuditPhase.ONCE, Disposition.REFUSED)
    again = StaffUnlocking(shuffled(DIGITS, now.fresh_id), problem=problem)
    return enter(replace(terminal, staff=visit), again, now, record)


def view_unlocking(terminal: Terminal, situation: StaffUnlocking, now: Moment) -> StaffPinView:
    locked_s = max(0, round(terminal.staff.locked_until_s - now.mono_s))
    problem = None
    if _is_locked(terminal, now):
        problem = text("staff.pin.locked", seconds=max(1, locked_s))
    elif situation.problem == "wrong":
        problem = text("staff.pin.wrong", tries=terminal.staff.tries_left)
    elif situation.problem:
        problem = text("staff.pin.no_answer")
    return StaffPinView(
        question=text("staff.pin.question"),
        hint=text("staff.pin.checking" if situation.ref else "staff.pin.hint"),
        typed_count=len(situation.typed),
        digits=situation.pad,
        confirm=text("staff.pin.confirm"),
        can_confirm=_can_check(terminal, situation, now),
        is_locked=_is_locked(terminal, now),
        problem=problem,
    )


def on_card_not_accepted(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(OptionChosen("leave")):
            return leave(terminal, now)
        case _:
            return terminal, ()


def view_card_not_accepted(situation: StaffCardNotAccepted) -> StaffPageView:
    return StaffPageView(
        title=text("staff.refused.title"),
        verdict=Verdict.BAD,
        lines=(
            Line(text(f"staff.refused.{situation.problem}"), Picture.WARNING),
            Line(text("staff.refused.do"), Picture.STAFF),
        ),
        options=(Option("leave", text("staff.refused.leave"), is_primary=True),),
    )


# --- time ------------------------------------------------------------------------------------------------------------


def _passed(terminal: Terminal, now: Moment) -> Result | None:
    """Staff mode ends by itself; the overview is renewed. None: the page looks at its own deadlines."""
    staff, situation = terminal.staff, terminal.situation
    absent_s = now.mono_s - staff.present_at_s
    match situation:
        case StaffCardNotAccepted() if now.mono_s >= terminal.entered_at_s + REFUSED_S:
            return leave(terminal, now)
        case StaffCardAwaited(deadline_s) if now.mono_s >= deadline_s:
            return leave(terminal, now)
        case StaffUnlocking() if not situation.ref and absent_s >= UNLOCK_S and not _is_locked(terminal, now):
            return leave(terminal, now, is_put_off=True)
        case _ if staff.is_unlocked and (absent_s >= IDLE_S or now.mono_s >= staff.began_at_s + LONGEST_S):
            return leave(terminal, now, is_put_off=True)
        case StaffHome() if now.mono_s >= staff.asked_at_s + OVERVIEW_EVERY_S:
            return replace(terminal, staff=replace(staff, asked_at_s=now.mono_s)), (GatherOverview(),)
        case _:
            return None
