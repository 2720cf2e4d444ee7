"""A terminal in its box joins its fleet; nobody is served meanwhile."""

from __future__ import annotations

import pytest

from kiosk.domain.language import Language
from kiosk.flow.effects import Activity
from kiosk.flow.enrolling.effects import Enrol, GiveUpEnrolment
from kiosk.flow.enrolling.events import EnrolmentFailed
from kiosk.flow.enrolling.situations import AwaitingApproval, AwaitingTicket, Joined, Joining
from kiosk.flow.events import CodeScanned, ReferenceArrived, ScanRecovered, ScanTroubled, Touched
from kiosk.flow.machine import activities_of
from kiosk.flow.touches import Confirmed, Started
from kiosk.flow.views import DoneView, PayScanView
from tests.flows.enrolling_stages import CODE, TICKET, awaiting_approval, awaiting_ticket, joined, joining
from tests.flows.story import REFERENCE

PROBLEMS = ("not_a_ticket", "unreachable", "untrusted", "ticket_refused", "denied", "disk")


def test_the_camera_looks_for_a_ticket_and_what_it_sees_is_tried() -> None:
    story = awaiting_ticket()
    assert activities_of(story.terminal) == {Activity.SCAN_CODE}
    assert isinstance(story.display.view, PayScanView)
    story.tell(CodeScanned(TICKET))
    assert story.last == (Enrol(TICKET),)
    assert story.terminal.situation == Joining()
    assert not activities_of(story.terminal)


def test_the_code_to_compare_is_shown_large_and_in_groups() -> None:
    story = awaiting_approval()
    assert story.terminal.situation == AwaitingApproval(CODE)
    assert isinstance(story.display.view, DoneView)
    assert story.display.view.number == "481 526"


def test_another_ticket_may_be_shown_instead() -> None:
    story = awaiting_approval().tell(Touched(Confirmed()))
    assert story.last == (GiveUpEnrolment(),)
    assert story.terminal.situation == AwaitingTicket()


@pytest.mark.parametrize("problem", PROBLEMS)
def test_whatever_fails_is_said_and_a_ticket_may_be_shown_again(problem: str) -> None:
    story = joining().tell(EnrolmentFailed(problem))
    assert story.terminal.situation == AwaitingTicket(problem)
    assert activities_of(story.terminal) == {Activity.SCAN_CODE}


def test_a_camera_that_sees_nothing_is_said_and_taken_back() -> None:
    story = awaiting_ticket().tell(ScanTroubled("covered"))
    assert story.terminal.situation == AwaitingTicket("covered")
    assert story.tell(ScanRecovered()).terminal.situation == AwaitingTicket()


def test_nobody_can_begin_whatever_arrives() -> None:
    story = joined().tell(ReferenceArrived(REFERENCE), Touched(Started(Language.EN)))
    assert story.terminal.situation == Joined()
    assert story.terminal.session is None
