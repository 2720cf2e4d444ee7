"""The pages of staff mode: tests, unsettled business, receipts again, ports, report; each is recorded and ends."""

from __future__ import annotations

import pytest

from kiosk.flow.effects import Effect
from kiosk.flow.events import CodeScanned
from kiosk.flow.machine import activities_of
from kiosk.flow.staff.effects import (
    EndTest,
    HandOver,
    KeepMapping,
    MakeReadinessReport,
    RecordAudit,
    RecordTest,
    ReprintReceipt,
    Restart,
    SetBrightness,
    SetService,
    SetVolume,
    Shutdown,
    UndoMapping,
)
from kiosk.flow.staff.events import (
    DeviceTestFinished,
    MappingChecked,
    ReadinessReady,
    ReceiptReprinted,
    ReceiptsListed,
    SettlingAnswered,
    StaffCardPresented,
    StaffCardRemoved,
)
from kiosk.flow.staff.facts import (
    AuditPhase,
    AuditWord,
    DeviceTest,
    DeviceTestResult,
    PastReceipt,
    SettlingOutcome,
    Verdict,
)
from kiosk.flow.staff.testing import TOUCH_CELLS
from kiosk.flow.staff.views import StaffPageView
from kiosk.flow.touches import BackTouched, Confirmed, KeyPressed, LanguageChosen, OptionChosen
from kiosk.flow.views import ChoiceView, Language, TextEntryView
from tests.faults.outlook import enabled
from tests.flows.staff_stages import (
    ATTENDANT,
    AUDITOR,
    RECEIPTS,
    REPORT,
    TECHNICIAN,
    answered,
    at_home,
    card_away,
    in_test,
    mappings,
    measured,
    page,
    receipts,
    ref_of,
    reprinting,
    retrying,
    trying,
    unsettled,
)
from tests.flows.story import START, Story


def done(story: Story, kind: type[Effect]) -> list[Effect]:
    return [effect for effect in story.effects if isinstance(effect, kind)]


def results(story: Story) -> list[DeviceTestResult]:
    return [effect.result for effect in story.effects if isinstance(effect, RecordTest)]


def phases(story: Story, word: AuditWord) -> list[AuditPhase]:
    return [effect.phase for effect in story.effects if isinstance(effect, RecordAudit) and effect.word is word]


def test_the_language_that_staff_chose_stays_while_they_work() -> None:
    story = page("tests").touch(LanguageChosen(Language.EN)).wait(120)
    assert story.display.frame.language is Language.EN


# --- tests -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("test", [test for test in DeviceTest if test not in {DeviceTest.TOUCH, DeviceTest.DISPLAY}])
def test_a_test_that_never_ends_is_a_failure_that_is_recorded(test: DeviceTest) -> None:
    story = in_test(test).wait(181)
    assert [result.verdict for result in results(story)] == [Verdict.BAD]
    assert phases(story, AuditWord.DEVICE_TEST) == [AuditPhase.BEGIN, AuditPhase.END]
    assert done(story, EndTest)


@pytest.mark.parametrize(("answer", "verdict"), [("yes", Verdict.GOOD), ("no", Verdict.BAD)])
def test_what_only_a_person_can_judge_is_asked_before_it_is_recorded(answer: str, verdict: Verdict) -> None:
    story = measured(DeviceTest.SPEAKER)
    assert not results(story)
    story.touch(OptionChosen(answer))
    assert [result.verdict for result in results(story)] == [verdict]


def test_a_page_that_failed_is_not_asked_about() -> None:
    assert [result.verdict for result in results(measured(DeviceTest.RECEIPT_PRINTER, Verdict.BAD))] == [Verdict.BAD]


def test_leaving_the_page_ends_the_test() -> None:
    story = in_test(DeviceTest.NETWORK).touch(BackTouched())
    assert done(story, EndTest)
    assert story.situation == "ChoosingTest"


def test_a_result_that_comes_after_the_page_was_left_is_dropped() -> None:
    story = in_test(DeviceTest.NETWORK)
    late = DeviceTestFinished(ref_of(story), DeviceTestResult(DeviceTest.NETWORK, Verdict.GOOD))
    assert not results(story.touch(BackTouched()).tell(late))


