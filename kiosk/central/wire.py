"""The published language between a terminal and the central backend: HTTP, JSON, UTF-8, version 1.

Both programs import these models and nothing else of each other. Every model is strict and refuses unknown fields.
Money is integer fen, times are RFC 3339 with offset, dates are YYYY-MM-DD. Problems are RFC 9457 documents with the
extension members of `Problem`; `code` decides what the person is told, `detail` is for the log only.

| request | body -> answer |
|---|---|
| GET  /v1/health | -> Health (no authentication) |
| GET  /v1/reference | -> Reference; ETag, 304 |
| POST /v1/look-ups | LookUpRequest -> PersonFound |
| POST /v1/loss-reports | LossReportRequest -> LossReport; Idempotency-Key |
| POST /v1/applications | ApplicationRequest -> Application; Idempotency-Key |
| GET  /v1/applications/{application_number} | -> Application |
| POST /v1/applications/{application_number}/submission | SubmissionRequest -> Application; Idempotency-Key |
| POST /v1/applications/{application_number}/payments | PaymentRequest -> Payment; Idempotency-Key |
| GET  /v1/payments/{payment_number} | -> Payment |
| POST /v1/payments/{payment_number}/cancellation | -> Payment (CLOSED, or PAID when the payer was faster) |
| POST /v1/applications/{application_number}/slip-copies | SlipCopyRequest -> SlipCopy; Idempotency-Key |
| POST /v1/audit-records | AuditUpload -> AuditReceived; the chain itself says what is known already |
| POST /v1/readiness-reports | Readiness -> ReadinessKept; Idempotency-Key |
| POST /v1/events | EventBatch -> EventsAccepted; what the outbox carries; one Idempotency-Key per event |

The other errands around a card have their models in `wire_errands.py`.

A submission is answered with the application ACCEPTED, or REJECTED when there is no card to replace any more; what was
paid then goes back.

A terminal authenticates with `Authorization: Bearer <token>` and names itself in `Kiosk-Terminal: <terminal id>`.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from kiosk.domain.application import (
    ApplicationState,
    CardState,
    DeliveryMode,
    InsuredType,
    PaymentMethod,
    PaymentState,
    Reason,
)
from kiosk.domain.staff import Role

API_PREFIX = "/v1"
TERMINAL_HEADER = "Kiosk-Terminal"
IDEMPOTENCY_HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"
PROBLEM_MEDIA_TYPE = "application/problem+json"
PROBLEM_TYPE_PREFIX = "urn:lobby-kiosk:problem:"

Number = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_*-]{1,32}$")]
ShortText = Annotated[str, StringConstraints(max_length=200)]
Mobile = Annotated[str, StringConstraints(pattern=r"^1[3-9]\d{9}$")]
DocumentNumber = Annotated[str, StringConstraints(min_length=5, max_length=18)]
DocumentKindWord = Literal[
    "resident_id", "residence_permit", "foreign_resident_2017", "foreign_resident_2023", "passport"
]
Nationality = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}$")]
"""As in a machine-readable zone (ICAO 9303-3), without fillers: three letters, D for Germany."""
Fen = Annotated[int, Field(ge=0, le=100_000_00)]


class Message(BaseModel):
    """Every model of the wire: frozen, strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PersonalMessage(Message):
    """A message with personal data: its repr shows none of it."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} withheld>"

    __str__ = __repr__


# --- health and reference --------------------------------------------------------------------------------------------


class Health(Message):
    status: Literal["ok", "degraded"]
    time: AwareDatetime
    """The backend's clock, for the terminal's skew check."""
    payments: Literal["ok", "down"]


class Office(Message):
    office_id: Number
    name_zh: ShortText
    name_en: ShortText
    district: ShortText
    address_zh: ShortText
    address_en: ShortText
    hours_zh: ShortText
    hours_en: ShortText
    phone: ShortText
    is_collection_point: bool = True


class Bank(Message):
    bank_code: Number
    name_zh: ShortText
    name_en: ShortText
    loss_phone: ShortText


class District(Message):
    """A district of the city with its streets (statistical divisions; the city level is hidden)."""

    code: Number
    name: ShortText
    name_en: ShortText
    streets: tuple[ShortText, ...]


class FeeRow(Message):
    """Dated: the row with the newest `valid_from` not after the day of application holds."""

    valid_from: date
    reason: Reason
    fee_fen: Fen
    express_fee_fen: Fen = 0


class LeadTimeRow(Message):
    valid_from: date
    working_days: Annotated[int, Field(ge=0, le=90)]
    surrender_damaged_card: bool = True
    pre_loss_days: Annotated[int, Field(ge=1, le=60)] = 10
    hand_in_working_days: Annotated[int, Field(ge=0, le=90)] = 10
    """Until when a damaged card that was not at hand is brought in; 0: it must be handed in at once."""


class AgentRuleRow(Message):
    """Dated: who may apply for somebody else, and how often a day."""

    valid_from: date
    per_day: Annotated[int, Field(ge=1, le=100)]
    adult_years: Annotated[int, Field(ge=14, le=30)]
    declaration_version: Number
    """Of the words that the agent accepts; an older one is refused with `declaration_changed`."""


class CalendarYear(Message):
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]


class OfficialLinks(Message):
    """Contents of the QR codes that lead to the office's other channels."""

    app_url: ShortText
    wechat_url: ShortText
    website_url: ShortText


