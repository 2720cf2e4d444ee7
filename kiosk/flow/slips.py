"""Slips on their way to paper: begun once, believed only when confirmed, marked when there may be two."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.errand_slips import ErrandSlip
from kiosk.domain.receipt import ORIGINAL, POSSIBLE_DUPLICATE, CopyMark, InterimKind, duplicate
from kiosk.flow.effects import PrintReceipt
from kiosk.flow.events import Event, ReceiptNotPrinted, ReceiptPrinted, Ticked
from kiosk.flow.facts import Moment
from kiosk.flow.receipts import interim_slip_of, receipt_of
from kiosk.flow.situations import PrintJob
from kiosk.flow.terminal import Terminal
from kiosk.flow.views import Phase

PRINT_LIMIT_S = 60.0
"""A printer that says nothing for so long has left a doubt."""


def print_receipt(terminal: Terminal, now: Moment, before: PrintJob | None = None) -> tuple[PrintJob, PrintReceipt]:
    """The slip of a submitted application. `before`: the job that this one repeats."""
    job = _begun(before, now)
    return job, PrintReceipt(job.ref, receipt_of(terminal, now, mark_of(job)), terminal.preferences.language)


def print_interim(
    terminal: Terminal, kind: InterimKind, now: Moment, before: PrintJob | None = None, payment_number: str = ""
) -> tuple[PrintJob, PrintReceipt]:
    """The slip of something that is still open."""
    job = _begun(before, now)
    slip = interim_slip_of(terminal, kind, now, payment_number, mark_of(job))
    return job, PrintReceipt(job.ref, slip, terminal.preferences.language)


def print_errand(
    terminal: Terminal, slip: ErrandSlip, now: Moment, before: PrintJob | None = None
) -> tuple[PrintJob, PrintReceipt]:
    """The slip of another errand."""
    job = _begun(before, now)
    return job, PrintReceipt(job.ref, replace(slip, copy=mark_of(job)), terminal.preferences.language)


def _begun(before: PrintJob | None, now: Moment) -> PrintJob:
    fresh = PrintJob(now.fresh_id, now.mono_s)
    if before is None:
        return fresh
    return replace(fresh, may_have_printed=before.may_have_printed, copies=before.copies)


def mark_of(job: PrintJob) -> CopyMark:
    if job.may_have_printed:
        return POSSIBLE_DUPLICATE
    return duplicate(job.copies) if job.copies else ORIGINAL


def copy_wanted(job: PrintJob) -> PrintJob:
    """Once more after a slip that surely came out."""
    return replace(job, copies=job.copies + 1, may_have_printed=False)


def heard_of(job: PrintJob, event: Event, now: Moment) -> PrintJob | None:
    """What this event says about the slip that is being printed; None: nothing."""
    if job.phase is not Phase.WORKING:
        return None
    match event:
        case ReceiptPrinted(job.ref):
            return replace(job, phase=Phase.DONE)
        case ReceiptNotPrinted(job.ref, problem, may_have_printed):
            return _not_printed(job, problem, may_have_printed=may_have_printed)
        case Ticked() if now.mono_s >= job.begun_at_s + PRINT_LIMIT_S:
            return _not_printed(job, "no_answer", may_have_printed=True)
        case _:
            return None


def _not_printed(job: PrintJob, problem: str, *, may_have_printed: bool) -> PrintJob:
    doubtful = job.may_have_printed or may_have_printed
    return replace(job, phase=Phase.TROUBLE, problem=problem, may_have_printed=doubtful)
