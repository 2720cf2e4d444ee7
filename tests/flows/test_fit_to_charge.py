"""No fee is taken for what cannot be delivered, at whatever moment the terminal becomes unfit."""

from dataclasses import replace

import pytest

from kiosk.domain.language import Language
from kiosk.flow.effects import ReportLoss, RequestPayment
from kiosk.flow.events import CentralChanged, CentralRefused, CodeScanned, DeviceChanged, Event, ReferenceArrived
from kiosk.flow.facts import DeviceFacts
from kiosk.flow.touches import Confirmed, EndConfirmed, EndTouched, OptionChosen, Started
from tests.flows.stages import PAYER_CODE, attract, awaited, check, choosing_payment, record, scanning, unpaid
from tests.flows.story import REFERENCE, Story

UNFIT: dict[str, Event] = {
    "paper": DeviceChanged("receipt_printer", DeviceFacts("online", paper="out")),
    "receipt_printer": DeviceChanged("receipt_printer", DeviceFacts("powerOff")),
    "identity_reader": DeviceChanged("identity_reader", DeviceFacts("hardwareError")),
    "central": CentralChanged(is_reachable=False, are_payments_open=False, clock_skew_s=0.0),
    "payments": CentralChanged(is_reachable=True, are_payments_open=False, clock_skew_s=0.0),
    "clock": CentralChanged(is_reachable=True, are_payments_open=True, clock_skew_s=-190.0),
}


def is_charged(story: Story) -> bool:
    return any(isinstance(effect, RequestPayment) for effect in story.effects)


@pytest.mark.parametrize("missing", UNFIT)
def test_an_unfit_terminal_takes_no_fee_for_an_application_that_waits_for_it(missing: str) -> None:
    story = choosing_payment().tell(UNFIT[missing]).touch(OptionChosen("scan_screen"), OptionChosen("show_phone"))
    assert not is_charged(story)
    assert {option.note.key for option in story.display.view.options if option.note} == {f"missing.{missing}"}
    assert story.touch(OptionChosen("later")).situation == "Troubled"


@pytest.mark.parametrize("missing", UNFIT)
def test_an_unfit_terminal_sends_no_payer_code(missing: str) -> None:
    story = scanning().tell(UNFIT[missing], CodeScanned(PAYER_CODE))
    assert not is_charged(story)
    assert story.situation == "ChoosingPayment"


def test_a_resumed_application_is_not_charged_without_a_printer() -> None:
    story = (
        record(unpaid())
        .tell(UNFIT["receipt_printer"])
        .touch(Confirmed(), OptionChosen("to_staff"), OptionChosen("scan_screen"))
    )
    assert not is_charged(story)
    assert story.situation == "ChoosingPayment"


def test_jammed_paper_takes_no_fee() -> None:
    story = choosing_payment().tell(DeviceChanged("receipt_printer", DeviceFacts("online", paper="jammed")))
    assert not is_charged(story.touch(OptionChosen("scan_screen")))


@pytest.mark.parametrize("missing", UNFIT)
def test_what_is_missing_is_said_before_anybody_begins_and_what_is_left_too(missing: str) -> None:
    words = [each.key for each in attract().tell(UNFIT[missing]).display.view.warnings]
    assert words[0] == f"missing.{missing}"
    assert ("notice.no_fee_now" in words) is (missing not in ("identity_reader", "central"))


@pytest.mark.parametrize("missing", ["paper", "receipt_printer", "payments", "clock"])
def test_without_the_fee_a_lost_card_is_still_stopped(missing: str) -> None:
    story = attract().tell(UNFIT[missing]).touch(Started(Language.EN), OptionChosen("replace"))
    assert "notice.no_fee_now" in [line.text.key for line in story.display.view.lines]
    story.touch(Confirmed()).identified().touch(Confirmed(), OptionChosen("lost"), Confirmed())
    assert isinstance(story.last[0], ReportLoss)


@pytest.mark.parametrize("missing", UNFIT)
def test_the_codes_that_lead_elsewhere_are_shown_whatever_is_missing(missing: str) -> None:
    story = attract().tell(UNFIT[missing]).touch(Started(Language.EN), OptionChosen("more"), OptionChosen("links"))
    assert story.situation == "ShowingLinks"


@pytest.mark.parametrize("missing", ["paper", "receipt_printer", "payments", "clock", "identity_reader"])
def test_what_is_free_needs_nothing_but_the_backend(missing: str) -> None:
    rules = replace(REFERENCE.rules, fees=tuple(replace(row, fee_fen=0) for row in REFERENCE.rules.fees))
    story = attract().tell(ReferenceArrived(replace(REFERENCE, rules=rules)))
    story.touch(Started(Language.EN), OptionChosen("replace"), Confirmed()).identified().touch(Confirmed())
    story.touch(OptionChosen("damaged"), OptionChosen("to_staff"), OptionChosen("known"), OptionChosen("pickup"))
    story.touch(OptionChosen("CY-1"), OptionChosen("keep")).tell(UNFIT[missing]).touch(Confirmed())
    assert story.situation == "Applying"


def test_the_fee_of_the_next_session_is_the_new_one() -> None:
    """Pinned within a session, changed between two: the second half of `test_the_fee_is_pinned_when_...`."""
    dearer = replace(REFERENCE.rules, fees=tuple(replace(row, fee_fen=9900) for row in REFERENCE.rules.fees))
    story = check().tell(ReferenceArrived(replace(REFERENCE, rules=dearer))).touch(EndTouched(), EndConfirmed())
    story.touch(Started(Language.ZH), OptionChosen("replace"), Confirmed()).identified().touch(Confirmed())
    story.touch(OptionChosen("damaged"), OptionChosen("to_staff"), OptionChosen("known"), OptionChosen("pickup"))
    assert story.touch(OptionChosen("CY-1"), OptionChosen("keep"), Confirmed()).last[0].fee_fen == 9900


def test_a_fee_that_changed_at_midnight_is_refused_and_nothing_is_taken() -> None:
    story = check().touch(Confirmed())
    story.tell(CentralRefused(awaited(story), "fee_changed"))
    assert story.display.view.title.key == "trouble.fee_changed.title"
    assert not is_charged(story)
