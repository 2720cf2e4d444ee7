"""Paper runs out in the middle of a receipt: the citizen is told, staff mend it, the receipt comes by itself."""

from __future__ import annotations

import pytest

from kiosk.domain.receipt import CopyKind
from kiosk.flow.effects import PrintReceipt
from kiosk.flow.events import DeviceChanged, ReceiptNotPrinted, ReceiptPrinted
from kiosk.flow.facts import DeviceFacts
from kiosk.flow.fitness import missing_to_charge
from kiosk.flow.staff.effects import PaperReplaced, PrintTestStrip, RecordAudit
from kiosk.flow.staff.events import StaffCardPresented, StaffCardRemoved, StripNotPrinted, StripPrinted
from kiosk.flow.staff.facts import AuditPhase, AuditWord, Disposition
from kiosk.flow.staff.situations import HandlingPaper
from kiosk.flow.staff.views import GuideView, StaffKnock
from kiosk.flow.touches import BackTouched, OptionChosen
from kiosk.flow.views import Phase, ReceiptView
from tests.flows.staff_stages import ATTENDANT, TECHNICIAN, answered, at_home, page, presented, ref_of, strip, unlock
from tests.flows.stages import job, printing
from tests.flows.story import Story

FULL = DeviceChanged("receipt_printer", DeviceFacts("online", paper="full"))
OUT = DeviceChanged("receipt_printer", DeviceFacts("hardwareError", "clear", "paper_out", "out"))
OPEN = DeviceChanged("receipt_printer", DeviceFacts("userError", "clear", "cover_open", "unknown"))


def stage_of(story: Story) -> str:
    situation = story.terminal.situation
    assert isinstance(situation, HandlingPaper)
    return situation.stage.value


def ran_out(*, may_have_printed: bool) -> Story:
    story = printing().tell(OUT)
    return story.tell(ReceiptNotPrinted(job(story), "paper_out", may_have_printed))


def staff_come(story: Story) -> Story:
    """The card, the word to the citizen, the PIN, and the entry of the home page that is wrong."""
    story = presented(ATTENDANT, story)
    assert isinstance(story.display.overlay, StaffKnock)
    return unlock(story.touch(OptionChosen("staff_help"))).touch(OptionChosen("refill"))


def refilled(story: Story) -> Story:
    story = story.tell(OPEN, FULL)
    return answered(story, StripPrinted)


def prints(story: Story) -> list[PrintReceipt]:
    return [effect for effect in story.effects if isinstance(effect, PrintReceipt)]


# --- the whole story -------------------------------------------------------------------------------------------------


def test_paper_runs_out_in_the_middle_of_a_receipt_and_everything_ends_well() -> None:
    story = ran_out(may_have_printed=True)
    view = story.display.view
    assert isinstance(view, ReceiptView)
    assert view.receipt_phase is Phase.TROUBLE

    story = staff_come(story)
    assert stage_of(story) == "open"
    assert stage_of(story.tell(OPEN)) == "handle"
    story.tell(FULL)
    assert stage_of(story) == "strip"
    assert any(isinstance(effect, PrintTestStrip) for effect in story.last)
    answered(story, StripPrinted)
    assert stage_of(story) == "done"
    assert len(prints(story)) == 1

    story.tell(StaffCardRemoved())
    assert story.situation == "TakingReceipt"
    assert [effect.receipt.copy.kind for effect in prints(story)] == [CopyKind.ORIGINAL, CopyKind.POSSIBLE_DUPLICATE]
    story.tell(ReceiptPrinted(job(story))).touch(OptionChosen("finish")).wait(30)
    assert story.situation == "Attract"
    assert not missing_to_charge(story.terminal.conditions)


def test_the_receipt_comes_even_when_staff_leave_the_card_in() -> None:
    story = refilled(staff_come(ran_out(may_have_printed=True))).wait(21)
    assert story.situation == "TakingReceipt"
    assert len(prints(story)) == 2