class Reference(Message):
    """What a terminal needs to know about the service; changes rarely."""

    version: ShortText
    offices: tuple[Office, ...]
    banks: tuple[Bank, ...]
    districts: tuple[District, ...]
    fees: tuple[FeeRow, ...]
    lead_times: tuple[LeadTimeRow, ...]
    calendar: dict[str, CalendarYear]
    links: OfficialLinks
    hotlines: tuple[ShortText, ...]
    agent_rules: tuple[AgentRuleRow, ...] = ()


# --- the person ------------------------------------------------------------------------------------------------------


class LookUpRequest(PersonalMessage):
    """Asks for the record of the person whose document lies on the reader."""

    document_kind: DocumentKindWord
    document_number: DocumentNumber
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    """The name on the document; the English one where there is no other."""
    english_name: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None = None
    """The second name of a document that has two; the record may hold either."""
    nationality: Nationality | None = None
    """Asked for with a passport: two states may give the same number."""
    birth_date: date | None = None


class CardSummary(PersonalMessage):
    card_number_last4: Annotated[str, StringConstraints(max_length=4)]
    state: CardState
    generation: Literal[1, 2, 3]
    bank_code: Number
    pre_lost_until: AwareDatetime | None = None


class Application(PersonalMessage):
    application_number: Number
    state: ApplicationState
    reason: Reason
    delivery_mode: DeliveryMode
    office_id: Number | None = None
    fee_fen: Fen
    submitted_at: AwareDatetime | None = None
    card_date: date | None = None
    """The working day on which the card is ready; None when outside the calendar's coverage (see about_days)."""
    about_days: int | None = None
    payment_number: Number | None = None
    certificate_number: Number | None = None
    certificate_url: ShortText | None = None
    """Short-lived link for the QR code; opening it asks for the last 4 characters of the document number."""
    tracking_url: ShortText | None = None
    agent_name_masked: ShortText | None = None
    """Who applied for the person, as far as a receipt may show it."""
    agent_number_masked: ShortText | None = None
    hand_in_due: date | None = None
    """The last day on which a damaged card that was not at hand is brought in."""
    handed_in_at: AwareDatetime | None = None


class PersonFound(PersonalMessage):
    """The record, as much as the terminal needs. `person_token` stands for the person for one hour."""

    person_token: Annotated[str, StringConstraints(min_length=16, max_length=128)]
    name: ShortText
    insured_type: InsuredType
    employer: ShortText | None = None
    mobile: Mobile | None = None
    address_district: ShortText | None = None
    address_street: ShortText | None = None
    address_detail: ShortText | None = None
    """Last address used for express, when there is one."""
    has_photo: bool
    card: CardSummary | None
    bank_choices: tuple[Number, ...]
    open_application: Application | None = None


class LossReportRequest(PersonalMessage):
    """Pre-report (takes effect at once, releases itself); the formal report rides on the submission."""

    person_token: str


class LossReport(Message):
    report_number: Number
    reported_at: AwareDatetime
    releases_at: AwareDatetime


# --- application and payment -----------------------------------------------------------------------------------------


class ExpressAddress(PersonalMessage):
    recipient: ShortText
    mobile: Mobile
    district: ShortText
    street: ShortText
    detail: Annotated[str, StringConstraints(min_length=2, max_length=60)]


class ApplicationRequest(PersonalMessage):
    person_token: str
    reason: Reason
    mobile: Mobile | None = None
    delivery_mode: DeliveryMode
    office_id: Number | None = None
    address: ExpressAddress | None = None
    bank_code: Number
    photo_number: Number | None = None
    """A new photo out of a draft or a hand-off; None: the one on record stays."""
    agent_number: Number | None = None
    """Who applies for the person (see `wire_errands.AgentRequest`); None: the person."""
    draft_number: Number | None = None
    """The draft that this application was made from; it ends with it."""
    fee_fen: Fen
    """What the person was shown; refused with `fee_changed` when it is not the fee of today."""
    service_version: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    """Address of the bundle that this visit began with; the fee of today is the one it says. None: the reference."""


