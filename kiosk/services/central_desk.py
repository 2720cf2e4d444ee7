"""Talks to the backend for the engine: a few threads, each with its own client; answers come back as events."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Protocol

from kiosk.central import wire
from kiosk.central.errors import Refused, Silent
from kiosk.clock import Clock
from kiosk.flow.effects import Apply, AskPayment, CancelPayment, LookUpPerson, ReportLoss, RequestPayment
from kiosk.flow.events import (
    ApplicationAnswered,
    CentralRefused,
    CentralSilent,
    Event,
    LossReported,
    PaymentAnswered,
    PersonFound,
)
from kiosk.flow.facts import Reference
from kiosk.logs import Log
from kiosk.services.calling import Callers
from kiosk.services.health import PAUSE_IN_TROUBLE_S, HealthDesk, HealthWatch, word_of
from kiosk.services.records import (
    application_of,
    application_request,
    look_up_request,
    loss_of,
    payment_of,
    payment_request,
    person_of,
    reference_of,
)

CentralEffect = LookUpPerson | ReportLoss | Apply | RequestPayment | AskPayment | CancelPayment
REPEATED = (AskPayment, CancelPayment)
"""Asked every few seconds while a payment is open: behind a backend that hangs they would pile up."""


class Client(HealthDesk, Protocol):
    """The calls of one thread; `kiosk.central.client.CentralClient` is one. None of them raises."""

    def look_up(self, request: wire.LookUpRequest) -> wire.PersonFound | Refused | Silent: ...

    def report_loss(self, key: str, request: wire.LossReportRequest) -> wire.LossReport | Refused | Silent: ...

    def apply(self, key: str, request: wire.ApplicationRequest) -> wire.Application | Refused | Silent: ...

    def request_payment(
        self, application_number: str, request: wire.PaymentRequest
    ) -> wire.Payment | Refused | Silent: ...

    def payment(self, payment_number: str) -> wire.Payment | Refused | Silent: ...

    def cancel_payment(self, payment_number: str) -> wire.Payment | Refused | Silent: ...

    def cancel(self) -> None: ...

    def close(self) -> None: ...


def _nothing() -> None:
    pass


class CentralDesk:
    """`WORKERS` threads for what a person waits for, one that watches the backend's health and the reference data."""

    WORKERS = 2

    def __init__(
        self,
        open_client: Callable[[], Client],
        post: Callable[[Event], None],
        clock: Clock,
        log: Log,
        health_every_s: float,
        on_return: Callable[[], None] = _nothing,
        shape: Callable[[wire.Reference], Reference] = reference_of,
    ) -> None:
        """`on_return` is called, on a thread of this desk, whenever the backend is there again."""
        self._post_to = post
        self._clock = clock
        self._log = log
        self._asked: set[CentralEffect] = set()
        self._asked_lock = threading.Lock()
        self._stopping = threading.Event()
        self._callers = Callers("central", self.WORKERS, open_client, self._answered, _silent, post, clock, log)
        self._watcher = open_client()
        self._watch = HealthWatch(self._watcher, self._post, on_return, clock, log, health_every_s, shape)
        watching = partial(self._watch_health, self._watcher)
        self._watching = threading.Thread(target=watching, name="central-health", daemon=True)

    def start(self) -> None:
        self._callers.start()
        self._watching.start()

    @property
    def is_running(self) -> bool:
        return self._callers.is_running or self._watching.is_alive()

    def stop(self, timeout_s: float) -> None:
        """End calls that are under way too; what they would have said is lost, as in a power cut."""
        ends_at_s = self._clock.monotonic_s() + timeout_s
        self._stopping.set()
        self._watcher.cancel()
        self._callers.stop(timeout_s)
        if self._watching.ident is not None:
            self._watching.join(max(0.0, ends_at_s - self._clock.monotonic_s()))

    def perform(self, effect: CentralEffect) -> None:
        """Queue one call; a question that waits for its answer already is not asked twice."""
        if isinstance(effect, REPEATED) and not self._may_ask(effect):
            return
        self._callers.put(effect)

    def _may_ask(self, question: CentralEffect) -> bool:
        with self._asked_lock:
            if question in self._asked:
                return False
            self._asked.add(question)
            return True

    def _post(self, event: Event) -> None:
        if not self._stopping.is_set():
            self._post_to(event)

    # --- the threads -----------------------------------------------------------------------------------------------

    def _answered(self, client: Client, effect: CentralEffect) -> Event:
        try:
            answer = _call(client, effect)
        finally:
            if isinstance(effect, REPEATED):
                with self._asked_lock:
                    self._asked.discard(effect)
        if isinstance(answer, Refused | Silent):
            self._log.warning("central_call_failed", action=type(effect).__name__, kind=word_of(answer))
        return _event(_ref(effect), answer)

    def _watch_health(self, client: Client) -> None:
        while not self._stopping.is_set():
            try:
                pause_s = self._watch.look()
            except Exception as error:  # noqa: BLE001  the one broad handler of this thread
                self._log.bug("health_failed", error)
                pause_s = PAUSE_IN_TROUBLE_S
            self._stopping.wait(pause_s)
        client.close()


Answer = wire.PersonFound | wire.LossReport | wire.Application | wire.Payment | Refused | Silent


def _call(client: Client, effect: CentralEffect) -> Answer:
    match effect:
        case LookUpPerson(document=document):
            return client.look_up(look_up_request(document))
        case ReportLoss(ref, person_token):
            return client.report_loss(ref, wire.LossReportRequest(person_token=person_token))
        case Apply(ref=ref):
            return client.apply(ref, application_request(effect))
        case RequestPayment(application_number=application_number):
            return client.request_payment(application_number, payment_request(effect))
        case CancelPayment(number):
            return client.cancel_payment(number)
        case AskPayment(number):
            return client.payment(number)


def _ref(effect: CentralEffect) -> str:
    """What the flow knows the call by."""
    match effect:
        case LookUpPerson(ref=ref) | ReportLoss(ref=ref) | Apply(ref=ref):
            return ref
        case RequestPayment(payment_number=number) | AskPayment(number) | CancelPayment(number):
            return number


def _silent(effect: CentralEffect) -> Event:
    return CentralSilent(_ref(effect))


def _event(ref: str, answer: Answer) -> Event:
    match answer:
        case wire.PersonFound():
            return PersonFound(ref, person_of(answer))
        case wire.LossReport():
            return LossReported(ref, loss_of(answer))
        case wire.Application():
            return ApplicationAnswered(ref, application_of(answer))
        case wire.Payment():
            return PaymentAnswered(payment_of(answer))
        case Refused(code, corrected_at=corrected_at):
            return CentralRefused(ref, code.value, corrected_at.value if corrected_at else "")
        case Silent():
            return CentralSilent(ref)
