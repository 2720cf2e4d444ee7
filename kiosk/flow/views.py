"""View models: all that a screen may know. Frozen, plain, serialisable; `kiosk.flow.view_of` computes them.

A screen draws a view and answers with events of `kiosk.flow.events`; it keeps nothing of its own. `Display.serial`
changes whenever the situation behind the picture changes; every touch carries the serial it was made on, so a second
tap of an impatient finger never reaches the next screen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.domain.errands import StepMark
from kiosk.domain.language import Language
from kiosk.flow.keyboard import KeyboardPage
from kiosk.flow.texts import Text

if TYPE_CHECKING:  # they are made of the parts below
    from kiosk.flow.staff.views import StaffKnock, StaffView


class Size(StrEnum):
    STANDARD = "standard"
    LARGE = "large"
    EXTRA_LARGE = "extra_large"


class Theme(StrEnum):
    NORMAL = "normal"
    HIGH_CONTRAST = "high_contrast"
    DARK = "dark"


class Picture(StrEnum):
    """Drawings that explain; `screens.widgets.pictures` draws each from lines and shapes."""

    ID_CARD = "id_card"
    ID_CARD_ON_READER = "id_card_on_reader"
    PASSPORT_ON_READER = "passport_on_reader"
    CARD_INTO_SLOT = "card_into_slot"
    CARD_LOST = "card_lost"
    CARD_DAMAGED = "card_damaged"
    CARD = "card"
    PHONE = "phone"
    PHONE_CODE_TO_CAMERA = "phone_code_to_camera"
    SCAN_SCREEN_WITH_PHONE = "scan_screen_with_phone"
    OFFICE = "office"
    COURIER = "courier"
    RECEIPT = "receipt"
    CERTIFICATE = "certificate"
    CLOCK = "clock"
    MONEY = "money"
    SHIELD = "shield"
    PERSON = "person"
    TICK = "tick"
    WARNING = "warning"
    HELP = "help"
    STAFF = "staff"
    GLOBE = "globe"
    HAND_IN = "hand_in"
    CALENDAR = "calendar"
    BANK = "bank"
    PRINTER = "printer"
    NETWORK = "network"
    TOOLS = "tools"
    PRINTER_OPEN = "printer_open"
    PRINTER_CLOSE = "printer_close"
    PAPER_ROLL = "paper_roll"
    PAPER_JAM = "paper_jam"
    TOUCH_SCREEN = "touch_screen"
    RULER = "ruler"
    LOUDSPEAKER = "loudspeaker"
    POWER = "power"


@dataclass(frozen=True)
class Step:
    number: int
    total: int


RATES_PERCENT = (50, 75, 100, 125, 150, 175, 200)
"""How fast speech is (VVSG 2.0: 50 to 200 % in 6 to 8 steps, the pitch stays)."""
VOLUMES_DB = (-24, -18, -12, -6, 0)
"""Below the loudest (EN 301 549 8.2.1: at least 18 dB in all, with a step at 12 dB; no step over 10 dB)."""


@dataclass(frozen=True)
class SpeechWishes:
    """How this person wants to hear; back to the defaults when they are gone."""

    is_on: bool = False
    is_paused: bool = False
    rate_percent: int = 100
    volume_db: int = -12


@dataclass(frozen=True)
class Focus:
    """Where the five keys stand. Without a control they stand before the page, where reading begins."""

    control_id: str | None = None
    page_asked: int = 0
    """How often the page was asked for again; a change is said."""
    control_asked: int = 0
    is_repeat: bool = False
    """The last key was help: pressed again it opens the help."""


@dataclass(frozen=True)
class Frame:
    """What surrounds every view: the same places on every screen."""

    language: Language = Language.ZH
    size: Size = Size.STANDARD
    theme: Theme = Theme.NORMAL
    is_low_reach: bool = False
    step: Step | None = None
    can_go_back: bool = False
    can_end: bool = False
    has_help: bool = True
    office_name: Text | None = None
    notice: Text | None = None
    """One line under the header, for a trouble that does not stop this screen."""
    focus: Focus = Focus()
    speech: SpeechWishes = SpeechWishes()
    has_headset: bool = False
    """Data of the person may be spoken."""
    is_elder: bool = False


@dataclass(frozen=True)
class Option:
    """One thing to choose. A disabled option says why in `note`."""

    option_id: str
    title: Text
    subtitle: Text | None = None
    picture: Picture | None = None
    is_enabled: bool = True
    is_primary: bool = False
    note: Text | None = None
    is_private: bool = False
    """Holds data of this person (a number, an address): spoken through the headset only."""


@dataclass(frozen=True)
class Line:
    """One short sentence with its drawing."""

    text: Text
    picture: Picture | None = None


@dataclass(frozen=True)
class Row:
    """A label and its value. `can_change` draws a Change button that sends `ChangeRequested(row_id)`.

    `mark` makes it a step of a way: rows that follow each other are joined, each with the sign of its mark.
    """

    row_id: str
    label: Text
    value: Text
    can_change: bool = False
    mark: StepMark | None = None


# --- the views -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AttractView:
    """Waiting for a person: what can be done here, what to bring, fee and days. `Started(language)` begins."""

    title: Text
    services: tuple[Line, ...]
    bring: tuple[Line, ...]
    fee: Text
    days: Text
    warnings: tuple[Text, ...] = ()
    can_start: bool = True


@dataclass(frozen=True)
class ChoiceView:
    """A question with at most 5 options per page; `OptionChosen`, `PageTurned`. `banner` is set large (the fee)."""

    question: Text
    options: tuple[Option, ...]
    hint: Text | None = None
    banner: Text | None = None
    layout: str = "cards"
    """`cards`: big with pictures, 1 to 4; `list`: rows, for offices and banks; `grid`: short words, many (streets)."""
    page: int = 1
    pages: int = 1
    problem: Text | None = None


@dataclass(frozen=True)
class ExplainView:
    """Something to read and agree to; `Confirmed` or `Declined`."""

    title: Text
    lines: tuple[Line, ...]
    confirm: Text
    decline: Text | None = None
    is_warning: bool = False


class Phase(StrEnum):
    """What a step with a device is doing, each with a shape of its own (never by colour alone)."""

    WAITING = "waiting"
    WORKING = "working"
    TROUBLE = "trouble"
    DONE = "done"


@dataclass(frozen=True)
class DeviceView:
    """A step at a device (ID card on the reader, old card into the slot): picture, live phase, other ways."""

    title: Text
    instruction: Text
    picture: Picture
    phase: Phase
    message: Text | None = None
    """What happened and what to do (phase TROUBLE), or what is going on (WORKING)."""
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class RecordView:
    """Facts about the person, masked, with a question; `Confirmed`, `Declined`."""

    title: Text
    rows: tuple[Row, ...]
    confirm: Text
    decline: Text | None = None
    hint: Text | None = None


@dataclass(frozen=True)
class KeypadView:
    """Digits on our own keypad: `KeyPressed("0".."9" | "backspace" | "clear")`, `Confirmed`, `OptionChosen`."""

    question: Text
    value: str = field(repr=False)
    """As typed, grouped for reading (138 0013 8000)."""
    placeholder: Text
    confirm: Text
    hint: Text | None = None
    problem: Text | None = None
    can_confirm: bool = False
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class TextEntryView:
    """Short text on our own keys (address detail): `KeyPressed(one character | "backspace" | "clear")`, `Confirmed`,
    `KeyboardPageChosen`, `CandidateChosen`.
    """

    question: Text
    value: str = field(repr=False)
    placeholder: Text
    confirm: Text
    hint: Text | None = None
    problem: Text | None = None
    can_confirm: bool = False
    fixed_part: Text | None = None
    """What stands before it already (district and street)."""
    page: KeyboardPage = KeyboardPage.CHARACTERS
    pages: tuple[KeyboardPage, ...] = tuple(KeyboardPage)
    letters: str = field(default="", repr=False)
    """Pinyin that is not written yet."""
    candidates: tuple[str, ...] = field(default=(), repr=False)
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class CheckView:
    """All answers on one screen with Change beside each; `ChangeRequested`, `Confirmed`."""

    title: Text
    hint: Text
    rows: tuple[Row, ...]
    confirm: Text
    notes: tuple[Line, ...] = ()


@dataclass(frozen=True)
class PayCodeView:
    """We show a code, the payer's phone scans it (at least 60 mm wide, black on white)."""

    title: Text
    amount: Text | None
    """None where nothing is paid."""
    qr_content: str
    instruction: Text
    waiting: Text
    seconds_left: int
    options: tuple[Option, ...] = ()
    """More time, another way, cancel."""


