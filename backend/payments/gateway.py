"""The payment gateway's port: what we ask, and what can come back.

Everything that may be expected of a gateway is a value, doubt included: `Unclear` says that the act may or may not
have happened. A gateway raises nothing but programming errors, and answers within a limit of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from kiosk.central.wire import PaymentFailure
from kiosk.domain.codes import CodeKind


@dataclass(frozen=True)
class PayerCode:
    """The digits that the payer's phone shows. A secret for one minute: never kept, never printed."""

    digits: str

    def __repr__(self) -> str:
        return "<payer's code withheld>"

    __str__ = __repr__


@dataclass(frozen=True)
class PaymentOrder:
    """One order as the gateway sees it. The same order always has the same members, so that it can be sent again."""

    payment_number: str
    amount_fen: int
    expires_at: datetime


# --- what can come back ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CodeIssued:
    """The order is open; `code_url` is what the payer's phone scans."""

    code_url: str


@dataclass(frozen=True)
class Captured:
    """The money has been taken."""

    amount_fen: int
    transaction_id: str
    paid_at: datetime


@dataclass(frozen=True)
class PasswordAwaited:
    """The order is open; the payer's phone asks for the password."""


@dataclass(frozen=True)
class NotPaid:
    """The order is open; nobody has paid."""


@dataclass(frozen=True)
class Refused:
    """The payment has failed: no money was taken."""

    failure: PaymentFailure


@dataclass(frozen=True)
class OrderClosed:
    """The order is closed or revoked for good; no money was kept."""


@dataclass(frozen=True)
class NoSuchOrder:
    """The gateway does not know the order number, at this moment."""


@dataclass(frozen=True)
class Withdrawn:
    """The gateway accepted a close or a reverse; what became of the order, a query tells."""


@dataclass(frozen=True)
class MoneyReturned:
    """The payer has, or is about to get, the money back."""


@dataclass(frozen=True)
class RefundPending:
    """The refund is under way."""


@dataclass(frozen=True)
class RefundFailed:
    """The refund did not reach the payer; people have to look at it."""


@dataclass(frozen=True)
class NotTaken:
    """The request has certainly not been taken up: never connected, or refused unread."""

    reason: str


@dataclass(frozen=True)
class Unclear:
    """Nobody knows: no answer in time, an answer that proves nothing, the gateway's own trouble."""

    reason: str


RequestAnswer = CodeIssued | Captured | PasswordAwaited | Refused | NotTaken | Unclear
OrderAnswer = (
    Captured | PasswordAwaited | NotPaid | Refused | OrderClosed | NoSuchOrder | MoneyReturned | RefundPending | Unclear
)
WithdrawalAnswer = Withdrawn | NoSuchOrder | Unclear
RefundAnswer = MoneyReturned | RefundPending | RefundFailed | Unclear
GatewayAnswer = RequestAnswer | OrderAnswer | WithdrawalAnswer | RefundAnswer


@dataclass(frozen=True)
class Notice:
    """A notification that the gateway has signed: what happened to which order."""

    payment_number: str
    answer: Captured | MoneyReturned | RefundFailed


@dataclass(frozen=True)
class NoticeRefused:
    """Not from the gateway, not for us, or not readable."""

    reason: str


@dataclass(frozen=True)
class BillLine:
    """One payment or refund of the gateway's daily bill. `refund_fen` is 0 for a payment."""

    payment_number: str
    transaction_id: str
    paid_fen: int
    refund_fen: int


@dataclass(frozen=True)
class Bill:
    """The gateway's bill of one day in Beijing time; no lines when nothing happened."""

    day: date
    lines: tuple[BillLine, ...]


class PaymentGateway(Protocol):
    """A bank's, acquirer's or wallet's interface. Safe to call from several threads."""

    @property
    def channel(self) -> Literal["wechat", "alipay", "unionpay", "ecny"]: ...

    @property
    def code_kinds(self) -> frozenset[CodeKind]:
        """The payer's codes that it can charge; nothing else is ever sent to it."""
        ...

    def request_code(self, order: PaymentOrder) -> RequestAnswer:
        """Open an order that the payer scans; may be repeated with the same order."""
        ...

    def request_charge(self, order: PaymentOrder, payer_code: PayerCode) -> RequestAnswer:
        """Charge the payer's code; to be asked for once per order."""
        ...

    def query(self, payment_number: str) -> OrderAnswer: ...

    def close(self, payment_number: str) -> WithdrawalAnswer:
        """Withdraw an order made by `request_code`."""
        ...

    def reverse(self, payment_number: str) -> WithdrawalAnswer:
        """Withdraw an order made by `request_charge`; money already taken goes back."""
        ...

    def refund(self, payment_number: str, amount_fen: int) -> RefundAnswer:
        """Give all the money back; may be repeated, gives it back once."""
        ...

    def bill(self, day: date) -> Bill | Unclear: ...

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notice | NoticeRefused:
        """Check a notification's signature and read it; asks nobody, so that it is quick."""
        ...