def test_the_camera_scans_only_while_it_is_tested_and_what_it_reads_is_not_kept() -> None:
    story = in_test(DeviceTest.CODE_SCANNER)
    assert activities_of(story.terminal)
    story.tell(CodeScanned(b"134567890123456789")).touch(OptionChosen("finish"))
    assert not activities_of(story.terminal)
    assert results(story)[0].verdict is Verdict.GOOD
    assert "134567890123456789" not in str(results(story)) + str(story.display)


def test_every_cell_of_the_glass_ends_the_touch_test_well() -> None:
    story = in_test(DeviceTest.TOUCH).touch(*(OptionChosen(f"cell.{number}") for number in range(TOUCH_CELLS)))
    assert results(story)[0].verdict is Verdict.GOOD


def test_cells_that_nobody_could_touch_are_dead() -> None:
    story = in_test(DeviceTest.TOUCH).touch(*(OptionChosen(f"cell.{number}") for number in range(1, TOUCH_CELLS)))
    story.touch(OptionChosen("finish"))
    assert results(story)[0].verdict is Verdict.BAD
    assert results(story)[0].rows[-1].value == 1


# --- the reader is tested with another card --------------------------------------------------------------------------


def test_the_staff_card_may_be_out_while_its_reader_is_tested() -> None:
    story = card_away()
    assert story.situation == "DeviceInTest"
    assert story.tell(StaffCardPresented(TECHNICIAN, 5)).situation == "DeviceInTest"
    assert story.touch(BackTouched()).situation == "ChoosingTest"


def test_the_staff_card_must_come_back_after_the_test() -> None:
    story = card_away().touch(BackTouched())
    assert story.situation == "StaffCardAwaited"
    assert story.wait(31).situation == "Attract"


def test_the_staff_card_that_comes_back_in_time_goes_on() -> None:
    story = card_away().touch(BackTouched()).wait(10).tell(StaffCardPresented(TECHNICIAN, 5))
    assert story.situation == "ChoosingTest"


def test_somebody_else_s_staff_card_does_not_go_on() -> None:
    story = card_away().tell(StaffCardPresented(ATTENDANT, 5))
    assert story.situation == "StaffUnlocking"


def test_a_reader_test_that_is_forgotten_does_not_leave_the_door_open() -> None:
    assert card_away().wait(200).situation == "Attract"


# --- business --------------------------------------------------------------------------------------------------------


def test_an_item_is_tried_again_and_the_answer_is_shown() -> None:
    story = answered(retrying(), lambda ref: SettlingAnswered(ref, "item-0", SettlingOutcome.SETTLED))
    view = story.display.view
    assert isinstance(view, StaffPageView)
    assert view.verdict is Verdict.GOOD
    assert phases(story, AuditWord.SETTLE_RETRY) == [AuditPhase.BEGIN, AuditPhase.END]


def test_an_item_is_handed_over() -> None:
    story = unsettled().touch(OptionChosen("item-1"), OptionChosen("hand_over"))
    assert done(story, HandOver)
    answered(story, lambda ref: SettlingAnswered(ref, "item-1", SettlingOutcome.HANDED_OVER))
    assert phases(story, AuditWord.SETTLE_HAND_OVER) == [AuditPhase.BEGIN, AuditPhase.END]


def test_silence_about_an_item_is_said() -> None:
    view = retrying().wait(46).display.view
    assert isinstance(view, StaffPageView)
    assert view.verdict is Verdict.BAD


def test_an_auditor_sees_what_is_unsettled_and_changes_nothing() -> None:
    story = at_home(AUDITOR).touch(OptionChosen("menu"), OptionChosen("unsettled"))
    assert story.situation == "SettlingBusiness"
    assert {"retry", "hand_over"}.isdisjoint(enabled(story.display))


# --- receipts again --------------------------------------------------------------------------------------------------


def test_a_receipt_is_printed_again_once_and_counted() -> None:
    story = reprinting().touch(OptionChosen(RECEIPTS[0].number), OptionChosen("again"))
    assert len(done(story, ReprintReceipt)) == 1
    answered(story, lambda ref: ReceiptReprinted(ref, RECEIPTS[0].number, 2))
    view = story.display.view
    assert isinstance(view, StaffPageView)
    assert view.lines[0].text.values == (("copy", 2),)


def test_the_last_digits_of_a_number_are_enough() -> None:
    story = receipts().touch(OptionChosen("by_number"), *(KeyPressed(digit) for digit in "0007"), Confirmed())
    assert [effect.number for effect in done(story, ReprintReceipt)] == [RECEIPTS[6].number]  # type: ignore[union-attr]


