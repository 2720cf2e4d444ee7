"""The whole state of a terminal, and the few moves that every chapter of the flow makes with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kiosk.domain.application import DeliveryMode, Reason
from kiosk.domain.contact import PostalAddress
from kiosk.domain.personal import Personal
from kiosk.flow.effects import Effect, Note
from kiosk.flow.errands.facts import Purpose, Tracked
from kiosk.flow.errands.facts_other import FurtherAnswers
from kiosk.flow.errands.situations import ERRAND_QUESTIONS
from kiosk.flow.facts import (
    ApplicationFacts,
    Conditions,
    DocumentFacts,
    LossFacts,
    Moment,
    PaymentFacts,
    Person,
    Quiet,
    Reference,
    Site,
    Timeouts,
    patient,
)
from kiosk.flow.situations import (
    Attract,
    ChoosingAddress,
    ChoosingBank,
    ChoosingCardDetails,
    ChoosingDelivery,
    ChoosingDistrict,
    ChoosingOffice,
    ChoosingPurpose,
    ChoosingReason,
    ChoosingStreet,
    EnteringAddress,
    EnteringMobile,
    ExplainingLoss,
    HandingIn,
    Identifying,
    OutOfService,
    ReadingNotice,
    ReviewingRecord,
    ShowingLinks,
    Situation,
    TakingThings,
)
from kiosk.flow.staff.facts import ServiceState
from kiosk.flow.staff.visit import StaffVisit
from kiosk.flow.views import Focus, Language, Size, SpeechWishes, Theme

QUESTIONS = (
    ChoosingPurpose,
    ShowingLinks,
    ReadingNotice,
    Identifying,
    ReviewingRecord,
    ChoosingReason,
    ExplainingLoss,
    HandingIn,
    EnteringMobile,
    ChoosingDelivery,
    ChoosingOffice,
    ChoosingAddress,
    ChoosingDistrict,
    ChoosingStreet,
    EnteringAddress,
    ChoosingCardDetails,
    ChoosingBank,
    *ERRAND_QUESTIONS,
)
"""Situations that Back may return to: nothing irrevocable has happened in them."""


@dataclass(frozen=True, repr=False)
class Answers(Personal):
    """What is known of this person and what they answered; wiped with the session."""

    document: DocumentFacts | None = None
    person: Person | None = None
    reason: Reason | None = None
    loss_key: str | None = None
    """Idempotency key of the loss report: a second attempt is the same report."""
    loss: LossFacts | None = None
    damaged_card: str = "not_applicable"
    mobile: str | None = None
    has_answered_mobile: bool = False
    delivery_mode: DeliveryMode | None = None
    office_id: str | None = None
    address: PostalAddress | None = None
    bank_code: str | None = None
    apply_key: str | None = None
    """Idempotency key of the application as answered; a repeat of the same answers carries the same key."""
    application: ApplicationFacts | None = None
    payment: PaymentFacts | None = None
    further: FurtherAnswers = field(default_factory=FurtherAnswers)
    has_slip: bool = False
    """A slip of another errand came out."""
    hand_in_key: str | None = None
    tracked: tuple[Tracked, ...] = ()
    """The person's applications, the newest first."""


@dataclass(frozen=True)
class Preferences:
    """How this person wants the screen; chosen at any moment, back to the defaults when they are gone."""

    language: Language = Language.ZH
    size: Size = Size.STANDARD
    theme: Theme = Theme.NORMAL
    is_low_reach: bool = False
    is_elder: bool = False
    speech: SpeechWishes = field(default_factory=SpeechWishes)


@dataclass(frozen=True, repr=False)
class Session(Personal):
    """One person's visit. The service (fee included) is pinned when it begins."""

    session_id: str
    reference: Reference
    answers: Answers = field(default_factory=Answers)
    purpose: Purpose = Purpose.REPLACE
    history: tuple[Situation, ...] = ()
    typed_before: tuple[EnteringMobile | EnteringAddress, ...] = ()
    """What was being typed when Back was touched; it is there again on the way forward."""
    is_changing: bool = False
    """True while one answer is being changed from the check page; the next answer returns there."""
    is_help_open: bool = False
    is_staff_called: bool = False
    is_end_asked: bool = False
    warned_at_s: float | None = None
    present_at_s: float = 0.0
    """When somebody was last seen to be there."""
    began_at_s: float = 0.0

    def without_answers(self) -> Session:
        """What is left of a visit while its things are taken away."""
        return Session(self.session_id, self.reference, present_at_s=self.present_at_s, began_at_s=self.began_at_s)


@dataclass(frozen=True, repr=False)
class Beneath(Personal):
    """What staff mode stands in front of, and what comes back when it ends."""

    situation: Situation
    session: Session | None = None
    """A session that waits for staff to mend something; all others are over before staff come in."""
    preferences: Preferences = field(default_factory=Preferences)


