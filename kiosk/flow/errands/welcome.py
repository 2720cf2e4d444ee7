"""The ways in for those who come for somebody else, or from a phone."""

from __future__ import annotations

from kiosk.flow.errands.facts import Purpose
from kiosk.flow.errands.purposes import purposed
from kiosk.flow.errands.situations_other import ScanningResumeCode
from kiosk.flow.facts import Moment
from kiosk.flow.fitness import missing_to_identify
from kiosk.flow.situations import ReadingNotice
from kiosk.flow.terminal import Result, Terminal, answer_further, go, session_of
from kiosk.flow.texts import text
from kiosk.flow.views import Option, Picture

WAYS_OF_OTHERS = ("for_other", "from_phone")


def on_way_of_others(terminal: Terminal, word: str, now: Moment) -> Result:
    if word == "for_other" and not _why_no_agent(terminal, now):
        replacing = purposed(answer_further(terminal, is_for_other=True), Purpose.REPLACE)
        return go(replacing, ReadingNotice(), now)
    if word == "from_phone" and not _missing_for_phone(terminal):
        own = purposed(answer_further(terminal, is_for_other=False), Purpose.REPLACE)
        return go(own, ScanningResumeCode(), now)
    return terminal, ()


def _why_no_agent(terminal: Terminal, now: Moment) -> str:
    """The key of the words for it; empty where the service has a rule for agents and a document can be read."""
    missing = missing_to_identify(terminal.conditions)
    if missing:
        return f"missing.{missing[0]}"
    has_rule = session_of(terminal).reference.agent_rule(now.wall.date()) is not None
    return "" if has_rule else "purpose.for_other.closed"


def _missing_for_phone(terminal: Terminal) -> tuple[str, ...]:
    is_seeing = terminal.conditions.device("code_scanner").is_online
    return (*missing_to_identify(terminal.conditions), *(() if is_seeing else ("code_scanner",)))


def ways_of_others(terminal: Terminal, now: Moment) -> tuple[Option, ...]:
    """The options of the page that offers more."""
    missing, closed = _missing_for_phone(terminal), _why_no_agent(terminal, now)
    return (
        Option(
            "for_other",
            text("purpose.for_other"),
            text("purpose.for_other.about"),
            Picture.PERSON,
            is_enabled=not closed,
            note=text(closed) if closed else None,
        ),
        Option(
            "from_phone",
            text("purpose.from_phone"),
            text("purpose.from_phone.about"),
            Picture.PHONE_CODE_TO_CAMERA,
            is_enabled=not missing,
            note=text(f"missing.{missing[0]}") if missing else None,
        ),
    )
