"""What of a step goes into the journal: intents before their first byte leaves, outcomes after. No personal data."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.central import wire
from kiosk.domain.application import OPEN_PAYMENT_STATES
from kiosk.domain.errand_slips import CertificateSlip, ErrandSlip, LossSlip
from kiosk.domain.receipt import InterimSlip, Receipt
from kiosk.flow.effects import Apply, CallStaff, Effect, Note, PrintReceipt, RequestPayment, Submit
from kiosk.flow.events import ApplicationAnswered, Event, PaymentAnswered, ReceiptNotPrinted, ReceiptPrinted
from kiosk.flow.facts import ApplicationFacts, Moment, PaymentFacts
from kiosk.journal.entries import Fact, Lane, OutboxItem, Step, StepKind

SUBMISSION = "submission"
EVENT = "event"


def steps_of(event: Event, effects: Sequence[Effect]) -> tuple[Step, ...]:
    """Journal steps of one engine step: what the event reported, then what is about to be done."""
    outcomes = _outcome(event)
    intents = tuple(step for effect in effects if (step := _intent(effect)) is not None)
    return outcomes + intents


def deliveries_of(steps: Sequence[Step], effects: Sequence[Effect], now: Moment) -> tuple[OutboxItem, ...]:
    """What must reach the backend even if this terminal is cut off right now: submissions, and word of every step."""
    submissions = tuple(
        submission_item(effect.ref, effect.application_number, effect.damaged_card)
        for effect in effects
        if isinstance(effect, Submit)
    )
    return submissions + event_items(steps, now)


def submission_item(key: str, application_number: str, damaged_card: str) -> OutboxItem:
    request = wire.SubmissionRequest.model_validate({"damaged_card": damaged_card})
    body = f'{{"application_number":"{application_number}","request":{request.model_dump_json()}}}'
    return OutboxItem(key, Lane.MONEY, SUBMISSION, body)


def event_items(steps: Sequence[Step], now: Moment) -> tuple[OutboxItem, ...]:
    """One message of telemetry per step, each with an id of its own."""
    return tuple(_event_item(step, f"{now.fresh_id}-{place}", now) for place, step in enumerate(steps))


def _event_item(step: Step, event_id: str, now: Moment) -> OutboxItem:
    facts: dict[str, Fact] = {**dict(step.facts), **({"subject": step.subject} if step.subject else {})}
    event = wire.Event(event_id=event_id, kind=step.kind.value, at=now.wall, facts=facts)
    return OutboxItem(event_id, Lane.TELEMETRY, EVENT, event.model_dump_json())


# --- intents ---------------------------------------------------------------------------------------------------------


def _intent(effect: Effect) -> Step | None:
    match effect:
        case Apply():
            return Step(StepKind.APPLICATION_INTENDED, effect.ref, (("fee_fen", effect.fee_fen),))
        case RequestPayment():
            facts = (
                ("application_number", effect.application_number),
                ("method", effect.method.value),
                ("amount_fen", effect.amount_fen),
                ("damaged_card", effect.damaged_card),
            )
            return Step(StepKind.PAYMENT_INTENDED, effect.payment_number, facts)
        case Submit():
            return submission_intended(effect.ref, effect.application_number, effect.damaged_card)
        case PrintReceipt():
            facts = (
                ("job", effect.ref),
                ("slip", _slip_word(effect.receipt)),
                ("copy", effect.receipt.copy.kind.value),
                ("language", effect.language.value),
            )
            return Step(StepKind.PRINT_BEGUN, effect.receipt.subject, facts)
        case CallStaff():
            return Step(StepKind.STAFF_CALLED, effect.situation)
        case Note():
            return Step(StepKind(effect.kind), _subject(effect), effect.facts)
        case _:
            return None


def _slip_word(slip: Receipt | InterimSlip | ErrandSlip) -> str:
    match slip:
        case Receipt():
            return "receipt"
        case InterimSlip():
            return slip.kind.value
        case LossSlip():
            return "loss"
        case CertificateSlip():
            return "certificate"


def submission_intended(key: str, application_number: str, damaged_card: str) -> Step:
    facts = (("key", key), ("damaged_card", damaged_card))
    return Step(StepKind.SUBMISSION_INTENDED, application_number, facts)


def _subject(note: Note) -> str:
    return next((str(value) for name, value in note.facts if name.endswith("_number")), "")


# --- outcomes --------------------------------------------------------------------------------------------------------


def _outcome(event: Event) -> tuple[Step, ...]:
    match event:
        case ApplicationAnswered(ref, application):
            return (_application_answered(ref, application),)
        case PaymentAnswered(payment) if payment.state not in OPEN_PAYMENT_STATES:  # it is polled while it is open
            return (payment_changed(payment),)
        case ReceiptPrinted(ref):
            return (Step(StepKind.PRINTED, "", (("job", ref),)),)
        case ReceiptNotPrinted(ref, problem, may_have_printed):
            facts = (("job", ref), ("problem", problem), ("may_have_printed", may_have_printed))
            return (Step(StepKind.NOT_PRINTED, "", facts),)
        case _:
            return ()


def _application_answered(ref: str, application: ApplicationFacts) -> Step:
    kind = StepKind.APPLICATION_MADE if application.submitted_at is None else StepKind.SUBMITTED
    facts = (("key", ref), ("state", application.state.value), ("fee_fen", application.fee_fen))
    return Step(kind, application.application_number, facts)


def payment_changed(payment: PaymentFacts) -> Step:
    facts = (("state", payment.state.value), ("application_number", payment.application_number))
    return Step(StepKind.PAYMENT_CHANGED, payment.payment_number, facts)
