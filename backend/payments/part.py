"""The payments area as the backend mounts it: routes, the gateway behind them, and the thread that settles."""

from __future__ import annotations

from pathlib import Path

from backend.app import Part
from backend.payments.jobs import PaymentJob
from backend.payments.routes import payment_router
from backend.payments.service import PaymentService
from backend.payments.wechat import open_wechat_gateway, read_merchant_folder
from backend.services import Services

NOTIFICATIONS = "/v1/gateway/"
PURPOSE = "社会保障卡补换工本费"
"""What the payer's phone says the money is for."""


def payments_part(merchant_dir: Path, gateway_url: str, public_url: str, services: Services) -> Part:
    """Payments over WeChat Pay with the merchant's keys in `merchant_dir`; OSError or ValueError without them."""
    notify_url = f"{public_url.rstrip('/')}{NOTIFICATIONS}wechat/notifications"
    gateway = open_wechat_gateway(read_merchant_folder(merchant_dir, notify_url, PURPOSE, gateway_url), services.clock)
    service = PaymentService(services.sessions, gateway, services.applications, services.clock)
    return Part(
        payment_router(service),
        own_guard=(NOTIFICATIONS,),
        loops=(PaymentJob(service).run,),
        gateway_is_up=service.gateway_is_up,
    )