def test_a_number_may_end_with_letters() -> None:
    numbers = ("SQ2611236LMPHZYA", "SQ2611236LMPHZYB")
    listed = tuple(PastReceipt(number, START) for number in numbers)
    story = answered(page("reprint"), lambda ref: ReceiptsListed(ref, listed))
    typed = story.touch(OptionChosen("by_number"), *(KeyPressed(key) for key in "HZYA# -"), Confirmed())
    assert [effect.number for effect in done(typed, ReprintReceipt)] == [numbers[0]]  # type: ignore[union-attr]


@pytest.mark.parametrize("digits", ["9999", "0"])
def test_a_number_that_fits_no_receipt_prints_nothing(digits: str) -> None:
    story = receipts().touch(OptionChosen("by_number"), *(KeyPressed(digit) for digit in digits), Confirmed())
    assert isinstance(story.display.view, TextEntryView)
    assert not done(story, ReprintReceipt)


# --- the machine -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("choices", [("out",), ("closed",), ("shorter", "1200")])
def test_closing_shows_when_staff_have_gone(choices: tuple[str, ...]) -> None:
    story = page("service").touch(*(OptionChosen(choice) for choice in choices))
    assert len(done(story, SetService)) == 1
    story.mono_s += 11 * 3600
    assert story.tell(StaffCardRemoved()).situation == "OutOfService"


def test_levels_move_in_steps_and_stop_at_the_ends() -> None:
    story = page("levels").touch(*(OptionChosen("volume.down") for _ in range(20)))
    assert [effect.percent for effect in done(story, SetVolume)][:3] == [50, 40, 30]  # type: ignore[union-attr]
    assert min(effect.percent for effect in done(story, SetVolume)) == 0  # type: ignore[union-attr]
    story.touch(*(OptionChosen("brightness.down") for _ in range(20)))
    assert min(effect.percent for effect in done(story, SetBrightness)) == 10  # type: ignore[union-attr]


@pytest.mark.parametrize(("entry", "act"), [("restart", Restart), ("shutdown", Shutdown)])
def test_nothing_goes_down_without_a_second_word(entry: str, act: type[Effect]) -> None:
    story = page(entry)
    assert not done(story, act)
    story.touch(Confirmed(), Confirmed())
    assert len(done(story, act)) == 1
    assert story.wait(46).situation == "StaffHome"


# --- ports -----------------------------------------------------------------------------------------------------------


def checked(*, is_working: bool) -> Story:
    return answered(trying(), lambda ref: MappingChecked(ref, "card_reader", "usb-2", is_working=is_working))


def test_a_port_is_tried_before_it_is_kept() -> None:
    assert not done(trying(), KeepMapping)
    assert done(checked(is_working=True).touch(OptionChosen("keep")), KeepMapping)


@pytest.mark.parametrize("way", ["undo", "wait"])
def test_a_port_that_nobody_keeps_is_given_up(way: str) -> None:
    story = checked(is_working=True)
    story = story.touch(OptionChosen("undo")) if way == "undo" else story.wait(31)
    assert len(done(story, UndoMapping)) == 1
    assert not done(story, KeepMapping)


def test_a_port_that_does_not_work_cannot_be_kept() -> None:
    story = checked(is_working=False).touch(OptionChosen("keep"))
    assert not done(story, KeepMapping)


def test_only_a_technician_moves_devices() -> None:
    assert mappings().situation == "MappingDevices"
    story = at_home(ATTENDANT).touch(OptionChosen("menu"), OptionChosen("mapping"))
    assert isinstance(story.display.view, ChoiceView)
    assert story.situation == "StaffMenu"


# --- report ----------------------------------------------------------------------------------------------------------


def test_the_report_is_made_once_and_recorded() -> None:
    story = page("readiness")
    answered(story, lambda ref: ReadinessReady(ref, REPORT))
    assert len(done(story, MakeReadinessReport)) == 1
    assert phases(story, AuditWord.READINESS_REPORT) == [AuditPhase.BEGIN, AuditPhase.END]
    assert enabled(story.display) == {"again", "export", "print"}


def test_a_report_that_never_comes_can_be_asked_for_again() -> None:
    story = page("readiness").wait(76)
    assert enabled(story.display) == {"again"}
