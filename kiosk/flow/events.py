"""What happened, as the flow hears it: past facts from the person, the devices, the backend and the clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.candidate import Candidate
from kiosk.domain.personal import Personal
from kiosk.flow.errands.events import ErrandEvent
from kiosk.flow.facts import (
    ApplicationFacts,
    DeviceFacts,
    DocumentFacts,
    LossFacts,
    OldCardFacts,
    PaymentFacts,
    Person,
    Reference,
)
from kiosk.flow.staff.events import StaffEvent
from kiosk.flow.touches import Touch


@dataclass(frozen=True)
class Touched:
    touch: Touch


@dataclass(frozen=True)
class Ticked:
    """Time has passed; the flow looks at its deadlines."""


# --- devices ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DeviceChanged:
    name: str
    facts: DeviceFacts


@dataclass(frozen=True, repr=False)
class DocumentPresented(Personal):
    document: DocumentFacts


@dataclass(frozen=True)
class DocumentRefused:
    """`problem`: a word of hardware's DocumentProblem or of the domain's document faults."""

    problem: str


@dataclass(frozen=True)
class OldCardInserted:
    pass


@dataclass(frozen=True)
class OldCardTakenOut:
    pass


@dataclass(frozen=True, repr=False)
class OldCardRead(Personal):
    card: OldCardFacts


@dataclass(frozen=True)
class OldCardUnreadable:
    """`problem`: a word of hardware's CardProblem."""

    problem: str


@dataclass(frozen=True, repr=False)
class CodeScanned(Personal):
    content: bytes


@dataclass(frozen=True)
class ScanTroubled:
    """`trouble`: several_codes, oversized, or a word of hardware's CameraTrouble."""

    trouble: str


@dataclass(frozen=True)
class ScanRecovered:
    """The camera sees again."""


class NavigationKey(StrEnum):
    """The five keys that can be felt."""

    UP = "up"
    DOWN = "down"
    OK = "ok"
    BACK = "back"
    HELP = "help"


@dataclass(frozen=True)
class NavigationKeyPressed:
    key: NavigationKey


@dataclass(frozen=True)
class HeadsetChanged:
    is_in: bool


@dataclass(frozen=True)
class ReceiptPrinted:
    """`ref`: the print job, here and below."""

    ref: str


@dataclass(frozen=True)
class ReceiptNotPrinted:
    ref: str
    problem: str
    may_have_printed: bool


@dataclass(frozen=True, repr=False)
class CandidatesFound(Personal):
    """The pinyin engine's answer to `letters`."""

    letters: str
    candidates: tuple[Candidate, ...]


# --- backend ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CentralChanged:
    """Health of the backend, or its silence."""

    is_reachable: bool
    are_payments_open: bool
    clock_skew_s: float


@dataclass(frozen=True)
class ReferenceArrived:
    reference: Reference


@dataclass(frozen=True, repr=False)
class PersonFound(Personal):
    ref: str
    person: Person


@dataclass(frozen=True)
class LossReported:
    ref: str
    report: LossFacts


@dataclass(frozen=True)
class ApplicationAnswered:
    """The answer to an application, or to its submission."""

    ref: str
    application: ApplicationFacts


@dataclass(frozen=True)
class PaymentAnswered:
    """The state of a payment, asked for or not."""

    payment: PaymentFacts


@dataclass(frozen=True)
class CentralRefused:
    """The backend understood and said no; `code` is a word of the wire's ProblemCode."""

    ref: str
    code: str
    corrected_at: str = ""
    """Where a name or number that differs is put right: a word of the wire's CorrectedAt."""


@dataclass(frozen=True)
class CentralSilent:
    """No usable answer: unreachable, too slow, broken. Nothing is known about what happened there."""

    ref: str


# --- the terminal itself ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Failed:
    """Something of the terminal itself broke (a crash in screens, journal, engine); `part` is a word for staff."""

    part: str


Event = (
    Touched
    | Ticked
    | DeviceChanged
    | DocumentPresented
    | DocumentRefused
    | OldCardInserted
    | OldCardTakenOut
    | OldCardRead
    | OldCardUnreadable
    | CodeScanned
    | ScanTroubled
    | ScanRecovered
    | NavigationKeyPressed
    | HeadsetChanged
    | ReceiptPrinted
    | ReceiptNotPrinted
    | CandidatesFound
    | CentralChanged
    | ReferenceArrived
    | PersonFound
    | LossReported
    | ApplicationAnswered
    | PaymentAnswered
    | CentralRefused
    | CentralSilent
    | Failed
    | StaffEvent
    | ErrandEvent
)
