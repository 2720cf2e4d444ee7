"""Situations of those who come with other papers, from a phone, or for somebody else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from kiosk.domain.contact import PostalAddress
from kiosk.domain.errands import DraftPhone, Relationship
from kiosk.domain.language import Language
from kiosk.flow.errands.events_other import (
    AgentRegistered,
    DraftArrived,
    DraftClaimed,
    HandOffOpened,
    PassportRefused,
)
from kiosk.flow.errands.facts_other import AgentFacts, ClaimedDraft, DraftAddressFacts, DraftFacts, HandOffFacts
from kiosk.flow.events import (
    CentralRefused,
    CodeScanned,
    DocumentPresented,
    OldCardInserted,
    PersonFound,
    ReferenceArrived,
)
from kiosk.flow.facts import AgentRule, DocumentFacts, Person
from kiosk.flow.touches import Confirmed, KeyPressed, OptionChosen, Started
from tests.flows.story import DOCUMENT, PERSON, REFERENCE, START, Story

PASSPORT: Final = DocumentFacts(
    "passport", "L898902C3", "ERIKSSON ANNA MARIA", "", nationality="UTO", birth_date=date(1874, 8, 12)
)
AGENT_DOCUMENT: Final = replace(DOCUMENT, number="110105209901010014", name="李样例", birth_date=date(2099, 1, 1))
RULED: Final = replace(REFERENCE, agent_rules=(AgentRule(date(2020, 1, 1), "D1"),))
ADDRESS: Final = PostalAddress("朝阳区", "建外街道", "永安里8号楼")
RESUME_CODE: Final = b"SSK1:" + b"a" * 22
E_CARD_CODE: Final = b"ESSC1:" + b"b" * 22
CLAIMED: Final = ClaimedDraft("CG1", has_address=True, has_agent=False, has_photo=False)
DRAFT: Final = DraftFacts(
    "CG1", 3, DraftPhone.DONE, DraftAddressFacts("王收件", "13900139000", ADDRESS), photo_number="P1"
)

PHOTO_DRAFT: Final = DraftFacts("CG2", 4, DraftPhone.DONE, photo_number="P2")
WITHOUT_PHOTO: Final = replace(PERSON, has_photo=False)


def awaited(story: Story) -> str:
    return str(getattr(story.terminal.situation, "ref", "nobody"))


def purpose() -> Story:
    return Story().open_for_business().tell(ReferenceArrived(RULED)).touch(Started(Language.ZH))


def more() -> Story:
    return purpose().touch(OptionChosen("more"))


def identifying() -> Story:
    return purpose().touch(OptionChosen("replace"), Confirmed())


def keys(story: Story, typed: str) -> Story:
    return story.touch(*(KeyPressed(key) for key in typed))


# --- passport --------------------------------------------------------------------------------------------------------


def passport_number() -> Story:
    return identifying().touch(OptionChosen("passport"))


def passport_birth() -> Story:
    return keys(passport_number(), "L898902C3").touch(Confirmed())


def passport_expiry() -> Story:
    return keys(passport_birth(), "740812").touch(Confirmed())


def passport_awaited() -> Story:
    return keys(passport_expiry(), "351231").touch(Confirmed())


def passport_in_reader() -> Story:
    return passport_awaited().tell(OldCardInserted())


# --- electronic card -------------------------------------------------------------------------------------------------


def scanning_e_card() -> Story:
    return identifying().touch(OptionChosen("e_card"))


def resolving_e_card() -> Story:
    return scanning_e_card().tell(CodeScanned(E_CARD_CODE))


def e_card_found() -> Story:
    story = resolving_e_card()
    return story.tell(PersonFound(awaited(story), PERSON))


# --- phone -----------------------------------------------------------------------------------------------------------


def scanning_resume_code() -> Story:
    return more().touch(OptionChosen("from_phone"))


def redeeming() -> Story:
    return scanning_resume_code().tell(CodeScanned(RESUME_CODE))


def claimed(draft: ClaimedDraft = CLAIMED) -> Story:
    story = redeeming()
    return story.tell(DraftClaimed(awaited(story), draft))


def fetching(draft: ClaimedDraft = CLAIMED) -> Story:
    return claimed(draft).touch(Confirmed()).identified()


def prefilled(draft: DraftFacts = DRAFT) -> Story:
    story = fetching()
    return story.tell(DraftArrived(awaited(story), draft))


def choosing_address(person: Person = PERSON) -> Story:
    story = identifying().identified(person).touch(Confirmed(), OptionChosen("damaged"), OptionChosen("handed_in"))
    return story.touch(OptionChosen("known"), OptionChosen("express"))


def opening_hand_off() -> Story:
    return choosing_address().touch(OptionChosen("phone"))


def opened(story: Story) -> Story:
    hand_off = HandOffFacts("CG2", "https://phone.example/x", START + timedelta(seconds=story.mono_s + 600))
    return story.tell(HandOffOpened(awaited(story), hand_off))


def awaiting_phone() -> Story:
    return opened(opening_hand_off())


def card_details(person: Person = PERSON) -> Story:
    story = identifying().identified(person).touch(Confirmed(), OptionChosen("damaged"), OptionChosen("handed_in"))
    return story.touch(OptionChosen("known"), OptionChosen("pickup"), OptionChosen("CY-1"))


def opening_for_a_photo(person: Person = PERSON) -> Story:
    return card_details(person).touch(OptionChosen("photo"))


def awaiting_photo(person: Person = PERSON) -> Story:
    return opened(opening_for_a_photo(person))


def photo_sent(person: Person = PERSON) -> Story:
    return awaiting_photo(person).tell(DraftArrived("CG2", PHOTO_DRAFT))


# --- for somebody else -----------------------------------------------------------------------------------------------


def agent_awaited() -> Story:
    return more().touch(OptionChosen("for_other"), Confirmed()).identified().touch(Confirmed())


def relationship() -> Story:
    return agent_awaited().tell(DocumentPresented(AGENT_DOCUMENT))


def agent_mobile() -> Story:
    return relationship().touch(OptionChosen(Relationship.CHILD.value))


def declaration() -> Story:
    return keys(agent_mobile(), "13900139000").touch(Confirmed())


def registering() -> Story:
    return declaration().touch(Confirmed())


def registered() -> Story:
    story = registering()
    return story.tell(AgentRegistered(awaited(story), AgentFacts("DL1", "李**", "**0014")))


def refused(story: Story, code: str) -> Story:
    return story.tell(CentralRefused(awaited(story), code))


OTHER_STAGES: Final[Mapping[str, Callable[[], Story]]] = {
    "passport: number": passport_number,
    "passport: number too short": lambda: keys(passport_number(), "L8").touch(Confirmed()),
    "passport: birth": lambda: keys(passport_birth(), "740812"),
    "passport: no such day": lambda: keys(passport_birth(), "741312"),
    "passport: expiry": passport_expiry,
    "passport: awaited": passport_awaited,
    "passport: being read": passport_in_reader,
    "passport: not opened": lambda: passport_in_reader().tell(PassportRefused("access_denied")),
    "passport: not read": lambda: passport_in_reader().tell(PassportRefused("mute")),
    "electronic card: scanning": scanning_e_card,
    "electronic card: resolving": resolving_e_card,
    "electronic card: record": e_card_found,
    "electronic card: stopped": lambda: refused(resolving_e_card(), "e_card_stopped"),
    "from the phone: scanning": scanning_resume_code,
    "from the phone: another code": lambda: scanning_resume_code().tell(CodeScanned(b"134567890123456789")),
    "from the phone: redeeming": redeeming,
    "from the phone: code used": lambda: refused(redeeming(), "draft_code_used"),
    "from the phone: fetching": fetching,
    "from the phone: somebody else's": lambda: refused(fetching(), "draft_person_differs"),
    "to the phone: opening": opening_hand_off,
    "to the phone: waiting": awaiting_phone,
    "to the phone: waiting for a photo": awaiting_photo,
    "to the phone: photo sent": photo_sent,
    "to the phone: no photo came": lambda: awaiting_photo().wait(301),
    "no photo on record": lambda: card_details(WITHOUT_PHOTO),
    "check with a new photo": lambda: photo_sent().touch(OptionChosen("keep")),
    "agent: document": agent_awaited,
    "agent: document of the card holder": lambda: agent_awaited().tell(DocumentPresented(DOCUMENT)),
    "agent: relationship": relationship,
    "agent: mobile": agent_mobile,
    "agent: declaration": declaration,
    "agent: registering": registering,
    "agent: refused": lambda: refused(registering(), "agent_limit"),
    "agent: registered": registered,
}
