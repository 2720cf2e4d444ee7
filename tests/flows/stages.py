"""Every situation of the terminal, reached the way people reach it: by a story told to the pure flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from kiosk.domain.application import ApplicationState, CardState, PaymentState, Reason
from kiosk.domain.contact import PostalAddress
from kiosk.domain.language import Language
from kiosk.flow.events import (
    ApplicationAnswered,
    CentralRefused,
    CentralSilent,
    CodeScanned,
    DocumentPresented,
    DocumentRefused,
    Failed,
    LossReported,
    OldCardInserted,
    OldCardRead,
    OldCardUnreadable,
    PaymentAnswered,
    ReceiptNotPrinted,
    ReceiptPrinted,
    ScanTroubled,
)
from kiosk.flow.facts import LossFacts, OldCardFacts, Person
from kiosk.flow.situations import PrintJob
from kiosk.flow.touches import Confirmed, KeyPressed, OptionChosen, Started
from tests.flows.other_stages import OTHER_STAGES
from tests.flows.own_stages import OWN_STAGES
from tests.flows.staff_stages import STAFF_STAGES
from tests.flows.story import ACCEPTED, APPLICATION, DOCUMENT, PERSON, START, Story, payment

PAYER_CODE: Final = b"134567890123456789"
ANOTHER_ID: Final = "110105189901010014"
ADDRESS: Final = PostalAddress("朝阳区", "建外街道", "永安里8号楼")


def job(story: Story) -> str:
    """The print job that this story waits for."""
    slip: PrintJob | None = getattr(story.terminal.situation, "slip", None)
    return slip.ref if slip else "no job"


def slip_out(story: Story) -> Story:
    return story.tell(ReceiptPrinted(job(story)))


def slip_stuck(story: Story, problem: str = "paper_out", *, may_have_printed: bool = True) -> Story:
    return story.tell(ReceiptNotPrinted(job(story), problem, may_have_printed))


def awaited(story: Story) -> str:
    """The reference of the answer that this story waits for."""
    situation = story.terminal.situation
    return str(getattr(situation, "ref", None) or getattr(situation, "payment_number", "nobody"))


# --- beginning -------------------------------------------------------------------------------------------------------


def attract() -> Story:
    return Story().open_for_business()


def purpose() -> Story:
    return attract().touch(Started(Language.ZH))


def identifying() -> Story:
    return purpose().touch(OptionChosen("replace"), Confirmed())


def looking_up() -> Story:
    return identifying().tell(DocumentPresented(DOCUMENT))


def record(person: Person = PERSON) -> Story:
    return identifying().identified(person)


def unpaid() -> Person:
    return replace(PERSON, open_application=APPLICATION)


def in_state(state: CardState) -> Person:
    return replace(PERSON, card=replace(PERSON.card, state=state))


def resumed() -> Story:
    """An unpaid application of an earlier visit, at its fee; the damaged card is with the staff."""
    return record(unpaid()).touch(Confirmed(), OptionChosen("to_staff"))


# --- the old card ----------------------------------------------------------------------------------------------------


def reason() -> Story:
    return record().touch(Confirmed())


def reporting_loss() -> Story:
    return reason().touch(OptionChosen("lost"), Confirmed())


def loss_stopped() -> Story:
    story = reporting_loss()
    return story.tell(LossReported(awaited(story), LossFacts("L1", START)))


def handing_in() -> Story:
    return reason().touch(OptionChosen("damaged"))


def own_card_read() -> Story:
    return handing_in().tell(OldCardInserted(), OldCardRead(OldCardFacts(DOCUMENT.number, "样例")))


# --- contact and delivery --------------------------------------------------------------------------------------------


def mobile() -> Story:
    return handing_in().touch(OptionChosen("handed_in"))


def delivery() -> Story:
    return mobile().touch(OptionChosen("known"))


def office() -> Story:
    return delivery().touch(OptionChosen("pickup"))


def address(person: Person = PERSON) -> Story:
    story = record(person).touch(Confirmed(), OptionChosen("damaged"), OptionChosen("handed_in"))
    return story.touch(OptionChosen("known"), OptionChosen("express"))


def street() -> Story:
    return address().touch(OptionChosen("new"), OptionChosen("朝阳区"))


def address_detail() -> Story:
    return street().touch(OptionChosen("建外街道"), *(KeyPressed(key) for key in "永安里8"))


def card_details() -> Story:
    return office().touch(OptionChosen("CY-1"))


def check() -> Story:
    return card_details().touch(OptionChosen("keep"))


def check_express() -> Story:
    return address(replace(PERSON, address=ADDRESS)).touch(OptionChosen("last"), OptionChosen("keep"))


def check_lost() -> Story:
    story = loss_stopped().touch(Confirmed(), OptionChosen("none"), OptionChosen("pickup"))
    return story.touch(OptionChosen("CY-1"), OptionChosen("keep"))


# --- money -----------------------------------------------------------------------------------------------------------


def applying() -> Story:
    return check().touch(Confirmed())


def choosing_payment() -> Story:
    story = applying()
    return story.tell(ApplicationAnswered(awaited(story), APPLICATION))


def scanning() -> Story:
    return choosing_payment().touch(OptionChosen("show_phone"))


def payment_requested() -> Story:
    return choosing_payment().touch(OptionChosen("scan_screen"))


def code_shown() -> Story:
    story = payment_requested()
    return story.tell(answered(story, PaymentState.REQUESTED, code_url="weixin://x"))


def payer_code_sent() -> Story:
    return scanning().tell(CodeScanned(PAYER_CODE))


def cancelling() -> Story:
    return code_shown().touch(OptionChosen("cancel"))


def one_lost_poll() -> Story:
    story = code_shown()
    return story.tell(CentralSilent(awaited(story)))


def unclear() -> Story:
    return one_lost_poll().wait(20)


def being_checked() -> Story:
    return unclear().wait(41)


def printed_while_checked() -> Story:
    return slip_out(being_checked())


def not_printed_while_checked() -> Story:
    return slip_stuck(being_checked())


def answered(story: Story, state: PaymentState, **changes: object) -> PaymentAnswered:
    return PaymentAnswered(payment(awaited(story), state, **changes))


# --- the end ---------------------------------------------------------------------------------------------------------


def submitting() -> Story:
    story = code_shown()
    return story.tell(answered(story, PaymentState.PAID))


def delayed() -> Story:
    story = submitting()
    return story.tell(CentralSilent(awaited(story)))


def with_the_office() -> Story:
    return refused(submitting(), "malformed")


def rejected() -> Story:
    story = submitting()
    return story.tell(ApplicationAnswered(awaited(story), replace(APPLICATION, state=ApplicationState.REJECTED)))


def submitted() -> Story:
    story = submitting()
    return story.tell(ApplicationAnswered(awaited(story), ACCEPTED))


def submitted_lost() -> Story:
    story = check_lost().touch(Confirmed())
    lost = replace(ACCEPTED, reason=Reason.LOST)
    story.tell(ApplicationAnswered(awaited(story), replace(lost, state=APPLICATION.state)))
    story.touch(OptionChosen("scan_screen"))
    story.tell(answered(story, PaymentState.PAID))
    return story.tell(ApplicationAnswered(awaited(story), lost))


def printing() -> Story:
    return submitted().touch(Confirmed())


def printed() -> Story:
    return slip_out(printing())


def not_printed() -> Story:
    return slip_stuck(printing())


def taking_things() -> Story:
    return printed().touch(OptionChosen("finish"))


def card_left() -> Story:
    return own_card_read().touch(OptionChosen("handed_in"), OptionChosen("known"))


STAGES: Final[Mapping[str, Callable[[], Story]]] = {
    "starting": Story,
    "out of service": lambda: check().tell(Failed("screens")),
    "attract": attract,
    "purpose": purpose,
    "links": lambda: purpose().touch(OptionChosen("more"), OptionChosen("links")),
    "notice": lambda: purpose().touch(OptionChosen("replace")),
    "identifying": identifying,
    "document not read": lambda: identifying().tell(DocumentRefused("hold_still")),
    "looking up": looking_up,
    "record": record,
    "record with an unpaid application": lambda: record(unpaid()),
    "reason": reason,
    "reason of a stopped card": lambda: record(in_state(CardState.PRE_LOST)).touch(Confirmed()),
    "explaining loss": lambda: reason().touch(OptionChosen("lost")),
    "reporting loss": reporting_loss,
    "loss stopped": loss_stopped,
    "handing in": handing_in,
    "card being read": lambda: handing_in().tell(OldCardInserted()),
    "own card read": own_card_read,
    "another's card": lambda: handing_in().tell(OldCardInserted(), OldCardRead(OldCardFacts(ANOTHER_ID, "李样例"))),
    "card unreadable": lambda: handing_in().tell(OldCardInserted(), OldCardUnreadable("damaged")),
    "mobile": mobile,
    "mobile half typed": lambda: mobile().touch(KeyPressed("1"), KeyPressed("3"), Confirmed()),
    "delivery": delivery,
    "delivery without a mobile": lambda: mobile().touch(OptionChosen("none")),
    "office": office,
    "address": address,
    "address used before": lambda: address(replace(PERSON, address=ADDRESS)),
    "district": lambda: address().touch(OptionChosen("new")),
    "street": street,
    "address detail": address_detail,
    "address without a house number": lambda: street().touch(OptionChosen("建外街道"), KeyPressed("永"), Confirmed()),
    "card details": card_details,
    "bank": lambda: card_details().touch(OptionChosen("bank")),
    "check": check,
    "check with express": check_express,
    "check of a lost card": check_lost,
    "applying": applying,
    "choosing payment": choosing_payment,
    "handing in for a resumed application": lambda: record(unpaid()).touch(Confirmed()),
    "choosing payment of a resumed application": resumed,
    "scanning": scanning,
    "scanning with trouble": lambda: scanning().tell(ScanTroubled("covered")),
    "payment requested": payment_requested,
    "code shown": code_shown,
    "payer's code sent": payer_code_sent,
    "cancelling": cancelling,
    "one lost poll": one_lost_poll,
    "unclear": unclear,
    "being checked": being_checked,
    "being checked, slip printed": printed_while_checked,
    "being checked, no slip": not_printed_while_checked,
    "submitting": submitting,
    "submission delayed": delayed,
    "submission delayed, slip printed": lambda: slip_out(delayed()),
    "with the office": with_the_office,
    "rejected": rejected,
    "submitted": submitted,
    "submitted, lost": submitted_lost,
    "printing": printing,
    "printed": printed,
    "not printed": not_printed,
    "taking things": taking_things,
    "person unknown": lambda: refused(looking_up(), "person_unknown"),
    "records silent": lambda: silent(looking_up()),
    "other document": lambda: identifying().touch(OptionChosen("other_document")),
    "card superseded": lambda: record(in_state(CardState.SUPERSEDED)),
    "card handed in and left": card_left,
    **STAFF_STAGES,
    **OTHER_STAGES,
    **OWN_STAGES,
}
"""A name for each; `test_matrix` asserts that no situation is missing."""


def refused(story: Story, code: str) -> Story:
    return story.tell(CentralRefused(awaited(story), code))


def silent(story: Story) -> Story:
    return story.tell(CentralSilent(awaited(story)))
