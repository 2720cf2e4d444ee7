"""The backend's share in other papers, phones and agents: what is called, and what the flow hears of it."""

from __future__ import annotations

from typing import Protocol, assert_never

from kiosk.central import wire_errands as wire
from kiosk.central.errors import Refused, Silent
from kiosk.central.wire import PersonFound as PersonFoundMessage
from kiosk.domain.contact import PostalAddress
from kiosk.flow.errands.effects_other import (
    CloseDraft,
    FetchDraft,
    LookUpECard,
    OpenHandOff,
    OtherCentralEffect,
    PollDraft,
    RedeemDraft,
    RegisterAgent,
)
from kiosk.flow.errands.events_other import AgentRegistered, DraftArrived, DraftClaimed, DraftClosed, HandOffOpened
from kiosk.flow.errands.facts_other import AgentFacts, ClaimedDraft, DraftAddressFacts, DraftFacts, HandOffFacts
from kiosk.flow.events import CentralRefused, CentralSilent, Event, PersonFound
from kiosk.services.records import person_of


class OtherCalls(Protocol):
    """`kiosk.central.errands.ErrandCalls`, as far as these need it. None of them raises."""

    def look_up_e_card(self, request: wire.ECardLookUpRequest) -> PersonFoundMessage | Refused | Silent: ...

    def redeem_draft(self, key: str, request: wire.DraftRedemptionRequest) -> wire.DraftClaimed | Refused | Silent: ...

    def open_hand_off(self, key: str, request: wire.HandOffRequest) -> wire.HandOff | Refused | Silent: ...

    def read_draft(self, draft_number: str, request: wire.DraftReading) -> wire.Draft | Refused | Silent: ...

    def close_draft(self, draft_number: str, request: wire.PersonOnly) -> wire.DraftClosed | Refused | Silent: ...

    def register_agent(self, key: str, request: wire.AgentRequest) -> wire.Agent | Refused | Silent: ...


OtherAnswer = (
    PersonFoundMessage
    | wire.DraftClaimed
    | wire.HandOff
    | wire.Draft
    | wire.DraftClosed
    | wire.Agent
    | Refused
    | Silent
)


def call_other(calls: OtherCalls, effect: OtherCentralEffect) -> OtherAnswer:
    match effect:
        case LookUpECard(_, code):
            return calls.look_up_e_card(wire.ECardLookUpRequest(code=code))
        case RedeemDraft(ref, code):
            return calls.redeem_draft(ref, wire.DraftRedemptionRequest(code=code))
        case FetchDraft(_, number, token) | PollDraft(number, token):
            return calls.read_draft(number, wire.DraftReading(person_token=token))
        case OpenHandOff(ref, token, topic):
            return calls.open_hand_off(ref, wire.HandOffRequest(person_token=token, topic=topic))
        case CloseDraft(number, token):
            return calls.close_draft(number, wire.PersonOnly(person_token=token))
        case RegisterAgent(ref=ref):
            return calls.register_agent(ref, _agent_request(effect))
        case _:
            assert_never(effect)


def event_of_other(ref: str, answer: OtherAnswer) -> Event:
    match answer:
        case PersonFoundMessage():
            return PersonFound(ref, person_of(answer))
        case wire.DraftClaimed():
            claimed = ClaimedDraft(answer.draft_number, answer.has_address, answer.has_agent, answer.has_photo)
            return DraftClaimed(ref, claimed)
        case wire.HandOff():
            return HandOffOpened(ref, HandOffFacts(answer.draft_number, answer.url, answer.expires_at))
        case wire.Draft():
            return DraftArrived(ref, _draft_of(answer))
        case wire.DraftClosed():
            return DraftClosed(ref)
        case wire.Agent():
            return AgentRegistered(ref, AgentFacts(answer.agent_number, answer.name_masked, answer.number_masked))
        case Refused(code):
            return CentralRefused(ref, code.value)
        case Silent():
            return CentralSilent(ref)
        case _:
            assert_never(answer)


def _draft_of(message: wire.Draft) -> DraftFacts:
    agent = message.agent
    return DraftFacts(
        draft_number=message.draft_number,
        version=message.version,
        phone=message.phone,
        address=_address_of(message.address) if message.address else None,
        relationship=agent.relationship if agent else None,
        agent_mobile=agent.mobile if agent else None,
        photo_number=message.photo_number,
    )


def _address_of(message: wire.DraftAddress) -> DraftAddressFacts:
    address = PostalAddress(message.district, message.street, message.detail)
    return DraftAddressFacts(message.recipient, message.mobile, address)


def _agent_request(effect: RegisterAgent) -> wire.AgentRequest:
    document = effect.document
    return wire.AgentRequest.model_validate(
        {
            "person_token": effect.person_token,
            "document_kind": document.kind,
            "document_number": document.number,
            "name": document.name,
            "nationality": document.nationality or None,
            "birth_date": document.birth_date,
            "relationship": effect.relationship,
            "mobile": effect.mobile,
            "declaration_version": effect.declaration_version,
        }
    )
