"""Every event of the flow in every shape it can have, for the story that waits for one of them and for stale ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from hardware.ports import CameraTrouble, CardProblem, DocumentProblem, PrintProblem
from kiosk.central.wire import PaymentFailure, PaymentWait, ProblemCode
from kiosk.domain.application import ApplicationState, CardState, PaymentMethod, PaymentState
from kiosk.domain.candidate import Candidate
from kiosk.domain.identity_document import DocumentFault
from kiosk.domain.language import Language
from kiosk.flow.enrolling.events import EnrolmentFailed, EnrolmentFinished, EnrolmentPending
from kiosk.flow.events import (
    ApplicationAnswered,
    CandidatesFound,
    CentralChanged,
    CentralRefused,
    CentralSilent,
    CodeScanned,
    DeviceChanged,
    DocumentPresented,
    DocumentRefused,
    Event,
    Failed,
    HeadsetChanged,
    LossReported,
    NavigationKey,
    NavigationKeyPressed,
    OldCardInserted,
    OldCardRead,
    OldCardTakenOut,
    OldCardUnreadable,
    PaymentAnswered,
    PersonFound,
    QuietAsked,
    QuietOver,
    ReceiptNotPrinted,
    ReceiptPrinted,
    ReferenceArrived,
    ScanRecovered,
    ScanTroubled,
    ServiceClosed,
    ServiceOpened,
    Ticked,
    Touched,
)
from kiosk.flow.facts import DeviceFacts, LossFacts, OldCardFacts
from kiosk.flow.staff.situations import StaffSituation
from kiosk.flow.touches import (
    BackTouched,
    ChangeRequested,
    Confirmed,
    Declined,
    ElderStarted,
    EndConfirmed,
    EndDeclined,
    EndTouched,
    HelpClosed,
    HelpTouched,
    KeyPressed,
    LanguageChosen,
    LowReachChosen,
    OptionChosen,
    PageTurned,
    RateChosen,
    ScreenTouched,
    SizeChosen,
    SpeechPaused,
    SpeechRepeated,
    SpeechSwitched,
    StaffCalled,
    Started,
    StillHere,
    ThemeChosen,
    Touch,
    VolumeChosen,
)
from kiosk.flow.views import Size, Theme
from tests.faults.every_other_event import OTHER_OPTIONS, other_answers
from tests.faults.every_own_event import own_answers
from tests.faults.every_staff_event import STAFF_OPTIONS, STAFF_REPORTS, staff_answers
from tests.flows.stages import ANOTHER_ID, PAYER_CODE, awaited, in_state, job, unpaid
from tests.flows.story import ACCEPTED, APPLICATION, DOCUMENT, PERSON, REFERENCE, START, Story, payment

OPTIONS: Final = (
    "?", "A20261123001", "B2", "CY-1", "HD-1", "again", "agent", "bank", "cancel", "certificate", "damaged",
    "express", "finish", "guidance", "hand_in_card", "handed_in", "keep", "known", "last", "later", "links",
    "loss_only", "lost", "more", "more_time", "new", "new_card", "none", "other_document", "other_way", "pay",
    "pickup", "print_again", "print_copy", "progress", "replace", "scan_screen", "self", "show_phone", "staff",
    "submit", "to_staff", "track", "建外街道", "朝阳区",
)  # fmt: skip
TOUCHES: Final[tuple[Touch, ...]] = (
    *(OptionChosen(option) for option in (*OPTIONS, *OTHER_OPTIONS, "staff_in", "staff_wait", "staff_help")),
    *(Started(language) for language in Language),
)
FRAME_TOUCHES: Final[tuple[Touch, ...]] = (
    *(LanguageChosen(language) for language in Language),
    *(SizeChosen(size) for size in Size),
    *(ThemeChosen(theme) for theme in Theme),
    *(KeyPressed(key) for key in ("1", "8", "号", "backspace", "clear")),
    *(PageTurned(by) for by in (-1, 1, 99)),
    *(ChangeRequested(row) for row in ("mobile", "delivery", "bank", "fee", "?")),
    LowReachChosen(is_low_reach=True), ElderStarted(), SpeechSwitched(is_on=True), SpeechPaused(is_paused=True),
    SpeechRepeated(), RateChosen(200), VolumeChosen(0),
    Confirmed(), Declined(), BackTouched(), HelpTouched(), HelpClosed(), StaffCalled(), EndTouched(), EndConfirmed(),
    EndDeclined(), StillHere(), ScreenTouched(),
)  # fmt: skip
STAFF_TOUCHES: Final[tuple[Touch, ...]] = tuple(OptionChosen(option) for option in STAFF_OPTIONS)
FLEET_REPORTS: Final[tuple[Event, ...]] = (
    QuietAsked("service"),
    QuietAsked("command:1", is_urgent=True),
    QuietOver("service"),
    QuietOver("nobody asked"),
    ServiceClosed(),
    ServiceOpened(),
    EnrolmentPending("481526"),
    EnrolmentFailed("denied"),
    EnrolmentFinished(),
)
REPORTS: Final[tuple[Event, ...]] = (
    Ticked(),
    Failed("screens"),
    *(DeviceChanged(name, DeviceFacts("powerOff")) for name in ("receipt_printer", "nothing_we_know")),
    DocumentPresented(DOCUMENT),
    *(DocumentRefused(problem.value) for problem in (*DocumentProblem, *DocumentFault)),
    OldCardInserted(),
    OldCardTakenOut(),
    OldCardRead(OldCardFacts(DOCUMENT.number, "样例")),
    OldCardRead(OldCardFacts(ANOTHER_ID, "李样例")),
    *(OldCardUnreadable(problem.value) for problem in CardProblem),
    *(CodeScanned(content) for content in (PAYER_CODE, b"11010519491231002X", b"https://x.example", b"\x00" * 9, b"")),
    *(ScanTroubled(trouble) for trouble in (*(each.value for each in CameraTrouble), "several_codes", "oversized")),
    ScanRecovered(),
    *(CentralChanged(is_reachable=up, are_payments_open=up, clock_skew_s=0.0) for up in (True, False)),
    ReferenceArrived(REFERENCE),
    *FLEET_REPORTS,
    CandidatesFound("jianwai", (Candidate("建外", 7),)),
    *(NavigationKeyPressed(key) for key in NavigationKey),
    *(HeadsetChanged(is_in) for is_in in (True, False)),
)


def events_for(story: Story) -> tuple[Event, ...]:
    """For this story: touches, reports, and answers both to what it asked and to something else."""
    if isinstance(story.terminal.situation, StaffSituation):
        touches = (Touched(touch) for touch in (*STAFF_TOUCHES, *FRAME_TOUCHES))
        answers = (answer for ref in (awaited(story), "another") for answer in staff_answers(ref))
        return (*touches, *REPORTS, *STAFF_REPORTS, *answers)
    answers = (answer for ref in (awaited(story), "another") for answer in answers_to(ref))
    prints = (outcome for ref in (job(story), "another") for outcome in outcomes_of(ref))
    return (*(Touched(touch) for touch in (*TOUCHES, *FRAME_TOUCHES)), *REPORTS, *STAFF_REPORTS, *answers, *prints)


def outcomes_of(ref: str) -> tuple[Event, ...]:
    """Everything that the printer may say of one job."""
    doubts = ((problem.value, doubt) for problem in PrintProblem for doubt in (True, False))
    return (ReceiptPrinted(ref), *(ReceiptNotPrinted(ref, problem, doubt) for problem, doubt in doubts))


def answers_to(ref: str) -> tuple[Event, ...]:
    """Everything that the backend may say to one question."""
    people = (PERSON, unpaid(), replace(PERSON, card=None), *(in_state(state) for state in CardState))
    taken = tuple(replace(PERSON, open_application=replace(APPLICATION, state=state)) for state in ApplicationState)
    return (
        *(PersonFound(ref, person) for person in (*people, *taken)),
        LossReported(ref, LossFacts("L1", START + timedelta(days=10))),
        *(ApplicationAnswered(ref, replace(APPLICATION, state=state)) for state in ApplicationState),
        ApplicationAnswered(ref, replace(APPLICATION, fee_fen=0)),
        ApplicationAnswered(ref, ACCEPTED),
        *(CentralRefused(ref, code.value) for code in ProblemCode),
        CentralSilent(ref),
        *_payments(ref),
        *own_answers(ref),
        *other_answers(ref),
        CandidatesFound("chao", ()),
    )


def _payments(number: str) -> tuple[Event, ...]:
    plain = tuple(payment(number, state) for state in PaymentState)
    open_ones = tuple(payment(number, PaymentState.REQUESTED, waits_for=wait.value) for wait in PaymentWait)
    closed = tuple(payment(number, PaymentState.CLOSED, failure=failure.value) for failure in PaymentFailure)
    shown = payment(number, PaymentState.REQUESTED, code_url="weixin://x", method=PaymentMethod.CODE_SHOWN)
    return tuple(PaymentAnswered(each) for each in (*plain, *open_ones, *closed, shown))
