"""The pages of joining."""

from __future__ import annotations

from typing import assert_never

from kiosk.flow.enrolling.effects import Enrol, GiveUpEnrolment
from kiosk.flow.enrolling.events import EnrolmentFailed, EnrolmentFinished, EnrolmentPending
from kiosk.flow.enrolling.situations import (
    AwaitingApproval,
    AwaitingTicket,
    EnrolmentSituation,
    Joined,
    Joining,
)
from kiosk.flow.events import CodeScanned, Event, ScanRecovered, ScanTroubled, Touched
from kiosk.flow.facts import Moment
from kiosk.flow.terminal import Result, Terminal, go, turn
from kiosk.flow.texts import text
from kiosk.flow.touches import Confirmed
from kiosk.flow.views import DoneView, Line, PayScanView, Phase, Picture, View, WorkingView

CODE_GROUP = 3


def on_enrolling(terminal: Terminal, situation: EnrolmentSituation, event: Event, now: Moment) -> Result:
    match event:
        case EnrolmentPending(code):
            return go(terminal, AwaitingApproval(code), now)
        case EnrolmentFailed(problem):
            return go(terminal, AwaitingTicket(problem), now)
        case EnrolmentFinished():
            return go(terminal, Joined(), now)
        case _:
            pass
    match situation:
        case AwaitingTicket():
            return _on_awaiting_ticket(terminal, event, now)
        case AwaitingApproval() if event == Touched(Confirmed()):
            return go(terminal, AwaitingTicket(), now, GiveUpEnrolment())
        case Joining() | AwaitingApproval() | Joined():
            return terminal, ()
        case _:
            assert_never(situation)


def _on_awaiting_ticket(terminal: Terminal, event: Event, now: Moment) -> Result:
    match event:
        case CodeScanned(content=content):
            return go(terminal, Joining(), now, Enrol(content))
        case ScanTroubled(trouble):
            return turn(terminal, AwaitingTicket(trouble))
        case ScanRecovered():
            return turn(terminal, AwaitingTicket())
        case _:
            return terminal, ()


def view_enrolling(situation: EnrolmentSituation) -> View:
    match situation:
        case AwaitingTicket(problem):
            return PayScanView(
                title=text("enrol.title"),
                amount=text("enrol.ticket"),
                instruction=text("enrol.instruction"),
                picture=Picture.PHONE_CODE_TO_CAMERA,
                phase=Phase.TROUBLE if problem else Phase.WAITING,
                message=text(f"enrol.problem.{problem}") if problem else None,
                shows_preview=True,
            )
        case Joining():
            return WorkingView(text("enrol.joining"), text("enrol.joining.detail"), Picture.NETWORK)
        case AwaitingApproval(code):
            return DoneView(
                title=text("enrol.compare"),
                number_label=text("enrol.code"),
                number=f"{code[:CODE_GROUP]} {code[CODE_GROUP:]}",
                rows=(),
                next_steps=(
                    Line(text("enrol.compare.same"), Picture.TICK),
                    Line(text("enrol.compare.other"), Picture.WARNING),
                ),
                confirm=text("enrol.give_up"),
            )
        case Joined():
            return WorkingView(text("enrol.joined"), text("enrol.joined.detail"), Picture.TICK)
        case _:
            assert_never(situation)
