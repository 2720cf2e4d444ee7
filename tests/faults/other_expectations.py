"""What must hold for those who come with other papers, from a phone, or for somebody else."""

from __future__ import annotations

from typing import Final

from kiosk.flow.errands.events_other import DraftArrived
from kiosk.flow.events import CodeScanned, DocumentPresented
from kiosk.flow.touches import OptionChosen
from tests.faults.expected import END, TIME, Expected, Onward, choice, confirm, option, touched
from tests.flows.other_stages import AGENT_DOCUMENT, DRAFT, E_CARD_CODE, PASSPORT, PHOTO_DRAFT, RESUME_CODE

QUESTION_WAIT: Final = Expected(frozenset({TIME, END}))
READ_PASSPORT: Final = Onward(DocumentPresented(PASSPORT), "LookingUp")
AGENT_DOCUMENT_LAID: Final = Onward(DocumentPresented(AGENT_DOCUMENT), "ChoosingRelationship")

OTHER_EXPECTED: Final[dict[str, Expected]] = {
    "passport: number": choice({"back"}, None),
    "passport: number too short": choice({"confirm", "back"}, confirm("TypingPassport")),
    "passport: birth": choice({"confirm", "back"}, confirm("TypingPassport")),
    "passport: no such day": choice({"confirm", "back"}, confirm("TypingPassport")),
    "passport: expiry": choice({"back"}, None),
    "passport: awaited": choice({"option type_again", "back"}, READ_PASSPORT),
    "passport: being read": choice({"option type_again", "back"}, READ_PASSPORT),
    "passport: not opened": choice({"confirm", "back"}, confirm("TypingPassport")),
    "passport: not read": choice({"option type_again", "back"}, option("type_again", "TypingPassport")),
    "electronic card: scanning": choice(
        {"option document", "back"}, Onward(CodeScanned(E_CARD_CODE), "ResolvingECard")
    ),
    "electronic card: resolving": QUESTION_WAIT,
    "electronic card: record": choice({"confirm", "back"}, confirm("ChoosingReason")),
    "electronic card: stopped": choice({"option document", "option finish"}, option("document", "Identifying")),
    "from the phone: scanning": choice(
        {"option start_here", "back"}, Onward(CodeScanned(RESUME_CODE), "RedeemingDraft")
    ),
    "from the phone: another code": choice({"option start_here", "back"}, option("start_here", "ReadingNotice")),
    "from the phone: redeeming": QUESTION_WAIT,
    "from the phone: code used": choice({"option again", "option finish"}, option("again", "ScanningResumeCode")),
    "from the phone: fetching": QUESTION_WAIT,
    "from the phone: somebody else's": choice(
        {"option start_here", "option finish"}, option("start_here", "ReviewingRecord")
    ),
    "to the phone: opening": QUESTION_WAIT,
    "to the phone: waiting": choice(
        {"option type_here", "option more_time", "back"}, Onward(DraftArrived("CG2", DRAFT), "ChoosingCardDetails")
    ),
    "to the phone: waiting for a photo": choice(
        {"option no_photo", "option more_time", "back"}, Onward(DraftArrived("CG2", PHOTO_DRAFT), "ChoosingCardDetails")
    ),
    "to the phone: photo sent": choice({"option keep", "option photo"}, option("keep", "CheckingAnswers")),
    "to the phone: no photo came": choice({"option again", "option finish"}, option("again", "ChoosingCardDetails")),
    "no photo on record": choice({"option photo", "option bank", "back"}, option("photo", "OpeningHandOff")),
    "check with a new photo": choice({"confirm", "back"}, confirm("Applying")),
    "agent: document": choice({"back"}, AGENT_DOCUMENT_LAID),
    "agent: document of the card holder": choice({"back"}, AGENT_DOCUMENT_LAID),
    "agent: relationship": choice({"option child", "back"}, option("child", "EnteringAgentMobile")),
    "agent: mobile": choice({"back"}, None),
    "agent: declaration": choice({"confirm", "back"}, confirm("RegisteringAgent")),
    "agent: registering": QUESTION_WAIT,
    "agent: refused": choice(
        {"option another_agent", "option finish"}, touched(OptionChosen("another_agent"), "IdentifyingAgent")
    ),
    "agent: registered": choice({"option lost", "option damaged", "back"}, option("damaged", "HandingIn")),
}
