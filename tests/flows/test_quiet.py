"""What may happen only while nobody is there, and what a session keeps of the service it began with."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from kiosk.domain.application import DeliveryMode, PaymentMethod, Reason
from kiosk.domain.language import Language
from kiosk.domain.opening import OpeningHours
from kiosk.domain.rules import FeeRule, ServiceRules
from kiosk.flow.effects import Apply, QuietGranted
from kiosk.flow.events import QuietAsked, QuietOver, ReferenceArrived, ServiceClosed, ServiceOpened, Ticked, Touched
from kiosk.flow.facts import Conduct, Reference, Timeouts
from kiosk.flow.fitness import missing_to_charge
from kiosk.flow.quiet import HELD_LIMIT_S, QUIET_S
from kiosk.flow.situations import Attract, ChoosingPurpose, OutOfService
from kiosk.flow.staff.events import ServiceChanged
from kiosk.flow.staff.facts import ServiceState
from kiosk.flow.terminal import Terminal
from kiosk.flow.timeouts import next_wake_s
from kiosk.flow.touches import Confirmed, ElderStarted, EndConfirmed, ScreenTouched, Started
from kiosk.flow.views import ChoiceView, Size
from tests.flows.stages import attract, check, choosing_payment, delivery, identifying, purpose, reason
from tests.flows.story import REFERENCE, Story

BEGIN = Touched(Started(Language.EN))


def with_fee(reference: Reference, fee_fen: int, bundle: str = "b" * 64) -> Reference:
    fees = tuple(FeeRule(rule.valid_from, rule.reason, fee_fen) for rule in reference.rules.fees)
    rules = ServiceRules(fees, reference.rules.lead_times, reference.rules.surrenders)
    return replace(reference, rules=rules, conduct=replace(reference.conduct, bundle=bundle))


def granted(story: Story) -> list[str]:
    return [effect.ref for effect in story.effects if isinstance(effect, QuietGranted)]


def later(story: Story, by_s: float) -> Story:
    story.mono_s += by_s
    return story.tell(Ticked())


# --- when nobody is there ---------------------------------------------------------------------------------------------


def test_it_is_granted_when_the_terminal_was_left_alone_for_a_while() -> None:
    story = attract().tell(Touched(ScreenTouched()), QuietAsked("service"))
    assert granted(story) == []
    due_s = next_wake_s(story.terminal, story.now())
    assert due_s is not None
    assert due_s <= story.mono_s + QUIET_S
    assert granted(later(story, QUIET_S)) == ["service"]


def test_a_session_ends_first_however_urgent_it_is() -> None:
    story = identifying().tell(QuietAsked("service", is_urgent=True))
    assert granted(later(story, 30)) == []
    assert granted(story.tell(Touched(EndConfirmed()))) == ["service"], "and nobody begins before"


def test_nobody_begins_between_the_grant_and_its_end() -> None:
    story = later(attract().tell(QuietAsked("service")), QUIET_S).tell(BEGIN)
    assert story.terminal.situation == Attract()
    assert story.tell(QuietOver("service"), BEGIN).terminal.situation == ChoosingPurpose()


def test_whoever_begins_in_elder_mode_waits_for_it_too() -> None:
    story = later(attract().tell(QuietAsked("command:1")), QUIET_S).tell(Touched(ElderStarted()))
    assert story.terminal.situation == Attract()
    assert story.tell(QuietOver("command:1"), Touched(ElderStarted())).terminal.situation == ChoosingPurpose()


def test_whoever_forgets_to_say_that_it_is_over_holds_nobody_up_for_long() -> None:
    story = later(attract().tell(QuietAsked("service")), QUIET_S)
    story.mono_s += HELD_LIMIT_S
    assert story.tell(BEGIN).terminal.situation == ChoosingPurpose()


def test_two_who_ask_come_one_after_the_other_and_asking_twice_is_asking_once() -> None:
    story = attract().tell(QuietAsked("command:1"), QuietAsked("service"), QuietAsked("command:1"))
    later(story, QUIET_S)
    assert granted(story) == ["service"]
    assert granted(later(story.tell(QuietOver("service")), QUIET_S)) == ["service", "command:1"]


# --- closed and opened ------------------------------------------------------------------------------------------------


def test_the_operator_closes_and_opens() -> None:
    story = attract().tell(ServiceClosed())
    assert story.terminal.situation == OutOfService("remote")
    assert story.tell(BEGIN).terminal.situation == OutOfService("remote")
    assert story.tell(ServiceOpened()).terminal.situation == Attract()


def test_a_session_is_never_closed_from_afar() -> None:
    story = purpose().tell(ServiceClosed())
    assert story.terminal.situation == ChoosingPurpose()
    assert story.tell(Touched(EndConfirmed())).terminal.situation == OutOfService("remote"), (
        "but nobody begins after it"
    )


def test_a_terminal_that_the_operator_closed_stays_closed_over_a_restart() -> None:
    story = Story().tell(ServiceClosed(), ReferenceArrived(REFERENCE), Ticked())
    assert story.terminal.situation == OutOfService("remote")
    assert story.tell(ServiceOpened()).terminal.situation == Attract()


def test_staff_do_not_open_what_the_operator_closed() -> None:
    closed = ServiceState(is_in_service=False)
    story = attract().tell(ServiceChanged(closed), ServiceClosed())
    assert story.terminal.situation == OutOfService("remote")
    assert story.tell(ServiceChanged(ServiceState())).terminal.situation == OutOfService("remote")
    again = story.tell(ServiceChanged(closed), ServiceOpened())
    assert again.terminal.situation == OutOfService("by_staff"), "nor the operator what staff closed"


def test_opening_hours_close_and_open_by_themselves() -> None:
    def open_between(opens: time, closes: time) -> Reference:
        hours = OpeningHours((((opens, closes),),) * 7)
        return replace(REFERENCE, conduct=Conduct(opening=hours))

    story = attract().tell(ReferenceArrived(open_between(time(8), time(10, 30))))
    assert later(story, 60).terminal.situation == Attract()
    assert later(later(story, 3600), 60).terminal.situation == OutOfService("closed")
    story.tell(ReferenceArrived(open_between(time(8), time(18))))
    assert later(story, 60).terminal.situation == Attract()


# --- what a session keeps ---------------------------------------------------------------------------------------------


def test_a_fee_that_changes_meanwhile_is_charged_by_the_next_session_only() -> None:
    story = check().tell(ReferenceArrived(with_fee(REFERENCE, 2500)), Touched(Confirmed()))
    applied = next(effect for effect in story.effects if isinstance(effect, Apply))
    assert (applied.fee_fen, applied.service_version) == (2000, "")
    after = attract().tell(ReferenceArrived(with_fee(REFERENCE, 2500)))
    session = after.tell(BEGIN).terminal.session
    assert session is not None
    fee = session.reference.rules.fee_for(Reason.LOST, DeliveryMode.PICKUP, after.now().wall.date())
    assert (fee.amount_fen, session.reference.conduct.bundle) == (2500, "b" * 64)


def test_time_outs_of_a_session_are_those_it_began_with() -> None:
    quick = replace(REFERENCE, conduct=Conduct(timeouts=Timeouts(idle_s=30.0)))
    story = purpose()
    before = story.terminal.timeouts
    assert story.tell(ReferenceArrived(quick)).terminal.timeouts == before
    assert attract().tell(ReferenceArrived(quick)).terminal.timeouts.idle_s == 30.0


def test_the_screen_begins_as_the_bundle_says_and_follows_it_while_nobody_changed_it() -> None:
    large = replace(REFERENCE, conduct=Conduct(bundle="c" * 64, size="large"))
    story = attract()
    serial = story.terminal.serial
    story.tell(ReferenceArrived(large))
    assert story.terminal.preferences.size is Size.LARGE
    assert story.terminal.serial > serial, "its texts may be others: the page is drawn anew"


# --- switches ---------------------------------------------------------------------------------------------------------


def off(story: Story, **conduct: object) -> Terminal:
    """The same moment, in a session that began with this."""
    assert story.terminal.session is not None
    reference = replace(story.terminal.session.reference, conduct=replace(Conduct(), **conduct))  # type: ignore[arg-type]
    story.terminal = replace(story.terminal, session=replace(story.terminal.session, reference=reference))
    return story.terminal


@pytest.mark.parametrize(
    ("story", "conduct", "option"),
    [
        (reason, {"switched_off": frozenset({"replace_lost"})}, "lost"),
        (reason, {"switched_off": frozenset({"replace_damaged"})}, "damaged"),
        (delivery, {"switched_off": frozenset({"express"})}, "express"),
        (choosing_payment, {"methods": frozenset({PaymentMethod.PAYER_CODE})}, "scan_screen"),
        (choosing_payment, {"methods": frozenset({PaymentMethod.CODE_SHOWN})}, "show_phone"),
    ],
)
def test_what_is_switched_off_says_so_and_cannot_be_chosen(story, conduct, option) -> None:  # noqa: ANN001
    from kiosk.flow.touches import OptionChosen

    told = story()
    off(told, **conduct)
    view = told.display.view
    assert isinstance(view, ChoiceView)
    shown = next(one for one in view.options if one.option_id == option)
    assert not shown.is_enabled
    assert shown.note is not None
    assert shown.note.key == "feature.off"
    before = told.terminal.situation
    assert told.tell(Touched(OptionChosen(option))).terminal.situation == before


def test_payments_are_closed_everywhere_at_once() -> None:
    closed = replace(REFERENCE, conduct=Conduct(takes_payments=False))
    assert missing_to_charge(attract().tell(ReferenceArrived(closed)).terminal.conditions) == ("payments",)
