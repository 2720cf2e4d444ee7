"""One command, one reply: the conversation with the resident-ID reader module over a line."""

from __future__ import annotations

from collections.abc import Callable

from hardware.errors import BadResponseError, DeviceError, NoAnswerError
from hardware.identity_reader.commands import CARD_FOUND, STATUS_DETAILS, Command, Outcome, Reply, reply_of
from hardware.identity_reader.frames import Frame, FrameFault, bytes_missing, parse
from hardware.identity_reader.serial_line import Line
from hardware.ports import Action

ATTEMPTS = 2
"""Noise on the line is asked once more; silence is not, the device is lost then."""


class ModuleFailedError(DeviceError):
    """The module itself says that it cannot work."""

    action = Action.MAINTENANCE


def ask(line: Line, command: Command, timeout_s: float, clock: Callable[[], float]) -> Reply:
    """Send `command` and wait at most `timeout_s` for each reply. Raises `DeviceError` when the module is lost."""
    for _ in range(ATTEMPTS):
        reply = _ask_once(line, command, timeout_s, clock)
        if reply is not None and reply.outcome is not Outcome.LINE_NOISE and _answers(reply, command):
            return reply
    raise BadResponseError("garbled")


def failure_of(reply: Reply) -> ModuleFailedError:
    """The error for a reply whose outcome is OUT_OF_SERVICE."""
    return ModuleFailedError(STATUS_DETAILS.get(reply.status_byte, "module_failed"))


def _answers(reply: Reply, command: Command) -> bool:
    """Only "find" succeeds with 9F: a late reply to another command is not taken for this one's."""
    return reply.outcome is not Outcome.SUCCESS or (reply.status_byte == CARD_FOUND) == (command is Command.FIND)


def _ask_once(line: Line, command: Command, timeout_s: float, clock: Callable[[], float]) -> Reply | None:
    line.send(command.frame)
    payload = _next_payload(line, clock() + timeout_s, clock)
    return None if payload is None else reply_of(payload)


def _next_payload(line: Line, deadline: float, clock: Callable[[], float]) -> bytes | None:
    """The first sound frame's payload; None when only garbled ones came before the line went quiet."""
    rest = b""
    is_garbled = False
    while True:
        received = line.receive(max(1, bytes_missing(rest)))
        parsed = parse(rest + received)
        rest = parsed.rest
        for item in parsed.found:
            if isinstance(item, Frame):
                return item.payload
        is_garbled = is_garbled or any(isinstance(item, FrameFault) for item in parsed.found)
        if is_garbled and not received:
            return None
        if clock() >= deadline:
            raise NoAnswerError("no_answer")
