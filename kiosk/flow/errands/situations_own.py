"""Situations of the errands that a person does for themselves. Their applications stand in `Answers.tracked`."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.errands import WhoCollects
from kiosk.domain.personal import Personal
from kiosk.flow.errands.facts import CertificateFacts, GuideFacts
from kiosk.flow.print_job import PrintJob

# --- what else can be done -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChoosingMore:
    """What fits on no first page."""


# --- progress --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReadingProgress:
    ref: str


@dataclass(frozen=True)
class ChoosingApplication:
    """There are several."""

    page: int = 1


@dataclass(frozen=True)
class ShowingProgress:
    """The timeline of one application."""

    application_number: str


@dataclass(frozen=True)
class ChoosingErrand:
    """What may be done about it."""

    application_number: str


@dataclass(frozen=True)
class Resuming:
    """An application that is not paid or not submitted is taken up again."""

    ref: str
    application_number: str


@dataclass(frozen=True)
class AskingToCancel:
    """`key`: of the attempt that got no answer; another one is the same cancellation."""

    application_number: str
    key: str = ""


@dataclass(frozen=True)
class Cancelling:
    ref: str
    application_number: str


@dataclass(frozen=True)
class Cancelled:
    application_number: str


@dataclass(frozen=True)
class SendingHandIn:
    ref: str
    application_number: str


@dataclass(frozen=True)
class CardHandedIn:
    application_number: str


# --- the certificate again -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReviewingCertificate:
    """`key`: of the attempt that got no answer, so that it is not counted twice."""

    application_number: str
    key: str = ""


@dataclass(frozen=True)
class AskingForCertificate:
    ref: str
    application_number: str


@dataclass(frozen=True, repr=False)
class TakingCertificate(Personal):
    certificate: CertificateFacts
    slip: PrintJob


# --- only a loss -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ExplainingLossOnly:
    pass


@dataclass(frozen=True)
class ReportingLossOnly:
    ref: str


@dataclass(frozen=True)
class LossOnlyStopped:
    """The card is stopped, since now or since an earlier report."""

    is_earlier: bool = False


@dataclass(frozen=True)
class TakingLossSlip:
    slip: PrintJob


# --- collecting ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReadingGuide:
    ref: str


@dataclass(frozen=True)
class ChoosingCollector:
    guide: GuideFacts


@dataclass(frozen=True)
class ShowingPapers:
    guide: GuideFacts
    who: WhoCollects


@dataclass(frozen=True)
class ChoosingCollectionOffice:
    guide: GuideFacts
    page: int = 1


@dataclass(frozen=True)
class ShowingCollectionOffice:
    guide: GuideFacts
    office_id: str


OwnSituation = (
    ChoosingMore
    | ReadingProgress
    | ChoosingApplication
    | ShowingProgress
    | ChoosingErrand
    | Resuming
    | AskingToCancel
    | Cancelling
    | Cancelled
    | SendingHandIn
    | CardHandedIn
    | ReviewingCertificate
    | AskingForCertificate
    | TakingCertificate
    | ExplainingLossOnly
    | ReportingLossOnly
    | LossOnlyStopped
    | TakingLossSlip
    | ReadingGuide
    | ChoosingCollector
    | ShowingPapers
    | ChoosingCollectionOffice
    | ShowingCollectionOffice
)
OWN_WAITING = (
    ReadingProgress,
    Resuming,
    Cancelling,
    SendingHandIn,
    AskingForCertificate,
    ReportingLossOnly,
    ReadingGuide,
)
"""An answer of the backend is awaited."""
OWN_WITH_A_SLIP = (TakingCertificate, TakingLossSlip)
OWN_QUESTIONS = (
    ChoosingMore,
    ChoosingApplication,
    ShowingProgress,
    ChoosingErrand,
    ReviewingCertificate,
    ExplainingLossOnly,
    ChoosingCollector,
    ShowingPapers,
    ChoosingCollectionOffice,
)
"""Back may return to them."""
OWN_WITHOUT_BACK = (Cancelled, CardHandedIn, LossOnlyStopped)
