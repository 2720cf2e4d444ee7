"""Coming in with a card and a PIN, going out, and what a citizen notices of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain.application import PaymentState
from kiosk.domain.staff import ALLOWED, Permission, Role
from kiosk.flow.events import Failed, PaymentAnswered
from kiosk.flow.staff.effects import CheckPin, RecordAudit
from kiosk.flow.staff.events import (
    PinAccepted,
    PinRefused,
    ServiceChanged,
    StaffCardPresented,
    StaffCardRefused,
    StaffCardRemoved,
    StaffOverviewArrived,
)
from kiosk.flow.staff.facts import AuditWord, HoursException, ServiceState, StaffCard, StaffCardProblem
from kiosk.flow.staff.home import MENU
from kiosk.flow.staff.views import StaffKnock, StaffPinView
from kiosk.flow.touches import Confirmed, KeyPressed, OptionChosen
from tests.faults.outlook import enabled, walk
from tests.flows import stages
from tests.flows.staff_stages import (
    ATTENDANT,
    AUDITOR,
    OVERVIEW,
    PIN,
    TECHNICIAN,
    at_home,
    attract,
    checking,
    locked,
    presented,
    ref_of,
    type_pin,
    unlock,
    wrong_pin,
)
from tests.flows.story import START, Story, payment


def pin_view(story: Story) -> StaffPinView:
    view = story.display.view
    assert isinstance(view, StaffPinView)
    return view


def audited(story: Story, word: AuditWord) -> list[RecordAudit]:
    return [effect for effect in story.effects if isinstance(effect, RecordAudit) and effect.word is word]


# --- card and PIN ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["attract", "starting", "out of service"])
def test_a_staff_card_opens_the_pin_page_wherever_nobody_is_served(before: str) -> None:
    assert stages.STAGES[before]().tell(StaffCardPresented(TECHNICIAN, 5)).situation == "StaffUnlocking"


def test_card_and_pin_open_staff_mode() -> None:
    story = at_home()
    assert story.situation == "StaffHome"
    assert [effect.staff_id for effect in audited(story, AuditWord.STAFF_SESSION)] == [TECHNICIAN.staff_id]


def test_the_keys_change_places_with_every_try() -> None:
    first, second = pin_view(presented()).digits, pin_view(wrong_pin()).digits
    assert sorted(first) == sorted(second) == list("0123456789")
    assert first != second


def test_the_pin_is_sent_once_and_shown_never() -> None:
    story = presented().touch(*(KeyPressed(digit) for digit in PIN))
    assert pin_view(story).typed_count == 6
    assert PIN not in [each for each in walk(story.display) if isinstance(each, str)]
    story.touch(Confirmed(), Confirmed())
    assert [effect.pin for effect in story.effects if isinstance(effect, CheckPin)] == [PIN]
    assert PIN not in repr(story.terminal) + repr(story.effects)
    assert not [each for each in walk(story.terminal) if each == PIN]


def test_a_pin_that_is_too_short_is_not_sent() -> None:
    story = type_pin(presented(), "12345")
    assert not [effect for effect in story.effects if isinstance(effect, CheckPin)]


def test_a_wrong_pin_says_how_many_tries_are_left() -> None:
    problem = pin_view(wrong_pin()).problem
    assert problem is not None
    assert problem.values == (("tries", 4),)


def test_a_lock_out_counts_down_and_then_takes_a_pin_again() -> None:
    story = locked()
    assert pin_view(story).is_locked
    assert not type_pin(story).terminal.situation.ref  # type: ignore[union-attr]
    story.wait(15)
    assert not pin_view(story).is_locked
    assert unlock(story).situation == "StaffHome"


def test_a_lock_out_that_is_still_running_is_said_at_once() -> None:
    story = attract().tell(StaffCardPresented(TECHNICIAN, 5, locked_s=40.0))
    assert pin_view(story).is_locked


def test_a_late_answer_to_an_older_try_opens_nothing() -> None:
    story = checking()
    old = ref_of(story)
    story.tell(PinRefused(old, 4), PinAccepted(old))
    assert story.situation == "StaffUnlocking"


def test_a_check_that_never_answers_lets_the_pin_be_typed_again() -> None:
    story = checking().wait(46)
    assert story.situation == "StaffUnlocking"
    assert unlock(story).situation == "StaffHome"


@pytest.mark.parametrize("problem", list(StaffCardProblem))
def test_a_card_that_opens_nothing_says_why(problem: StaffCardProblem) -> None:
    story = attract().tell(StaffCardRefused(problem))
    assert story.situation == "StaffCardNotAccepted"
    assert story.tell(StaffCardRemoved()).situation == "Attract"


def test_a_pin_that_nobody_types_gives_the_terminal_back() -> None:
    story = presented().wait(61)
    assert story.situation == "Attract"
    assert story.wait(5).situation == "Attract"


# --- going out -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", [entry for entry, _, _ in MENU])
def test_pulling_the_card_ends_staff_mode_on_every_page(entry: str) -> None:
    story = at_home().touch(OptionChosen("menu"), OptionChosen(entry))
    assert story.tell(StaffCardRemoved()).situation == "Attract"
    assert story.terminal.staff.card is None
    assert story.tell(PinAccepted("x"), StaffOverviewArrived(OVERVIEW)).situation == "Attract"


def test_ten_idle_minutes_end_staff_mode() -> None:
    story = at_home().wait(599)
    assert story.situation == "StaffHome"
    assert story.wait(2).situation == "Attract"


def test_a_touch_keeps_staff_mode_alive() -> None:
    story = at_home().wait(500).touch(OptionChosen("menu")).wait(500)
    assert story.situation == "StaffMenu"


def test_what_staff_prefer_on_the_screen_is_not_left_to_citizens() -> None:
    story = at_home()
    before = Story().open_for_business().terminal.preferences
    assert story.tell(StaffCardRemoved()).terminal.preferences == before


def test_another_card_begins_anew() -> None:
    story = at_home(TECHNICIAN).tell(StaffCardPresented(ATTENDANT, 5))
    assert story.situation == "StaffUnlocking"
    assert not story.terminal.staff.is_unlocked


# --- faults ----------------------------------------------------------------------------------------------------------


def test_staff_stay_when_something_of_the_terminal_fails_and_see_it() -> None:
    story = at_home().tell(Failed("journal"))
    assert story.situation == "StaffHome"
    assert any("part_journal" in each.key for each in walk(story.display) if hasattr(each, "key"))
    assert story.tell(StaffCardRemoved()).situation == "OutOfService"


def test_a_terminal_that_learned_its_service_meanwhile_opens_afterwards() -> None:
    story = Story().tell(StaffCardPresented(TECHNICIAN, 5))
    story = unlock(story).open_for_business()
    assert story.tell(StaffCardRemoved()).situation == "Attract"


# --- citizens --------------------------------------------------------------------------------------------------------

UNCUT = ("applying", "payment requested", "code shown", "payer's code sent", "cancelling", "unclear", "submitting",
         "submission delayed", "submitted", "printing", "looking up", "reporting loss", "taking things",
         "being checked")  # fmt: skip


@pytest.mark.parametrize("stage", UNCUT)
def test_a_payment_and_what_follows_it_are_never_cut(stage: str) -> None:
    reached = stages.STAGES[stage]()
    before = reached.terminal.situation
    story = reached.tell(StaffCardPresented(TECHNICIAN, 5)).touch(OptionChosen("staff_in"), OptionChosen("staff_help"))
    assert type(story.terminal.situation) is type(before)
    assert story.display.overlay is None
    assert story.display.frame.notice is not None


def test_staff_are_let_in_when_the_citizen_has_finished() -> None:
    story = stages.code_shown().tell(StaffCardPresented(TECHNICIAN, 5))
    story.tell(PaymentAnswered(payment(stages.awaited(story), PaymentState.CLOSED)))
    assert isinstance(story.display.overlay, StaffKnock)
    story.touch(OptionChosen("staff_wait"))
    assert story.display.overlay is None
    story.touch(OptionChosen("later"), OptionChosen("finish"))
    assert story.situation == "TakingThings"
    assert story.touch(Confirmed()).situation == "StaffUnlocking"


def test_a_citizen_is_told_and_takes_their_things_before_staff_come_in() -> None:
    story = stages.reason().tell(StaffCardPresented(TECHNICIAN, 5))
    assert isinstance(story.display.overlay, StaffKnock)
    story.touch(OptionChosen("staff_in"))
    assert story.situation == "TakingThings"
    assert audited(story, AuditWord.CITIZEN_SESSION_ENDED)
    story.touch(Confirmed())
    assert story.situation == "StaffUnlocking"
    assert story.terminal.session is None


def test_a_card_that_is_pulled_again_leaves_the_citizen_alone() -> None:
    story = stages.reason().tell(StaffCardPresented(TECHNICIAN, 5), StaffCardRemoved())
    assert story.display.overlay is None
    assert story.touch(OptionChosen("damaged")).situation == "HandingIn"


# --- roles -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("card", [ATTENDANT, TECHNICIAN, AUDITOR], ids=lambda card: card.role.value)
def test_a_role_opens_what_it_may_and_nothing_else(card: StaffCard) -> None:
    story = at_home(card).touch(OptionChosen("menu"))
    allowed = {entry for entry, permission, _ in MENU if permission in ALLOWED[card.role]}
    assert enabled(story.display) == allowed
    for entry, permission, _ in MENU:
        opened = Story(story.terminal, story.mono_s, story.told).touch(OptionChosen(entry))
        assert (opened.situation != "StaffMenu") == (permission in ALLOWED[card.role]), entry


def test_every_permission_has_somebody_who_holds_it() -> None:
    assert ALLOWED[Role.TECHNICIAN] == frozenset(Permission)


# --- hours -----------------------------------------------------------------------------------------------------------


def test_a_terminal_out_of_service_opens_again_when_staff_say_so() -> None:
    story = attract().tell(ServiceChanged(ServiceState(is_in_service=False)))
    assert story.situation == "OutOfService"
    assert story.tell(ServiceChanged(ServiceState())).situation == "Attract"


def test_nobody_is_interrupted_when_the_terminal_closes() -> None:
    story = stages.reason().tell(ServiceChanged(ServiceState(is_in_service=False)))
    assert story.situation == "ChoosingReason"


def test_a_terminal_that_closes_earlier_today_opens_tomorrow() -> None:
    closing = START.hour * 60 + 1
    service = ServiceState(exception=HoursException.SHORTER, exception_day=START.date(), closes_minute=closing)
    story = attract().tell(ServiceChanged(service))
    assert story.situation == "Attract"
    assert story.wait(61).situation == "OutOfService"
    story.mono_s += 24 * 3600
    assert story.wait(1).situation == "Attract"


def test_closed_for_today_is_closed_at_once() -> None:
    service = replace(ServiceState(), exception=HoursException.CLOSED, exception_day=START.date())
    assert attract().tell(ServiceChanged(service)).situation == "OutOfService"