@dataclass(frozen=True, repr=False)
class Terminal(Personal):
    """Everything the flow knows. Only `step` makes a new one."""

    site: Site
    situation: Situation = field(default_factory=lambda: OutOfService("starting"))
    session: Session | None = None
    conditions: Conditions = field(default_factory=Conditions)
    reference: Reference | None = None
    preferences: Preferences = field(default_factory=Preferences)
    serial: int = 1
    entered_at_s: float = 0.0
    touched_at_s: float = 0.0
    service: ServiceState = field(default_factory=ServiceState)
    staff: StaffVisit = field(default_factory=StaffVisit)
    beneath: Beneath | None = None
    tidied_at_s: float | None = None
    quiet: Quiet = field(default_factory=Quiet)
    is_closed_remotely: bool = False
    """The operator of the fleet took it out of service, and nobody else opens it."""
    focus: Focus = field(default_factory=Focus)

    @property
    def timeouts(self) -> Timeouts:
        """Of the service that the session began with; longer for whoever listens, and in elder mode."""
        service = self.session.reference if self.session is not None else self.reference
        pushed = service.conduct.timeouts if service is not None else None
        wishes, times = self.preferences, pushed or self.site.timeouts
        return patient(times) if wishes.is_elder or wishes.speech.is_on else times


Result = tuple[Terminal, tuple[Effect, ...]]


def go(terminal: Terminal, situation: Situation, now: Moment, *effects: Effect) -> Result:
    """Enter a new situation; a question left behind can be returned to with Back."""
    session = terminal.session
    if session is not None and isinstance(terminal.situation, QUESTIONS):
        session = replace(session, history=(*session.history, terminal.situation))
    return _enter(terminal, session, _as_typed(session, situation), now), effects


def _as_typed(session: Session | None, situation: Situation) -> Situation:
    if session is None or not isinstance(situation, (EnteringMobile, EnteringAddress)):
        return situation
    before = next((one for one in session.typed_before if type(one) is type(situation)), situation)
    return replace(situation, typed=situation.typed or before.typed)


def turn(terminal: Terminal, situation: Situation, *effects: Effect) -> Result:
    """The same situation with other data (a digit typed, a phase changed): the picture's serial stays."""
    return replace(terminal, situation=situation), effects


def back(terminal: Terminal, now: Moment) -> Result:
    """Return to the last question; while one answer is being changed, the check page is where Back leads."""
    session = terminal.session
    if session is None or not session.history:
        return terminal, ()
    left, typed_before = terminal.situation, session.typed_before
    if isinstance(left, (EnteringMobile, EnteringAddress)):
        typed_before = (left, *(one for one in typed_before if type(one) is not type(left)))
    shorter = replace(session, history=session.history[:-1], typed_before=typed_before)
    return _enter(terminal, shorter, session.history[-1], now), ()


def finish(terminal: Terminal, now: Moment, outcome: str) -> Result:
    """Wipe the session, whatever ended it."""
    began_at_s = now.mono_s if terminal.session is None else terminal.session.began_at_s
    note = Note("session_ended", (("outcome", outcome), ("duration_s", round(now.mono_s - began_at_s))))
    return _enter(terminal, None, Attract(), now), (note,)


def leave(terminal: Terminal, now: Moment, outcome: str = "completed") -> Result:
    """The ordinary end: first everybody takes their things."""
    return go(terminal, TakingThings(now.mono_s + terminal.timeouts.take_things_s, outcome), now)


def fail(terminal: Terminal, now: Moment, part: str) -> Result:
    """The failsafe. Staff who are there stay and see it, unless the fault may be one of their own pages."""
    staff = StaffVisit() if part == "engine" else terminal.staff
    failed = _enter(replace(terminal, staff=staff, beneath=None), None, OutOfService(part), now)
    return failed, (Note("out_of_service", (("part", part),)),)


def is_off(terminal: Terminal, feature: str) -> bool:
    """Switched off from afar, in the service that this session began with; what is not named is on."""
    return feature in session_of(terminal).reference.conduct.switched_off


def no_way_back(terminal: Terminal) -> Terminal:
    """From here on Back leads nowhere: something was sent that cannot be taken back."""
    session = terminal.session
    return terminal if session is None else replace(terminal, session=replace(session, history=(), is_changing=False))


def session_of(terminal: Terminal) -> Session:
    """The session of a situation that only exists within one."""
    if terminal.session is None:
        raise RuntimeError(f"{type(terminal.situation).__name__} without a session")
    return terminal.session


def application_of(terminal: Terminal) -> ApplicationFacts:
    """The application of a situation that only exists when there is one."""
    application = session_of(terminal).answers.application
    if application is None:
        raise RuntimeError(f"{type(terminal.situation).__name__} without an application")
    return application


def answer(terminal: Terminal, **changes: object) -> Terminal:
    """The terminal with some answers changed."""
    session = session_of(terminal)
    fresh = {"apply_key": None, **changes}  # another application than the one that was sent, if one was
    answers = replace(session.answers, **fresh)  # type: ignore[arg-type]  # names are checked by replace itself
    return replace(terminal, session=replace(session, answers=answers))


def default_preferences(terminal: Terminal) -> Preferences:
    """How a session begins: as the bundle in force says."""
    if terminal.reference is None:
        return Preferences()
    conduct = terminal.reference.conduct
    return Preferences(size=Size(conduct.size), theme=Theme(conduct.theme))


def answer_further(terminal: Terminal, **changes: object) -> Terminal:
    """The terminal with some answers changed that only some people are asked for."""
    further = session_of(terminal).answers.further
    return answer(terminal, further=replace(further, **changes))  # type: ignore[arg-type]  # as above


def _enter(terminal: Terminal, session: Session | None, situation: Situation, now: Moment) -> Terminal:
    if session is not None:
        session = replace(session, is_help_open=False, is_end_asked=False)
    return replace(
        terminal,
        session=session,
        situation=situation,
        preferences=terminal.preferences if session is not None else default_preferences(terminal),
        serial=terminal.serial + 1,
        focus=Focus(),
        entered_at_s=now.mono_s,
    )
