"""The printer's own status: four answers to DLE EOT 1..4, checked bit by bit (Epson ESC/POS, "DLE EOT").

python-escpos' `paper_status()` calls an empty answer and a stale one "adequate"; so the questions are asked here. An
answer is believed only when each question got exactly one byte with the fixed bits of a real-time status.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hardware.errors import BadResponseError, NoAnswerError
from hardware.ports import Action, DeviceStatus, DeviceWord, Paper, PrintProblem
from hardware.receipt_printer import commands

FIXED_BITS, FIXED_VALUE = 0b1001_0011, 0b0001_0010
"""Bits 0 and 7 are 0, bits 1 and 4 are 1. Automatic status, XON and XOFF differ in them."""

ATTEMPTS = 2


class Line(Protocol):
    """The wire, as far as questions need it."""

    def write(self, data: bytes) -> None: ...

    def read(self, timeout_s: float) -> bytes:
        """What has arrived, or arrives first within the time; empty when nothing does."""
        ...


@dataclass(frozen=True)
class StatusTimes:
    answer_s: float = 0.5
    """A printer answers within milliseconds; a busy network box takes longer."""
    quiet_s: float = 0.03
    """No byte for at least so long after the last answer: none was left over."""
    monotonic: Callable[[], float] = time.monotonic


@dataclass(frozen=True)
class PrinterStatus:
    """The bits that matter, by name."""

    is_offline: bool = False
    is_cover_open: bool = False
    is_feeding_by_button: bool = False
    is_paper_out: bool = False
    is_paper_low: bool = False
    has_mechanical_error: bool = False
    has_cutter_error: bool = False
    has_unrecoverable_error: bool = False
    has_passing_error: bool = False
    """Recovers by itself, usually a hot head."""
    has_other_error: bool = False

    @property
    def paper(self) -> Paper:
        if self.has_cutter_error:
            return Paper.JAMMED
        if self.is_cover_open:
            return Paper.UNKNOWN
        if self.is_paper_out:
            return Paper.OUT
        return Paper.LOW if self.is_paper_low else Paper.FULL


def is_realtime_status(answer: int) -> bool:
    return answer & FIXED_BITS == FIXED_VALUE


def parse_status(answers: bytes) -> PrinterStatus:
    """The answers to DLE EOT 1, 2, 3 and 4 in this order; raises `BadResponseError` when they cannot be that."""
    if len(answers) != 4 or not all(map(is_realtime_status, answers)):
        raise BadResponseError("status_garbled")
    printer, offline, error, paper = answers
    return PrinterStatus(
        is_offline=bool(printer & 0b1000),
        is_cover_open=bool(offline & 0b100),
        is_feeding_by_button=bool(offline & 0b1000),
        is_paper_out=bool(offline & 0b10_0000 or paper & 0b110_0000),
        is_paper_low=bool(paper & 0b1100),
        has_mechanical_error=bool(error & 0b100),
        has_cutter_error=bool(error & 0b1000),
        has_unrecoverable_error=bool(error & 0b10_0000),
        has_passing_error=bool(error & 0b100_0000),
        has_other_error=bool(offline & 0b100_0000),
    )


def ask_status(line: Line, times: StatusTimes) -> PrinterStatus:
    """Ask all four questions. Raises `NoAnswerError` or `BadResponseError` rather than guess."""
    for _ in range(ATTEMPTS - 1):
        try:
            return _ask_once(line, times)
        except BadResponseError:
            drain(line, times.answer_s, times.quiet_s)
    return _ask_once(line, times)


def drain(line: Line, limit_s: float, quiet_s: float = 0.0) -> None:
    """Throw away what nobody asked for, until the line is quiet; a line that never is has no printer on it."""
    for _ in range(max(1, round(limit_s / max(quiet_s, 0.01)))):
        if not line.read(quiet_s):
            return
    raise BadResponseError("babbling")


def _ask_once(line: Line, times: StatusTimes) -> PrinterStatus:
    """A byte that was on its way already shifts all answers by one: then one is left over after the last question,
    and comes no later than answers took so far.
    """
    drain(line, times.answer_s)
    answers, slowest_s = b"", 0.0
    for n in (1, 2, 3, 4):
        asked_at = times.monotonic()
        answers += ask(line, n, times.answer_s)
        slowest_s = max(slowest_s, times.monotonic() - asked_at)
    return parse_status(answers + line.read(max(times.quiet_s, 3 * slowest_s)))


def ask(line: Line, n: int, timeout_s: float) -> bytes:
    """DLE EOT n and whatever comes back; raises `NoAnswerError` when nothing does."""
    line.write(commands.REALTIME_STATUS + bytes([n]))
    answer = line.read(timeout_s)
    if not answer:
        raise NoAnswerError("no_answer")
    return answer


# --- what it means -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """One row of the table below."""

    applies: Callable[[PrinterStatus], bool]
    word: DeviceWord
    action: Action | None
    detail: str
    problem: PrintProblem | None


VERDICTS = (
    Verdict(lambda s: s.is_cover_open, DeviceWord.USER_ERROR, Action.CLEAR, "cover_open", PrintProblem.COVER_OPEN),
    Verdict(
        lambda s: s.has_unrecoverable_error,
        DeviceWord.HARDWARE_ERROR,
        Action.MAINTENANCE,
        "unrecoverable_error",
        PrintProblem.HARDWARE,
    ),
    Verdict(
        lambda s: s.has_cutter_error,
        DeviceWord.HARDWARE_ERROR,
        Action.CLEAR,
        "cutter_error",
        PrintProblem.PAPER_JAMMED,
    ),
    Verdict(
        lambda s: s.has_mechanical_error,
        DeviceWord.HARDWARE_ERROR,
        Action.CLEAR,
        "mechanical_error",
        PrintProblem.HARDWARE,
    ),
    Verdict(lambda s: s.is_paper_out, DeviceWord.ONLINE, Action.CLEAR, "paper_out", PrintProblem.PAPER_OUT),
    Verdict(lambda s: s.has_passing_error, DeviceWord.DEVICE_BUSY, Action.SUSPEND, "head_hot", PrintProblem.HARDWARE),
    Verdict(
        lambda s: s.has_other_error, DeviceWord.HARDWARE_ERROR, Action.RESET, "unknown_error", PrintProblem.HARDWARE
    ),
    Verdict(
        lambda s: s.is_feeding_by_button, DeviceWord.USER_ERROR, Action.SUSPEND, "feed_button", PrintProblem.OFFLINE
    ),
    Verdict(lambda s: s.is_offline, DeviceWord.OFFLINE, Action.CLEAR, "offline", PrintProblem.OFFLINE),
    Verdict(lambda s: s.is_paper_low, DeviceWord.ONLINE, None, "paper_low", None),
)
"""First that applies; an open cover first, as it sets the paper sensors too. Paper out is XFS4IoT `online` with
paper `out`: whoever needs paper must look at `DeviceStatus.paper` as well. A low roll needs nobody yet."""


LASTING = frozenset({PrintProblem.PAPER_OUT, PrintProblem.PAPER_JAMMED, PrintProblem.COVER_OPEN})
"""Problems that do not go away within a receipt."""


def verdict_of(status: PrinterStatus) -> Verdict | None:
    return next((verdict for verdict in VERDICTS if verdict.applies(status)), None)


def device_status(status: PrinterStatus) -> DeviceStatus:
    verdict = verdict_of(status)
    if verdict is None:
        return DeviceStatus(DeviceWord.ONLINE, paper=status.paper)
    return DeviceStatus(verdict.word, verdict.action, verdict.detail, status.paper)


def problem_of(status: PrinterStatus) -> PrintProblem | None:
    """Why nothing can be printed now; None when the printer is fit."""
    verdict = verdict_of(status)
    return verdict.problem if verdict else None
