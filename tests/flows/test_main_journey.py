from dataclasses import replace

import pytest

from kiosk.domain.application import CardState, PaymentState
from kiosk.domain.language import Language
from kiosk.flow.effects import (
    Activity,
    Apply,
    AskPayment,
    CancelPayment,
    PrintReceipt,
    ReportLoss,
    RequestPayment,
    Submit,
)
from kiosk.flow.events import (
    ApplicationAnswered,
    CentralChanged,
    CentralRefused,
    CentralSilent,
    CodeScanned,
    DeviceChanged,
    DocumentRefused,
    LossReported,
    OldCardInserted,
    OldCardRead,
    OldCardUnreadable,
    PaymentAnswered,
    ReferenceArrived,
)
from kiosk.flow.facts import DeviceFacts, LossFacts, OldCardFacts, Person
from kiosk.flow.machine import activities_of
from kiosk.flow.touches import (
    BackTouched,
    ChangeRequested,
    Confirmed,
    EndConfirmed,
    EndTouched,
    KeyPressed,
    LanguageChosen,
    OptionChosen,
    Started,
    StillHere,
)
from kiosk.flow.views import IdleWarning, KeypadView, PayCodeView, Phase
from tests.flows.stages import slip_out, slip_stuck
from tests.flows.story import ACCEPTED, APPLICATION, DOCUMENT, PERSON, REFERENCE, START, Story, payment


def at_record(person: Person = PERSON) -> Story:
    story = Story().open_for_business().touch(Started(Language.ZH), OptionChosen("replace"), Confirmed())
    return story.identified(person)


def at_check(reason: str = "damaged") -> Story:
    story = at_record().touch(Confirmed(), OptionChosen(reason))
    if reason == "damaged":
        story.touch(OptionChosen("handed_in"))
    else:
        story.touch(Confirmed())
        story.tell(LossReported(story.terminal.situation.ref, LossFacts("L1", START))).touch(Confirmed())
    return story.touch(OptionChosen("known"), OptionChosen("pickup"), OptionChosen("CY-1"), OptionChosen("keep"))


def at_payment() -> Story:
    story = at_check().touch(Confirmed())
    return story.tell(ApplicationAnswered(story.terminal.situation.ref, APPLICATION))


def paying() -> tuple[Story, str]:
    story = at_payment().touch(OptionChosen("scan_screen"))
    number = story.terminal.situation.payment_number
    story.tell(PaymentAnswered(payment(number, PaymentState.REQUESTED, code_url="weixin://x")))
    return story, number


def at_receipt() -> Story:
    story, number = paying()
    story.tell(PaymentAnswered(payment(number, PaymentState.PAID)))
    return story.tell(ApplicationAnswered(story.terminal.situation.ref, ACCEPTED)).touch(Confirmed())


def test_a_damaged_card_is_replaced_from_attract_to_attract() -> None:
    story = slip_out(at_receipt()).touch(OptionChosen("finish"), Confirmed())
    assert story.situation == "Attract"
    assert story.terminal.session is None
    kinds = [type(effect).__name__ for effect in story.effects]
    assert kinds == ["LookUpPerson", "Apply", "RequestPayment", "Submit", "PrintReceipt", "Note"]


def test_the_terminal_opens_when_it_knows_its_service() -> None:
    story = Story()
    assert story.situation == "OutOfService"
    assert story.tell(ReferenceArrived(REFERENCE)).situation == "Attract"


def test_a_lost_card_is_stopped_before_the_form_and_cannot_be_taken_back() -> None:
    story = at_record().touch(Confirmed(), OptionChosen("lost"), Confirmed())
    assert any(isinstance(effect, ReportLoss) for effect in story.effects)
    story.tell(LossReported(story.terminal.situation.ref, LossFacts("L1", START)))
    assert story.situation == "LossStopped"
    assert not story.display.frame.can_go_back


def test_a_card_reported_lost_already_needs_no_second_report() -> None:
    card = replace(PERSON.card, state=CardState.PRE_LOST)
    story = at_record(replace(PERSON, card=card)).touch(Confirmed(), OptionChosen("lost"))
    assert story.situation == "EnteringMobile"


def test_another_persons_card_cannot_be_handed_in() -> None:
    story = at_record().touch(Confirmed(), OptionChosen("damaged")).tell(OldCardInserted())
    story.tell(OldCardRead(OldCardFacts("110105189901010014", "李样例"))).touch(OptionChosen("handed_in"))
    assert story.situation == "HandingIn"
    assert story.display.view.phase is Phase.TROUBLE


def test_a_chip_that_cannot_be_read_is_no_obstacle() -> None:
    story = at_record().touch(Confirmed(), OptionChosen("damaged"))
    story.tell(OldCardUnreadable("damaged")).touch(OptionChosen("handed_in"))
    assert story.situation == "EnteringMobile"
    assert story.terminal.session.answers.damaged_card == "handed_in"


