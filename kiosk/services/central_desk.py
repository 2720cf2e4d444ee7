"""Talks to the backend for the engine: a few threads, each with its own client; answers come back as events."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

from kiosk.central import wire
from kiosk.central.client import CentralClient
from kiosk.central.errors import Refused, Silent
from kiosk.clock import Clock
from kiosk.flow.effects import Apply, AskPayment, CancelPayment, LookUpPerson, ReportLoss, RequestPayment
from kiosk.flow.events import (
    ApplicationAnswered,
    CentralChanged,
    CentralRefused,
    CentralSilent,
    Event,
    LossReported,
    PaymentAnswered,
    PersonFound,
    ReferenceArrived,
)
from kiosk.logs import Log
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
Work = Callable[[CentralClient], Event | None]

REFERENCE_EVERY_S = 300.0
FAILURES_BEFORE_DOWN = 2
"""One lost health call is no outage."""


class CentralDesk:
    """`WORKERS` threads for what a person waits for, one that watches the backend's health and the reference data."""

    WORKERS = 2

    def __init__(
        self,
        open_client: Callable[[], CentralClient],
        post: Callable[[Event], None],
        clock: Clock,
        log: Log,
        health_every_s: float,
    ) -> None:
        self._open_client = open_client
        self._post = post
        self._clock = clock
        self._log = log
        self._health_every_s = health_every_s
        self._queue: SimpleQueue[Work | None] = SimpleQueue()
        self._asked: set[str] = set()
        self._asked_lock = threading.Lock()
        self._stopping = threading.Event()
        self._look_now = threading.Event()
        self._threads = [
            *(threading.Thread(target=self._work, name=f"central-{n}", daemon=True) for n in range(self.WORKERS)),
            threading.Thread(target=self._watch, name="central-health", daemon=True),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float) -> None:
        self._stopping.set()
        self._look_now.set()
        for _ in range(self.WORKERS):
            self._queue.put(None)
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(timeout_s)

    def perform(self, effect: CentralEffect) -> None:
        """Queue one call; a payment that is being asked about already is not asked about twice."""
        if isinstance(effect, AskPayment) and not self._may_ask(effect.payment_number):
            return
        self._queue.put(lambda client: self._answer(client, effect))

    def _may_ask(self, payment_number: str) -> bool:
        with self._asked_lock:
            if payment_number in self._asked:
                return False
            self._asked.add(payment_number)
            return True

    # --- what a person waits for -----------------------------------------------------------------------------------

    def _work(self) -> None:
        client = self._open_client()
        while (work := self._queue.get()) is not None:
            try:
                event = work(client)
            except Exception as error:  # noqa: BLE001  the one broad handler of this thread; the flow's own limit ends the wait
                self._log.bug("central_failed", error)
                continue
            if event is not None:
                self._post(event)
        client.close()

    def _answer(self, client: CentralClient, effect: CentralEffect) -> Event:
        match effect:
            case LookUpPerson(ref, document):
                return _event(ref, client.look_up(look_up_request(document)))
            case ReportLoss(ref, person_token):
                return _event(ref, client.report_loss(ref, wire.LossReportRequest(person_token=person_token)))
            case Apply(ref=ref):
                return _event(ref, client.apply(ref, application_request(effect)))
            case RequestPayment(payment_number=number, application_number=application_number):
                return _event(number, client.request_payment(application_number, payment_request(effect)))
            case CancelPayment(number):
                return _event(number, client.cancel_payment(number))
            case AskPayment(number):
                try:
                    return _event(number, client.payment(number))
                finally:
                    with self._asked_lock:
                        self._asked.discard(number)

    # --- health ----------------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        """Health every few seconds; reference data at start, after an outage, and every few minutes."""
        client = self._open_client()
        known, failures, reference_due_s = (
            CentralChanged(is_reachable=False, are_payments_open=False, clock_skew_s=0.0),
            0,
            0.0,
        )
        while not self._stopping.is_set():
            health = client.health()
            if isinstance(health, wire.Health):
                failures = 0
                changed = self._healthy(health)
                if changed != known:
                    self._post(changed)
                    known = changed
                if self._clock.monotonic_s() >= reference_due_s and self._refresh(client):
                    reference_due_s = self._clock.monotonic_s() + REFERENCE_EVERY_S
            else:
                failures += 1
                if failures == FAILURES_BEFORE_DOWN and known.is_reachable:
                    known = CentralChanged(is_reachable=False, are_payments_open=False, clock_skew_s=0.0)
                    self._post(known)
                reference_due_s = 0.0
            self._look_now.wait(self._pause_s(failures))
            self._look_now.clear()
        client.close()

    def _pause_s(self, failures: int) -> float:
        """Down: look again soon, so that a backend that returns is noticed within seconds."""
        return min(2.0, self._health_every_s) if failures else self._health_every_s

    def _healthy(self, health: wire.Health) -> CentralChanged:
        skew_s = round((self._clock.now() - health.time).total_seconds() / 10) * 10.0
        return CentralChanged(is_reachable=True, are_payments_open=health.payments == "ok", clock_skew_s=skew_s)

    def _refresh(self, client: CentralClient) -> bool:
        reference = client.reference()
        if not isinstance(reference, wire.Reference):
            return False
        self._post(ReferenceArrived(reference_of(reference)))
        return True


Answer = wire.PersonFound | wire.LossReport | wire.Application | wire.Payment | Refused | Silent


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
        case Refused(code):
            return CentralRefused(ref, code.value)
        case Silent():
            return CentralSilent(ref)
