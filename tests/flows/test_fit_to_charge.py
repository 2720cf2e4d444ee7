"""No fee is taken for what cannot be delivered, at whatever moment the terminal becomes unfit."""

import pytest

from kiosk.flow.effects import RequestPayment
from kiosk.flow.events import CentralChanged, CodeScanned, DeviceChanged, Event
from kiosk.flow.facts import DeviceFacts
from kiosk.flow.touches import Confirmed, OptionChosen
from tests.flows.stages import PAYER_CODE, choosing_payment, record, scanning, unpaid
from tests.flows.story import Story

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
    story = record(unpaid()).tell(UNFIT["receipt_printer"]).touch(Confirmed(), OptionChosen("scan_screen"))
    assert not is_charged(story)


def test_jammed_paper_takes_no_fee() -> None:
    story = choosing_payment().tell(DeviceChanged("receipt_printer", DeviceFacts("online", paper="jammed")))
    assert not is_charged(story.touch(OptionChosen("scan_screen")))