@dataclass(frozen=True)
class PayScanView:
    """The payer shows a code to the camera; `shows_preview` draws the live picture."""

    title: Text
    amount: Text | None
    """None where the code is no payment."""
    instruction: Text
    picture: Picture
    phase: Phase
    message: Text | None
    shows_preview: bool
    seconds_left: int | None = None
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class WorkingView:
    """Please wait, with what we wait for; after 10 s `detail` says that it still works."""

    title: Text
    detail: Text
    picture: Picture | None = None
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class DoneView:
    """Submitted: number, card date, what next."""

    title: Text
    number_label: Text
    number: str
    rows: tuple[Row, ...]
    next_steps: tuple[Line, ...]
    confirm: Text


@dataclass(frozen=True)
class ReceiptView:
    """Receipt and certificate: what the printer does, and a code that takes the certificate to the phone."""

    title: Text
    receipt_phase: Phase
    receipt_message: Text
    qr_content: str | None
    qr_caption: Text
    options: tuple[Option, ...]
    on_paper: tuple[Text, ...] = ()
    """The lines of the slip that came out, to be heard; the paper shows them to the eye."""


@dataclass(frozen=True)
class TakeThingsView:
    """Take your things; ends by itself."""

    title: Text
    items: tuple[Line, ...]
    seconds_left: int
    confirm: Text
    warning: Text | None = None


