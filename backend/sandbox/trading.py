"""What the platform does when the merchant or the payer asks: one transaction per act."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.sandbox.clock import Clock, rfc3339
from backend.sandbox.keys import PlatformKeys
from backend.sandbox.model import (
    NO_REVERSE_BEFORE,
    PAYER_CODE_LIFE,
    Behaviour,
    Notification,
    Order,
    PayerCode,
    Refund,
    TradeState,
    at,
    captured,
    refunded,
)
from backend.sandbox.store import Store


class TradeError(Exception):
    """The platform says no: HTTP status, code and message as WeChat Pay words them."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True)
class Trading:
    """The platform's acts. `clock` gives the trading time."""

    store: Store
    keys: PlatformKeys
    clock: Clock

    # --- the merchant's acts --------------------------------------------------------------------------------------

    def order_native(self, wanted: Order) -> Order:
        """Place an order to be shown as a QR code; the same parameters give the same code_url again."""
        with self.store.transaction():
            known = self._order(wanted.out_trade_no)
            if known is None:
                placed = wanted.model_copy(update={"code_url": _new_code_url()})
                return self._keep(placed)
            self._check_repeat(known, wanted)
            return known

    def order_by_payer_code(self, wanted: Order, digits: str) -> Order:
        """Charge the code that the payer's phone shows; USERPAYING when the phone asks for the password."""
        with self.store.transaction():
            known = self._order(wanted.out_trade_no)
            if known is not None:
                self._check_repeat(known, wanted)
                raise TradeError(403, "OUT_TRADE_NO_USED", "the order number has been used")
            code = self._usable_code(digits, wanted.out_trade_no)
            return self._charge(wanted, code)

    def query(self, out_trade_no: str) -> Order:
        with self.store.transaction():
            return self._known_order(out_trade_no)

    def close(self, out_trade_no: str) -> Order:
        with self.store.transaction():
            order = self._known_order(out_trade_no)
            if order.trade_type == "MICROPAY":
                raise TradeError(400, "INVALID_REQUEST", "an order by payer's code is reversed, not closed")
            if order.state is TradeState.CLOSED:
                return order
            if order.state is not TradeState.NOTPAY:
                raise TradeError(400, "ORDER_PAID", "the order has been paid")
            return self._keep(order.model_copy(update={"state": TradeState.CLOSED}))

    def reverse(self, out_trade_no: str) -> Order:
        """Withdraw an order by payer's code: revoked when unpaid, refunded when paid."""
        with self.store.transaction():
            order = self._known_order(out_trade_no)
            if order.trade_type != "MICROPAY":
                raise TradeError(400, "INVALID_REQUEST", "only an order by payer's code is reversed")
            if self.clock() < order.created_at + NO_REVERSE_BEFORE:
                raise TradeError(403, "TRADE_ERROR", "not within 15 s of the payment request")
            if order.state is TradeState.USERPAYING:
                raise TradeError(403, "USERPAYING", "the payer is paying")
            if order.state is TradeState.SUCCESS:
                return self._refund(order, f"reverse{order.out_trade_no}", order.total_fen, None)
            if order.state in (TradeState.REFUND, TradeState.REVOKED):
                return order
            return self._keep(order.model_copy(update={"state": TradeState.REVOKED}))

    def refund(self, out_trade_no: str, out_refund_no: str, refund_fen: int, notify_url: str | None) -> Refund:
        """Give money back; the same refund number only ever gives it back once."""
        with self.store.transaction():
            order = self._known_order(out_trade_no)
            known = _find_refund([order], out_refund_no)
            if known is not None:
                return known[1]
            if order.state not in (TradeState.SUCCESS, TradeState.REFUND):
                raise TradeError(400, "INVALID_REQUEST", "the order has not been paid")
            if refund_fen + sum(refund.refund_fen for refund in order.refunds) > order.total_fen:
                raise TradeError(400, "INVALID_REQUEST", "more than was paid")
            return self._refund(order, out_refund_no, refund_fen, notify_url).refunds[-1]

    def query_refund(self, out_refund_no: str) -> tuple[Order, Refund]:
        found = _find_refund(self.store.all(Order), out_refund_no)
        if found is None:
            raise TradeError(404, "RESOURCE_NOT_EXISTS", "no such refund")
        return found

    # --- the payer's acts -----------------------------------------------------------------------------------------

    def show_payer_code(self, behaviour: Behaviour) -> PayerCode:
        digits = f"1{secrets.randbelow(6)}" + "".join(str(secrets.randbelow(10)) for _ in range(16))
        code = PayerCode(digits=digits, behaviour=behaviour, shown_at=self.clock())
        with self.store.transaction():
            self.store.put(digits, code)
        return code

    def scan(self, code_url: str) -> Order:
        """The order behind a QR code, as long as it can be paid."""
        with self.store.transaction():
            return self._payable(code_url)

    def pay(self, code_url: str) -> Order:
        with self.store.transaction():
            return self._capture(self._payable(code_url))

    def enter_password(self, digits: str) -> Order:
        with self.store.transaction():
            order = self._order_of_code(digits)
            if order.state is not TradeState.USERPAYING:
                raise TradeError(409, "ORDER_STATE", f"the order is {order.state}")
            return order if order.password_hangs else self._capture(order)

    def abandon(self, digits: str) -> Order:
        """The payer cancels instead of entering the password."""
        with self.store.transaction():
            order = self._order_of_code(digits)
            if order.state is not TradeState.USERPAYING:
                raise TradeError(409, "ORDER_STATE", f"the order is {order.state}")
            return self._keep(order.model_copy(update={"state": TradeState.PAYERROR}))

    # --- within a transaction -------------------------------------------------------------------------------------

    def _order(self, out_trade_no: str) -> Order | None:
        order = self.store.get(Order, out_trade_no)
        return at(order, self.clock()) if order else None

    def _known_order(self, out_trade_no: str) -> Order:
        order = self._order(out_trade_no)
        if order is None:
            raise TradeError(404, "ORDER_NOT_EXIST", "no such order")
        return order

    def _keep(self, order: Order) -> Order:
        self.store.put(order.out_trade_no, order)
        return order

    @staticmethod
    def _check_repeat(known: Order, wanted: Order) -> None:
        differs = (known.trade_type, known.total_fen, known.description, known.time_expire) != (
            wanted.trade_type,
            wanted.total_fen,
            wanted.description,
            wanted.time_expire,
        )
        if differs:
            raise TradeError(403, "OUT_TRADE_NO_USED", "the order number has been used with other parameters")
        if known.state in (TradeState.SUCCESS, TradeState.REFUND):
            raise TradeError(400, "ORDER_PAID", "the order has been paid")
        if known.state is not TradeState.NOTPAY and known.trade_type == "NATIVE":
            raise TradeError(400, "ORDER_CLOSED", "the order has been closed")

    def _usable_code(self, digits: str, out_trade_no: str) -> PayerCode:
        code = self.store.get(PayerCode, digits)
        if code is None:
            raise TradeError(400, "AUTH_CODE_INVALID", "not a payer's code")
        if code.behaviour is Behaviour.EXPIRED or self.clock() >= code.shown_at + PAYER_CODE_LIFE:
            raise TradeError(400, "AUTH_CODE_EXPIRED", "the payer's code has expired")
        if code.out_trade_no is not None:
            raise TradeError(400, "AUTH_CODE_ERROR", "the payer's code has been used")
        used = code.model_copy(update={"out_trade_no": out_trade_no})
        self.store.put(digits, used)
        return used

    def _charge(self, wanted: Order, code: PayerCode) -> Order:
        match code.behaviour:
            case Behaviour.PAYS:
                return self._capture(wanted)
            case Behaviour.ASKS_PASSWORD | Behaviour.HANGS:
                hangs = code.behaviour is Behaviour.HANGS
                return self._keep(wanted.model_copy(update={"state": TradeState.USERPAYING, "password_hangs": hangs}))
            case Behaviour.INSUFFICIENT | Behaviour.EXPIRED:
                raise TradeError(403, "NOT_ENOUGH", "the payer has not enough money")

    def _order_of_code(self, digits: str) -> Order:
        code = self.store.get(PayerCode, digits)
        if code is None or code.out_trade_no is None:
            raise TradeError(404, "ORDER_NOT_EXIST", "nobody has read this code")
        return self._known_order(code.out_trade_no)

    def _payable(self, code_url: str) -> Order:
        matches = [order for order in self.store.all(Order) if order.code_url == code_url]
        if not matches:
            raise TradeError(404, "ORDER_NOT_EXIST", "not a payment code")
        order = at(matches[0], self.clock())
        if order.state is not TradeState.NOTPAY or self.clock() > order.last_moment():
            raise TradeError(410, "ORDER_CLOSED", f"cannot be paid: {order.state}, or too late")
        return order

    def _capture(self, order: Order) -> Order:
        paid = captured(order, "42000" + secrets.token_hex(11), self.clock())
        if paid.notify_url is not None:  # orders by payer's code are never notified
            self._notify(
                paid, "TRANSACTION.SUCCESS", paid.notify_url, json.dumps(transaction_document(paid, self.keys))
            )
        return self._keep(paid)

    def _refund(self, order: Order, out_refund_no: str, refund_fen: int, notify_url: str | None) -> Order:
        refund = Refund(
            out_refund_no=out_refund_no,
            refund_id="50000" + secrets.token_hex(11),
            refund_fen=refund_fen,
            created_at=self.clock(),
            notify_url=notify_url,
        )
        changed = refunded(order, refund)
        if notify_url is not None:
            document = refund_notice(changed, refund, self.keys)
            self._notify(changed, "REFUND.SUCCESS", notify_url, json.dumps(document), due_at=refund.settles_at())
        return self._keep(changed)

    def _notify(
        self, order: Order, event_type: Any, notify_url: str, resource: str, due_at: datetime | None = None
    ) -> None:
        now = self.clock()
        notification = Notification(
            notification_id=secrets.token_hex(16),
            event_type=event_type,
            out_trade_no=order.out_trade_no,
            notify_url=notify_url,
            resource=resource,
            signed_by=order.signed_by,
            created_at=now,
            due_at=due_at or now,
        )
        self.store.put(notification.notification_id, notification)


