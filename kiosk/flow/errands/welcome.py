"""The ways in for those who come for somebody else, or from a phone."""

from __future__ import annotations

from kiosk.flow.facts import Moment
from kiosk.flow.fitness import missing_to_identify
from kiosk.flow.terminal import Terminal, session_of
from kiosk.flow.texts import text
from kiosk.flow.views import Option, Picture


def is_agent_welcome(terminal: Terminal, now: Moment) -> bool:
    """Where the service has a rule for agents, and a document can be read."""
    has_rule = session_of(terminal).reference.agent_rule(now.wall.date()) is not None
    return has_rule and not missing_to_identify(terminal.conditions)


def is_phone_welcome(terminal: Terminal) -> bool:
    return not _missing_for_phone(terminal)


def _missing_for_phone(terminal: Terminal) -> tuple[str, ...]:
    is_seeing = terminal.conditions.device("code_scanner").is_online
    return (*missing_to_identify(terminal.conditions), *(() if is_seeing else ("code_scanner",)))


def ways_of_others(terminal: Terminal, now: Moment) -> tuple[Option, ...]:
    """The options of the purpose page."""
    missing = _missing_for_phone(terminal)
    return (
        Option(
            "for_other",
            text("purpose.for_other"),
            text("purpose.for_other.about"),
            Picture.PERSON,
            is_enabled=is_agent_welcome(terminal, now),
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