@dataclass(frozen=True)
class LinksView:
    """QR codes that lead to the office's other channels."""

    title: Text
    codes: tuple[tuple[Text, str], ...]
    """Caption and content, at most 3."""
    confirm: Text


@dataclass(frozen=True)
class ProblemView:
    """What happened and what to do; never a dead end. `reference` is a number to keep."""

    title: Text
    lines: tuple[Line, ...]
    options: tuple[Option, ...]
    reference: Text | None = None
    is_serious: bool = False


@dataclass(frozen=True)
class OutOfServiceView:
    title: Text
    reason: Text
    lines: tuple[Line, ...]
    staff_word: str
    """A short word for staff, e.g. `printer.out`; no data."""


View = (
    AttractView
    | ChoiceView
    | ExplainView
    | DeviceView
    | RecordView
    | KeypadView
    | TextEntryView
    | CheckView
    | PayCodeView
    | PayScanView
    | WorkingView
    | DoneView
    | ReceiptView
    | TakeThingsView
    | LinksView
    | ProblemView
    | OutOfServiceView
)


# --- overlays --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class IdleWarning:
    """Covers the screen: `StillHere` or `EndConfirmed`."""

    seconds_left: int


@dataclass(frozen=True)
class HelpOverlay:
    """`HelpClosed` closes it; `StaffCalled` asks for a person."""

    title: Text
    lines: tuple[Line, ...]
    hotline: Text
    is_staff_called: bool = False
    speech: SpeechWishes | None = None
    """How it speaks now, to be changed; None where there is no speaker."""


@dataclass(frozen=True)
class EndQuestion:
    """End and clear? `EndConfirmed` or `EndDeclined`."""

    consequence: Text


Overlay = IdleWarning | HelpOverlay | EndQuestion


@dataclass(frozen=True)
class Display:
    """One complete picture."""

    serial: int
    frame: Frame
    view: View | StaffView
    overlay: Overlay | StaffKnock | None = None
