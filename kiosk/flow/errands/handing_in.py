"""The damaged card of an application that was submitted without it."""

from __future__ import annotations

from kiosk.flow.errands.effects import HandInCard
from kiosk.flow.errands.events import CardHandInRecorded
from kiosk.flow.errands.situations_own import CardHandedIn, SendingHandIn
from kiosk.flow.events import CentralRefused, CentralSilent, Event, Touched
from kiosk.flow.facts import ApplicationFacts, Moment
from kiosk.flow.situations import HandingIn, Troubled
from kiosk.flow.terminal import Result, Terminal, answer, go, leave, no_way_back, session_of
from kiosk.flow.texts import text
from kiosk.flow.touches import Confirmed
from kiosk.flow.views import DoneView, Line, Picture, Row, WorkingView


def brought_later(terminal: Terminal, application: ApplicationFacts, now: Moment) -> Result | None:
    """Tells the backend where the card of a submitted application is; None for one that still has its fee before it."""
    answers = session_of(terminal).answers
    if application.submitted_at is None or answers.person is None:
        return None
    key, number = answers.hand_in_key or now.fresh_id, application.application_number
    effect = HandInCard(key, number, answers.person.token, answers.damaged_card)
    return go(answer(terminal, hand_in_key=key), SendingHandIn(key, number), now, effect)


def on_sending_hand_in(terminal: Terminal, situation: SendingHandIn, event: Event, now: Moment) -> Result:
    number = situation.application_number
    match event:
        case CardHandInRecorded(situation.ref):
            return go(no_way_back(answer(terminal, application=None)), CardHandedIn(number), now)
        case CentralRefused(situation.ref, code):
            return go(terminal, Troubled(code, ("finish",), number), now)
        case CentralSilent(situation.ref):
            return go(terminal, Troubled("hand_in_silent", ("again", "finish"), number, again_to=HandingIn()), now)
        case _:
            return terminal, ()


def view_sending_hand_in() -> WorkingView:
    return WorkingView(text("own.hand_in.sending"), text("own.hand_in.sending.detail"), Picture.HAND_IN)


def on_card_handed_in(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case Touched(Confirmed()):
            return leave(terminal, now)
        case _:
            return terminal, ()


def view_card_handed_in(terminal: Terminal, situation: CardHandedIn) -> DoneView:
    is_with_staff = session_of(terminal).answers.damaged_card == "to_staff"
    return DoneView(
        title=text("own.hand_in.done"),
        number_label=text("submitted.number"),
        number=situation.application_number,
        rows=(
            Row(
                "card",
                text("own.hand_in.card"),
                text("own.hand_in.with_staff" if is_with_staff else "own.hand_in.in_box"),
            ),
        ),
        next_steps=(
            Line(text("own.hand_in.nothing_more"), Picture.TICK),
            Line(text("own.hand_in.hospital"), Picture.CERTIFICATE),
        ),
        confirm=text("own.finish"),
    )
