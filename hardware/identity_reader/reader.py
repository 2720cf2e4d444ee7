"""The resident-ID reader: find, select, read over a serial line. Fingerprints are never asked for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import assert_never

from hardware.errors import BadResponseError, DeviceError
from hardware.identity_reader.commands import Command, Outcome, Reply, printed_module_id, text_block_of
from hardware.identity_reader.module import ask, failure_of
from hardware.identity_reader.serial_line import Line, SerialLine
from hardware.identity_reader.text_block import Malformed, UnknownKind, decode_text_block
from hardware.places import SERIAL_LINES, paths
from hardware.ports import (
    DeviceStatus,
    DeviceWord,
    DocumentProblem,
    DocumentRead,
    DocumentUnreadable,
    IdentityDocumentRecord,
    Place,
    Reading,
)

log = logging.getLogger(__name__)

RANDOM_FAILURES_ALLOWED = 1
"""Status byte 47: once it is the card; twice in a row it is the module."""


@dataclass(frozen=True)
class Options:
    """The limits fit 115,200 baud; a whole read takes 0.11 s there and 1.35 s at 9,600."""

    port: str = field(default="/dev/ttyUSB0", metadata={"help": "serial device of the module"})
    baud: int = field(default=115_200, metadata={"help": "as the module is set; 115200 when new"})
    find_timeout_s: float = field(default=0.3, metadata={"help": "limit for looking for a card"})
    select_timeout_s: float = field(default=0.5, metadata={"help": "limit for choosing the card that was found"})
    read_timeout_s: float = field(default=3.0, metadata={"help": "limit for reading the card"})
    status_timeout_s: float = field(default=1.0, metadata={"help": "limit for the module's own state and id"})

    def __post_init__(self) -> None:
        limits = (self.find_timeout_s, self.select_timeout_s, self.read_timeout_s, self.status_timeout_s)
        if not all(0 < limit_s <= 10 for limit_s in limits):
            raise ValueError("time limits must be above 0 and at most 10 s")


def places(options: Options) -> tuple[Place, ...]:
    return paths("port", options.port, SERIAL_LINES)


def build(options: Options) -> SamIdentityReader:
    return SamIdentityReader(options, SerialLine(options.port, options.baud))


class SamIdentityReader:
    """`hardware.ports.IdentityReader` over a reader module with its own security chip (SAM)."""

    polls = False
    """Nothing comes unasked: a document is looked for only when the terminal wants one."""

    def __init__(self, options: Options, line: Line, clock: Callable[[], float] = monotonic) -> None:
        self._options = options
        self._line = line
        self._clock = clock
        self._random_failures = 0

    def open(self) -> None:
        self._random_failures = 0
        self._line.open()
        try:
            self._wake_module()
        except DeviceError:
            self._line.close()
            raise

    def close(self) -> None:
        self._line.close()

    def status(self) -> DeviceStatus:
        reply = self._ask(Command.STATUS, self._options.status_timeout_s)
        if reply.outcome is Outcome.SUCCESS:
            return DeviceStatus(DeviceWord.ONLINE)
        return failure_of(reply).status

    def poll(self, timeout_s: float) -> Sequence[Reading]:  # noqa: ARG002  the port's signature
        return ()

    def module_id(self) -> str:
        reply = self._ask(Command.MODULE_ID, self._options.status_timeout_s)
        printed = printed_module_id(reply.data) if reply.outcome is Outcome.SUCCESS else None
        if printed is None:
            raise BadResponseError("module_id")
        return printed

    def read_document(self) -> DocumentRead | DocumentUnreadable:
        """After a successful read the module answers "no card" until the card leaves: NOT_PRESENT, not a fault."""
        reply = self._find_select_read()
        if reply.outcome is not Outcome.RANDOM_FAILED:
            self._random_failures = 0
        if reply.outcome is Outcome.SUCCESS:
            return _document_in(reply)
        return DocumentUnreadable(self._problem_of(reply), reply.status_byte)

    def _find_select_read(self) -> Reply:
        """The reply of the last step that was reached; only a read that worked is SUCCESS."""
        found = self._ask(Command.FIND, self._options.find_timeout_s)
        if found.outcome is not Outcome.SUCCESS:
            return found
        selected = self._ask(Command.SELECT, self._options.select_timeout_s)
        if selected.outcome is not Outcome.SUCCESS:
            return selected
        return self._ask(Command.READ_TEXT_AND_PHOTO, self._options.read_timeout_s)

    def _problem_of(self, reply: Reply) -> DocumentProblem:
        match reply.outcome:
            case Outcome.NO_CARD:
                return DocumentProblem.NOT_PRESENT
            case Outcome.HOLD_STILL:
                return DocumentProblem.HOLD_STILL
            case Outcome.SUSPECT:
                return DocumentProblem.SUSPECT
            case Outcome.OTHER_KIND:
                return DocumentProblem.OTHER_KIND
            case Outcome.RANDOM_FAILED:
                self._count_random_failure()
                return DocumentProblem.HOLD_STILL
            case Outcome.OUT_OF_SERVICE:
                raise failure_of(reply)
            case Outcome.SUCCESS | Outcome.ABSENT | Outcome.LINE_NOISE:
                raise BadResponseError("unexpected_status")  # no step of a read answers so
            case _:
                assert_never(reply.outcome)

    def _count_random_failure(self) -> None:
        self._random_failures += 1
        if self._random_failures > RANDOM_FAILURES_ALLOWED:
            raise DeviceError("random_number_failed")

    def _wake_module(self) -> None:
        """A module that answers but is not well gets one reset; `status` tells what came of it."""
        reply = self._ask(Command.STATUS, self._options.status_timeout_s)
        if reply.outcome is not Outcome.SUCCESS:
            self._ask(Command.RESET, self._options.status_timeout_s)

    def _ask(self, command: Command, timeout_s: float) -> Reply:
        return ask(self._line, command, timeout_s, self._clock)


def _document_in(reply: Reply) -> DocumentRead | DocumentUnreadable:
    block = text_block_of(reply.data)
    if block is None:
        raise BadResponseError("read_length")
    decoded = decode_text_block(block)
    match decoded:
        case IdentityDocumentRecord():
            return DocumentRead(decoded)
        case UnknownKind(code_point):
            log.warning("document of an unknown kind, code point U+%04X", code_point)
            return DocumentUnreadable(DocumentProblem.OTHER_KIND, reply.status_byte)
        case Malformed(field_name):
            log.warning("document with a malformed field: %s", field_name)
            return DocumentUnreadable(DocumentProblem.UNREADABLE, reply.status_byte)
        case _:
            assert_never(decoded)
