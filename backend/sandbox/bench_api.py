"""The bench's side of the sandbox, JSON over HTTP, for programs on this machine only.

The payer's phone; an act that is not possible answers 4xx with `{"code", "message"}`:

| request | body -> answer |
|---|---|
| POST /phone/scan | {code_url} -> {out_trade_no, merchant, description, amount_fen, pay_before}: what the phone shows |
| POST /phone/pay | {code_url} -> {out_trade_no, state} |
| POST /phone/decline | {code_url} -> {out_trade_no, state}: the payer turns away, the order stays NOTPAY |
| POST /phone/payer-code | {behaviour: pays, asks_password, insufficient, expired, hangs} -> {payer_code, expires_at} |
| POST /phone/password | {payer_code} -> {out_trade_no, state}: enters the password |
| POST /phone/cancel | {payer_code} -> {out_trade_no, state}: cancels instead of entering the password |

Faults and facts:

| request | body -> answer |
|---|---|
| POST /control/faults | any members of `backend.sandbox.faults.Faults` -> all of them |
| GET  /control/faults | -> all of them |
| POST /control/release | -> {delivered: [...]}: ends holding; every notification that is due leaves now |
| POST /control/clock | {advance_s} -> {now}: pushes the trading time forward |
| GET  /control/state | -> {now, orders: [{out_trade_no, trade_type, state, total_fen, captures, refunded_fen, ...}]} |
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field

from backend.sandbox.clock import TradingClock, rfc3339
from backend.sandbox.faults import FaultBox
from backend.sandbox.model import PAYER_CODE_LIFE, Behaviour, Notification, Order, at
from backend.sandbox.notifier import Notifier
from backend.sandbox.trading import Trading

MERCHANT_NAME = "Social Security Card Centre (sandbox)"


class Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CodeUrl(Body):
    code_url: str


class ShownCode(Body):
    payer_code: str


class NewCode(Body):
    behaviour: Behaviour = Behaviour.PAYS


class FaultChange(Body):
    drop_next_response: Annotated[int, Field(ge=0)] | None = None
    system_error_next: Annotated[int, Field(ge=0)] | None = None
    delay_s: Annotated[float, Field(ge=0, le=60)] | None = None
    duplicate_notifications: Annotated[int, Field(ge=0, le=20)] | None = None
    hold_notifications: bool | None = None


class Advance(Body):
    advance_s: Annotated[float, Field(ge=0)]


def _from_this_machine(request: Request) -> None:
    if request.client is None or not ip_address(request.client.host).is_loopback:
        raise HTTPException(403, "the bench's side is for programs on this machine")


def phone_router(trading: Trading) -> APIRouter:
    router = APIRouter(prefix="/phone", dependencies=[Depends(_from_this_machine)])

    @router.post("/scan")
    def scan(body: CodeUrl) -> dict[str, Any]:
        order = trading.scan(body.code_url)
        return {
            "out_trade_no": order.out_trade_no,
            "merchant": MERCHANT_NAME,
            "description": order.description,
            "amount_fen": order.total_fen,
            "pay_before": rfc3339(order.last_moment()),
        }

    @router.post("/pay")
    def pay(body: CodeUrl) -> dict[str, Any]:
        return _state(trading.pay(body.code_url))

    @router.post("/decline")
    def decline(body: CodeUrl) -> dict[str, Any]:
        return _state(trading.scan(body.code_url))

    @router.post("/payer-code")
    def payer_code(body: NewCode) -> dict[str, Any]:
        code = trading.show_payer_code(body.behaviour)
        return {"payer_code": code.digits, "expires_at": rfc3339(code.shown_at + PAYER_CODE_LIFE)}

    @router.post("/password")
    def password(body: ShownCode) -> dict[str, Any]:
        return _state(trading.enter_password(body.payer_code))

    @router.post("/cancel")
    def cancel(body: ShownCode) -> dict[str, Any]:
        return _state(trading.abandon(body.payer_code))

    return router


def control_router(trading: Trading, clock: TradingClock, faults: FaultBox, notifier: Notifier) -> APIRouter:
    router = APIRouter(prefix="/control", dependencies=[Depends(_from_this_machine)])

    @router.get("/faults")
    def present_faults() -> dict[str, Any]:
        return faults.as_document()

    @router.post("/faults")
    def change_faults(body: FaultChange) -> dict[str, Any]:
        faults.change(body.model_dump(exclude_none=True))
        return faults.as_document()

    @router.post("/release")
    def release() -> dict[str, Any]:
        faults.change({"hold_notifications": False})
        return {"delivered": notifier.deliver_due()}

    @router.post("/clock")
    def advance(body: Advance) -> dict[str, Any]:
        return {"now": clock.advance(body.advance_s).isoformat()}

    @router.get("/state")
    def state() -> dict[str, Any]:
        now = clock.now()
        waiting = [n.out_trade_no for n in trading.store.all(Notification) if not n.is_taken]
        orders = [_facts(at(order, now)) for order in trading.store.all(Order)]
        return {"now": now.isoformat(), "orders": orders, "notifications_waiting": waiting}

    return router


def _state(order: Order) -> dict[str, Any]:
    return {"out_trade_no": order.out_trade_no, "state": order.state.value}


def _facts(order: Order) -> dict[str, Any]:
    return {
        "out_trade_no": order.out_trade_no,
        "trade_type": order.trade_type,
        "state": order.state.value,
        "total_fen": order.total_fen,
        "captures": order.captures,
        "refunded_fen": sum(refund.refund_fen for refund in order.refunds),
        "created_at": rfc3339(order.created_at),
        "paid_at": rfc3339(order.paid_at) if order.paid_at else None,
    }
