"""What a terminal may ask of its devices, and the words in which devices answer.

The status words are those of XFS4IoT (Common.Status, ErrorEvent.action). A driver is blocking and belongs to
exactly one thread (see `hardware.worker`); an outcome that a person can cause is a value, an exception from
`hardware.errors` means that the device itself is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol


class DeviceWord(StrEnum):
    """The one word a device has for itself (XFS4IoT Common.Status.device)."""

    ONLINE = "online"
    OFFLINE = "offline"
    POWER_OFF = "powerOff"
    NO_DEVICE = "noDevice"
    HARDWARE_ERROR = "hardwareError"
    USER_ERROR = "userError"
    DEVICE_BUSY = "deviceBusy"
    FRAUD_ATTEMPT = "fraudAttempt"
    POTENTIAL_FRAUD = "potentialFraud"
    STARTING = "starting"


class Action(StrEnum):
    """Who must act when a device is not online (XFS4IoT Common.ErrorEvent.action)."""

    RESET = "reset"
    CLEAR = "clear"
    MAINTENANCE = "maintenance"
    CONFIGURATION = "configuration"
    SOFTWARE_ERROR = "softwareError"
    SUSPEND = "suspend"


class Paper(StrEnum):
    """Paper of the receipt printer (XFS4IoT Printer.Status.paper)."""

    UNKNOWN = "unknown"
    FULL = "full"
    LOW = "low"
    OUT = "out"
    JAMMED = "jammed"


@dataclass(frozen=True)
class DeviceStatus:
    """One device, one moment. `detail` is a stable snake_case word (`cover_open`, `no_answer`), never a text."""

    word: DeviceWord
    action: Action | None = None
    detail: str = ""
    paper: Paper | None = None

    @property
    def is_online(self) -> bool:
        return self.word is DeviceWord.ONLINE


class Personal:
    """Mixed into records with personal data: nothing of them reaches a log or a traceback by accident."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} withheld>"

    __str__ = __repr__


# --- social security card ------------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class SocialSecurityCardRecord(Personal):
    """EF05 and EF06 of a social security card (LD/T 32, LD/T 33), texts as decoded, dates as YYYYMMDD."""

    card_number: str
    social_security_number: str
    name: str
    sex: str
    ethnic_group: str
    birthplace: str
    birth_date: str
    version: str
    issue_date: str
    expiry_date: str
    region: str
    identification_code: str
    """The 16 bytes of EF05 tag 01, upper-case hex; identifies the chip."""


class CardProblem(StrEnum):
    """Why a card in the reader could not be read; each has its own words for the person."""

    REMOVED = "removed"
    MUTE = "mute"
    """No answer to reset, or an impossible one: wrong way round, or a dead chip."""
    NOT_SOCIAL_SECURITY = "not_social_security"
    LOCKED = "locked"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"
    NO_CARD = "no_card"


@dataclass(frozen=True)
class CardInserted:
    reader: str


@dataclass(frozen=True)
class CardRemoved:
    reader: str


@dataclass(frozen=True)
class CardRead:
    card: SocialSecurityCardRecord


@dataclass(frozen=True)
class CardUnreadable:
    problem: CardProblem
    status_word: int | None = None
    """SW1 SW2 of the answer that decided, for the log; never data."""


# --- staff card ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StaffCardAnswered:
    """A staff card has signed the challenge; whether the key is anybody's is for the terminal to judge.

    Ids in upper-case hex, 16 characters; `key_id` is the beginning of the SHA-256 of the public key (SPKI, DER).
    """

    card_id: str
    key_id: str
    challenge: bytes
    signature: bytes


@dataclass(frozen=True)
class NoStaffCard:
    """`other_card` has no staff application; `refused` has one that does not answer as it should."""

    reason: Literal["other_card", "refused", "unreadable"]


# --- passport ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class PassportRecord(Personal):
    """What the chip of a passport says of its holder (ICAO 9303-10: DG1, DG11). Nobody needs the photo, so it stays."""

    mrz: str
    """The machine-readable zone, its lines joined: 88 characters, 72 or 90."""
    full_name: str
    """In national characters; empty when the chip has none."""
    is_state_known: bool
    """True: signed by a state that this terminal was given the certificate of. Else it was read, no more is known."""


class PassportProblem(StrEnum):
    NO_CARD = "no_card"
    REMOVED = "removed"
    MUTE = "mute"
    NOT_A_PASSPORT = "not_a_passport"
    ACCESS_DENIED = "access_denied"
    """The chip does not accept the typed data: a wrong digit, or another passport."""
    SUSPECT = "suspect"
    """Data and signature do not belong together: staff."""
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class PassportRead:
    passport: PassportRecord