class SubmissionRequest(PersonalMessage):
    """Makes a paid (or free) application final; with reason LOST this is the formal, irrevocable loss report."""

    damaged_card: Literal["handed_in", "read_and_handed_in", "to_staff", "later", "not_applicable"]
    document_seen: bool | None = None
    """Only older terminals say it: the backend identified the person itself, by a document or an electronic card."""


class PaymentRequest(PersonalMessage):
    payment_number: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_*-]{8,32}$")]
    """Made by the terminal once per intent and journalled before the request leaves; the gateway's out_trade_no."""
    method: PaymentMethod
    payer_code: Annotated[str, StringConstraints(pattern=r"^\d{16,24}$")] | None = None


class PaymentWait(StrEnum):
    """What an open payment waits for."""

    PAYER = "payer"
    PASSWORD = "password"  # noqa: S105  the payer's phone asks for it
    GATEWAY = "gateway"


class PaymentFailure(StrEnum):
    """Why a payment was closed without money."""

    CODE_EXPIRED = "code_expired"
    INSUFFICIENT = "insufficient"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"


class Payment(Message):
    payment_number: Number
    application_number: Number
    state: PaymentState
    method: PaymentMethod
    amount_fen: Fen
    code_url: ShortText | None = None
    """Content of the QR code that the payer scans (CODE_SHOWN)."""
    expires_at: AwareDatetime | None = None
    waits_for: PaymentWait | None = None
    failure: PaymentFailure | None = None
    paid_at: AwareDatetime | None = None
    channel: Literal["wechat", "alipay", "unionpay", "ecny"] | None = None


# --- events ----------------------------------------------------------------------------------------------------------


class Event(Message):
    """One fact that the terminal tells the backend; no personal data by construction."""

    event_id: Annotated[str, StringConstraints(min_length=8, max_length=64)]
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z_.]{3,48}$")]
    at: AwareDatetime
    facts: dict[str, str | int | bool] = Field(default_factory=dict)


class EventBatch(Message):
    events: tuple[Event, ...] = Field(max_length=100)


class EventsAccepted(Message):
    accepted: int
    known: int


# --- staff -----------------------------------------------------------------------------------------------------------

StaffNumber = Annotated[int, Field(ge=1, le=999_999)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class SlipCopyRequest(Message):
    """Staff at the terminal where the application was made ask for its slip again."""

    staff_number: StaffNumber
    role: Role


class SlipCopy(PersonalMessage):
    """What a slip says, masked, and which copy this is: the backend counts, so that no copy is ever counted twice."""

    application: Application
    copy_number: Annotated[int, Field(ge=1, le=99)]
    masked_name: ShortText
    id_last4: Annotated[str, StringConstraints(max_length=4)]
    masked_address: ShortText | None = None
    """Of an express delivery."""
    office: Office | None = None
    payment_method: PaymentMethod | None = None


class AuditUpload(Message):
    """Records of a terminal's audit log as they lie on its disk, one line each, in order."""

    public_key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/=]{80,200}$")]
    """SubjectPublicKeyInfo, DER, base64. The first that a terminal sends is remembered; another is a finding."""
    lines: Annotated[
        tuple[Annotated[str, StringConstraints(max_length=4096)], ...], Field(min_length=1, max_length=200)
    ]


class AuditFinding(StrEnum):
    """What the backend saw in the chain; each is kept with the place."""

    GAP = "gap"
    NOT_CHAINED = "not_chained"
    EDITED = "edited"
    REWRITTEN = "rewritten"
    FORGED_SEAL = "forged_seal"
    OTHER_KEY = "other_key"
    UNREADABLE = "unreadable"


class AuditReceived(Message):
    """How far the backend has the chain without a gap: the terminal goes on from there."""

    contiguous_to: Annotated[int, Field(ge=0)]
    head_hash: Sha256 | None = None
    findings: tuple[AuditFinding, ...] = ()
    """Those of this upload."""


class ReadinessRow(Message):
    measure: Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")]
    value: Annotated[str, StringConstraints(max_length=120)] | int
    unit: Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,20}$")]
    verdict: Literal["good", "warning", "bad", "unknown"]
    subject: Annotated[str, StringConstraints(pattern=r"^[a-z_]{0,40}$")] = ""


