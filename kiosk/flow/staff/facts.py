"""What staff mode knows of the terminal. Frozen data; nothing in it names a citizen or a member of staff.

Words are members of enumerations so that each has its text under `staff.` in the locale; what is free text is data
(a version, a port, a file name, a masked number) and is shown as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kiosk.domain.staff import Role

# --- who is there ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StaffCard:
    """A card that proved itself (challenge and response). `staff_id` is a number of the office, never a name."""

    card_id: str
    staff_id: str
    role: Role


class StaffCardProblem(StrEnum):
    """Why a staff card in the reader opens nothing."""

    UNREADABLE = "unreadable"
    NOT_GENUINE = "not_genuine"
    """The answer to the challenge does not fit the card's key."""
    UNKNOWN = "unknown"
    """Genuine, but no staff key of the configuration in force."""
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OTHER_SITE = "other_site"


# --- words about how something is ------------------------------------------------------------------------------------


class Verdict(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    """Works, and somebody should look at it."""
    BAD = "bad"
    UNKNOWN = "unknown"


class Unit(StrEnum):
    """How a measured value is shown; `staff.unit.<unit>` holds the words around the number."""

    DATA = "data"
    """A text that is data: shown as it is."""
    WORD = "word"
    """A word of `staff.word.<value>`."""
    COUNT = "count"
    PERCENT = "percent"
    MILLISECONDS = "milliseconds"
    SECONDS = "seconds"
    MILLIMETRES = "millimetres"
    METRES = "metres"
    MEGABYTES = "megabytes"
    DEGREES = "degrees"
    DAYS = "days"


class Measure(StrEnum):
    """What a test or the readiness report measures; `staff.measure.<measure>` names it."""

    # card reader
    READER_NAME = "reader_name"
    ANSWER_TO_RESET = "answer_to_reset"
    CARD_NUMBER_MASKED = "card_number_masked"
    READ_MS = "read_ms"
    # identity reader
    MODULE_ID = "module_id"
    DOCUMENT_KIND = "document_kind"
    DOCUMENT_NUMBER_MASKED = "document_number_masked"
    # camera
    PICTURE_SIZE = "picture_size"
    FRAMES_PER_SECOND = "frames_per_second"
    SHARPNESS = "sharpness"
    BRIGHTNESS = "brightness"
    DECODED = "decoded"
    # printer
    STATUS_BEFORE = "status_before"
    STATUS_AFTER = "status_after"
    PAPER_WORD = "paper_word"
    LENGTH_PRINTED = "length_printed"
    BOTH_LANGUAGES_SEEN = "both_languages_seen"
    # speaker
    OUTPUT = "output"
    HEARD = "heard"
    # glass
    TOUCH_CELLS = "touch_cells"
    TOUCH_DEAD_CELLS = "touch_dead_cells"
    SCREEN_PIXELS = "screen_pixels"
    RULER_FITS = "ruler_fits"
    # network
    NAME_FOUND = "name_found"
    CONNECTED = "connected"
    TLS_AGREED = "tls_agreed"
    CERTIFICATE_TRUSTED = "certificate_trusted"
    CERTIFICATE_DAYS = "certificate_days"
    BACKEND_ANSWERS = "backend_answers"
    LATENCY = "latency"
    CLOCK_OFFSET = "clock_offset"
    # any test
    DEVICE_WORD = "device_word"
    PROBLEM = "problem"
    # readiness report
    PAPER_LEFT = "paper_left"
    QUEUE_WAITING = "queue_waiting"
    QUEUE_OLDEST = "queue_oldest"
    UNSETTLED = "unsettled"
    DISK_FREE = "disk_free"
    TEMPERATURE = "temperature"
    CONFIGURATION_VERSION = "configuration_version"
    CONFIGURATION_HASH = "configuration_hash"
    SOFTWARE_VERSION = "software_version"
    SOFTWARE_HASH = "software_hash"
    JOURNAL = "journal"
    AUDIT_LOG = "audit_log"
    LAST_TEST = "last_test"
    SERVICE = "service"


@dataclass(frozen=True)
class MeasuredRow:
    """One thing measured. For `Unit.WORD`, `value` is a word of `staff.word.`; for `Unit.DATA` it is shown as it is."""

    measure: Measure
    value: str | int
    unit: Unit = Unit.DATA
    verdict: Verdict = Verdict.GOOD
    subject: str = ""
    """The device it is about (a name of `DEVICE_NAMES`), or a certificate's name; empty for the terminal itself."""


# --- tests -----------------------------------------------------------------------------------------------------------


class DeviceTest(StrEnum):
    """What can be tested. The first four are `kiosk.flow.facts.DEVICE_NAMES`."""

    CARD_READER = "card_reader"
    IDENTITY_READER = "identity_reader"
    CODE_SCANNER = "code_scanner"
    RECEIPT_PRINTER = "receipt_printer"
    SPEAKER = "speaker"
    TOUCH = "touch"
    DISPLAY = "display"
    NETWORK = "network"


@dataclass(frozen=True)
class DeviceTestResult:
    """What came of a test, as it is recorded and shown."""

    test: DeviceTest
    verdict: Verdict
    rows: tuple[MeasuredRow, ...] = ()


@dataclass(frozen=True)
class RecordedTest:
    """The newest recorded result of one test."""

    test: DeviceTest
    verdict: Verdict
    tested_at: datetime


# --- the home page ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PaperFacts:
    """Estimated from the millimetres printed since the roll was put in, corrected when the sensor says low or out."""

    left_mm: int
    roll_mm: int
    receipts_left: int


@dataclass(frozen=True)
class QueueFacts:
    """What waits for the backend."""

    waiting: int
    parked: int
    """Given up by the sender: only staff can retry or hand over."""
    oldest_s: int = 0


@dataclass(frozen=True)
class CertificateFacts:
    name: str
    """`terminal` (its own) or `backend`: a word of `staff.certificate.`."""
    days_left: int

    @property
    def verdict(self) -> Verdict:
        """The terminal's own is short-lived, and renewed by itself from half of its life on."""
        warning, bad = (7, 2) if self.name == "terminal" else (30, 7)
        return Verdict.BAD if self.days_left < bad else Verdict.WARNING if self.days_left < warning else Verdict.GOOD


@dataclass(frozen=True)
class LastSession:
    """How the last visit ended, without anything of the person."""

    ended_at: datetime
    outcome: str
    """As in `Note("session_ended")`: `completed`, `links`, `card_left`, `idle:...`, `ended:...`, `staff:...`."""
    duration_s: int


@dataclass(frozen=True)
class DayFacts:
    """One day of the chart."""

    day: date
    sessions: int
    completed: int
    paper_mm: int


@dataclass(frozen=True)
class StaffOverview:
    """All that the home page shows beside the words of the devices, which the flow knows itself. None: not known."""

    taken_at: datetime
    paper: PaperFacts | None = None
    queue: QueueFacts = QueueFacts(0, 0)
    unsettled: int = 0
    clock_offset_s: float | None = None
    certificates: tuple[CertificateFacts, ...] = ()
    configuration_version: str = ""
    software_version: str = ""
    disk_free_percent: int | None = None
    temperature_c: int | None = None
    last_session: LastSession | None = None
    days: tuple[DayFacts, ...] = ()
    """The last seven days, oldest first."""
    tests: tuple[RecordedTest, ...] = ()
    volume_percent: int = 60
    brightness_percent: int | None = None
    """None: this machine cannot change the light of its glass."""
    is_journal_sound: bool = True
    is_audit_sound: bool = True


# --- service ---------------------------------------------------------------------------------------------------------


class HoursException(StrEnum):
    """What holds today instead of the usual hours; forgotten when the day is over."""

    NONE = "none"
    CLOSED = "closed"
    """Closed for the rest of today."""
    SHORTER = "shorter"
    """Closed from `ServiceState.closes_minute` on."""


@dataclass(frozen=True)
class ServiceState:
    """What staff decided; kept over a restart."""

    is_in_service: bool = True
    exception: HoursException = HoursException.NONE
    exception_day: date | None = None
    closes_minute: int = 0
    """Minutes after midnight (Beijing); only for SHORTER."""


# --- unsettled business and receipts ---------------------------------------------------------------------------------


class UnsettledKind(StrEnum):
    PAYMENT = "payment"
    """A payment whose end is not known."""
    SUBMISSION = "submission"
    """Paid, and not yet accepted by the backend."""
    REFUND = "refund"
    PRINT = "print"
    """A receipt that was begun and never confirmed."""
    DELIVERY = "delivery"
    """Anything else in the outbox that was given up."""


@dataclass(frozen=True)
class UnsettledItem:
    item_id: str
    kind: UnsettledKind
    number: str
    """Of the payment or the application."""
    since: datetime
    amount_fen: int | None = None
    attempts: int = 0
    is_handed_over: bool = False


class SettlingOutcome(StrEnum):
    SETTLED = "settled"
    STILL_OPEN = "still_open"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    HANDED_OVER = "handed_over"


@dataclass(frozen=True)
class PastReceipt:
    """A receipt of the last days, by its number."""

    number: str
    """Application number."""
    at: datetime
    copies: int = 0
    """Copies made so far."""
    was_confirmed: bool = True


# --- device mapping --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Port:
    """A place a device can be at: a USB path, a serial line, an address, a reader's name."""

    port_id: str
    label: str


@dataclass(frozen=True)
class DeviceMapping:
    device: str
    port_id: str
    choices: tuple[Port, ...] = ()


# --- readiness -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReadinessReport:
    """Everything on one page."""

    made_at: datetime
    verdict: Verdict
    rows: tuple[MeasuredRow, ...]


# --- taking away -----------------------------------------------------------------------------------------------------


class ExportKind(StrEnum):
    READINESS = "readiness"
    AUDIT = "audit"


class ExportProblem(StrEnum):
    NO_STICK = "no_stick"
    STICK_FULL = "stick_full"
    STICK_READ_ONLY = "stick_read_only"
    WRITE_FAILED = "write_failed"


# --- audit -----------------------------------------------------------------------------------------------------------


class AuditWord(StrEnum):
    """What staff mode records. The catalogue of the audit log knows each of these words, and more of its own."""

    STAFF_CARD_PRESENTED = "staff_card_presented"
    STAFF_CARD_REFUSED = "staff_card_refused"
    STAFF_SESSION = "staff_session"
    PIN_CHECK = "pin_check"
    CITIZEN_SESSION_ENDED = "citizen_session_ended"
    DEVICE_TEST = "device_test"
    DEVICE_RESET = "device_reset"
    PAPER_REFILL = "paper_refill"
    JAM_CLEARED = "jam_cleared"
    CARD_TAKEN_IN = "card_taken_in"
    SETTLE_RETRY = "settle_retry"
    SETTLE_HAND_OVER = "settle_hand_over"
    RECEIPT_REPRINT = "receipt_reprint"
    SERVICE_SET = "service_set"
    HOURS_SET = "hours_set"
    VOLUME_SET = "volume_set"
    BRIGHTNESS_SET = "brightness_set"
    RESTART = "restart"
    SHUTDOWN = "shutdown"
    JOURNAL_ACKNOWLEDGED = "journal_acknowledged"
    MAPPING_TRIED = "mapping_tried"
    MAPPING_KEPT = "mapping_kept"
    MAPPING_UNDONE = "mapping_undone"
    READINESS_REPORT = "readiness_report"
    AUDIT_EXPORT = "audit_export"


class AuditPhase(StrEnum):
    BEGIN = "begin"
    END = "end"
    ONCE = "once"


class Disposition(StrEnum):
    """How an act ended; `NONE` for a BEGIN."""

    NONE = "none"
    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"
    REFUSED = "refused"
