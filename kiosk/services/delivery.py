"""One delivery of the outbox: to the backend, and its outcome to the flow."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from kiosk.central import wire
from kiosk.central.client import CentralClient
from kiosk.central.errors import Refused, Silent
from kiosk.flow.events import ApplicationAnswered, CentralRefused, CentralSilent, Event
from kiosk.journal.entries import OutboxItem
from kiosk.journal.sender import Outcome, Parcel
from kiosk.services.recording import EVENT, SUBMISSION
from kiosk.services.records import application_of
from kiosk.services.staff.audit_keeper import AUDIT
from kiosk.services.staff.reporting import READINESS

AuditDelivery = Callable[[OutboxItem], wire.AuditReceived | Refused | Silent]


class Delivery:
    """Called on the outbox's thread only; its client is its own."""

    def __init__(self, client: CentralClient, post: Callable[[Event], None], audit: AuditDelivery) -> None:
        self._client = client
        self._post = post
        self._audit = audit

    def send(self, parcel: Parcel) -> Outcome:
        """One attempt."""
        events = tuple(item for item in parcel if item.kind == EVENT)
        singles = tuple(item for item in parcel if item.kind != EVENT)
        outcomes = [self._send_events(events)] if events else []
        outcomes += [self._send_single(item) for item in singles]
        return next((each for each in (Outcome.TRY_LATER, Outcome.REFUSED) if each in outcomes), Outcome.DELIVERED)

    def _send_single(self, item: OutboxItem) -> Outcome:
        match item.kind:
            case kind if kind == SUBMISSION:
                return self._submit(item)
            case kind if kind == AUDIT:
                return _outcome(self._audit(item))
            case kind if kind == READINESS:
                report = wire.Readiness.model_validate_json(item.body)
                return _outcome(self._client.send_readiness(item.key, report))
            case _:
                return Outcome.REFUSED

    def _submit(self, item: OutboxItem) -> Outcome:
        """The flow hears of every outcome; whoever waits for this key goes on, others ignore it."""
        body = json.loads(item.body)
        request = wire.SubmissionRequest.model_validate(body["request"])
        answer = self._client.submit(item.key, body["application_number"], request)
        match answer:
            case wire.Application():
                self._post(ApplicationAnswered(item.key, application_of(answer)))
            case Refused(code, is_retryable=False):
                self._post(CentralRefused(item.key, code.value))
            case Refused() | Silent():  # nothing is decided yet: it is sent again
                self._post(CentralSilent(item.key))
        return _outcome(answer)

    def _send_events(self, parcel: Parcel) -> Outcome:
        """The same events carry the same key, however often they are sent; the backend knows each by its id as well."""
        events = tuple(wire.Event.model_validate_json(item.body) for item in parcel)
        key = hashlib.sha256("\n".join(item.key for item in parcel).encode()).hexdigest()
        return _outcome(self._client.send_events(key, wire.EventBatch(events=events)))


Taken = wire.Application | wire.EventsAccepted | wire.AuditReceived | wire.ReadinessKept


def _outcome(answer: Taken | Refused | Silent) -> Outcome:
    match answer:
        case wire.Application() | wire.EventsAccepted() | wire.AuditReceived() | wire.ReadinessKept():
            return Outcome.DELIVERED
        case Refused(is_retryable=is_retryable):
            return Outcome.TRY_LATER if is_retryable else Outcome.REFUSED
        case Silent():
            return Outcome.TRY_LATER
