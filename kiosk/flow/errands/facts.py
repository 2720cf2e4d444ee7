"""What the flow knows of the other errands: why somebody came, and what the backend says about their applications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kiosk.domain.application import ApplicationState
from kiosk.domain.errands import CardHandInState, Errand, NextAction, StepMark, WhoCollects
from kiosk.domain.personal import Personal
from kiosk.flow.facts import ApplicationFacts, OfficeFacts


class Purpose(StrEnum):
    """What the person of this session came for."""

    REPLACE = "replace"
    PROGRESS = "progress"
    CERTIFICATE = "certificate"
    LOSS_ONLY = "loss_only"


@dataclass(frozen=True)
class TrackedStep:
    state: ApplicationState
    mark: StepMark
    at: datetime | None = None
    expected: date | None = None


@dataclass(frozen=True, repr=False)
class Tracked(Personal):
    """One application of the person, as far as it is today."""

    application: ApplicationFacts
    applied_at: datetime
    pay_by: datetime | None
    timeline: tuple[TrackedStep, ...]
    next_action: NextAction
    is_late: bool
    card_hand_in: CardHandInState
    certificate_prints: int
    errands: tuple[Errand, ...]

    @property
    def number(self) -> str:
        return self.application.application_number


@dataclass(frozen=True, repr=False)
class CertificateFacts(Personal):
    """A certificate that was made once more; everything is masked already. `print_count` stands on the paper."""

    certificate_number: str
    application_number: str
    print_count: int
    issued_at: datetime
    name_masked: str
    document_number_masked: str
    card_number_masked: str
    agent_name_masked: str | None
    certificate_url: str
    verify_url: str


@dataclass(frozen=True)
class PaperFacts:
    who: WhoCollects
    text_zh: str
    text_en: str


@dataclass(frozen=True)
class GuideFacts:
    """Where, when and with what a new card is collected; nobody has to be known for it."""

    offices: tuple[OfficeFacts, ...]
    papers: tuple[PaperFacts, ...]
    working_days: int
    ready_if_applied_today: date | None
    keep_days: int
    hotlines: tuple[str, ...]

    def office(self, office_id: str) -> OfficeFacts | None:
        return next((office for office in self.offices if office.office_id == office_id), None)
