"""What the journal tells of the last days: sessions, how the last one ended, receipts. It knows no person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kiosk.domain.beijing_time import in_beijing
from kiosk.domain.receipt import CopyKind
from kiosk.flow.staff.facts import DayFacts, LastSession, PastReceipt
from kiosk.journal.entries import StepKind
from kiosk.journal.reading import RecordedStep

DAYS = 7
RECEIPTS_KEPT = timedelta(days=30)
PRINTING = frozenset({StepKind.PRINT_BEGUN, StepKind.PRINTED, StepKind.NOT_PRINTED})
COMPLETED = "completed"
RECEIPT = "receipt"
"""Slips of another kind are not printed again: they say what was open at their time."""


def last_session(ended: Sequence[RecordedStep]) -> LastSession | None:
    """From the steps `session_ended`, oldest first."""
    if not ended:
        return None
    facts = dict(ended[-1].step.facts)
    return LastSession(ended[-1].at, str(facts.get("outcome", "")), int(facts.get("duration_s", 0)))


def week(ended: Sequence[RecordedStep], paper_mm: dict[date, int], today: date) -> tuple[DayFacts, ...]:
    """The last seven days, oldest first, days without anybody too."""
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    return tuple(_day(day, [each for each in ended if in_beijing(each.at).date() == day], paper_mm) for day in days)


def _day(day: date, ended: Sequence[RecordedStep], paper_mm: dict[date, int]) -> DayFacts:
    completed = sum(dict(each.step.facts).get("outcome") == COMPLETED for each in ended)
    return DayFacts(day, len(ended), completed, paper_mm.get(day, 0))


@dataclass(frozen=True)
class _Slip:
    """All that was printed of one application so far."""

    at: datetime
    copies: int = 0
    was_confirmed: bool = False


def past_receipts(steps: Sequence[RecordedStep]) -> tuple[PastReceipt, ...]:
    """From the steps of `PRINTING`, oldest first; newest receipt first. An outcome names the job that it is of."""
    slips: dict[str, _Slip] = {}
    numbers: dict[object, str] = {}
    for each in steps:
        facts = dict(each.step.facts)
        number = numbers.get(facts.get("job"))
        if each.step.kind is StepKind.PRINT_BEGUN and facts.get("slip") == RECEIPT:
            number = numbers[facts.get("job")] = each.step.subject
            is_copy = facts.get("copy") == CopyKind.DUPLICATE.value
            slip = slips.get(number, _Slip(each.at))
            slips[number] = replace(slip, copies=slip.copies + is_copy)
        elif each.step.kind is StepKind.PRINTED and number is not None:
            slips[number] = replace(slips[number], was_confirmed=True)
    receipts = [PastReceipt(number, slip.at, slip.copies, slip.was_confirmed) for number, slip in slips.items()]
    return tuple(sorted(receipts, key=lambda receipt: receipt.at, reverse=True))
