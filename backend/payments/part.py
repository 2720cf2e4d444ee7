"""The payments area as the backend mounts it: routes, the gateway behind them, and the thread that settles."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from backend.app import Part
from backend.applications.ledger import ApplicationLedger
from backend.clock import Clock
from backend.payments.jobs import PaymentJob
from backend.payments.routes import payment_router
from backend.payments.service import PaymentService
from backend.payments.wechat import open_wechat_gateway, read_merchant_folder

NOTIFICATIONS = "/v1/gateway/"
PURPOSE = "社会保障卡补换工本费"
"""What the payer's phone says the money is for."""


@dataclass(frozen=True)
class Payments:
    """`settle` is a thread's body: it looks after open payments until the event is set."""

    part: Part
    is_up: Callable[[], bool]
    settle: Callable[[threading.Event], None]


def open_payments(
    merchant_dir: Path,
    gateway_url: str,
    public_url: str,
    sessions: sessionmaker[Session],
    ledger: ApplicationLedger,
    clock: Clock,
) -> Payments:
    """Payments over WeChat Pay with the merchant's keys in `merchant_dir`; OSError or ValueError without them."""
    notify_url = f"{public_url.rstrip('/')}{NOTIFICATIONS}wechat/notifications"
    settings = read_merchant_folder(merchant_dir, notify_url, PURPOSE, gateway_url)
    service = PaymentService(sessions, open_wechat_gateway(settings, clock), ledger, clock)
    part = Part(payment_router(service), own_guard=(NOTIFICATIONS,))
    return Payments(part, service.gateway_is_up, PaymentJob(service).run)
