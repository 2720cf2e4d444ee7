"""Every situation a terminal can be in. What a person answered lives in `Session.answers`, not here."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.application import PaymentMethod
from kiosk.domain.personal import Personal
from kiosk.flow.composing import NOTHING, Composing
from kiosk.flow.errands.situations import ErrandSituation
from kiosk.flow.facts import PaymentFacts
from kiosk.flow.keyboard import KeyboardPage
from kiosk.flow.print_job import PrintJob
from kiosk.flow.staff.situations import StaffSituation
from kiosk.flow.views import Phase

# --- nobody there ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attract:
    pass


@dataclass(frozen=True)
class OutOfService:
    """`part` is a word for staff: `starting`, `journal`, `screens`, `engine`, `settling`, `by_staff`, `hours`."""

    part: str


# --- beginning -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChoosingPurpose:
    pass


@dataclass(frozen=True)
class ShowingLinks:
    pass


@dataclass(frozen=True)
class ReadingNotice:
    pass


# --- who it is -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Identifying:
    phase: Phase = Phase.WAITING
    problem: str = ""
    failures: int = 0


@dataclass(frozen=True)
class LookingUp:
    ref: str


@dataclass(frozen=True)
class ReviewingRecord:
    pass


# --- what happened to the card ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChoosingReason:
    pass


@dataclass(frozen=True)
class ExplainingLoss:
    pass


@dataclass(frozen=True)
class ReportingLoss:
    ref: str


@dataclass(frozen=True)
class LossStopped:
    """The card is stopped; says until when, and that the bank side is separate."""


@dataclass(frozen=True)
class HandingIn:
    """The damaged card: read if possible, then into the box."""

    phase: Phase = Phase.WAITING
    problem: str = ""


# --- contact and delivery --------------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class EnteringMobile(Personal):
    typed: str = ""
    problem: str = ""


@dataclass(frozen=True)
class ChoosingDelivery:
    pass


@dataclass(frozen=True)
class ChoosingOffice:
    page: int = 1


@dataclass(frozen=True)
class ChoosingAddress:
    """Last used, the one on the document, or a new one."""


@dataclass(frozen=True)
class ChoosingDistrict:
    page: int = 1


@dataclass(frozen=True)
class ChoosingStreet:
    district: str
    page: int = 1


@dataclass(frozen=True, repr=False)
class EnteringAddress(Personal):
    district: str
    street: str
    typed: str = ""
    composing: Composing = NOTHING
    page: KeyboardPage | None = None
    """None: the page that suits the language."""
    problem: str = ""


@dataclass(frozen=True)
class ChoosingCardDetails:
    pass


@dataclass(frozen=True)
class ChoosingBank:
    page: int = 1


@dataclass(frozen=True)
class CheckingAnswers:
    pass


# --- money -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Applying:
    ref: str


@dataclass(frozen=True)
class ChoosingPayment:
    """`problem`: why the last attempt brought no money."""

    problem: str = ""


@dataclass(frozen=True)
class ScanningPayerCode:
    """The camera looks for the payer's code; no money moves yet."""

    problem: str = ""


@dataclass(frozen=True, repr=False)
class Paying(Personal):
    """A payment is open. It is left only when the backend says PAID or CLOSED, or after `unknown_s` of silence."""

    payment_number: str
    method: PaymentMethod
    payer_code: str | None = None
    """Kept in memory only, so that a request that got lost can be repeated unchanged."""
    payment: PaymentFacts | None = None
    next_poll_s: float = 0.0
    repeat_from_s: float = 0.0
    """A request that never arrived is repeated from then on, not earlier."""
    deadline_s: float = 0.0
    is_cancelling: bool = False
    withdrawn_for: str = ""
    """Why the terminal itself cancels: the problem that the person is told afterwards."""
    is_unclear: bool = False
    unclear_since_s: float = 0.0


@dataclass(frozen=True)
class PaymentBeingChecked:
    """Nobody knows yet whether money moved: the person gets a slip with the number and must not pay again."""

    payment_number: str
    slip: PrintJob
    next_poll_s: float
    is_cancelling: bool = False
    """The order is known to be open and unpaid: it is withdrawn, which ends in PAID or CLOSED."""
    times_not_found: int = 0


# --- the end ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Submitting:
    ref: str


@dataclass(frozen=True)
class SubmissionDelayed:
    """The backend has not confirmed the submission: it is kept and sent again; the person may leave or wait."""

    ref: str
    slip: PrintJob


@dataclass(frozen=True)
class SubmissionRefused:
    """The submission will not succeed from here: the office settles it, with a card or with the money."""

    slip: PrintJob
    is_rejected: bool = False
    """The backend has rejected the application itself: no card, and the fee goes back."""


@dataclass(frozen=True)
class Submitted:
    pass


@dataclass(frozen=True)
class TakingReceipt:
    slip: PrintJob


@dataclass(frozen=True)
class TakingThings:
    deadline_s: float
    outcome: str = "completed"
    """How the session that ends here is recorded."""


@dataclass(frozen=True)
class Troubled:
    """A page that says what happened and what to do. `problem` names its texts; `options` its buttons."""

    problem: str
    options: tuple[str, ...]
    reference: str = ""
    missing: tuple[str, ...] = ()
    again_to: Situation | None = None
    """Where the button "try again" leads."""


Situation = (
    Attract
    | OutOfService
    | ChoosingPurpose
    | ShowingLinks
    | ReadingNotice
    | Identifying
    | LookingUp
    | ReviewingRecord
    | ChoosingReason
    | ExplainingLoss
    | ReportingLoss
    | LossStopped
    | HandingIn
    | EnteringMobile
    | ChoosingDelivery
    | ChoosingOffice
    | ChoosingAddress
    | ChoosingDistrict
    | ChoosingStreet
    | EnteringAddress
    | ChoosingCardDetails
    | ChoosingBank
    | CheckingAnswers
    | Applying
    | ChoosingPayment
    | ScanningPayerCode
    | Paying
    | PaymentBeingChecked
    | Submitting
    | SubmissionDelayed
    | SubmissionRefused
    | Submitted
    | TakingReceipt
    | TakingThings
    | Troubled
    | StaffSituation
    | ErrandSituation
)