def test_the_own_card_read_and_dropped_in_is_recorded_so() -> None:
    story = at_record().touch(Confirmed(), OptionChosen("damaged"))
    story.tell(OldCardRead(OldCardFacts(DOCUMENT.number, "样例"))).touch(OptionChosen("handed_in"))
    assert story.terminal.session.answers.damaged_card == "read_and_handed_in"


def test_three_unreadable_documents_offer_staff() -> None:
    story = Story().open_for_business().touch(Started(Language.EN), OptionChosen("replace"), Confirmed())
    for _ in range(3):
        story.tell(DocumentRefused("hold_still"), DocumentRefused("unreadable"))
    assert "staff" in {option.option_id for option in story.display.view.options}


@pytest.mark.parametrize(("typed", "problem"), [("1380013", "too_short"), ("23800138000", "not_mobile")])
def test_a_wrong_mobile_number_stays_typed(typed: str, problem: str) -> None:
    story = at_record().touch(Confirmed(), OptionChosen("damaged"), OptionChosen("handed_in"))
    story.touch(*(KeyPressed(key) for key in typed), Confirmed())
    assert isinstance(story.display.view, KeypadView)
    assert story.display.view.value.replace(" ", "") == typed
    assert story.display.view.problem.key == f"mobile.problem.{problem}"


def test_the_language_changes_without_losing_what_was_typed() -> None:
    story = at_record().touch(Confirmed(), OptionChosen("damaged"), OptionChosen("handed_in"), KeyPressed("1"))
    story.touch(LanguageChosen(Language.EN))
    assert story.display.frame.language is Language.EN
    assert story.display.view.value == "1"


def test_an_express_address_needs_a_door_number() -> None:
    story = at_record().touch(Confirmed(), OptionChosen("damaged"), OptionChosen("handed_in"), OptionChosen("known"))
    story.touch(OptionChosen("express"), OptionChosen("new"), OptionChosen("朝阳区"), OptionChosen("建外街道"))
    story.touch(*(KeyPressed(key) for key in "永安里"), Confirmed())
    assert story.display.view.problem.key == "address_detail.problem.no_house_number"
    story.touch(*(KeyPressed(key) for key in "12号楼"), Confirmed())
    assert story.situation == "ChoosingCardDetails"


def test_changing_one_answer_returns_to_the_check_page() -> None:
    story = at_check().touch(ChangeRequested("mobile"), OptionChosen("none"))
    assert story.situation == "CheckingAnswers"
    assert story.terminal.session.answers.mobile is None


def test_back_from_a_change_returns_to_the_check_page() -> None:
    assert at_check().touch(ChangeRequested("delivery"), BackTouched()).situation == "CheckingAnswers"


def test_no_fee_is_asked_without_paper() -> None:
    story = at_check().tell(DeviceChanged("receipt_printer", DeviceFacts("online", paper="out")))
    story.touch(Confirmed())
    assert story.situation == "Troubled"
    assert story.terminal.situation.missing == ("paper",)
    assert not any(isinstance(effect, Apply) for effect in story.effects)


def test_a_repeated_application_keeps_its_key() -> None:
    story = at_check().touch(Confirmed())
    first = story.last[0]
    story.tell(CentralSilent(first.ref)).touch(OptionChosen("again"), Confirmed())
    assert story.last[0].ref == first.ref


def test_a_changed_answer_makes_a_new_key() -> None:
    story = at_check().touch(Confirmed())
    first = story.last[0]
    story.tell(CentralSilent(first.ref)).touch(OptionChosen("again"), ChangeRequested("mobile"), OptionChosen("none"))
    assert story.touch(Confirmed()).last[0].ref != first.ref


def test_an_id_number_on_the_payment_screen_goes_nowhere() -> None:
    story = at_payment().touch(OptionChosen("show_phone"))
    assert activities_of(story.terminal) == {Activity.SCAN_CODE}
    story.tell(CodeScanned(b"11010519491231002X"))
    assert story.situation == "ScanningPayerCode"
    assert story.display.view.message.key == "pay_scan.problem.looks_like_id_number"
    assert not any(isinstance(effect, RequestPayment) for effect in story.effects)


@pytest.mark.parametrize("content", [b"x" * 7000, b"https://evil.example", b"\x00\x1b[2J", b"28"])
def test_hostile_codes_go_nowhere(content: bytes) -> None:
    story = at_payment().touch(OptionChosen("show_phone")).tell(CodeScanned(content))
    assert story.situation == "ScanningPayerCode"
    assert not any(isinstance(effect, RequestPayment) for effect in story.effects)


def test_a_payer_code_is_sent_once() -> None:
    story = at_payment().touch(OptionChosen("show_phone"))
    story.tell(CodeScanned(b"134567890123456789"), CodeScanned(b"134567890123456789"))
    assert len([effect for effect in story.effects if isinstance(effect, RequestPayment)]) == 1


