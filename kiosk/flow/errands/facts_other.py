"""What is known when somebody comes with other papers, from a phone, or for somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.contact import PostalAddress
from kiosk.domain.errands import DraftPhone, Relationship
from kiosk.domain.personal import Personal
from kiosk.flow.facts import DocumentFacts


@dataclass(frozen=True, repr=False)
class TypedPassport(Personal):
    """What opens the chip, as typed so far: the number, and two days as YYMMDD."""

    number: str = ""
    birth: str = ""
    expiry: str = ""


@dataclass(frozen=True)
class ClaimedDraft:
    """What was begun on a phone and goes on at this terminal."""

    draft_number: str
    has_address: bool
    has_agent: bool
    has_photo: bool


@dataclass(frozen=True, repr=False)
class DraftAddressFacts(Personal):
    recipient: str
    mobile: str
    address: PostalAddress


@dataclass(frozen=True, repr=False)
class DraftFacts(Personal):
    """The state of a draft that holds now."""

    draft_number: str
    version: int
    phone: DraftPhone
    address: DraftAddressFacts | None = None
    relationship: Relationship | None = None
    agent_mobile: str | None = None
    photo_number: str | None = None


@dataclass(frozen=True, repr=False)
class HandOffFacts(Personal):
    """`url` is what the phone scans; the first phone that goes on from it is the only one."""

    draft_number: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, repr=False)
class AgentFacts(Personal):
    """Who applies for the person, registered by the backend for an hour; masked."""

    agent_number: str
    name_masked: str
    number_masked: str


@dataclass(frozen=True, repr=False)
class FurtherAnswers(Personal):
    """What only some people are asked; wiped with the session."""

    typed_passport: TypedPassport = TypedPassport()
    draft: ClaimedDraft | None = None
    """None: nothing was begun on a phone, or it is of no use any more."""
    photo_number: str | None = None
    recipient: str | None = None
    """Who receives the letter, where the phone named somebody."""
    is_for_other: bool = False
    """An agent is here, and applies for the person of the record."""
    agent_document: DocumentFacts | None = None
    relationship: Relationship | None = None
    agent_mobile: str | None = None
    agent: AgentFacts | None = None