def test_a_receipt_of_which_nothing_came_out_is_no_duplicate() -> None:
    story = refilled(staff_come(ran_out(may_have_printed=False))).tell(StaffCardRemoved())
    assert [effect.receipt.copy.kind for effect in prints(story)] == [CopyKind.ORIGINAL] * 2


def test_a_printer_that_is_not_mended_prints_nothing_and_asks_again() -> None:
    story = staff_come(ran_out(may_have_printed=True)).tell(StaffCardRemoved())
    view = story.display.view
    assert isinstance(view, ReceiptView)
    assert view.receipt_phase is Phase.TROUBLE
    assert len(prints(story)) == 1


def test_nothing_of_the_citizen_is_on_a_staff_page() -> None:
    story = staff_come(ran_out(may_have_printed=True))
    assert story.terminal.session is None
    assert "A20261123001" not in str(story.display)


def test_the_citizen_who_waits_is_not_kept_for_ever() -> None:
    story = staff_come(ran_out(may_have_printed=True)).wait(601)
    assert story.situation == "TakingReceipt"
    assert story.wait(180).situation == "Attract"


# --- the guide -------------------------------------------------------------------------------------------------------


def test_the_guide_follows_the_hands_without_a_touch() -> None:
    story = page("refill").tell(OPEN)
    assert stage_of(story) == "handle"
    story.tell(FULL)
    assert stage_of(story) == "strip"
    assert any(isinstance(effect, PaperReplaced) for effect in story.last)


def test_the_guide_can_be_led_by_touch_where_a_printer_senses_nothing() -> None:
    assert stage_of(strip()) == "strip"


def test_a_printer_that_is_open_already_skips_the_first_step() -> None:
    story = at_home().tell(OPEN).touch(OptionChosen("menu"), OptionChosen("refill"))
    assert stage_of(story) == "handle"


@pytest.mark.parametrize("work", ["refill", "jam"])
def test_only_a_refill_resets_the_estimate(work: str) -> None:
    story = page(work).tell(OPEN, FULL)
    assert any(isinstance(effect, PaperReplaced) for effect in story.effects) == (work == "refill")


def test_a_strip_that_does_not_come_says_why_and_can_be_repeated() -> None:
    story = answered(strip(), lambda ref: StripNotPrinted(ref, "paper_out"))
    view = story.display.view
    assert isinstance(view, GuideView)
    assert view.phase is Phase.TROUBLE
    story.touch(OptionChosen("again"))
    assert stage_of(answered(story, StripPrinted)) == "done"


def test_a_strip_that_nobody_answers_for_is_a_failure() -> None:
    story = strip().wait(46)
    view = story.display.view
    assert isinstance(view, GuideView)
    assert view.phase is Phase.TROUBLE


def test_an_answer_to_an_older_strip_is_not_believed() -> None:
    story = strip()
    old = ref_of(story)
    story.tell(StripNotPrinted(old, "paper_out")).touch(OptionChosen("again")).tell(StripPrinted(old))
    assert stage_of(story) == "strip"


def test_after_a_refill_the_terminal_goes_back_into_service_by_itself() -> None:
    story = answered(strip(), StripPrinted).wait(21)
    assert story.situation == "Attract"


@pytest.mark.parametrize("ending", ["done", "left"])
def test_a_refill_is_recorded_from_begin_to_end(ending: str) -> None:
    story = answered(strip(), StripPrinted) if ending == "done" else page("refill").touch(BackTouched())
    records = [each for each in story.effects if isinstance(each, RecordAudit) and each.word is AuditWord.PAPER_REFILL]
    assert [each.phase for each in records] == [AuditPhase.BEGIN, AuditPhase.END]
    expected = Disposition.SUCCESS if ending == "done" else Disposition.CANCELLED
    assert records[-1].disposition is expected
    assert {each.staff_id for each in records} == {TECHNICIAN.staff_id}


def test_staff_whom_nobody_needs_do_not_print_anything() -> None:
    story = at_home().tell(StaffCardPresented(ATTENDANT, 5), StaffCardRemoved())
    assert not prints(story)
