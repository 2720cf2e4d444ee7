"""Tells the merchant: encrypted, signed notifications, repeated until they are taken."""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import dataclass, field
from datetime import timedelta

import requests

from backend.sandbox.clock import Clock, rfc3339
from backend.sandbox.faults import FaultBox
from backend.sandbox.keys import PlatformKeys
from backend.sandbox.model import Notification
from backend.sandbox.signing import encrypt, signature_headers
from backend.sandbox.store import Store

RETRY_AFTER_S = (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600)
MERCHANT_LIMIT_S = 5.0
LOOK_EVERY_S = 0.2

_log = logging.getLogger(__name__)


@dataclass
class Notifier:
    """`clock` is the trading time, `true_clock` stamps the signatures. `override_url` replaces the orders' own."""

    store: Store
    keys: PlatformKeys
    clock: Clock
    true_clock: Clock
    faults: FaultBox
    override_url: str | None = None
    _sending: threading.Lock = field(default_factory=threading.Lock)

    def run(self, stop: threading.Event) -> None:
        """Thread body: deliver what is due until `stop` is set."""
        while not stop.wait(LOOK_EVERY_S):
            if not self.faults.faults.hold_notifications:
                self.deliver_due()

    def deliver_due(self) -> list[dict[str, object]]:
        """Send every notification that is due; what came of each."""
        with self._sending:
            now = self.clock()
            due = [n for n in self.store.all(Notification) if not n.is_taken and n.due_at <= now]
            return [self._deliver(notification) for notification in due]

    def _deliver(self, notification: Notification) -> dict[str, object]:
        copies = 1 + self.faults.faults.duplicate_notifications
        statuses = [self._send(notification) for _ in range(copies)]
        is_taken = any(status in (200, 204) for status in statuses)
        delay_s = RETRY_AFTER_S[min(notification.attempts, len(RETRY_AFTER_S) - 1)]
        changed = notification.model_copy(
            update={
                "attempts": notification.attempts + 1,
                "is_taken": is_taken or notification.attempts + 1 > len(RETRY_AFTER_S),
                "due_at": self.clock() + timedelta(seconds=delay_s),
            }
        )
        with self.store.transaction():
            self.store.put(changed.notification_id, changed)
        return {"out_trade_no": notification.out_trade_no, "event_type": notification.event_type, "statuses": statuses}

    def _send(self, notification: Notification) -> int:
        """The merchant's HTTP status; 0 when there was no answer in time."""
        body = notification_body(self.keys, notification)
        headers = signature_headers(self.keys, notification.signed_by, body, self.true_clock())
        url = self.override_url or notification.notify_url
        try:
            answer = requests.post(
                url, body, headers=headers | {"Content-Type": "application/json"}, timeout=MERCHANT_LIMIT_S
            )
        except requests.RequestException as error:
            _log.info("notification not delivered: %s", type(error).__name__)
            return 0
        return answer.status_code


def notification_body(keys: PlatformKeys, notification: Notification) -> bytes:
    is_payment = notification.event_type == "TRANSACTION.SUCCESS"
    document = {
        "id": notification.notification_id,
        "create_time": rfc3339(notification.created_at),
        "resource_type": "encrypt-resource",
        "event_type": notification.event_type,
        "summary": "支付成功" if is_payment else "退款成功",
        "resource": encrypt(keys, notification.resource, "transaction" if is_payment else "refund")
        | {"original_type": "transaction" if is_payment else "refund"},
    }
    return json.dumps(document, ensure_ascii=False).encode()