@dataclass(frozen=True)
class PassportUnreadable:
    problem: PassportProblem
    status_word: int | None = None
    """SW1 SW2 of the answer that decided, for the log; never data."""


# --- identity documents --------------------------------------------------------------------------------------------


class DocumentKind(StrEnum):
    """The character at offset 248 of the text block tells them apart (GA/T 490, GA/T 467)."""

    RESIDENT_ID = "resident_id"
    RESIDENCE_PERMIT = "residence_permit"
    FOREIGN_RESIDENT_2017 = "foreign_resident_2017"
    FOREIGN_RESIDENT_2023 = "foreign_resident_2023"


@dataclass(frozen=True, repr=False)
class IdentityDocumentRecord(Personal):
    """The 256-byte text block, field by field; texts stripped of padding, dates YYYYMMDD, absent ones empty."""

    kind: DocumentKind
    number: str
    name: str
    english_name: str
    sex: str
    ethnic_group: str
    birth_date: str
    address: str
    issuing_authority: str
    valid_from: str
    valid_to: str
    """YYYYMMDD, or 长期 for a card without end."""
    country: str
    pass_number: str
    issue_count: str


class DocumentProblem(StrEnum):
    NOT_PRESENT = "not_present"
    HOLD_STILL = "hold_still"
    """Found, but select or read failed: the card moved."""
    SUSPECT = "suspect"
    """Card and module could not authenticate each other, or the text failed its check: staff."""
    OTHER_KIND = "other_kind"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class DocumentRead:
    document: IdentityDocumentRecord


@dataclass(frozen=True)
class DocumentUnreadable:
    problem: DocumentProblem
    status_byte: int | None = None
    """SW3 of the module's answer (GA/T 467), for the log."""


# --- codes ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class CodeSeen(Personal):
    """One QR code or barcode in view, once per showing. `content` is what the code holds, undecoded, at most 3 kB."""

    content: bytes
    symbology: str


class CameraTrouble(StrEnum):
    FROZEN = "frozen"
    BLACK = "black"
    COVERED = "covered"
    TOO_DARK = "too_dark"
    NO_STREAM = "no_stream"


@dataclass(frozen=True)
class SeveralCodesSeen:
    """More than one code in view at once: the person is asked to show one."""

    count: int


@dataclass(frozen=True)
class OversizedCodeSeen:
    """A code larger than anything this terminal uses; its content is dropped unread."""

    length_bytes: int


@dataclass(frozen=True, repr=False)
class PreviewFrame(Personal):
    """The newest picture of the camera, luminance only. `pixels` is rows of `width` bytes, top row first."""

    sequence: int
    width: int
    height: int
    pixels: bytes


# --- receipt -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TextLine:
    text: str
    size: Literal["small", "normal", "large", "huge"] = "normal"
    align: Literal["left", "center", "right"] = "left"
    is_bold: bool = False


@dataclass(frozen=True)
class PairLine:
    """A label on the left and its value set flush right; wraps to two lines when both do not fit."""

    label: str
    value: str
    is_bold: bool = False


@dataclass(frozen=True)
class RuleLine:
    style: Literal["thin", "thick", "dashed"] = "thin"


@dataclass(frozen=True)
class QrBlock:
    content: str
    caption: str = ""
    size_mm: int = 30


@dataclass(frozen=True)
class BarcodeBlock:
    """Code 128 with its text below."""

    content: str


@dataclass(frozen=True)
class Gap:
    height_mm: int = 3


Block = TextLine | PairLine | RuleLine | QrBlock | BarcodeBlock | Gap


@dataclass(frozen=True, repr=False)
class Document(Personal):
    """What goes on paper; the driver cuts after it. `job_id` comes back with the outcome, whenever that is known."""

    blocks: tuple[Block, ...]
    job_id: str = ""


class PrintProblem(StrEnum):
    PAPER_OUT = "paper_out"
    PAPER_JAMMED = "paper_jammed"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    NO_ANSWER = "no_answer"
    HARDWARE = "hardware"


@dataclass(frozen=True)
class Printed:
    """Confirmed: fit before the bytes, all bytes taken, fit and idle after them."""

    paper: Paper
    length_mm: int
    job_id: str = ""


@dataclass(frozen=True)
class NotPrinted:
    problem: PrintProblem
    may_have_printed: bool
    """True once a byte of the document has left: a repeat must be marked as a possible duplicate."""
    job_id: str = ""


# --- speech and keys -----------------------------------------------------------------------------------------------

SOUND_RATE = 22_050
"""Samples a second of every `Sound`."""


