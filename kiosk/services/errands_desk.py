"""The other errands' calls to the backend: threads with a client each; answers come back as events.

Apart from `central_desk.py`, so that a question that waits for a phone never stands before a payment.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kiosk.central import wire_errands as wire
from kiosk.central.errors import Refused, Silent
from kiosk.central.wire import Application
from kiosk.clock import Clock
from kiosk.flow.errands.effects import (
    CancelApplication,
    CentralErrand,
    HandInCard,
    MakeCertificate,
    OwnEffect,
    ReadGuide,
    ReadProgress,
    ResumeApplication,
)
from kiosk.flow.errands.effects_other import OtherCentralEffect
from kiosk.flow.errands.events import (
    ApplicationResumed,
    ApplicationWithdrawn,
    CardHandInRecorded,
    CertificateMade,
    GuideArrived,
    ProgressArrived,
)
from kiosk.flow.events import CentralRefused, CentralSilent, Event
from kiosk.logs import Log
from kiosk.services.calling import Callers
from kiosk.services.errand_records import certificate_of, guide_of, tracked_of
from kiosk.services.errands_other import OtherCalls, call_other, event_of_other
from kiosk.services.health import word_of
from kiosk.services.records import application_of


class Calls(OtherCalls, Protocol):
    """`kiosk.central.errands.ErrandCalls`, as far as this desk uses it. None of them raises."""

    def progress(self, request: wire.PersonOnly) -> wire.Progress | Refused | Silent: ...

    def resume(self, application_number: str, request: wire.PersonOnly) -> wire.Resumption | Refused | Silent: ...

    def cancel_application(
        self, key: str, application_number: str, request: wire.PersonOnly
    ) -> Application | Refused | Silent: ...

    def hand_in_card(
        self, key: str, application_number: str, request: wire.CardHandInRequest
    ) -> Application | Refused | Silent: ...

    def print_certificate(
        self, key: str, certificate_number: str, request: wire.PersonOnly
    ) -> wire.CertificatePrint | Refused | Silent: ...

    def collection_guide(self) -> wire.CollectionGuide | Refused | Silent: ...


class Client(Protocol):
    """`kiosk.central.client.CentralClient` is one; each belongs to one thread."""

    @property
    def errands(self) -> Calls: ...

    def cancel(self) -> None: ...

    def close(self) -> None: ...


class ErrandsDesk:
    """`WORKERS` threads for what a person waits for."""

    WORKERS = 2

    def __init__(
        self, open_client: Callable[[], Client], post: Callable[[Event], None], clock: Clock, log: Log
    ) -> None:
        self._log = log
        self._callers = Callers("errands", self.WORKERS, open_client, self._answered, _silent, post, clock, log)

    def start(self) -> None:
        self._callers.start()

    def stop(self, timeout_s: float) -> None:
        """Ends calls that are under way too; what they would have said is lost."""
        self._callers.stop(timeout_s)

    def perform(self, effect: CentralErrand) -> None:
        """Queues one call and returns."""
        self._callers.put(effect)

    def _answered(self, client: Client, effect: CentralErrand) -> Event:
        if isinstance(effect, OtherCentralEffect):
            answer = call_other(client.errands, effect)
            self._note(effect, answer)
            return event_of_other(effect.ref, answer)
        own = _call(client.errands, effect)
        self._note(effect, own)
        return _event(effect, own)

    def _note(self, effect: CentralErrand, answer: object) -> None:
        if isinstance(answer, Refused | Silent):
            self._log.warning("central_call_failed", action=type(effect).__name__, kind=word_of(answer))


def _silent(effect: CentralErrand) -> Event:
    return CentralSilent(effect.ref)


Answer = wire.Progress | wire.Resumption | Application | wire.CertificatePrint | wire.CollectionGuide | Refused | Silent


def _call(calls: Calls, effect: OwnEffect) -> Answer:
    match effect:
        case ReadProgress(person_token=token):
            return calls.progress(_only(token))
        case ResumeApplication(_, number, token):
            return calls.resume(number, _only(token))
        case CancelApplication(ref, number, token):
            return calls.cancel_application(ref, number, _only(token))
        case HandInCard(ref, number):
            return calls.hand_in_card(ref, number, _hand_in(effect))
        case MakeCertificate(ref, number, token):
            return calls.print_certificate(ref, number, _only(token))
        case ReadGuide():
            return calls.collection_guide()


def _only(person_token: str) -> wire.PersonOnly:
    return wire.PersonOnly(person_token=person_token)


def _hand_in(effect: HandInCard) -> wire.CardHandInRequest:
    return wire.CardHandInRequest.model_validate(
        {"person_token": effect.person_token, "damaged_card": effect.damaged_card}
    )


def _event(effect: OwnEffect, answer: Answer) -> Event:
    ref = effect.ref
    match answer:
        case wire.Progress():
            return ProgressArrived(ref, tuple(tracked_of(one) for one in answer.applications))
        case wire.Resumption():
            return ApplicationResumed(ref, application_of(answer.application), answer.open_payment_number)
        case Application():
            return CardHandInRecorded(ref) if isinstance(effect, HandInCard) else ApplicationWithdrawn(ref)
        case wire.CertificatePrint():
            return CertificateMade(ref, certificate_of(answer))
        case wire.CollectionGuide():
            return GuideArrived(ref, guide_of(answer))
        case Refused(code):
            return CentralRefused(ref, code.value)
        case Silent():
            return CentralSilent(ref)
