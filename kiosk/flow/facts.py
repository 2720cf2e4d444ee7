"""What the flow knows of the world: people, offices, the state of devices and of the backend. Frozen data only."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from kiosk.domain.application import (
    ApplicationState,
    CardState,
    DeliveryMode,
    InsuredType,
    PaymentMethod,
    PaymentState,
    Reason,
)
from kiosk.domain.contact import PostalAddress
from kiosk.domain.personal import Personal
from kiosk.domain.rules import ServiceRules
from kiosk.domain.working_days import WorkCalendar


@dataclass(frozen=True)
class Moment:
    """Now, as handed to `step`: monotonic seconds, the wall clock (Beijing) and one id nobody has used yet."""

    mono_s: float
    wall: datetime
    fresh_id: str


# --- the service -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OfficeFacts:
    office_id: str
    name_zh: str
    name_en: str
    district: str
    address_zh: str
    address_en: str
    hours_zh: str
    hours_en: str
    phone: str


@dataclass(frozen=True)
class BankFacts:
    bank_code: str
    name_zh: str
    name_en: str
    loss_phone: str


@dataclass(frozen=True)
class DistrictFacts:
    name: str
    name_en: str
    streets: tuple[str, ...]


@dataclass(frozen=True)
class AgentRule:
    """Dated: which words an agent accepts."""

    valid_from: date
    declaration_version: str


@dataclass(frozen=True)
class Reference:
    """The service as of one moment; pinned when a session starts."""

    version: str
    rules: ServiceRules
    calendar: WorkCalendar
    offices: tuple[OfficeFacts, ...]
    banks: tuple[BankFacts, ...]
    districts: tuple[DistrictFacts, ...]
    app_url: str
    wechat_url: str
    website_url: str
    hotlines: tuple[str, ...]
    agent_rules: tuple[AgentRule, ...] = ()

    def agent_rule(self, today: date) -> AgentRule | None:
        """None: this office does not let anybody apply for somebody else here."""
        rules = (rule for rule in self.agent_rules if rule.valid_from <= today)
        return max(rules, key=lambda rule: rule.valid_from, default=None)

    def office(self, office_id: str | None) -> OfficeFacts | None:
        return next((office for office in self.offices if office.office_id == office_id), None)

    def bank(self, bank_code: str) -> BankFacts | None:
        return next((bank for bank in self.banks if bank.bank_code == bank_code), None)


# --- the person ------------------------------------------------------------------------------------------------------


PASSPORT = "passport"
E_CARD = "e_card"
"""The kind of a document that nobody laid down: the electronic card stands for it, and its number stays unknown."""


@dataclass(frozen=True, repr=False)
class DocumentFacts(Personal):
    """An identity document that passed its own checks."""

    kind: str
    number: str
    name: str
    address: str
    english_name: str = ""
    nationality: str = ""
    """Of a passport, as in its machine-readable zone."""
    birth_date: date | None = None


@dataclass(frozen=True, repr=False)
class OldCardFacts(Personal):
    """What the chip of the old social security card said."""

    social_security_number: str
    name: str


@dataclass(frozen=True, repr=False)
class CardFacts(Personal):
    number_last4: str
    state: CardState
    bank_code: str
    pre_lost_until: datetime | None


@dataclass(frozen=True, repr=False)
class ApplicationFacts(Personal):
    application_number: str
    state: ApplicationState
    reason: Reason
    delivery_mode: DeliveryMode
    office_id: str | None
    fee_fen: int
    submitted_at: datetime | None = None
    card_date: date | None = None
    about_days: int | None = None
    payment_number: str | None = None
    certificate_number: str | None = None
    certificate_url: str | None = None
    tracking_url: str | None = None
    agent_name_masked: str | None = None
    """Who applied for the person."""


@dataclass(frozen=True, repr=False)
class Person(Personal):
    """The record as the backend knows it."""

    token: str
    name: str
    insured_type: InsuredType
    employer: str | None
    mobile: str | None
    address: PostalAddress | None
    has_photo: bool
    card: CardFacts | None
    bank_choices: tuple[str, ...]
    open_application: ApplicationFacts | None


@dataclass(frozen=True)
class LossFacts:
    report_number: str
    releases_at: datetime


@dataclass(frozen=True)
class PaymentFacts:
    payment_number: str
    application_number: str
    state: PaymentState
    method: PaymentMethod
    amount_fen: int
    code_url: str | None = None
    waits_for: str | None = None
    failure: str | None = None
    channel: str | None = None


# --- the terminal ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DeviceFacts:
    """XFS4IoT words of one device; see `hardware.ports`."""

    word: str = "starting"
    action: str = ""
    detail: str = ""
    paper: str = ""

    @property
    def is_online(self) -> bool:
        return self.word == "online"


DEVICE_NAMES = ("card_reader", "identity_reader", "code_scanner", "receipt_printer", "speaker", "keypad")


@dataclass(frozen=True)
class Conditions:
    """How terminal and backend are at this moment."""

    devices: tuple[tuple[str, DeviceFacts], ...] = tuple((name, DeviceFacts()) for name in DEVICE_NAMES)
    is_central_reachable: bool = False
    are_payments_open: bool = False
    clock_skew_s: float = 0.0
    is_card_in_reader: bool = False
    is_headset_in: bool = False

    def device(self, name: str) -> DeviceFacts:
        return dict(self.devices)[name]

    def with_device(self, name: str, facts: DeviceFacts) -> tuple[tuple[str, DeviceFacts], ...]:
        return tuple((known, facts if known == name else old) for known, old in self.devices)


@dataclass(frozen=True)
class Timeouts:
    """Seconds; from configuration."""

    idle_s: float = 120.0
    warning_s: float = 30.0
    pay_s: float = 180.0
    take_things_s: float = 20.0
    answer_s: float = 45.0
    """Longest wait for an answer of the backend before the person is told."""
    unknown_s: float = 60.0
    """Longest wait on screen for an unclear payment."""
    poll_payment_s: float = 3.0


LISTENING_IDLE_S, LISTENING_WARNING_S = 180.0, 45.0


def patient(times: Timeouts) -> Timeouts:
    """For people who listen or are slow: longer, and a warning as long as VVSG 2.0 allows (45 s)."""
    return replace(
        times,
        idle_s=max(times.idle_s, LISTENING_IDLE_S),
        warning_s=max(times.warning_s, LISTENING_WARNING_S),
        pay_s=times.pay_s * 1.5,
        take_things_s=times.take_things_s * 2,
    )


@dataclass(frozen=True)
class Site:
    """Which terminal this is and where it stands."""

    terminal_id: str
    office_id: str
    office_name_zh: str
    office_name_en: str
    timeouts: Timeouts = field(default_factory=Timeouts)
    has_pinyin: bool = True
    """Whether the pinyin engine is on this machine."""