@dataclass(frozen=True, repr=False)
class Sound(Personal):
    """Something to be heard: 16-bit little-endian samples of one channel. A private one goes to a headset only."""

    sound_id: int
    samples: bytes
    is_private: bool = False


@dataclass(frozen=True)
class SoundBegun:
    sound_id: int


@dataclass(frozen=True)
class SoundsEnded:
    """All up to this sound is over, and nothing else is playing."""

    last_id: int


@dataclass(frozen=True)
class HeadsetChanged:
    is_in: bool


class NavigationKey(StrEnum):
    """The keys of a tactile keypad."""

    UP = "up"
    DOWN = "down"
    OK = "ok"
    BACK = "back"
    HELP = "help"


@dataclass(frozen=True)
class NavigationKeyPressed:
    key: NavigationKey


# --- readings and ports --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StatusChanged:
    """Sent once per change, after hysteresis."""

    status: DeviceStatus


@dataclass(frozen=True)
class CameraTroubled:
    trouble: CameraTrouble


@dataclass(frozen=True)
class CameraRecovered:
    """The trouble that was told is over. A short one never changes the status, so this is said beside it."""


Reading = (
    StatusChanged
    | CardInserted
    | CardRemoved
    | CardRead
    | CardUnreadable
    | StaffCardAnswered
    | NoStaffCard
    | PassportRead
    | PassportUnreadable
    | DocumentRead
    | DocumentUnreadable
    | CodeSeen
    | SeveralCodesSeen
    | OversizedCodeSeen
    | CameraTroubled
    | CameraRecovered
    | Printed
    | NotPrinted
    | SoundBegun
    | SoundsEnded
    | HeadsetChanged
    | NavigationKeyPressed
)


class Driver(Protocol):
    """What every device has. All calls come from one thread and end within the driver's own time limits."""

    def open(self) -> None:
        """Connect; raises `hardware.errors.DeviceError` when the device is not there."""
        ...

    def close(self) -> None:
        """Let go of everything; never raises; may be called twice."""
        ...

    def status(self) -> DeviceStatus:
        """Ask the device how it is, now. Raises `DeviceError` when it is lost."""
        ...

    def poll(self, timeout_s: float) -> Sequence[Reading]:
        """Wait at most `timeout_s` for something nobody asked for (a card put in, a code seen)."""
        ...


class CardReader(Driver, Protocol):
    def read_card(self) -> CardRead | CardUnreadable:
        """Read the free files of the card that is in the reader (EF05, EF06)."""
        ...

    def challenge_staff_card(self, challenge: bytes) -> StaffCardAnswered | NoStaffCard:
        """Have the card that is in the reader sign 32 fresh bytes, if it is a staff card."""
        ...

    def read_passport(self, mrz_information: str) -> PassportRead | PassportUnreadable:
        """Read the passport that lies on the reader. `mrz_information`: document number (at least 9 characters), birth
        and expiry date (YYMMDD) as printed, each with its check digit (ICAO 9303-11, 4.3.2).
        """
        ...


class IdentityReader(Driver, Protocol):
    def read_document(self) -> DocumentRead | DocumentUnreadable:
        """One attempt: find, select, read. `NOT_PRESENT` is the usual answer."""
        ...

    def module_id(self) -> str:
        """The id of the SAM module, printed as on its label."""
        ...


class CodeScanner(Driver, Protocol):
    def start(self) -> None:
        """Look for codes and deliver previews, until `stop`; codes then come from `poll`."""
        ...

    def stop(self) -> None: ...

    def preview(self) -> PreviewFrame | None:
        """The newest picture; safe to call from any thread."""
        ...


class ReceiptPrinter(Driver, Protocol):
    def print_document(self, document: Document) -> Printed | NotPrinted:
        """The outcome carries the document's `job_id`."""
        ...


class Speaker(Driver, Protocol):
    """What happens to sounds comes from `poll`, and so does the headset."""

    def play(self, sound: Sound) -> None:
        """After what is playing already; returns at once. A private sound without a headset is not played."""
        ...

    def silence(self) -> None:
        """At once: what is playing is cut off, what waits is forgotten."""
        ...


class Keypad(Driver, Protocol):
    """Keys come from `poll`, a held one again and again."""


@dataclass(frozen=True)
class Place:
    """Where a device can be, as options of its driver (`port = /dev/...`), and what people call it."""

    options: tuple[tuple[str, str], ...]
    label: str


@dataclass(frozen=True)
class DriverInfo:
    """One driver that the registry knows."""

    kind: str
    name: str
    summary: str
    is_bench: bool = False
    options: tuple[str, ...] = field(default=())
