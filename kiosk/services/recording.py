"""What of a step goes into the journal: intents before their first byte leaves, outcomes after. No personal data."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.central.wire import SubmissionRequest
from kiosk.flow.effects import Apply, CallStaff, Effect, Note, PrintReceipt, RequestPayment, Submit
from kiosk.flow.events import ApplicationAnswered, Event, PaymentAnswered, ReceiptNotPrinted, ReceiptPrinted
from kiosk.journal.entries import Lane, OutboxItem, Step, StepKind

SUBMISSION = "submission"


def steps_of(event: Event, effects: Sequence[Effect]) -> tuple[Step, ...]:
    """Journal steps of one engine step: what the event reported, then what is about to be done."""
    outcomes = _outcome(event)
    intents = tuple(step for effect in effects if (step := _intent(effect)) is not None)
    return outcomes + intents


def deliveries_of(effects: Sequence[Effect]) -> tuple[OutboxItem, ...]:
    """What must reach the backend even if this terminal is cut off right now."""
    return tuple(_submission(effect) for effect in effects if isinstance(effect, Submit))


def _submission(effect: Submit) -> OutboxItem:
    request = SubmissionRequest.model_validate({"damaged_card": effect.damaged_card, "document_seen": True})
    body = f'{{"application_number":"{effect.application_number}","request":{request.model_dump_json()}}}'
    return OutboxItem(effect.ref, Lane.MONEY, SUBMISSION, body)


def _intent(effect: Effect) -> Step | None:
    match effect:
        case Apply():
            return Step(StepKind.APPLICATION_INTENDED, effect.ref, (("fee_fen", effect.fee_fen),))
        case RequestPayment():
            facts = (
                ("application_number", effect.application_number),
                ("method", effect.method.value),
                ("amount_fen", effect.amount_fen),
            )
            return Step(StepKind.PAYMENT_INTENDED, effect.payment_number, facts)
        case Submit():
            facts = (("key", effect.ref), ("damaged_card", effect.damaged_card))
            return Step(StepKind.SUBMISSION_INTENDED, effect.application_number, facts)
        case PrintReceipt():
            facts = (("copy", effect.receipt.copy.kind.value), ("language", effect.language.value))
            return Step(StepKind.PRINT_BEGUN, effect.receipt.application_number, facts)
        case CallStaff():
            return Step(StepKind.STAFF_CALLED, effect.situation)
        case Note():
            return Step(StepKind(effect.kind), _subject(effect), effect.facts)
        case _:
            return None


def _subject(note: Note) -> str:
    return next((str(value) for name, value in note.facts if name.endswith("_number")), "")


def _outcome(event: Event) -> tuple[Step, ...]:
    match event:
        case ApplicationAnswered(ref, application):
            facts = (("key", ref), ("state", application.state.value), ("fee_fen", application.fee_fen))
            return (Step(StepKind.APPLICATION_MADE, application.application_number, facts),)
        case PaymentAnswered(payment):
            facts = (("state", payment.state.value), ("application_number", payment.application_number))
            return (Step(StepKind.PAYMENT_CHANGED, payment.payment_number, facts),)
        case ReceiptPrinted():
            return (Step(StepKind.PRINTED, ""),)
        case ReceiptNotPrinted(problem, may_have_printed):
            facts = (("problem", problem), ("may_have_printed", may_have_printed))
            return (Step(StepKind.NOT_PRINTED, "", facts),)
        case _:
            return ()
