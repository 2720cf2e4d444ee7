"""One line per situation of those who come with other papers, from a phone, or for somebody else."""

from __future__ import annotations

from typing import assert_never

from kiosk.flow.errands import agent, e_card, handoff, passport
from kiosk.flow.errands.situations_other import (
    AcceptingDeclaration,
    AwaitingPhone,
    ChoosingRelationship,
    EnteringAgentMobile,
    FetchingDraft,
    IdentifyingAgent,
    OpeningHandOff,
    OtherSituation,
    ReadingPassport,
    RedeemingDraft,
    RegisteringAgent,
    ResolvingECard,
    ScanningECard,
    ScanningResumeCode,
    TypingPassport,
)
from kiosk.flow.events import Event
from kiosk.flow.facts import Moment
from kiosk.flow.terminal import Result, Terminal
from kiosk.flow.views import View


def on_other(terminal: Terminal, situation: OtherSituation, event: Event, now: Moment) -> Result:  # noqa: C901
    match situation:
        case TypingPassport():
            return passport.on_typing_passport(terminal, situation, event, now)
        case ReadingPassport():
            return passport.on_reading_passport(terminal, situation, event, now)
        case ScanningECard():
            return e_card.on_scanning_e_card(terminal, event, now)
        case ResolvingECard():
            return e_card.on_resolving_e_card(terminal, situation, event, now)
        case ScanningResumeCode():
            return handoff.on_scanning_resume_code(terminal, event, now)
        case RedeemingDraft():
            return handoff.on_redeeming_draft(terminal, situation, event, now)
        case FetchingDraft():
            return handoff.on_fetching_draft(terminal, situation, event, now)
        case OpeningHandOff():
            return handoff.on_opening_hand_off(terminal, situation, event, now)
        case AwaitingPhone():
            return handoff.on_awaiting_phone(terminal, situation, event, now)
        case IdentifyingAgent():
            return agent.on_identifying_agent(terminal, situation, event, now)
        case ChoosingRelationship():
            return agent.on_choosing_relationship(terminal, event, now)
        case EnteringAgentMobile():
            return agent.on_entering_agent_mobile(terminal, situation, event, now)
        case AcceptingDeclaration():
            return agent.on_accepting_declaration(terminal, event, now)
        case RegisteringAgent():
            return agent.on_registering_agent(terminal, situation, event, now)
        case _:
            assert_never(situation)


def view_other(terminal: Terminal, situation: OtherSituation, now: Moment) -> View:  # noqa: C901
    match situation:
        case TypingPassport():
            return passport.view_typing_passport(terminal, situation, now)
        case ReadingPassport():
            return passport.view_reading_passport(terminal, situation)
        case ScanningECard():
            return e_card.view_scanning_e_card(terminal, situation)
        case ResolvingECard():
            return e_card.view_resolving_e_card()
        case ScanningResumeCode():
            return handoff.view_scanning_resume_code(terminal, situation)
        case RedeemingDraft():
            return handoff.view_redeeming_draft()
        case FetchingDraft():
            return handoff.view_fetching_draft()
        case OpeningHandOff():
            return handoff.view_opening_hand_off()
        case AwaitingPhone():
            return handoff.view_awaiting_phone(situation, now)
        case IdentifyingAgent():
            return agent.view_identifying_agent(terminal, situation)
        case ChoosingRelationship():
            return agent.view_choosing_relationship()
        case EnteringAgentMobile():
            return agent.view_entering_agent_mobile(situation)
        case AcceptingDeclaration():
            return agent.view_accepting_declaration(terminal)
        case RegisteringAgent():
            return agent.view_registering_agent()
        case _:
            assert_never(situation)
