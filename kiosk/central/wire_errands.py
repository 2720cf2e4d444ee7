"""The published language of the other errands around a card; see `wire.py`, whose rules hold here as well.

| request | body -> answer |
|---|---|
| POST /v1/agents | AgentRequest -> Agent; Idempotency-Key |
| POST /v1/e-card-look-ups | ECardLookUpRequest -> wire.PersonFound; a code serves once, so never sent twice |
| POST /v1/draft-redemptions | DraftRedemptionRequest -> DraftClaimed; Idempotency-Key |
| POST /v1/hand-offs | HandOffRequest -> HandOff; Idempotency-Key |
| POST /v1/drafts/{draft_number}/readings | DraftReading -> Draft; a long poll when `wait_s` is not 0 |
| POST /v1/drafts/{draft_number}/edits | DraftEdit -> Draft; the version is its own key |
| POST /v1/drafts/{draft_number}/closing | PersonOnly -> DraftClosed; may be repeated |
| POST /v1/photos/{photo_number}/readings | PersonOnly -> Photo |
| POST /v1/progress | PersonOnly -> Progress |
| POST /v1/applications/{application_number}/resumption | PersonOnly -> Resumption |
| POST /v1/applications/{application_number}/cancellation | PersonOnly -> wire.Application; Idempotency-Key |
| POST /v1/applications/{application_number}/card-hand-in | CardHandInRequest -> wire.Application; Idempotency-Key |
| POST /v1/certificates/{certificate_number}/prints | PersonOnly -> CertificatePrint; Idempotency-Key; counts |
| GET  /v1/collection-guide | -> CollectionGuide; nobody is identified |

An agent is named in `ApplicationRequest.agent_number`, a new photo in `photo_number`, a draft in `draft_number`. A card
that cannot be handed in today is `damaged_card = "later"`. Loss alone is `POST /v1/loss-reports` as ever.

What refuses what (beside `token_expired`, `not_found`, `malformed`):

| request | problem codes |
|---|---|
| look-ups | number_differs, name_differs (both with `corrected_at`), person_unknown, several_records |
| agents | agent_is_person, agent_minor, agent_limit, guardian_required, declaration_changed |
| applications | agent_unknown, agent_limit, guardian_required, photo_unknown, photo_needed, draft_closed, draft_... |
| e-card-look-ups | e_card_malformed, _unknown, _expired, _used, _stopped, _inactive, _unavailable |
| draft-redemptions | draft_code_malformed, _unknown, _expired, _used |
| drafts/... | draft_person_differs, draft_elsewhere, draft_closed, draft_changed (edits) |
| resumption | application_not_yours, application_state, application_open, fee_changed |
| cancellation | application_not_yours, application_state, already_paid, payment_open |
| card-hand-in | application_not_yours, application_state, hand_in_state |
| prints | certificate_not_yours, certificate_withdrawn |
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Base64Bytes, Field, StringConstraints

from kiosk.central.wire import (
    Application,
    DocumentKindWord,
    DocumentNumber,
    Fen,
    Message,
    Mobile,
    Nationality,
    Number,
    Office,
    PersonalMessage,
    ShortText,
)
from kiosk.domain.application import ApplicationState, InsuredType
from kiosk.domain.errands import (
    CardHandInState,
    DraftPhone,
    Errand,
    HandOffTopic,
    NextAction,
    Relationship,
    StepMark,
    WhoCollects,
)

PersonToken = Annotated[str, StringConstraints(min_length=1, max_length=128)]
MAX_WAIT_S = 8
"""Of one long poll; shorter than the client's patience for a piece of an answer."""


class PersonOnly(PersonalMessage):
    """Names the identified person and nothing else."""

    person_token: PersonToken


# --- applying for somebody else --------------------------------------------------------------------------------------


class AgentRequest(PersonalMessage):
    """Registers, for one hour, who applies for the person of the token; both documents have lain on the reader."""

    person_token: PersonToken
    document_kind: DocumentKindWord
    document_number: DocumentNumber
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    nationality: Nationality | None = None
    birth_date: date
    relationship: Relationship
    mobile: Mobile
    declaration_version: Number
    """Of the words that the agent accepted: `Reference.agent_rules`."""


class Agent(PersonalMessage):
    agent_number: Number
    """For `ApplicationRequest.agent_number`."""
    name_masked: ShortText
    number_masked: ShortText
    relationship: Relationship
    left_today: int
    """How many more applications the rule lets this agent make today, this one included."""


# --- the electronic card ---------------------------------------------------------------------------------------------


class ECardLookUpRequest(PersonalMessage):
    """The content of the electronic card's code as scanned; any text, so that each fault has its own answer."""

    code: Annotated[str, StringConstraints(max_length=512)]