class Readiness(Message):
    """The readiness report of a terminal; it holds nothing of any person."""

    made_at: AwareDatetime
    verdict: Literal["good", "warning", "bad", "unknown"]
    rows: Annotated[tuple[ReadinessRow, ...], Field(max_length=200)]


class ReadinessKept(Message):
    report_number: Number


# --- problems --------------------------------------------------------------------------------------------------------


class ProblemCode(StrEnum):
    """The stable word of a problem; the terminal has a text for each."""

    MALFORMED = "malformed"
    NOT_AUTHENTICATED = "not_authenticated"
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    PERSON_UNKNOWN = "person_unknown"
    SEVERAL_RECORDS = "several_records"
    NAME_DIFFERS = "name_differs"
    TOKEN_EXPIRED = "token_expired"  # noqa: S105  a word, not a secret
    CARD_STATE = "card_state"
    ALREADY_REPORTED = "already_reported"
    APPLICATION_OPEN = "application_open"
    APPLICATION_STATE = "application_state"
    FEE_CHANGED = "fee_changed"
    OFFICE_UNKNOWN = "office_unknown"
    BANK_NOT_ALLOWED = "bank_not_allowed"
    EXPRESS_UNAVAILABLE = "express_unavailable"
    PAYMENT_OPEN = "payment_open"
    ALREADY_PAID = "already_paid"
    PAYMENT_UNAVAILABLE = "payment_unavailable"
    NUMBER_DIFFERS = "number_differs"
    """The record is held under an earlier document of this person; `corrected_at` says where that is put right."""
    APPLICATION_NOT_YOURS = "application_not_yours"
    CERTIFICATE_NOT_YOURS = "certificate_not_yours"
    CERTIFICATE_WITHDRAWN = "certificate_withdrawn"
    AGENT_IS_PERSON = "agent_is_person"
    AGENT_MINOR = "agent_minor"
    AGENT_LIMIT = "agent_limit"
    AGENT_UNKNOWN = "agent_unknown"
    """Not registered here for this person, or more than an hour ago."""
    GUARDIAN_REQUIRED = "guardian_required"
    DECLARATION_CHANGED = "declaration_changed"
    E_CARD_MALFORMED = "e_card_malformed"
    E_CARD_UNKNOWN = "e_card_unknown"
    E_CARD_EXPIRED = "e_card_expired"
    E_CARD_USED = "e_card_used"
    E_CARD_STOPPED = "e_card_stopped"
    """The loss of the card was reported, so its electronic copy is stopped as well: identify by document."""
    E_CARD_INACTIVE = "e_card_inactive"
    """The card itself is not in use (not activated, locked, superseded, cancelled): identify by document."""
    E_CARD_UNAVAILABLE = "e_card_unavailable"
    DRAFT_CODE_MALFORMED = "draft_code_malformed"
    DRAFT_CODE_UNKNOWN = "draft_code_unknown"
    DRAFT_CODE_EXPIRED = "draft_code_expired"
    DRAFT_CODE_USED = "draft_code_used"
    DRAFT_PERSON_DIFFERS = "draft_person_differs"
    DRAFT_ELSEWHERE = "draft_elsewhere"
    """Another terminal goes on with it."""
    DRAFT_CLOSED = "draft_closed"
    DRAFT_CHANGED = "draft_changed"
    """The phone changed it since it was read: read it again, ask again."""
    PHOTO_UNKNOWN = "photo_unknown"
    PHOTO_NEEDED = "photo_needed"
    HAND_IN_STATE = "hand_in_state"
    """No damaged card is awaited for this application."""
    KEY_MISSING = "key_missing"
    KEY_REUSED = "key_reused"
    KEY_IN_USE = "key_in_use"
    DECOMMISSIONED = "decommissioned"
    """This terminal is no longer of the fleet: it destroys its keys and what it keeps."""
    FLEET_STATE = "fleet_state"
    """A ticket that is used, an enrolment that is decided, a bundle that is not signed: the thing is elsewhere now."""
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


class CorrectedAt(StrEnum):
    """Where a name or number that differs between document and record is put right."""

    EMPLOYER = "employer"
    """An employee's record comes from the employer."""
    COMMUNITY = "community"
    """A resident's record is kept by the office of the street or village."""


class Problem(BaseModel):
    """RFC 9457 problem details with our extension members."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: str
    title: str
    status: int
    detail: str = ""
    instance: str = ""
    code: ProblemCode
    retryable: bool = False
    retry_after_s: int | None = None
    field: str | None = None
    corrected_at: CorrectedAt | None = None


def parse_time(text: str) -> datetime:
    """RFC 3339 text to an aware datetime; raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time on the wire carries its offset")
    return moment
