"""One delivery of the outbox: to the backend, and its outcome to the flow."""

from __future__ import annotations

import json
from collections.abc import Callable

from kiosk.central import wire
from kiosk.central.client import CentralClient
from kiosk.central.errors import Refused, Silent
from kiosk.flow.events import ApplicationAnswered, CentralRefused, CentralSilent, Event
from kiosk.journal.entries import OutboxItem
from kiosk.journal.sender import Outcome
from kiosk.services.recording import SUBMISSION
from kiosk.services.records import application_of


class Delivery:
    """Called on the outbox's thread only; its client is its own."""

    def __init__(self, client: CentralClient, post: Callable[[Event], None]) -> None:
        self._client = client
        self._post = post

    def send(self, item: OutboxItem) -> Outcome:
        """One attempt. The flow hears of every outcome; whoever waits for this key goes on, others ignore it."""
        if item.kind != SUBMISSION:
            return Outcome.REFUSED
        body = json.loads(item.body)
        request = wire.SubmissionRequest.model_validate(body["request"])
        answer = self._client.submit(item.key, body["application_number"], request)
        match answer:
            case wire.Application():
                self._post(ApplicationAnswered(item.key, application_of(answer)))
                return Outcome.DELIVERED
            case Refused(code):
                self._post(CentralRefused(item.key, code.value))
                return Outcome.TRY_LATER if answer.is_retryable else Outcome.REFUSED
            case Silent():
                self._post(CentralSilent(item.key))
                return Outcome.TRY_LATER
