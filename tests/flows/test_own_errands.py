"""What people do for themselves beside replacing a card, told as stories."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain.application import ApplicationState, CardState, PaymentState
from kiosk.domain.errand_slips import CertificateSlip, LossSlip
from kiosk.domain.errands import CardHandInState, Errand, NextAction
from kiosk.domain.receipt import POSSIBLE_DUPLICATE
from kiosk.flow.effects import AskPayment, PrintReceipt, ReportLoss, RequestPayment
from kiosk.flow.errands.effects import CancelApplication, HandInCard, MakeCertificate, ReadProgress, ResumeApplication
from kiosk.flow.errands.events import ApplicationResumed, CertificateMade, ProgressArrived
from kiosk.flow.events import CentralRefused, CentralSilent, PaymentAnswered, ReceiptNotPrinted, ReceiptPrinted
from kiosk.flow.situations import Troubled
from kiosk.flow.touches import BackTouched, Confirmed, Declined, OptionChosen
from kiosk.flow.views import CheckView, ChoiceView, ProblemView, ReceiptView, RecordView
from tests.flows.own_stages import (
    CARD_DUE,
    CERTIFICATE,
    CERTIFIED,
    COLLECTED,
    IN_WORK,
    UNPAID,
    asked,
    asking,
    cancelling,
    certificate_out,
    collection_offices,
    explaining,
    known,
    printing,
    progress,
    reading,
    reporting,
    sending_hand_in,
    slip,
    slip_out,
    stopped_before,
    stuck,
    taking,
    tracked,
)
from tests.flows.stages import looking_up
from tests.flows.story import APPLICATION, PERSON, Story, payment

OPEN_PAYMENT = "SSC26112300000000000001"


def silent(story: Story) -> Story:
    return story.tell(CentralSilent(asked(story)))


def refused(story: Story, code: str) -> Story:
    return story.tell(CentralRefused(asked(story), code))


def slips(story: Story, kind: type[LossSlip | CertificateSlip]) -> list[LossSlip | CertificateSlip]:
    printed = (effect.receipt for effect in story.effects if isinstance(effect, PrintReceipt))
    return [each for each in printed if isinstance(each, kind)]


def made(story: Story, kind: type) -> list[object]:
    return [effect for effect in story.effects if isinstance(effect, kind)]


def values(story: Story) -> dict[str, str]:
    view = story.display.view
    assert isinstance(view, RecordView)
    return {row.row_id.partition("_")[2] or row.row_id: row.value.key for row in view.rows}


# --- progress --------------------------------------------------------------------------------------------------------


def test_the_timeline_says_what_was_when_and_what_comes_until_when() -> None:
    shown = values(progress(IN_WORK))
    assert shown["submitted"] == "own.step.past.on"
    assert shown["accepted"] == "own.step.now.on"
    assert shown["at_outlet"] == "own.step.by"
    assert shown["collected"] == "own.step.to_come"


def test_an_errand_has_no_numbered_steps_of_a_replacement() -> None:
    assert known("progress").display.frame.step is None
    assert known("replace").display.frame.step is not None


@pytest.mark.parametrize("state", list(CardState))
def test_progress_is_shown_whatever_the_card_is(state: CardState) -> None:
    person = replace(PERSON, card=replace(PERSON.card, state=state))
    assert known("progress", person).situation == "ReviewingRecord"


def test_a_late_application_says_whom_to_call() -> None:
    view = progress(tracked(CERTIFIED, NextAction.CALL)).display.view
    assert isinstance(view, RecordView)
    assert view.hint is not None
    assert dict(view.hint.values)["numbers"] == "12333  96102"


def test_an_overdue_card_is_named_before_the_waiting() -> None:
    overdue = replace(CARD_DUE, next_action=NextAction.WAIT, card_hand_in=CardHandInState.OVERDUE)
    view = progress(overdue).display.view
    assert isinstance(view, RecordView)
    assert view.hint is not None
    assert view.hint.key == "own.next.hand_in_card"


def test_among_several_applications_one_is_chosen_and_back_leads_to_the_choice() -> None:
    story = progress(UNPAID, COLLECTED).touch(OptionChosen(COLLECTED.number))
    assert story.situation == "ShowingProgress"
    assert story.touch(BackTouched()).situation == "ChoosingApplication"


def test_somebody_who_never_applied_is_told_so() -> None:
    story = reading()
    story.tell(ProgressArrived(asked(story), ()))
    assert isinstance(story.terminal.situation, Troubled)
    assert story.terminal.situation.problem == "no_application"


def test_an_application_that_is_open_already_leads_to_its_progress() -> None:
    taken = replace(PERSON, open_application=replace(APPLICATION, state=ApplicationState.PRODUCING))
    story = known("replace", taken)
    assert isinstance(story.display.view, ProblemView)
    assert story.touch(OptionChosen("track")).situation == "ReadingProgress"
    assert made(story, ReadProgress)


def test_an_answer_to_another_question_changes_nothing() -> None:
    assert reading().tell(ProgressArrived("another", (UNPAID,))).situation == "ReadingProgress"


# --- paying and submitting -------------------------------------------------------------------------------------------


def test_an_unpaid_application_is_paid_after_the_damaged_card_was_asked_for() -> None:
    story = progress().touch(Confirmed())
    assert made(story, ResumeApplication)
    story.tell(ApplicationResumed(asked(story), APPLICATION, None))
    assert story.situation == "HandingIn"
    assert story.touch(OptionChosen("to_staff")).situation == "ChoosingPayment"


def test_a_payment_that_is_open_is_asked_about_and_never_made_twice() -> None:
    story = progress().touch(Confirmed())
    story.tell(ApplicationResumed(asked(story), APPLICATION, OPEN_PAYMENT))
    assert story.last == (AskPayment(OPEN_PAYMENT),)
    story.tell(CentralRefused(OPEN_PAYMENT, "not_found")).wait(30)
    assert not made(story, RequestPayment)
    story.tell(PaymentAnswered(payment(OPEN_PAYMENT, PaymentState.PAID)))
    assert story.situation == "Submitting"


def test_a_paid_application_is_submitted_without_a_second_fee() -> None:
    paid = replace(APPLICATION, state=ApplicationState.PAID)
    story = progress(tracked(paid, NextAction.SUBMIT, Errand.SUBMIT)).touch(Confirmed())
    story.tell(ApplicationResumed(asked(story), paid, None)).touch(OptionChosen("to_staff"))
    assert story.situation == "Submitting"
    assert not made(story, RequestPayment)


# --- cancelling ------------------------------------------------------------------------------------------------------


def test_a_cancellation_asks_first_and_no_keeps_the_application() -> None:
    story = progress().touch(Declined(), OptionChosen("cancel"))
    assert not made(story, CancelApplication)
    story.touch(Declined())
    assert story.situation == "ChoosingErrand"
    assert not made(story, CancelApplication)


def test_what_is_not_offered_is_not_done() -> None:
    story = progress(IN_WORK).touch(Declined(), OptionChosen("cancel"))
    assert not made(story, CancelApplication)


def test_a_cancellation_without_an_answer_is_repeated_under_its_key() -> None:
    story = silent(cancelling()).touch(OptionChosen("again"), Confirmed())
    first, second = made(story, CancelApplication)
    assert first == second


def test_an_open_payment_keeps_an_application() -> None:
    story = refused(cancelling(), "payment_open")
    assert isinstance(story.terminal.situation, Troubled)
    assert story.terminal.situation.problem == "payment_open"


# --- the damaged card ------------------------------------------------------------------------------------------------


def test_a_card_handed_in_later_is_told_to_the_backend() -> None:
    story = sending_hand_in()
    (effect,) = made(story, HandInCard)
    assert isinstance(effect, HandInCard)
    assert effect.damaged_card == "handed_in"
    assert effect.application_number == CERTIFIED.application_number


def test_a_hand_in_without_an_answer_is_repeated_under_its_key() -> None:
    story = silent(sending_hand_in()).touch(OptionChosen("again"), OptionChosen("handed_in"))
    first, second = made(story, HandInCard)
    assert first == second


# --- the certificate -------------------------------------------------------------------------------------------------


def test_the_paper_carries_the_count_and_the_phone_gets_the_code() -> None:
    story = certificate_out()
    (slip_printed,) = slips(story, CertificateSlip)
    assert isinstance(slip_printed, CertificateSlip)
    assert slip_printed.print_count == CERTIFICATE.print_count
    view = story.display.view
    assert isinstance(view, ReceiptView)
    assert view.qr_content == CERTIFICATE.certificate_url


def test_a_certificate_that_did_not_come_out_is_not_counted_again() -> None:
    story = taking()
    story.tell(ReceiptNotPrinted(printing(story), "paper_jammed", may_have_printed=True))
    story.touch(OptionChosen("print_again"))
    assert len(made(story, MakeCertificate)) == 1
    assert [each.copy for each in slips(story, CertificateSlip)][1] == POSSIBLE_DUPLICATE


def test_one_more_certificate_is_another_print() -> None:
    story = certificate_out().touch(OptionChosen("print_copy"))
    first, second = made(story, MakeCertificate)
    assert first != second
    story.tell(CertificateMade(asked(story), replace(CERTIFICATE, print_count=3)))
    assert slips(story, CertificateSlip)[-1].subject == CERTIFICATE.application_number


def test_a_certificate_without_an_answer_is_asked_for_under_its_key() -> None:
    story = silent(asking()).touch(OptionChosen("again"), Confirmed())
    first, second = made(story, MakeCertificate)
    assert first == second


def test_without_a_certificate_there_is_nothing_to_print() -> None:
    story = progress(UNPAID, errand="certificate")
    assert isinstance(story.terminal.situation, Troubled)
    assert story.terminal.situation.problem == "no_certificate"


# --- only a loss -----------------------------------------------------------------------------------------------------


def test_nothing_is_stopped_before_the_person_says_so() -> None:
    story = explaining().touch(Declined())
    assert story.situation == "TakingThings"
    assert not made(story, ReportLoss)


def test_a_loss_without_an_answer_is_reported_again_under_its_key() -> None:
    story = silent(reporting()).touch(OptionChosen("again"), Confirmed())
    first, second = made(story, ReportLoss)
    assert first == second


def test_the_slip_says_until_when_and_whom_to_call() -> None:
    (paper,) = slips(slip(), LossSlip)
    assert isinstance(paper, LossSlip)
    assert paper.stopped_until is not None
    assert (paper.report_number, paper.bank_phone, paper.id_last_four) == ("L1", "95000", "002X")
    assert "样例" not in paper.masked_name


def test_a_card_that_is_stopped_already_is_not_reported_again() -> None:
    story = stopped_before()
    assert story.situation == "LossOnlyStopped"
    assert not made(story, ReportLoss)


@pytest.mark.parametrize(
    ("state", "problem"), [(CardState.LOST, "loss_final"), (CardState.SUPERSEDED, "no_card_to_stop")]
)
def test_a_card_that_cannot_be_stopped_says_why(state: CardState, problem: str) -> None:
    person = replace(PERSON, card=replace(PERSON.card, state=state))
    story = known("loss_only", person).touch(Confirmed())
    assert isinstance(story.terminal.situation, Troubled)
    assert story.terminal.situation.problem == problem


def test_after_the_loss_the_new_card_is_one_touch_away() -> None:
    story = slip_out().touch(OptionChosen("new_card"), OptionChosen("none"), OptionChosen("pickup"))
    story.touch(OptionChosen("CY-1"), OptionChosen("keep"))
    assert isinstance(story.display.view, CheckView)
    assert story.display.frame.step is not None


def test_whoever_has_applied_already_is_offered_no_second_card() -> None:
    story = known("loss_only", replace(PERSON, open_application=APPLICATION)).touch(Confirmed(), Confirmed())
    refused(story, "already_reported").touch(Confirmed())
    stuck(story)
    assert story.touch(OptionChosen("new_card")).situation == "TakingLossSlip"


# --- collecting ------------------------------------------------------------------------------------------------------


def test_collecting_is_explained_to_somebody_nobody_knows() -> None:
    story = collection_offices()
    assert story.terminal.session is not None
    assert story.terminal.session.answers.person is None
    view = story.display.view
    assert isinstance(view, ChoiceView)
    assert view.options[0].option_id == "CY-1"


# --- data that changed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["employer", "community"])
@pytest.mark.parametrize("what", ["name_differs", "number_differs"])
def test_data_that_differ_are_corrected_where_they_are_kept(what: str, where: str) -> None:
    story = looking_up()
    story.tell(CentralRefused(asked(story), what, where))
    view = story.display.view
    assert isinstance(view, ProblemView)
    assert view.lines[-1].text.key == f"trouble.{what}.{where}.do"


def test_a_slip_that_came_out_is_among_the_things_to_take() -> None:
    story = taking()
    story.tell(ReceiptPrinted(printing(story))).touch(OptionChosen("finish"))
    keys = {line.text.key for line in story.display.view.items}  # type: ignore[union-attr]
    assert "take.receipt" in keys