def transaction_document(order: Order, keys: PlatformKeys) -> dict[str, Any]:
    """A transaction as queries and notifications tell it."""
    document: dict[str, Any] = {
        "appid": keys.appid,
        "mchid": keys.mchid,
        "out_trade_no": order.out_trade_no,
        "trade_type": order.trade_type,
        "trade_state": order.state.value,
        "trade_state_desc": order.state.value.lower(),
        "amount": {"total": order.total_fen, "currency": "CNY"},
    }
    if order.transaction_id is not None and order.paid_at is not None:
        document |= {
            "transaction_id": order.transaction_id,
            "success_time": rfc3339(order.paid_at),
            "bank_type": "OTHERS",
            "payer": {"openid": "sandbox"},
        }
        document["amount"] |= {"payer_total": order.total_fen, "payer_currency": "CNY"}
    return document


def refund_document(order: Order, refund: Refund, now: datetime) -> dict[str, Any]:
    """A refund as the refund endpoints tell it."""
    status = refund.status(now)
    document: dict[str, Any] = {
        "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "transaction_id": order.transaction_id,
        "out_trade_no": order.out_trade_no,
        "channel": "ORIGINAL",
        "user_received_account": "sandbox",
        "create_time": rfc3339(refund.created_at),
        "status": status,
        "amount": {"total": order.total_fen, "refund": refund.refund_fen, "currency": "CNY"},
    }
    if status == "SUCCESS":
        document["success_time"] = rfc3339(refund.settles_at())
    return document


def refund_notice(order: Order, refund: Refund, keys: PlatformKeys) -> dict[str, Any]:
    """A refund as its notification tells it."""
    return {
        "mchid": keys.mchid,
        "out_trade_no": order.out_trade_no,
        "transaction_id": order.transaction_id,
        "out_refund_no": refund.out_refund_no,
        "refund_id": refund.refund_id,
        "refund_status": "SUCCESS",
        "success_time": rfc3339(refund.settles_at()),
        "user_received_account": "sandbox",
        "amount": {"total": order.total_fen, "refund": refund.refund_fen, "payer_total": order.total_fen},
    }


def _find_refund(orders: Iterable[Order], out_refund_no: str) -> tuple[Order, Refund] | None:
    for order in orders:
        for refund in order.refunds:
            if refund.out_refund_no == out_refund_no:
                return order, refund
    return None


def _new_code_url() -> str:
    return "weixin://wxpay/bizpayurl?pr=" + secrets.token_urlsafe(6).replace("-", "x").replace("_", "y") + "zz"
