"""Every event of those who come with other papers, from a phone, or for somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from hardware.ports import PassportProblem
from kiosk.domain.errands import DraftPhone
from kiosk.flow.errands.events_other import (
    AgentRegistered,
    DraftArrived,
    DraftClaimed,
    DraftClosed,
    HandOffOpened,
    PassportRefused,
)
from kiosk.flow.errands.facts_other import AgentFacts, HandOffFacts
from kiosk.flow.events import CodeScanned, DocumentPresented, Event
from tests.flows.other_stages import AGENT_DOCUMENT, CLAIMED, DRAFT, E_CARD_CODE, PASSPORT, RESUME_CODE
from tests.flows.story import START

OTHER_OPTIONS = (
    "another_agent",
    "document",
    "e_card",
    "for_other",
    "from_phone",
    "guardian",
    "passport",
    "phone",
    "spouse",
    "start_here",
    "type_again",
    "type_here",
)


def other_answers(ref: str) -> Iterator[Event]:
    """`ref`: what the story waits for; a draft that is polled goes by its own number."""
    yield from (PassportRefused(problem) for problem in (*PassportProblem, "expired"))
    yield from (DocumentPresented(document) for document in (PASSPORT, AGENT_DOCUMENT))
    yield from (CodeScanned(code) for code in (RESUME_CODE, E_CARD_CODE))
    yield DraftClaimed(ref, CLAIMED)
    yield DraftClaimed(ref, replace(CLAIMED, has_agent=True))
    for number in (ref, "CG2"):
        yield DraftArrived(number, DRAFT)
        yield DraftArrived(number, replace(DRAFT, address=None))
        yield DraftArrived(number, replace(DRAFT, phone=DraftPhone.AT_WORK))
    yield HandOffOpened(ref, HandOffFacts("CG3", "https://phone.example/y", START + timedelta(seconds=600)))
    yield DraftClosed(ref)
    yield AgentRegistered(ref, AgentFacts("DL1", "李**", "**0014"))
