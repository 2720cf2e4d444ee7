"""The real engine with the real flow: order, double taps, and what it outlives."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.domain.application import PaymentState
from kiosk.domain.language import Language
from kiosk.flow.effects import Activity, Apply, AskPayment, LookUpPerson, RequestPayment, Submit
from kiosk.flow.events import (
    ApplicationAnswered,
    CentralChanged,
    DeviceChanged,
    DocumentPresented,
    Failed,
    PaymentAnswered,
    PersonFound,
    Ticked,
)
from kiosk.flow.facts import DeviceFacts
from kiosk.flow.touches import Confirmed, OptionChosen, SizeChosen, Started
from kiosk.flow.views import AttractView, CheckView, ChoiceView, IdleWarning, Size
from kiosk.journal.entries import OutboxItem, Step, StepKind
from tests.flows.story import APPLICATION, DOCUMENT, PERSON, payment
from tests.unit.services.lobby import LIMIT_S, Lobby, lobby


def identify(room: Lobby) -> LookUpPerson:
    room.open_for_business()
    room.touch(Started(Language.ZH), OptionChosen("replace"), Confirmed())
    room.post(DocumentPresented(DOCUMENT))
    return room.wait_for(LookUpPerson)


def to_check_page(room: Lobby) -> None:
    asked, serial = identify(room), room.display.serial
    room.post(PersonFound(asked.ref, PERSON))
    room.wait_until(lambda: type(room.display.view).__name__ == "RecordView")
    assert room.display.serial >= serial
    room.touch(Confirmed(), OptionChosen("damaged"), OptionChosen("handed_in"), OptionChosen("known"))
    room.touch(OptionChosen("pickup"), OptionChosen("CY-1"), OptionChosen("keep"))
    assert isinstance(room.display.view, CheckView)


def to_payment(room: Lobby) -> None:
    to_check_page(room)
    room.touch(Confirmed())
    room.post(ApplicationAnswered(room.wait_for(Apply).ref, APPLICATION))
    room.wait_until(lambda: isinstance(room.display.view, ChoiceView))


def test_a_double_tap_on_a_commit_button_has_one_effect() -> None:
    with lobby() as room:
        to_check_page(room)
        serial = room.display.serial
        for _ in range(5):
            room.engine.touch(serial, Confirmed())
        room.settle()
        assert len(room.effects(Apply)) == 1


def test_a_double_tap_on_pay_asks_for_one_payment() -> None:
    with lobby() as room:
        to_payment(room)
        serial = room.display.serial
        room.engine.touch(serial, OptionChosen("scan_screen"))
        room.engine.touch(serial, OptionChosen("scan_screen"))
        room.settle()
        assert len(room.effects(RequestPayment)) == 1


def test_a_touch_on_an_old_picture_does_nothing() -> None:
    with lobby() as room:
        room.open_for_business()
        old = room.display.serial
        room.touch(Started(Language.ZH))
        shown = room.display
        for touch in (Started(Language.EN), OptionChosen("more"), OptionChosen("replace"), Confirmed()):
            room.engine.touch(old, touch)
        room.settle()
        assert room.display == shown


def test_a_touch_on_an_old_picture_still_says_that_somebody_is_there() -> None:
    with lobby() as room:
        room.open_for_business()
        old = room.display.serial
        room.touch(Started(Language.ZH))
        room.clock.mono_s += 119
        room.engine.touch(old, Confirmed())
        room.clock.mono_s += 119
        room.post(Ticked())
        room.settle()
        assert not isinstance(room.display.overlay, IdleWarning)
        assert isinstance(room.display.view, ChoiceView)


def test_every_intent_is_in_the_journal_before_its_effect_leaves() -> None:
    with lobby() as room:
        to_payment(room)
        room.touch(OptionChosen("scan_screen"))
        asked = room.wait_for(RequestPayment)
        room.post(PaymentAnswered(payment(asked.payment_number, PaymentState.PAID)))
        room.wait_for(Submit)
        kinds = [(StepKind.APPLICATION_INTENDED, Apply), (StepKind.PAYMENT_INTENDED, RequestPayment)]
        kinds.append((StepKind.SUBMISSION_INTENDED, Submit))
        for kind, effect in kinds:
            assert place(room, lambda fact, kind=kind: isinstance(fact, Step) and fact.kind is kind) < place(
                room, lambda fact, effect=effect: isinstance(fact, effect)
            )
        submission = place(room, lambda fact: isinstance(fact, OutboxItem) and fact.kind == "submission")
        assert submission < place(room, lambda fact: isinstance(fact, Submit))


def place(room: Lobby, is_it: Callable[[object], bool]) -> int:
    return next(index for index, fact in enumerate(room.happened) if is_it(fact))


def test_nothing_leaves_when_the_journal_cannot_promise() -> None:
    with lobby() as room:
        to_check_page(room)
        room.broken.add("journal")
        room.engine.touch(room.display.serial, Confirmed())
        room.wait_out_of_service("journal")
        assert room.effects(Apply) == []
        assert "journal_failed" in room.log.names()


@pytest.mark.parametrize("part", ["perform", "activities"])
def test_an_outside_that_breaks_ends_in_out_of_service_and_the_engine_lives(part: str) -> None:
    with lobby() as room:
        room.open_for_business()
        room.broken.add(part)
        room.touch(Started(Language.ZH), OptionChosen("replace"))
        room.engine.touch(room.display.serial, Confirmed())
        room.post(DocumentPresented(DOCUMENT))
        room.wait_out_of_service("engine")
        shown = len(room.displays)
        room.post(Failed("screens"))
        room.wait_until(lambda: len(room.displays) > shown)
        assert room.word() in ("screens", "engine")


def test_a_screen_that_breaks_does_not_end_the_engine() -> None:
    with lobby() as room:
        room.open_for_business()
        room.broken.add("screen")
        room.engine.touch(room.display.serial, Started(Language.ZH))
        room.post(CentralChanged(is_reachable=True, are_payments_open=False, clock_skew_s=0.0))
        room.settle()
        assert room.log.names().count("engine_failed") >= 1
        assert room.engine._thread.ident is not None


def test_a_bug_is_logged_by_kind_and_place_never_by_its_text() -> None:
    with lobby() as room:
        room.broken.add("perform")
        identify(room)
        room.wait_out_of_service("engine")
        fields = dict(room.log.lines)["engine_failed"]
        assert fields["error"] == "RuntimeError"
        assert DOCUMENT.number not in str(room.log.lines)


def test_a_session_that_broke_leaves_nothing_armed_and_nobody_on_the_screen() -> None:
    with lobby() as room:
        room.broken.add("perform")
        identify(room)
        room.wait_out_of_service("engine")
        assert room.armed[-1] == frozenset()
        assert room.engine._terminal.session is None


def test_the_reader_is_armed_only_while_a_document_is_wanted() -> None:
    with lobby() as room:
        identify(room)
        room.settle()
        assert room.armed == [frozenset({Activity.READ_DOCUMENT}), frozenset()]


def test_taps_without_end_do_not_put_off_the_question_about_a_payment() -> None:
    """Nobody waits here: an engine that counts its second anew after each tap never gets to ask."""
    with lobby() as room:
        to_payment(room)
        room.touch(OptionChosen("scan_screen"))
        for size in (Size.LARGE, Size.STANDARD) * 100:
            room.clock.mono_s += 0.4
            room.engine.touch(room.display.serial, SizeChosen(size))
            room.wait_until(lambda size=size: room.display.frame.size is size)
        assert room.effects(AskPayment)


def test_the_same_picture_is_shown_once() -> None:
    with lobby() as room:
        room.open_for_business()
        shown = len(room.displays)
        facts = DeviceFacts("online", paper="full")
        room.post(*(DeviceChanged("receipt_printer", facts) for _ in range(5)))
        room.settle()
        assert len(room.displays) == shown
        assert isinstance(room.display.view, AttractView)


def test_stop_ends_the_thread_at_once_and_may_be_asked_twice() -> None:
    room = Lobby()
    room.engine.stop(LIMIT_S)  # never started
    with lobby() as other:
        other.engine.stop(LIMIT_S)
        assert not other.engine._thread.is_alive()
