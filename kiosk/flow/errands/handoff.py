"""From the phone to the terminal with a one-time code, and from the terminal to the phone for what is long to type."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.application import DeliveryMode
from kiosk.domain.codes import CodeKind, classify
from kiosk.domain.errands import DraftPhone, HandOffTopic
from kiosk.flow.delivering import next_question
from kiosk.flow.errands.effects_other import CloseDraft, PollDraft, RedeemDraft
from kiosk.flow.errands.events_other import DraftArrived, DraftClaimed, HandOffOpened
from kiosk.flow.errands.facts_other import DraftFacts, HandOffFacts
from kiosk.flow.errands.scanning import view_scan
from kiosk.flow.errands.situations_other import (
    AwaitingPhone,
    FetchingDraft,
    OpeningHandOff,
    RedeemingDraft,
    ScanningResumeCode,
)
from kiosk.flow.events import (
    CentralRefused,
    CentralSilent,
    CodeScanned,
    Event,
    ScanRecovered,
    ScanTroubled,
    Ticked,
    Touched,
)
from kiosk.flow.facts import Moment
from kiosk.flow.situations import (
    ChoosingAddress,
    ChoosingCardDetails,
    ChoosingDistrict,
    ReadingNotice,
    ReviewingRecord,
    Situation,
    Troubled,
)
from kiosk.flow.terminal import Result, Terminal, answer, answer_further, go, session_of, turn
from kiosk.flow.texts import Text, text
from kiosk.flow.touches import OptionChosen
from kiosk.flow.views import Option, PayCodeView, PayScanView, Picture, WorkingView

WAIT_FOR_PHONE_S = 300.0
"""Nobody is counted as absent meanwhile; whoever needs longer says so."""


# --- from the phone --------------------------------------------------------------------------------------------------


def on_scanning_resume_code(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case CodeScanned(content=content):
            return _scanned(terminal, content, now)
        case ScanTroubled(trouble):
            return turn(terminal, ScanningResumeCode(trouble))
        case ScanRecovered():
            return turn(terminal, ScanningResumeCode())
        case Touched(OptionChosen("start_here")):
            return go(terminal, ReadingNotice(), now)
        case _:
            return terminal, ()


def _scanned(terminal: Terminal, content: bytes, now: Moment) -> Result:
    """Only what looks like a code of ours is sent on."""
    code = classify(content)
    if code.kind is not CodeKind.RESUME:
        known = code.kind is CodeKind.LOOKS_LIKE_ID_NUMBER
        word = "payment" if code.is_payment else code.kind.value if known else "malformed"
        return turn(terminal, ScanningResumeCode(word))
    return go(terminal, RedeemingDraft(now.fresh_id), now, RedeemDraft(now.fresh_id, code.text))


def view_scanning_resume_code(terminal: Terminal, situation: ScanningResumeCode) -> PayScanView:
    return view_scan(terminal, "resume", situation.problem, Option("start_here", text("resume.start_here")))


def on_redeeming_draft(terminal: Terminal, situation: RedeemingDraft, event: Event, now: Moment) -> Result:
    match event:
        case DraftClaimed(situation.ref, draft):
            claimed = answer_further(terminal, draft=draft, is_for_other=draft.has_agent)
            return go(claimed, ReadingNotice(), now)
        case CentralRefused(situation.ref, code):
            return go(terminal, Troubled(code, ("again", "finish"), again_to=ScanningResumeCode()), now)
        case CentralSilent(situation.ref):
            return go(terminal, Troubled("draft_silent", ("again", "finish"), again_to=ScanningResumeCode()), now)
        case _:
            return terminal, ()


def view_redeeming_draft() -> WorkingView:
    return WorkingView(text("resume.redeeming"), text("resume.redeeming.detail"), Picture.PHONE)


def on_fetching_draft(terminal: Terminal, situation: FetchingDraft, event: Event, now: Moment) -> Result:
    """Whatever comes of it, the person is known and goes on; what cannot be read is asked here."""
    match event:
        case DraftArrived(situation.ref, draft):
            return go(_prefilled(terminal, draft), ReviewingRecord(), now)
        case CentralRefused(situation.ref, code):
            without = answer_further(terminal, draft=None)
            return go(without, Troubled(code, ("start_here", "finish"), again_to=ReviewingRecord()), now)
        case CentralSilent(situation.ref):
            without = answer_further(terminal, draft=None)
            return go(without, Troubled("draft_unread", ("start_here", "finish"), again_to=ReviewingRecord()), now)
        case _:
            return terminal, ()


def _prefilled(terminal: Terminal, draft: DraftFacts) -> Terminal:
    told = answer_further(
        terminal, photo_number=draft.photo_number, relationship=draft.relationship, agent_mobile=draft.agent_mobile
    )
    return _addressed(told, draft)


def _addressed(terminal: Terminal, draft: DraftFacts) -> Terminal:
    """The phone's address; a number that was given here already stays the person's own."""
    given = draft.address
    if given is None:
        return terminal
    told = answer_further(terminal, recipient=given.recipient)
    mobile = session_of(terminal).answers.mobile or given.mobile
    return answer(
        told,
        address=given.address,
        mobile=mobile,
        has_answered_mobile=True,
        delivery_mode=DeliveryMode.EXPRESS,
        office_id=None,
    )


def view_fetching_draft() -> WorkingView:
    return WorkingView(text("resume.fetching"), text("resume.fetching.detail"), Picture.PHONE)


# --- to the phone ----------------------------------------------------------------------------------------------------


def on_opening_hand_off(terminal: Terminal, situation: OpeningHandOff, event: Event, now: Moment) -> Result:
    match event:
        case HandOffOpened(situation.ref, hand_off):
            return go(terminal, _awaiting(terminal, situation.topic, hand_off, now), now)
        case CentralRefused(situation.ref, code):
            return go(terminal, Troubled(code, ("finish",)), now)
        case CentralSilent(situation.ref):
            return go(terminal, _over(situation.topic, "hand_off_silent"), now)
        case _:
            return terminal, ()


def _question_of(topic: HandOffTopic) -> Situation:
    """Where a phone is one of the answers."""
    match topic:
        case HandOffTopic.ADDRESS:
            return ChoosingAddress()
        case HandOffTopic.PHOTO:
            return ChoosingCardDetails()


def _over(topic: HandOffTopic, problem: str) -> Troubled:
    return Troubled(f"{problem}.{topic.value}", ("again", "finish"), again_to=_question_of(topic))


def _awaiting(terminal: Terminal, topic: HandOffTopic, hand_off: HandOffFacts, now: Moment) -> AwaitingPhone:
    first_poll_s = now.mono_s + terminal.timeouts.poll_payment_s
    lives_s = (hand_off.expires_at - now.wall).total_seconds()
    ends_s = now.mono_s + lives_s
    return AwaitingPhone(topic, hand_off, first_poll_s, min(ends_s, now.mono_s + WAIT_FOR_PHONE_S), ends_s)


def view_opening_hand_off() -> WorkingView:
    return WorkingView(text("hand_off.opening"), text("hand_off.opening.detail"), Picture.PHONE)


def on_awaiting_phone(terminal: Terminal, situation: AwaitingPhone, event: Event, now: Moment) -> Result:
    number = situation.hand_off.draft_number
    match event:
        case DraftArrived(ref, draft) if ref == number:
            return _heard(terminal, situation, draft, now)
        case CentralRefused(ref, code) if ref == number:
            return go(terminal, Troubled(code, ("again", "finish"), again_to=_question_of(situation.topic)), now)
        case CentralSilent(ref) if ref == number:
            return turn(terminal, replace(situation, is_silent=True))
        case Ticked():
            return _ticked(terminal, situation, now)
        case Touched(OptionChosen("more_time")):
            longer_s = now.mono_s + WAIT_FOR_PHONE_S
            if situation.phone is DraftPhone.AWAITED:  # the code is not good for longer
                longer_s = min(situation.code_ends_s, longer_s)
            return turn(terminal, replace(situation, deadline_s=longer_s))
        case Touched(OptionChosen("type_here")) if situation.topic is HandOffTopic.ADDRESS:
            return _taken_back(terminal, situation, ChoosingDistrict(), now)
        case Touched(OptionChosen("no_photo")) if situation.topic is HandOffTopic.PHOTO:
            return _taken_back(terminal, situation, ChoosingCardDetails(), now)
        case _:
            return terminal, ()


def _heard(terminal: Terminal, situation: AwaitingPhone, draft: DraftFacts, now: Moment) -> Result:
    """Done is what the phone says; until then it may still change what is there."""
    match situation.topic:
        case HandOffTopic.ADDRESS if draft.phone is DraftPhone.DONE and draft.address is not None:
            told, effects = next_question(_addressed(terminal, draft), ChoosingCardDetails(), now)
            return told, (*effects, _closing(terminal, situation))
        case HandOffTopic.PHOTO if draft.phone is DraftPhone.DONE and draft.photo_number is not None:
            return go(answer_further(terminal, photo_number=draft.photo_number), ChoosingCardDetails(), now)
        case _:
            return turn(terminal, replace(situation, phone=draft.phone, is_silent=False))


def _ticked(terminal: Terminal, situation: AwaitingPhone, now: Moment) -> Result:
    if now.mono_s >= situation.deadline_s:
        return _taken_back(terminal, situation, _over(situation.topic, "hand_off_expired"), now)
    if now.mono_s < situation.next_poll_s:
        return terminal, ()
    later = replace(situation, next_poll_s=now.mono_s + terminal.timeouts.poll_payment_s)
    return turn(terminal, later, PollDraft(situation.hand_off.draft_number, _token(terminal)))


def _taken_back(terminal: Terminal, situation: AwaitingPhone, to: Situation, now: Moment) -> Result:
    """From here on only the terminal writes, and the phone is told so."""
    return go(terminal, to, now, _closing(terminal, situation))


def _closing(terminal: Terminal, situation: AwaitingPhone) -> CloseDraft:
    """Deletes what the phone wrote, so a photo's draft is left to the application, or to its end after an hour."""
    return CloseDraft(situation.hand_off.draft_number, _token(terminal))


def left_behind(terminal: Terminal) -> tuple[CloseDraft, ...]:
    """Whoever goes back takes the form back from the phone."""
    situation = terminal.situation
    return (_closing(terminal, situation),) if isinstance(situation, AwaitingPhone) else ()


def _token(terminal: Terminal) -> str:
    person = session_of(terminal).answers.person
    if person is None:
        raise RuntimeError("no person was looked up")
    return person.token


def view_awaiting_phone(situation: AwaitingPhone, now: Moment) -> PayCodeView:
    other_way = {HandOffTopic.ADDRESS: "type_here", HandOffTopic.PHOTO: "no_photo"}[situation.topic]
    return PayCodeView(
        title=text(f"hand_off.title.{situation.topic.value}"),
        amount=None,
        qr_content=situation.hand_off.url,
        instruction=text("hand_off.instruction"),
        waiting=_waiting(situation),
        seconds_left=max(0, round(situation.deadline_s - now.mono_s)),
        options=(Option("more_time", text("pay_code.more_time")), Option(other_way, text(f"hand_off.{other_way}"))),
    )


def _waiting(situation: AwaitingPhone) -> Text:
    if situation.is_silent:
        return text("hand_off.silent")
    return text(f"hand_off.phone.{situation.phone.value}")