def test_the_code_is_shown_and_counts_down() -> None:
    story, _ = paying()
    assert isinstance(story.display.view, PayCodeView)
    assert story.wait(10).display.view.seconds_left == 170


def test_an_open_payment_is_asked_for_every_few_seconds() -> None:
    story, number = paying()
    story.wait(9)
    assert story.effects.count(AskPayment(number)) == 3


def test_time_over_cancels_and_asks_nobody_to_pay_twice() -> None:
    story, number = paying()
    story.wait(181)
    assert CancelPayment(number) in story.effects
    assert story.situation == "Paying"
    story.tell(PaymentAnswered(payment(number, PaymentState.CLOSED, failure="timed_out")))
    assert story.situation == "ChoosingPayment"


def test_a_payment_faster_than_its_cancellation_counts() -> None:
    story, number = paying()
    story.touch(OptionChosen("cancel")).tell(PaymentAnswered(payment(number, PaymentState.PAID)))
    assert story.situation == "Submitting"


def test_silence_while_paying_becomes_being_checked_and_never_a_second_request() -> None:
    story, number = paying()
    story.tell(CentralSilent(number)).wait(61)
    assert story.situation == "PaymentBeingChecked"
    assert len([effect for effect in story.effects if isinstance(effect, RequestPayment)]) == 1
    assert not story.display.frame.can_end


def test_a_request_that_never_arrived_is_repeated_under_the_same_number() -> None:
    story, number = paying()
    story.tell(CentralRefused(number, "not_found"))
    assert isinstance(story.last[0], RequestPayment)
    assert story.last[0].payment_number == number


def test_a_paid_application_whose_submission_is_silent_is_kept() -> None:
    story, number = paying()
    story.tell(PaymentAnswered(payment(number, PaymentState.PAID)))
    story.tell(CentralSilent(story.terminal.situation.ref))
    assert story.situation == "SubmissionDelayed"
    assert isinstance(story.last[0], PrintReceipt)


def test_a_receipt_in_doubt_is_marked_when_printed_again() -> None:
    story = slip_stuck(at_receipt())
    story.touch(OptionChosen("print_again"))
    assert story.last[0].receipt.copy.kind == "possible_duplicate"


def test_an_open_unpaid_application_is_resumed_at_its_fee() -> None:
    story = at_record(replace(PERSON, open_application=APPLICATION)).touch(Confirmed(), OptionChosen("handed_in"))
    assert story.situation == "ChoosingPayment"


def test_a_free_replacement_skips_the_payment() -> None:
    story = at_check().touch(Confirmed())
    free = replace(APPLICATION, fee_fen=0)
    story.tell(ApplicationAnswered(story.terminal.situation.ref, free))
    assert story.situation == "Submitting"
    assert isinstance(story.last[0], Submit)


def test_absence_warns_then_wipes() -> None:
    story = at_check().wait(120)
    assert isinstance(story.display.overlay, IdleWarning)
    story.wait(30)
    assert story.situation == "Attract"
    assert story.terminal.session is None


def test_still_here_returns_to_the_same_place() -> None:
    story = at_check()
    for _ in range(10):
        story.wait(125).touch(StillHere())
    assert story.situation == "CheckingAnswers"
    assert story.display.overlay is None


def test_no_idle_end_while_a_payment_is_open() -> None:
    story, _ = paying()
    for _ in range(5):
        story.touch(OptionChosen("more_time")).wait(170)
    assert story.situation == "Paying"


def test_end_and_clear_wipes() -> None:
    story = at_check().touch(EndTouched(), EndConfirmed())
    assert story.terminal.session is None


def test_a_silent_backend_ends_a_wait_with_a_page_that_says_so() -> None:
    story = at_check().touch(Confirmed()).wait(46)
    assert story.situation == "Troubled"


def test_replacing_is_not_offered_without_backend() -> None:
    story = Story().open_for_business()
    story.tell(CentralChanged(is_reachable=False, are_payments_open=False, clock_skew_s=0.0))
    story.touch(Started(Language.ZH), OptionChosen("replace"))
    assert story.situation == "ChoosingPurpose"
    assert not story.display.view.options[0].is_enabled


def test_the_fee_is_pinned_when_the_session_starts() -> None:
    story = at_check()
    dearer = replace(
        REFERENCE, rules=replace(REFERENCE.rules, fees=tuple(replace(f, fee_fen=9900) for f in REFERENCE.rules.fees))
    )
    story.tell(ReferenceArrived(dearer)).touch(Confirmed())
    assert story.last[0].fee_fen == 2000


def test_wishes_for_the_screen_are_gone_with_the_person() -> None:
    story = Story().open_for_business().touch(LanguageChosen(Language.EN))
    assert story.display.frame.language is Language.EN
    assert story.wait(61).display.frame.language is Language.ZH
