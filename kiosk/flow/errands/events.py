"""What the flow hears from the backend about the other errands. Refusals and silence are those of every question."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.personal import Personal
from kiosk.flow.errands.events_other import OtherEvent
from kiosk.flow.errands.facts import CertificateFacts, GuideFacts, Tracked
from kiosk.flow.facts import ApplicationFacts


@dataclass(frozen=True, repr=False)
class ProgressArrived(Personal):
    """The newest application first."""

    ref: str
    applications: tuple[Tracked, ...]


@dataclass(frozen=True, repr=False)
class ApplicationResumed(Personal):
    """`open_payment_number`: a payment that is open already; it is asked about, never doubled."""

    ref: str
    application: ApplicationFacts
    open_payment_number: str | None


@dataclass(frozen=True)
class ApplicationWithdrawn:
    ref: str


@dataclass(frozen=True)
class CardHandInRecorded:
    ref: str


@dataclass(frozen=True, repr=False)
class CertificateMade(Personal):
    ref: str
    certificate: CertificateFacts


@dataclass(frozen=True)
class GuideArrived:
    ref: str
    guide: GuideFacts


OwnEvent = (
    ProgressArrived | ApplicationResumed | ApplicationWithdrawn | CardHandInRecorded | CertificateMade | GuideArrived
)
ErrandEvent = OwnEvent | OtherEvent
