"""What cannot be finished while the person stands there: a slip with the numbers, late answers heard, a way out."""

import pytest

from kiosk.domain.application import PaymentState
from kiosk.domain.receipt import CopyKind, InterimKind, InterimSlip, Receipt
from kiosk.flow.effects import AskPayment, CallStaff, CancelPayment, PrintReceipt, RequestPayment, Submit
from kiosk.flow.events import ApplicationAnswered, CentralRefused, CentralSilent, ReceiptPrinted
from kiosk.flow.touches import Confirmed, EndTouched, OptionChosen, StaffCalled, StillHere
from kiosk.flow.views import IdleWarning, Phase
from tests.flows.stages import (
    answered,
    awaited,
    being_checked,
    code_shown,
    delayed,
    job,
    not_printed_while_checked,
    payer_code_sent,
    printed_while_checked,
    rejected,
    slip_out,
    slip_stuck,
    submitted,
    with_the_office,
)
from tests.flows.story import ACCEPTED, APPLICATION, Story


def slips(story: Story) -> list[Receipt | InterimSlip]:
    return [effect.receipt for effect in story.effects if isinstance(effect, PrintReceipt)]


def slip_line(story: Story) -> str:
    return story.display.view.lines[-1].text.key


# --- a payment nobody can tell yet ---


def test_a_payment_that_nobody_can_tell_prints_its_number_at_once() -> None:
    story = being_checked()
    (slip,) = slips(story)
    assert isinstance(slip, InterimSlip)
    assert (slip.kind, slip.payment_number) == (InterimKind.PAYMENT_CHECKED, awaited(story))
    assert "12333" in slip.hotlines
    assert slip_line(story) == "interim.printing"
    assert slip_line(slip_out(story)) == "interim.printed"


def test_a_slip_that_did_not_come_out_is_said_so_and_may_be_printed_again() -> None:
    story = being_checked()
    assert slip_line(slip_stuck(story, may_have_printed=False)) == "interim.not_printed"
    story.touch(OptionChosen("print_again"))
    assert slips(story)[-1].copy.kind is CopyKind.ORIGINAL
    assert slip_line(story) == "interim.printing"


def test_a_doubtful_slip_is_said_so_and_its_repeat_is_marked() -> None:
    story = not_printed_while_checked()
    assert slip_line(story) == "interim.unclear"
    assert slips(story.touch(OptionChosen("print_again")))[-1].copy.kind is CopyKind.POSSIBLE_DUPLICATE


def test_a_printer_that_never_answers_leaves_a_doubt_not_a_wait() -> None:
    assert slip_line(being_checked().wait(60)) == "interim.unclear"


def test_money_that_arrives_while_the_person_waits_leads_to_the_ordinary_end() -> None:
    story = printed_while_checked().wait(30)
    story.tell(answered(story, PaymentState.PAID))
    assert story.situation == "Submitting"
    assert isinstance(story.last[0], Submit)
    story.tell(ApplicationAnswered(awaited(story), ACCEPTED)).touch(Confirmed())
    assert isinstance(slips(story)[-1], Receipt)
    assert slips(story)[-1].paid_by is not None
    slip_out(story).touch(OptionChosen("finish"), Confirmed())
    assert story.situation == "Attract"


def test_a_late_closing_says_that_no_money_was_taken_and_offers_to_pay_again() -> None:
    story = printed_while_checked()
    first = awaited(story)
    story.tell(answered(story, PaymentState.CLOSED, failure="timed_out"))
    assert story.situation == "ChoosingPayment"
    assert story.display.view.problem.key == "pay.problem.checked"
    assert awaited(story.touch(OptionChosen("scan_screen"))) != first


def test_money_on_its_way_back_is_said_so() -> None:
    story = being_checked()
    story.tell(answered(story, PaymentState.REFUND_DUE))
    assert story.display.view.problem.key == "pay.problem.refunded"


def test_the_backend_is_asked_on_and_an_order_still_open_is_withdrawn() -> None:
    story = printed_while_checked()
    number, before = awaited(story), len(story.effects)
    assert story.wait(6).effects[before:] == [AskPayment(number)] * 2
    story.tell(answered(story, PaymentState.REQUESTED)).wait(3)
    assert story.effects[-1] == CancelPayment(number)
    story.tell(answered(story, PaymentState.REQUESTED))
    assert story.situation == "PaymentBeingChecked"
    assert story.last == ()
    assert story.tell(answered(story, PaymentState.CLOSED)).situation == "ChoosingPayment"


def test_an_order_that_the_backend_never_heard_of_took_no_money() -> None:
    story = printed_while_checked()
    number = awaited(story)
    story.tell(*(CentralRefused(number, "not_found") for _ in range(3)))
    assert story.situation == "PaymentBeingChecked"
    assert story.tell(CentralRefused(number, "not_found")).situation == "ChoosingPayment"


def test_a_number_that_appears_after_all_is_not_taken_for_lost() -> None:
    story = printed_while_checked()
    number = awaited(story)
    story.tell(*(CentralRefused(number, "not_found") for _ in range(3)), answered(story, PaymentState.UNKNOWN))
    story.tell(*(CentralRefused(number, "not_found") for _ in range(3)))
    assert story.situation == "PaymentBeingChecked"


def test_nobody_is_asked_to_pay_while_it_is_checked() -> None:
    story = being_checked().touch(OptionChosen("scan_screen"), EndTouched(), Confirmed()).wait(100)
    assert story.situation == "PaymentBeingChecked"
    assert sum(isinstance(effect, RequestPayment) for effect in story.effects) == 1


