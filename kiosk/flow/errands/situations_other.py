"""Situations of those who come with other papers, from a phone, or for somebody else.

What they answered stands in `Answers.further`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.errands import DraftPhone, HandOffTopic
from kiosk.domain.personal import Personal
from kiosk.flow.errands.facts_other import HandOffFacts
from kiosk.flow.views import Phase

# --- passport --------------------------------------------------------------------------------------------------------


class PassportField(StrEnum):
    NUMBER = "number"
    BIRTH = "birth"
    EXPIRY = "expiry"


@dataclass(frozen=True)
class TypingPassport:
    """One of the three things that open the chip; alone they say nothing about who is here."""

    field: PassportField = PassportField.NUMBER
    problem: str = ""


@dataclass(frozen=True)
class ReadingPassport:
    phase: Phase = Phase.WAITING
    problem: str = ""
    failures: int = 0
    begun_at_s: float = 0.0
    """When the reading that is under way began."""


# --- electronic card -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ScanningECard:
    problem: str = ""


@dataclass(frozen=True)
class ResolvingECard:
    ref: str


# --- from the phone, and to it ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ScanningResumeCode:
    problem: str = ""


@dataclass(frozen=True)
class RedeemingDraft:
    ref: str


@dataclass(frozen=True)
class FetchingDraft:
    """The person is known, so what they filled in may be read."""

    ref: str


@dataclass(frozen=True)
class OpeningHandOff:
    ref: str
    topic: HandOffTopic


@dataclass(frozen=True, repr=False)
class AwaitingPhone(Personal):
    """The phone is at its topic; the terminal asks now and then, and waits no longer than the code lives."""

    topic: HandOffTopic
    hand_off: HandOffFacts
    next_poll_s: float
    deadline_s: float
    code_ends_s: float
    """So long a phone can take the code up."""
    phone: DraftPhone = DraftPhone.AWAITED
    is_silent: bool = False
    """The last question got no answer; it is asked again."""


# --- for somebody else -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class IdentifyingAgent:
    phase: Phase = Phase.WAITING
    problem: str = ""
    failures: int = 0


@dataclass(frozen=True)
class ChoosingRelationship:
    pass


@dataclass(frozen=True, repr=False)
class EnteringAgentMobile(Personal):
    typed: str = ""
    problem: str = ""


@dataclass(frozen=True)
class AcceptingDeclaration:
    pass


@dataclass(frozen=True)
class RegisteringAgent:
    ref: str


OtherSituation = (
    TypingPassport
    | ReadingPassport
    | ScanningECard
    | ResolvingECard
    | ScanningResumeCode
    | RedeemingDraft
    | FetchingDraft
    | OpeningHandOff
    | AwaitingPhone
    | IdentifyingAgent
    | ChoosingRelationship
    | EnteringAgentMobile
    | AcceptingDeclaration
    | RegisteringAgent
)
OTHER_QUESTIONS = (
    TypingPassport,
    ScanningECard,
    ScanningResumeCode,
    IdentifyingAgent,
    ChoosingRelationship,
    EnteringAgentMobile,
    AcceptingDeclaration,
)
OTHER_WAITING = (ResolvingECard, RedeemingDraft, FetchingDraft, OpeningHandOff, RegisteringAgent)
OTHER_WITHOUT_ABSENCE = (AwaitingPhone,)
"""They have a limit of their own."""
OTHER_READING = (ReadingPassport, IdentifyingAgent)
"""Nobody is absent while a reader works."""

# Where they stand among the steps that a person is told:
IDENTIFYING_OTHERWISE = (
    TypingPassport,
    ReadingPassport,
    ScanningECard,
    ResolvingECard,
    FetchingDraft,
    IdentifyingAgent,
    ChoosingRelationship,
    EnteringAgentMobile,
    AcceptingDeclaration,
    RegisteringAgent,
)
FILLING_IN_ELSEWHERE = (OpeningHandOff, AwaitingPhone)
