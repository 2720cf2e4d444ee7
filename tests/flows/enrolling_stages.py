"""A terminal without an identity, in each of its situations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from kiosk.flow.enrolling.events import EnrolmentFinished, EnrolmentPending
from kiosk.flow.enrolling.situations import AwaitingTicket
from kiosk.flow.events import CodeScanned
from kiosk.flow.facts import Site
from kiosk.flow.terminal import Terminal
from tests.flows.story import Story

TICKET: Final = b"LOBBY1*BACKEND.EXAMPLE.ORG:443*AAAA*BBBB"
CODE: Final = "481526"


def awaiting_ticket() -> Story:
    return Story(Terminal(Site("t-1", "CY-1", "一号中心", "Centre One"), AwaitingTicket()))


def joining() -> Story:
    return awaiting_ticket().tell(CodeScanned(TICKET))


def awaiting_approval() -> Story:
    return joining().tell(EnrolmentPending(CODE))


def joined() -> Story:
    return awaiting_approval().tell(EnrolmentFinished())


ENROLLING_STAGES: Final[Mapping[str, Callable[[], Story]]] = {
    "enrolling: ticket": awaiting_ticket,
    "enrolling: asking": joining,
    "enrolling: approval": awaiting_approval,
    "enrolling: joined": joined,
}
