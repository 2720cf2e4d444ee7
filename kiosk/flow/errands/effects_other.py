"""What is wanted outside for those who come with other papers, from a phone, or for somebody else."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.errands import HandOffTopic, Relationship
from kiosk.domain.personal import Personal
from kiosk.flow.facts import DocumentFacts


@dataclass(frozen=True, repr=False)
class ReadPassport(Personal):
    """Read the passport that lies on the card reader, once. `mrz_information` opens its chip (ICAO 9303-11, 4.3.2)."""

    mrz_information: str


@dataclass(frozen=True, repr=False)
class LookUpECard(Personal):
    """A code serves once, so this is never repeated."""

    ref: str
    code: str


@dataclass(frozen=True, repr=False)
class RedeemDraft(Personal):
    """`ref` is the idempotency key, here and below where there is one."""

    ref: str
    code: str


@dataclass(frozen=True, repr=False)
class FetchDraft(Personal):
    ref: str
    draft_number: str
    person_token: str


@dataclass(frozen=True, repr=False)
class OpenHandOff(Personal):
    ref: str
    person_token: str
    topic: HandOffTopic


@dataclass(frozen=True, repr=False)
class PollDraft(Personal):
    """Asked now and then while a phone fills in; the draft's number is its reference."""

    draft_number: str
    person_token: str

    @property
    def ref(self) -> str:
        return self.draft_number


@dataclass(frozen=True, repr=False)
class CloseDraft(Personal):
    """The phone is told that it goes on at the terminal; nobody waits for an answer."""

    draft_number: str
    person_token: str

    @property
    def ref(self) -> str:
        """Another than that of the questions before it, whose answers may still come."""
        return f"{self.draft_number}-closing"


@dataclass(frozen=True, repr=False)
class RegisterAgent(Personal):
    ref: str
    person_token: str
    document: DocumentFacts
    relationship: Relationship
    mobile: str
    declaration_version: str


OtherCentralEffect = LookUpECard | RedeemDraft | FetchDraft | OpenHandOff | PollDraft | CloseDraft | RegisterAgent