def test_the_page_leaves_by_itself_when_nobody_stays() -> None:
    story = printed_while_checked().wait(120)
    assert isinstance(story.display.overlay, IdleWarning)
    assert story.wait(30).situation == "Attract"


def test_who_stays_is_still_told_under_the_warning() -> None:
    story = printed_while_checked().wait(125)
    number = awaited(story)
    assert AskPayment(number) in story.wait(3).effects[-1:]
    story.tell(answered(story, PaymentState.PAID)).tell(ApplicationAnswered(awaited(story), ACCEPTED))
    assert story.display.overlay is None
    assert story.wait(119).situation == "Submitted"


def test_the_slip_of_a_payer_code_is_the_same() -> None:
    story = payer_code_sent()
    story.tell(CentralSilent(awaited(story))).wait(61)
    assert slips(story)[-1].kind is InterimKind.PAYMENT_CHECKED


# --- one lost poll ---


def test_one_lost_poll_leaves_the_code_on_the_screen_with_a_quiet_line() -> None:
    story = code_shown()
    story.tell(CentralSilent(awaited(story)))
    assert story.display.view.qr_content == "weixin://x"
    assert story.display.view.waiting.key == "paying.slow"
    story.wait(3).tell(answered(story, PaymentState.REQUESTED, code_url="weixin://x"))
    assert story.display.view.waiting.key == "pay_code.waiting"


def test_one_unclear_answer_of_the_gateway_leaves_the_code_too() -> None:
    story = code_shown()
    story.tell(answered(story, PaymentState.UNKNOWN, code_url="weixin://x"))
    assert story.display.view.qr_content == "weixin://x"


def test_a_doubt_that_lasts_invites_nobody_to_pay_any_more() -> None:
    story = code_shown()
    story.tell(CentralSilent(awaited(story))).wait(20)
    assert story.display.view.title.key == "paying.unclear"


def test_one_lost_poll_does_not_take_the_password_hint_away() -> None:
    story = payer_code_sent()
    story.tell(answered(story, PaymentState.REQUESTED, waits_for="password"), CentralSilent(awaited(story)))
    assert story.display.view.instruction.key == "pay_scan.password"
    assert story.display.view.message.key == "paying.slow"


# --- the submission ---


def test_a_late_confirmation_makes_it_submitted_and_prints_the_receipt() -> None:
    story = delayed()
    (first,) = slips(story)
    assert first.kind is InterimKind.SUBMISSION_DELAYED
    slip_out(story).wait(30).tell(ApplicationAnswered(awaited(story), ACCEPTED))
    assert story.situation == "Submitted"
    assert isinstance(slips(story.touch(Confirmed()))[-1], Receipt)


def test_a_late_confirmation_of_another_submission_changes_nothing() -> None:
    story = delayed().tell(ApplicationAnswered("another", ACCEPTED), CentralRefused("another", "not_found"))
    assert story.situation == "SubmissionDelayed"


def test_a_delayed_submission_still_silent_stays_delayed() -> None:
    story = delayed()
    assert story.tell(CentralSilent(awaited(story))).situation == "SubmissionDelayed"
    assert story.touch(OptionChosen("finish")).situation == "TakingThings"


@pytest.mark.parametrize("late", [False, True])
def test_a_submission_refused_for_good_is_the_offices_and_says_so(late: bool) -> None:
    story = with_the_office()
    if late:
        story = delayed()
        story.tell(CentralRefused(awaited(story), "malformed"))
    assert story.situation == "SubmissionRefused"
    assert "sent_again" not in repr(story.display.view)
    assert dict(story.display.view.reference.values)["number"] == APPLICATION.application_number
    assert slips(story)[-1].kind is InterimKind.WITH_THE_OFFICE
    assert story.effects.count(CallStaff("SubmissionRefused")) == 1


def test_an_application_that_the_office_rejected_gives_the_money_back_and_no_success_is_claimed() -> None:
    story = rejected()
    assert story.situation == "SubmissionRefused"
    assert story.display.view.title.key == "refused.rejected.title"
    assert slips(story)[-1].kind is InterimKind.REJECTED


# --- the right slip ---


def test_a_late_confirmation_is_not_credited_to_the_next_slip() -> None:
    story = delayed()
    interim = job(story)
    story.tell(ApplicationAnswered(awaited(story), ACCEPTED)).touch(Confirmed(), StillHere())
    story.tell(ReceiptPrinted(interim))
    assert story.terminal.situation.slip.phase is Phase.WORKING
    assert slip_out(story).terminal.situation.slip.phase is Phase.DONE


def test_a_confirmation_that_comes_after_its_time_does_not_confirm_the_repeat() -> None:
    story = submitted().touch(Confirmed())
    first = job(story)
    story.wait(60).touch(OptionChosen("print_again")).tell(ReceiptPrinted(first))
    assert story.terminal.situation.slip.phase is Phase.WORKING


# --- help ---


def test_staff_are_called_once_however_often_the_button_is_touched() -> None:
    story = code_shown().touch(StaffCalled(), StaffCalled(), StaffCalled())
    assert sum(isinstance(effect, CallStaff) for effect in story.effects) == 1


def test_staff_who_know_of_a_refused_submission_are_not_called_again() -> None:
    story = with_the_office().touch(StaffCalled())
    assert sum(isinstance(effect, CallStaff) for effect in story.effects) == 1
