"""What the platform remembers, and how an order changes: frozen data and functions from order to order.

Times of WeChat Pay v3: a code_url lives 2 h; a payer's code is valid 1 minute and once; an order that waits for a
password is revoked by the platform 45 s after the request; a reverse is refused in the first 15 s and while the
payer types.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from backend.sandbox.signing import SignedBy

CODE_URL_LIFE = timedelta(hours=2)
PAYER_CODE_LIFE = timedelta(minutes=1)
PASSWORD_LIFE = timedelta(seconds=45)
NO_REVERSE_BEFORE = timedelta(seconds=15)
REFUND_SETTLES_AFTER = timedelta(seconds=2)


class TradeState(StrEnum):
    NOTPAY = "NOTPAY"
    USERPAYING = "USERPAYING"
    SUCCESS = "SUCCESS"
    REFUND = "REFUND"
    CLOSED = "CLOSED"
    REVOKED = "REVOKED"
    PAYERROR = "PAYERROR"


class Behaviour(StrEnum):
    """What the payer's phone does after its code was read."""

    PAYS = "pays"
    ASKS_PASSWORD = "asks_password"  # noqa: S105  a word, not a secret
    INSUFFICIENT = "insufficient"
    EXPIRED = "expired"
    HANGS = "hangs"


class Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Refund(Document):
    out_refund_no: str
    refund_id: str
    refund_fen: int
    created_at: datetime
    notify_url: str | None = None

    def settles_at(self) -> datetime:
        return self.created_at + REFUND_SETTLES_AFTER

    def status(self, now: datetime) -> Literal["PROCESSING", "SUCCESS"]:
        return "SUCCESS" if now >= self.settles_at() else "PROCESSING"


class Order(Document):
    """One order of the merchant; `captures` counts how often money was taken for it (never more than once)."""

    out_trade_no: str
    trade_type: Literal["NATIVE", "MICROPAY"]
    description: str
    total_fen: int
    state: TradeState
    created_at: datetime
    signed_by: SignedBy
    notify_url: str | None = None
    time_expire: datetime | None = None
    code_url: str | None = None
    password_hangs: bool = False
    transaction_id: str | None = None
    paid_at: datetime | None = None
    captures: int = 0
    refunds: tuple[Refund, ...] = ()

    def last_moment(self) -> datetime:
        """The last moment at which a shown code can be paid."""
        end = self.created_at + CODE_URL_LIFE
        return min(end, self.time_expire) if self.time_expire else end


class PayerCode(Document):
    digits: str
    behaviour: Behaviour
    shown_at: datetime
    out_trade_no: str | None = None
    """The order that used this code up."""


class Notification(Document):
    """One success or refund that the merchant has to be told of."""

    notification_id: str
    event_type: Literal["TRANSACTION.SUCCESS", "REFUND.SUCCESS"]
    out_trade_no: str
    notify_url: str
    resource: str
    signed_by: SignedBy
    created_at: datetime
    due_at: datetime
    attempts: int = 0
    is_taken: bool = False


def at(order: Order, now: datetime) -> Order:
    """The order as it stands at `now`: the platform revokes what waited too long for a password."""
    if order.state is TradeState.USERPAYING and now >= order.created_at + PASSWORD_LIFE:
        return order.model_copy(update={"state": TradeState.REVOKED})
    return order


def captured(order: Order, transaction_id: str, now: datetime) -> Order:
    """Take the money; only ever from an order that is still open."""
    if order.state not in (TradeState.NOTPAY, TradeState.USERPAYING):
        raise ValueError("the order is not open")
    return order.model_copy(
        update={
            "state": TradeState.SUCCESS,
            "transaction_id": transaction_id,
            "paid_at": now,
            "captures": order.captures + 1,
        }
    )


def refunded(order: Order, refund: Refund) -> Order:
    return order.model_copy(update={"state": TradeState.REFUND, "refunds": (*order.refunds, refund)})