# --- phone and terminal ----------------------------------------------------------------------------------------------


class DraftRedemptionRequest(PersonalMessage):
    """The content of a resume code, prefix included, as scanned; any text."""

    code: Annotated[str, StringConstraints(max_length=512)]


class DraftClaimed(Message):
    """The draft goes on at this terminal and at no other. What is in it is told once its person is identified."""

    draft_number: Number
    insured_type: InsuredType
    has_address: bool
    has_agent: bool
    has_photo: bool


class HandOffRequest(PersonalMessage):
    person_token: PersonToken
    topic: HandOffTopic


class HandOff(PersonalMessage):
    """`url` is the content of the QR code; the first phone that goes on from it is the only one."""

    draft_number: Number
    url: ShortText
    expires_at: AwareDatetime
    version: int


class DraftAddress(PersonalMessage):
    recipient: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    mobile: Mobile
    district: ShortText
    street: ShortText
    detail: Annotated[str, StringConstraints(min_length=2, max_length=60)]


class DraftAgent(PersonalMessage):
    """What an agent said at home; name and number come from the document at the terminal."""

    relationship: Relationship
    mobile: Mobile
    declaration_version: Number


class Draft(PersonalMessage):
    """The state that holds now. `version` rises with every change, whoever made it, and when a phone takes it up."""

    draft_number: Number
    version: int
    insured_type: InsuredType
    address: DraftAddress | None = None
    agent: DraftAgent | None = None
    photo_number: Number | None = None
    phone: DraftPhone
    expires_at: AwareDatetime


class DraftReading(PersonalMessage):
    """`wait_s`: answer as soon as the version is not `seen_version`, at the latest after so many seconds."""

    person_token: PersonToken
    seen_version: int | None = None
    wait_s: Annotated[int, Field(ge=0, le=MAX_WAIT_S)] = 0


class DraftEdit(PersonalMessage):
    """The terminal's change; refused with `draft_changed` when `version` is not the one that holds."""

    person_token: PersonToken
    version: int
    address: DraftAddress | None = None
    """None takes it away."""
    keep_photo: bool = True
    """False throws the draft's photo away."""


class DraftClosed(Message):
    """The draft, its codes and a photo that no application uses are gone."""

    draft_number: Number


class Photo(PersonalMessage):
    photo_number: Number
    width_px: int
    height_px: int
    jpeg: Base64Bytes
    """At most 50 kB, without metadata."""


# --- progress --------------------------------------------------------------------------------------------------------


class TimelineStep(Message):
    state: ApplicationState
    mark: StepMark
    at: AwareDatetime | None = None
    """When it was reached, where that is known."""
    expected: date | None = None
    """Until when it is to be reached: a working day."""


class TrackedApplication(PersonalMessage):
    application: Application
    applied_at: AwareDatetime
    pay_by: AwareDatetime | None = None
    timeline: tuple[TimelineStep, ...]
    next_action: NextAction
    is_late: bool
    """Past the promised day and not ready."""
    card_hand_in: CardHandInState
    certificate_prints: int
    """How often the certificate was made, on paper and as a file."""
    errands: tuple[Errand, ...]


class Progress(PersonalMessage):
    """The person's applications, the newest first; at most ten."""

    applications: tuple[TrackedApplication, ...]


# --- an application that is there ------------------------------------------------------------------------------------


class Resumption(PersonalMessage):
    """The application, payable or already paid. A payment that is open is asked about, never doubled."""

    application: Application
    open_payment_number: Number | None = None
    pay_by: AwareDatetime | None = None
    amount_due_fen: Fen


class CardHandInRequest(PersonalMessage):
    person_token: PersonToken
    damaged_card: Literal["handed_in", "read_and_handed_in", "to_staff"]


class CertificatePrint(PersonalMessage):
    """What paper says; numbers and names are masked already. `print_count` stands on it."""

    certificate_number: Number
    application_number: Number
    print_count: int
    issued_at: AwareDatetime
    name_masked: ShortText
    document_number_masked: ShortText
    card_number_masked: ShortText
    agent_name_masked: ShortText | None = None
    certificate_url: ShortText
    """For the phone; short-lived."""
    verify_url: ShortText
    """For whoever is shown the paper; stays good."""


# --- collecting ------------------------------------------------------------------------------------------------------


class CollectionPaper(Message):
    """One thing to bring."""

    who: WhoCollects
    text_zh: ShortText
    text_en: ShortText


class CollectionGuide(Message):
    """Where, when and with what a new card is collected."""

    offices: tuple[Office, ...]
    papers: tuple[CollectionPaper, ...]
    working_days: int
    ready_if_applied_today: date | None
    """None outside the published calendar."""
    keep_days: int
    """So long a card waits at the office."""
    hotlines: tuple[ShortText, ...]
