"""What comes back to those who come with other papers, from a phone, or for somebody else.

A passport that was read is a `DocumentPresented`, a person found by an electronic card a `PersonFound`.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.personal import Personal
from kiosk.flow.errands.facts_other import AgentFacts, ClaimedDraft, DraftFacts, HandOffFacts


@dataclass(frozen=True)
class PassportRefused:
    """`problem`: a word of hardware's PassportProblem or of the zone's faults, or `expired`."""

    problem: str


@dataclass(frozen=True)
class DraftClaimed:
    ref: str
    draft: ClaimedDraft


@dataclass(frozen=True, repr=False)
class DraftArrived(Personal):
    ref: str
    draft: DraftFacts


@dataclass(frozen=True, repr=False)
class HandOffOpened(Personal):
    ref: str
    hand_off: HandOffFacts


@dataclass(frozen=True)
class DraftClosed:
    ref: str


@dataclass(frozen=True, repr=False)
class AgentRegistered(Personal):
    ref: str
    agent: AgentFacts


OtherEvent = PassportRefused | DraftClaimed | DraftArrived | HandOffOpened | DraftClosed | AgentRegistered
