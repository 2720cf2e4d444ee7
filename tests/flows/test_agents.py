"""Somebody applies for somebody else."""

from dataclasses import replace

import pytest

from kiosk.domain.application import PaymentState
from kiosk.domain.errands import Relationship
from kiosk.flow.effects import Apply, PrintReceipt
from kiosk.flow.errands.effects_other import RegisterAgent
from kiosk.flow.errands.events_other import DraftArrived
from kiosk.flow.events import ApplicationAnswered, CentralSilent, DocumentPresented, DocumentRefused, PaymentAnswered
from kiosk.flow.touches import BackTouched, Confirmed, Declined, OptionChosen
from tests.flows.other_stages import (
    AGENT_DOCUMENT,
    CLAIMED,
    DRAFT,
    PASSPORT,
    agent_awaited,
    agent_mobile,
    awaited,
    declaration,
    fetching,
    identifying,
    keys,
    more,
    refused,
    registered,
    registering,
    relationship,
)
from tests.flows.story import ACCEPTED, APPLICATION, DOCUMENT, Story, payment


def test_both_documents_relationship_telephone_and_declaration_are_sent() -> None:
    story = registering()
    (sent,) = [effect for effect in story.effects if isinstance(effect, RegisterAgent)]
    assert (sent.document, sent.relationship, sent.mobile) == (AGENT_DOCUMENT, Relationship.CHILD, "13900139000")
    assert sent.declaration_version == "D1"


def to_check(story: Story) -> Story:
    story.touch(OptionChosen("damaged"), OptionChosen("handed_in"), OptionChosen("known"), OptionChosen("pickup"))
    return story.touch(OptionChosen("CY-1"), OptionChosen("keep"))


def test_the_agent_stands_masked_on_the_check_page_and_in_the_application() -> None:
    story = to_check(registered())
    rows = {row.row_id: dict(row.value.values) for row in story.display.view.rows}
    assert rows["agent"]["name"] == "李**"
    story.touch(Confirmed())
    (sent,) = [effect for effect in story.effects if isinstance(effect, Apply)]
    assert sent.agent_number == "DL1"


def test_the_agent_stands_masked_on_the_receipt() -> None:
    story = to_check(registered()).touch(Confirmed())
    story.tell(ApplicationAnswered(awaited(story), APPLICATION)).touch(OptionChosen("scan_screen"))
    story.tell(PaymentAnswered(payment(story.terminal.situation.payment_number, PaymentState.PAID)))
    story.tell(ApplicationAnswered(awaited(story), replace(ACCEPTED, agent_name_masked="李**"))).touch(Confirmed())
    (sent,) = [effect for effect in story.effects if isinstance(effect, PrintReceipt)]
    assert sent.receipt.masked_agent == "李**"


def test_the_card_holders_document_is_not_the_agents() -> None:
    story = agent_awaited().tell(DocumentPresented(DOCUMENT))
    assert story.display.view.message.key == "agent.document.same"
    story.tell(DocumentRefused("not_present"))
    assert story.display.view.message.key == "agent.document.same"  # it may lie there still
    assert story.tell(DocumentPresented(AGENT_DOCUMENT)).situation == "ChoosingRelationship"


def test_an_agent_may_show_a_passport() -> None:
    story = agent_awaited().touch(OptionChosen("passport"))
    for typed in ("L898902C3", "740812", "351231"):
        keys(story, typed).touch(Confirmed())
    story.tell(DocumentPresented(PASSPORT))
    assert story.situation == "ChoosingRelationship"
    assert story.terminal.session.answers.further.agent_document == PASSPORT


@pytest.mark.parametrize("code", ["agent_is_person", "agent_minor", "agent_limit"])
def test_another_agent_may_be_tried(code: str) -> None:
    story = refused(registering(), code)
    assert story.display.view.title.key == f"trouble.{code}.title"
    assert story.touch(OptionChosen("another_agent")).situation == "IdentifyingAgent"


def test_for_a_child_the_relationship_is_asked_again() -> None:
    story = refused(registering(), "guardian_required").touch(OptionChosen("again"))
    assert story.situation == "ChoosingRelationship"
    assert story.touch(OptionChosen("guardian")).situation == "AcceptingDeclaration"  # the number is known


def test_who_does_not_confirm_ends_the_visit() -> None:
    assert declaration().touch(Declined()).situation == "Attract"


def test_a_silent_centre_may_be_asked_again() -> None:
    story = registering()
    story.tell(CentralSilent(awaited(story)))
    assert story.touch(OptionChosen("again")).situation == "AcceptingDeclaration"


def test_back_leads_from_question_to_question() -> None:
    assert declaration().touch(BackTouched()).situation == "EnteringAgentMobile"
    assert agent_mobile().touch(BackTouched()).situation == "ChoosingRelationship"
    assert relationship().touch(BackTouched()).situation == "IdentifyingAgent"


def test_a_mobile_number_that_cannot_be_is_said() -> None:
    assert keys(agent_mobile(), "139").touch(Confirmed()).display.view.problem.key == "mobile.problem.too_short"


def test_what_the_agent_said_at_home_is_not_asked_again() -> None:
    story = fetching(replace(CLAIMED, has_agent=True))
    draft = replace(DRAFT, relationship=Relationship.SPOUSE, agent_mobile="13900139000")
    story.tell(DraftArrived(awaited(story), draft)).touch(Confirmed())
    assert story.situation == "IdentifyingAgent"
    assert story.tell(DocumentPresented(AGENT_DOCUMENT)).situation == "AcceptingDeclaration"


def test_who_turns_back_and_applies_for_themselves_is_no_agent() -> None:
    story = more().touch(OptionChosen("for_other"), BackTouched(), BackTouched(), OptionChosen("replace"), Confirmed())
    assert story.identified().touch(Confirmed()).situation == "ChoosingReason"


def test_nobody_is_asked_for_an_agent_otherwise() -> None:
    assert identifying().identified().touch(Confirmed()).situation == "ChoosingReason"
