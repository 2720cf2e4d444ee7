"""`/v3/...`: what the merchant calls. Checks the request's signature, answers, signs the answer, lets faults happen.

| request | does |
|---|---|
| POST /v3/pay/transactions/native | order to be shown as a QR code -> code_url |
| POST /v3/pay/transactions/codepay | charge the code that the payer shows; 202 USERPAYING while the phone asks |
| GET  /v3/pay/transactions/out-trade-no/{no} | query |
| POST /v3/pay/transactions/out-trade-no/{no}/close | 204 |
| POST /v3/pay/transactions/out-trade-no/{no}/reverse | orders by payer's code |
| POST /v3/refund/domestic/refunds, GET /v3/refund/domestic/refunds/{refund no} | refund |
| GET  /v3/bill/tradebill, GET /v3/billdownload/file | the bill of a past day |
| GET  /v3/certificates | the platform certificate, encrypted |
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from backend.sandbox.bill import trade_bill
from backend.sandbox.clock import BEIJING, Clock, rfc3339
from backend.sandbox.keys import PlatformKeys
from backend.sandbox.model import Order, TradeState
from backend.sandbox.signing import SignedBy, encrypt, request_is_genuine, signature_headers
from backend.sandbox.trading import TradeError, Trading, refund_document, transaction_document

_ORDER_NUMBER = re.compile(r"[A-Za-z0-9_*-]{6,32}")
_MAX_TRADE_FEN = 100_000_00


@dataclass(frozen=True)
class Request:
    """One request of the merchant. `target` is path and query exactly as sent."""

    method: str
    path: str
    target: str
    query: Mapping[str, str]
    authorization: str
    wanted_serial: str
    base_url: str
    body: bytes

    @property
    def signed_by(self) -> SignedBy:
        """Which of its keys the merchant expects the platform to sign with."""
        return "public_key" if self.wanted_serial.startswith("PUB_KEY_ID_") else "certificate"

    def json(self) -> dict[str, Any]:
        try:
            parsed = json.loads(self.body)
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict):
            raise TradeError(400, "PARAM_ERROR", "the body is not a JSON object")
        return parsed


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class MerchantApi:
    """`true_clock` judges and stamps signatures; the trading time is the clock of `trading`."""

    trading: Trading
    true_clock: Clock

    @property
    def keys(self) -> PlatformKeys:
        return self.trading.keys

    def answer(self, request: Request) -> Reply:
        """The signed answer to one request; a request that the merchant did not sign is refused."""
        reply = self._reply(request)
        headers = signature_headers(self.keys, request.signed_by, reply.body, self.true_clock())
        return Reply(reply.status, reply.body, {**reply.headers, **headers})

    def _reply(self, request: Request) -> Reply:
        try:
            self._check_signature(request)
            act, groups = _route(request)
            return act(self, request, *groups)
        except TradeError as error:
            return _json({"code": error.code, "message": error.message}, error.status)

    def _check_signature(self, request: Request) -> None:
        genuine = request_is_genuine(
            self.keys, request.method, request.target, request.body, request.authorization, self.true_clock()
        )
        if not genuine:
            raise TradeError(401, "SIGN_ERROR", "the signature is wrong")

    # --- acts -----------------------------------------------------------------------------------------------------

    def native(self, request: Request) -> Reply:
        order = self._wanted_order(request, "NATIVE")
        if order.notify_url is None:
            raise TradeError(400, "PARAM_ERROR", "notify_url is missing")
        return _json({"code_url": self.trading.order_native(order).code_url})

    def codepay(self, request: Request) -> Reply:
        digits = _text(request.json().get("payer"), "auth_code")
        order = self.trading.order_by_payer_code(self._wanted_order(request, "MICROPAY"), digits)
        if order.state is TradeState.USERPAYING:
            return _json({"code": "USERPAYING", "message": "the payer has to enter the password"}, 202)
        return _json(transaction_document(order, self.keys))

    def query(self, request: Request, number: str) -> Reply:
        if request.query.get("mchid") != self.keys.mchid:
            raise TradeError(400, "PARAM_ERROR", "mchid is not yours")
        return _json(transaction_document(self.trading.query(number), self.keys))

    def close(self, request: Request, number: str) -> Reply:
        self._check_merchant(request.json())
        self.trading.close(number)
        return Reply(204)

    def reverse(self, request: Request, number: str) -> Reply:
        self._check_merchant(request.json())
        order = self.trading.reverse(number)
        return _json({"mchid": self.keys.mchid, "appid": self.keys.appid, "out_trade_no": order.out_trade_no})

    def refund(self, request: Request) -> Reply:
        wanted = request.json()
        amount = wanted.get("amount")
        number, refund_number = _text(wanted, "out_trade_no"), _text(wanted, "out_refund_no")
        refund = self.trading.refund(number, refund_number, _fen(amount, "refund"), wanted.get("notify_url"))
        return _json(refund_document(self.trading.query(number), refund, self.trading.clock()))

    def query_refund(self, _request: Request, refund_number: str) -> Reply:
        order, refund = self.trading.query_refund(refund_number)
        return _json(refund_document(order, refund, self.trading.clock()))

    def bill(self, request: Request) -> Reply:
        day = _day(request.query.get("bill_date", ""))
        content = self._bill(day)
        return _json(
            {
                "hash_type": "SHA1",
                "hash_value": hashlib.sha1(content).hexdigest(),  # noqa: S324  the platform's own choice
                "download_url": f"{request.base_url}/v3/billdownload/file?token={day.isoformat()}",
            }
        )

    def bill_file(self, request: Request) -> Reply:
        content = self._bill(_day(request.query.get("token", "")))
        return Reply(200, gzip.compress(content), {"Content-Type": "application/octet-stream"})

    def certificates(self, _request: Request) -> Reply:
        now = self.true_clock()
        certificate = {
            "serial_no": self.keys.certificate_serial,
            "effective_time": rfc3339(now),
            "expire_time": rfc3339(now.replace(year=now.year + 4, day=1)),
            "encrypt_certificate": encrypt(self.keys, self.keys.certificate_pem, "certificate"),
        }
        return _json({"data": [certificate]})

    # --- reading --------------------------------------------------------------------------------------------------

    def _wanted_order(self, request: Request, trade_type: Any) -> Order:
        wanted = request.json()
        self._check_merchant(wanted)
        number = _text(wanted, "out_trade_no")
        if _ORDER_NUMBER.fullmatch(number) is None:
            raise TradeError(400, "PARAM_ERROR", "out_trade_no has a wrong form")
        now = self.trading.clock()
        return Order(
            out_trade_no=number,
            trade_type=trade_type,
            description=_text(wanted, "description"),
            total_fen=_fen(wanted.get("amount"), "total"),
            state=TradeState.NOTPAY,
            created_at=now,
            signed_by=request.signed_by,
            notify_url=wanted.get("notify_url"),
            time_expire=_time_expire(wanted.get("time_expire"), now),
        )

    def _check_merchant(self, wanted: Mapping[str, Any]) -> None:
        if wanted.get("mchid") != self.keys.mchid or wanted.get("appid", self.keys.appid) != self.keys.appid:
            raise TradeError(400, "PARAM_ERROR", "mchid or appid is not yours")

    def _bill(self, day: date) -> bytes:
        if day >= self.trading.clock().astimezone(BEIJING).date():
            raise TradeError(400, "INVALID_REQUEST", "the bill of a day is made on the next")
        content = trade_bill(self.keys, self.trading.store.all(Order), day)
        if content is None:
            raise TradeError(400, "NO_STATEMENT_EXIST", "nothing happened on this day")
        return content


Act = Callable[..., Reply]

_ROUTES: tuple[tuple[str, re.Pattern[str], Act], ...] = (
    ("POST", re.compile(r"/v3/pay/transactions/native"), MerchantApi.native),
    ("POST", re.compile(r"/v3/pay/transactions/codepay"), MerchantApi.codepay),
    ("GET", re.compile(r"/v3/pay/transactions/out-trade-no/([^/]+)"), MerchantApi.query),
    ("POST", re.compile(r"/v3/pay/transactions/out-trade-no/([^/]+)/close"), MerchantApi.close),
    ("POST", re.compile(r"/v3/pay/transactions/out-trade-no/([^/]+)/reverse"), MerchantApi.reverse),
    ("POST", re.compile(r"/v3/refund/domestic/refunds"), MerchantApi.refund),
    ("GET", re.compile(r"/v3/refund/domestic/refunds/([^/]+)"), MerchantApi.query_refund),
    ("GET", re.compile(r"/v3/bill/tradebill"), MerchantApi.bill),
    ("GET", re.compile(r"/v3/billdownload/file"), MerchantApi.bill_file),
    ("GET", re.compile(r"/v3/certificates"), MerchantApi.certificates),
)


def _route(request: Request) -> tuple[Act, tuple[str, ...]]:
    for method, pattern, act in _ROUTES:
        match = pattern.fullmatch(request.path)
        if match and method == request.method:
            return act, match.groups()
    raise TradeError(404, "NOT_FOUND", "no such interface")


def system_error() -> Reply:
    """The platform's own trouble, unsigned as it comes from the front gate."""
    return _json({"code": "SYSTEM_ERROR", "message": "try again later"}, 500)


def _json(document: Mapping[str, Any], status: int = 200) -> Reply:
    return Reply(status, json.dumps(document).encode(), {"Content-Type": "application/json; charset=utf-8"})


def _text(document: object, key: str) -> str:
    value = document.get(key) if isinstance(document, dict) else None
    if not isinstance(value, str) or not value:
        raise TradeError(400, "PARAM_ERROR", f"{key} is missing")
    return value


def _fen(amount: object, key: str) -> int:
    value = amount.get(key) if isinstance(amount, dict) else None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MAX_TRADE_FEN:
        raise TradeError(400, "PARAM_ERROR", f"amount.{key} is wrong")
    return value


def _time_expire(text: str | None, now: datetime) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise TradeError(400, "PARAM_ERROR", "time_expire is not RFC 3339") from None
    if moment.tzinfo is None or moment <= now:
        raise TradeError(400, "PARAM_ERROR", "time_expire is past or without offset")
    return moment


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise TradeError(400, "PARAM_ERROR", "bill_date is not a date") from None
