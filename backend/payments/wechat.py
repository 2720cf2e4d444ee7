"""WeChat Pay APIv3 behind the gateway's port, over the `wechatpayv3` package.

The package signs requests, checks the signature of 2xx answers and decrypts notifications. What it leaves to us:

- its gateway address is fixed; the sandbox's is put in its place;
- it has no time limit unless one is passed, and none for a whole answer that trickles in;
- it raises a bare `Exception` for a wrong or missing signature; such an answer proves nothing, so it is `Unclear`;
- a notification under a serial that it does not know makes it download certificates, within the five seconds in which
  we have to answer and at a stranger's wish; such notifications are refused before it sees them. So are old ones,
  which it would take;
- with a logger it writes whole requests, the payer's code among them; so it gets none.

An answer of 4xx is not signed but came over TLS. It closes a payment only with a code from `_FAILURES`; every other
code means that the order is asked for again.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import requests
from cryptography.x509 import load_pem_x509_certificate
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError
from wechatpayv3 import WeChatPay, WeChatPayType

from backend.clock import CITY_ZONE, Clock
from backend.payments.gateway import (
    Bill,
    BillLine,
    Captured,
    CodeIssued,
    MoneyReturned,
    NoSuchOrder,
    Notice,
    NoticeRefused,
    NotPaid,
    NotTaken,
    OrderAnswer,
    OrderClosed,
    PasswordAwaited,
    PayerCode,
    PaymentOrder,
    RefundAnswer,
    RefundFailed,
    RefundPending,
    Refused,
    RequestAnswer,
    Unclear,
    WithdrawalAnswer,
    Withdrawn,
)
from kiosk.central.wire import PaymentFailure
from kiosk.domain.codes import CodeKind

NOTICE_MAX_AGE = timedelta(minutes=5)
PRODUCTION_URL = "https://api.mch.weixin.qq.com"


@dataclass(frozen=True)
class WeChatSettings:
    """What a merchant has from WeChat Pay. `public_key_id` None: platform certificates instead of the public key."""

    mchid: str
    appid: str
    apiv3_key: str
    cert_serial_no: str
    private_key_pem: str
    notify_url: str
    description: str
    """What the payer's phone says the money is for."""
    certificate_dir: Path
    """Platform certificates, one `<serial>.pem` each."""
    public_key_id: str | None = None
    public_key_pem: str | None = None
    base_url: str = PRODUCTION_URL
    device_id: str = "lobby"
    connect_timeout_s: float = 3.0
    read_timeout_s: float = 8.0

    def __repr__(self) -> str:
        return f"<WeChatSettings of merchant {self.mchid}>"


def read_merchant_folder(
    folder: Path, notify_url: str, description: str, base_url: str = PRODUCTION_URL, *, by_public_key: bool = True
) -> WeChatSettings:
    """Settings from `merchant.json`, `private_key.pem`, `platform_public_key.pem` and `certificates/` in one folder.

    Raises OSError, KeyError or ValueError when one is missing or unreadable: a start-up error.
    """
    facts = json.loads((folder / "merchant.json").read_text())
    return WeChatSettings(
        mchid=facts["mchid"],
        appid=facts["appid"],
        apiv3_key=facts["apiv3_key"],
        cert_serial_no=facts["cert_serial_no"],
        private_key_pem=(folder / "private_key.pem").read_text(),
        notify_url=notify_url,
        description=description,
        certificate_dir=folder / "certificates",
        public_key_id=facts["public_key_id"] if by_public_key else None,
        public_key_pem=(folder / "platform_public_key.pem").read_text() if by_public_key else None,
        base_url=base_url,
    )


def open_wechat_gateway(settings: WeChatSettings, clock: Clock) -> WeChatGateway:
    """`clock` judges how old notifications are."""
    client = WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=settings.mchid,
        private_key=settings.private_key_pem,
        cert_serial_no=settings.cert_serial_no,
        appid=settings.appid,
        apiv3_key=settings.apiv3_key,
        notify_url=settings.notify_url,
        cert_dir=str(settings.certificate_dir),
        timeout=(settings.connect_timeout_s, settings.read_timeout_s),
        public_key=settings.public_key_pem,
        public_key_id=settings.public_key_id,
    )
    client._core._gate_way = settings.base_url  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  the package offers no other way
    return WeChatGateway(client, settings, _platform_serials(settings), clock)


def _platform_serials(settings: WeChatSettings) -> frozenset[str]:
    """Under which serials a notification may come."""
    if settings.public_key_id is not None:
        return frozenset({settings.public_key_id})
    certificates = (load_pem_x509_certificate(path.read_bytes()) for path in settings.certificate_dir.glob("*.pem"))
    return frozenset(f"{certificate.serial_number:X}" for certificate in certificates)


@dataclass(frozen=True)
class _Reply:
    """An HTTP answer; 2xx ones have been verified."""

    status: int
    content: bytes

    def document(self) -> dict[str, Any]:
        try:
            parsed = json.loads(self.content) if self.content else {}
        except ValueError:
            return {}
        return parsed if isinstance(parsed, dict) else {}

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def code(self) -> str:
        """The error code without underscores: v2 and v3 spell several of them differently."""
        return str(self.document().get("code", "")).replace("_", "").upper()

    def unclear(self) -> Unclear:
        return Unclear(f"HTTP {self.status} {self.code}".strip())


_FAILURES = {
    "NOTENOUGH": PaymentFailure.INSUFFICIENT,
    "AUTHCODEEXPIRE": PaymentFailure.CODE_EXPIRED,
    "AUTHCODEEXPIRED": PaymentFailure.CODE_EXPIRED,
    "AUTHCODEINVALID": PaymentFailure.CODE_EXPIRED,
    "AUTHCODEERROR": PaymentFailure.CODE_EXPIRED,
    "NOTSUPORTCARD": PaymentFailure.DECLINED,  # the platform's own spelling
    "RULELIMIT": PaymentFailure.DECLINED,
    "BUYERMISMATCH": PaymentFailure.DECLINED,
}
_NOT_TAKEN = frozenset(
    {"PARAMERROR", "SIGNERROR", "NOAUTH", "FREQUENCYLIMITED", "RATELIMITEXCEEDED", "APPIDMCHIDNOTMATCH"}
)
_NO_ORDER = frozenset({"ORDERNOTEXIST", "RESOURCENOTEXISTS", "ORDERNOTEXISTS"})


@dataclass(frozen=True)
class WeChatGateway:
    """Is a `PaymentGateway`."""

    client: WeChatPay
    settings: WeChatSettings
    platform_serials: frozenset[str]
    clock: Clock

    @property
    def channel(self) -> Literal["wechat"]:
        return "wechat"

    @property
    def code_kinds(self) -> frozenset[CodeKind]:
        return frozenset({CodeKind.WECHAT})

    def request_code(self, order: PaymentOrder) -> RequestAnswer:
        reply = self._call(
            self.client.pay,
            description=self.settings.description,
            out_trade_no=order.payment_number,
            amount={"total": order.amount_fen, "currency": "CNY"},
            time_expire=order.expires_at.astimezone(CITY_ZONE).isoformat(timespec="seconds"),
            pay_type=WeChatPayType.NATIVE,
        )
        if not isinstance(reply, _Reply):
            return reply
        code_url = reply.document().get("code_url")
        if reply.is_success and isinstance(code_url, str):
            return CodeIssued(code_url)
        return NotTaken(reply.code) if reply.code in _NOT_TAKEN else reply.unclear()

    def request_charge(self, order: PaymentOrder, payer_code: PayerCode) -> RequestAnswer:
        reply = self._call(
            self.client.pay,
            description=self.settings.description,
            out_trade_no=order.payment_number,
            amount={"total": order.amount_fen, "currency": "CNY"},
            payer={"auth_code": payer_code.digits},
            scene_info={"device_id": self.settings.device_id, "store_info": {"id": self.settings.device_id}},
            pay_type=WeChatPayType.CODEPAY,
        )
        if not isinstance(reply, _Reply):
            return reply
        return self._read_charge(order.payment_number, reply)

    def query(self, payment_number: str) -> OrderAnswer:
        reply = self._call(self.client.query, out_trade_no=payment_number)
        if not isinstance(reply, _Reply):
            return _doubt(reply)
        if reply.status == 404 and reply.code in _NO_ORDER:
            return NoSuchOrder()
        return self._read_order(payment_number, reply.document()) if reply.is_success else reply.unclear()

    def close(self, payment_number: str) -> WithdrawalAnswer:
        return _withdrawal(self._call(self.client.close, out_trade_no=payment_number))

    def reverse(self, payment_number: str) -> WithdrawalAnswer:
        return _withdrawal(self._call(self.client.codepay_reverse, out_trade_no=payment_number))

    def refund(self, payment_number: str, amount_fen: int) -> RefundAnswer:
        amount = {"refund": amount_fen, "total": amount_fen, "currency": "CNY"}
        number = f"R{payment_number}"  # one refund per payment, so the same number for ever
        reply = self._call(self.client.refund, number, amount, out_trade_no=payment_number)
        if not isinstance(reply, _Reply):
            return _doubt(reply)
        return _refund_status(reply.document().get("status")) if reply.is_success else reply.unclear()

    def bill(self, day: date) -> Bill | Unclear:
        """The bill is checked against the hash in the signed answer; the file itself is not signed."""
        reply = self._call(self.client.trade_bill, day.isoformat())
        if not isinstance(reply, _Reply):
            return _doubt(reply)
        if reply.code == "NOSTATEMENTEXIST":
            return Bill(day, ())
        document = reply.document()
        if not reply.is_success or not isinstance(document.get("download_url"), str):
            return reply.unclear()
        file = self._call(self.client.download_bill, document["download_url"])
        if not isinstance(file, _Reply):
            return _doubt(file)
        return _read_bill(day, file, str(document.get("hash_value", "")))

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notice | NoticeRefused:
        lower = {name.lower(): value for name, value in headers.items()}
        if lower.get("wechatpay-serial") not in self.platform_serials:
            return NoticeRefused("unknown serial")
        if not _is_fresh(lower.get("wechatpay-timestamp", ""), self.clock.now()):
            return NoticeRefused("not of the last five minutes")
        try:
            message = self.client.callback(lower, body)
        except Exception as error:  # noqa: BLE001  the package raises bare ones for what strangers may send
            return NoticeRefused(type(error).__name__)
        if not isinstance(message, dict):
            return NoticeRefused("wrong signature or key")
        return self._read_notice(message)

    # --- reading --------------------------------------------------------------------------------------------------

    @staticmethod
    def _call(method: Callable[..., Any], *positional: Any, **arguments: Any) -> _Reply | NotTaken | Unclear:
        """One HTTP exchange by one method of the package; the reasons carry no content of it."""
        try:
            status, content = method(*positional, **arguments)
        except requests.ConnectionError as error:
            return NotTaken("no connection") if _never_connected(error) else Unclear("connection lost")
        except requests.RequestException as error:
            return Unclear(type(error).__name__)
        except Exception as error:  # noqa: BLE001  the package raises bare ones for a wrong signature
            return Unclear(f"answer not accepted: {type(error).__name__}")
        return _Reply(status, content.encode() if isinstance(content, str) else content)

    def _read_charge(self, payment_number: str, reply: _Reply) -> RequestAnswer:
        if reply.code == "USERPAYING":
            return PasswordAwaited()
        if reply.is_success:
            answer = self._read_order(payment_number, reply.document())
            return answer if isinstance(answer, Captured | PasswordAwaited | Refused) else Unclear("not paid yet")
        if reply.status < 500 and reply.code in _FAILURES:
            return Refused(_FAILURES[reply.code])
        return NotTaken(reply.code) if reply.code in _NOT_TAKEN else reply.unclear()

    def _read_order(self, payment_number: str, document: Mapping[str, Any]) -> OrderAnswer:
        ours = (self.settings.mchid, self.settings.appid, payment_number)
        if (document.get("mchid"), document.get("appid"), document.get("out_trade_no")) != ours:
            return Unclear("an answer about another order")
        match document.get("trade_state"):
            case "SUCCESS":
                return _captured(document) or Unclear("a success without amount")
            case "NOTPAY" | "ACCEPT":
                return NotPaid()
            case "USERPAYING":
                return PasswordAwaited()
            case "CLOSED" | "REVOKED":
                return OrderClosed()
            case "REFUND":
                return MoneyReturned()
            case "PAYERROR":
                return Refused(PaymentFailure.DECLINED)
            case other:
                return Unclear(f"trade_state {str(other)[:20]}")

    def _read_notice(self, message: Mapping[str, Any]) -> Notice | NoticeRefused:
        resource = message.get("resource")
        if not isinstance(resource, dict) or resource.get("mchid") != self.settings.mchid:
            return NoticeRefused("not for this merchant")
        number = str(resource.get("out_trade_no", ""))
        match message.get("event_type"):
            case "TRANSACTION.SUCCESS":
                answer = self._read_order(number, resource)
                return Notice(number, answer) if isinstance(answer, Captured) else NoticeRefused("not a success")
            case "REFUND.SUCCESS":
                return Notice(number, MoneyReturned())
            case "REFUND.ABNORMAL" | "REFUND.CLOSED":
                return Notice(number, RefundFailed())
            case _:
                return NoticeRefused("unknown event type")


def _captured(document: Mapping[str, Any]) -> Captured | None:
    amount = document.get("amount")
    if not isinstance(amount, dict) or amount.get("currency") != "CNY" or not isinstance(amount.get("total"), int):
        return None
    transaction_id, paid_at = document.get("transaction_id"), _moment(document.get("success_time"))
    if not isinstance(transaction_id, str) or paid_at is None:
        return None
    return Captured(amount["total"], transaction_id, paid_at)


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _withdrawal(reply: _Reply | NotTaken | Unclear) -> WithdrawalAnswer:
    if not isinstance(reply, _Reply):
        return _doubt(reply)
    if reply.is_success or reply.code in ("ORDERCLOSED", "ORDERPAID"):
        return Withdrawn()  # a query tells which
    return NoSuchOrder() if reply.status == 404 and reply.code in _NO_ORDER else reply.unclear()


def _refund_status(status: object) -> RefundAnswer:
    match status:
        case "SUCCESS":
            return MoneyReturned()
        case "PROCESSING":
            return RefundPending()
        case "CLOSED" | "ABNORMAL":
            return RefundFailed()
        case other:
            return Unclear(f"refund status {str(other)[:20]}")


def _doubt(reply: NotTaken | Unclear) -> Unclear:
    """A question that was not taken up leaves us as wise as before."""
    return Unclear(reply.reason)


def _never_connected(error: requests.ConnectionError) -> bool:
    cause: object = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    return isinstance(cause, NewConnectionError | ConnectTimeoutError)


def _is_fresh(stamp: str, now: datetime) -> bool:
    return stamp.isdecimal() and len(stamp) < 15 and abs(now.timestamp() - int(stamp)) <= NOTICE_MAX_AGE.total_seconds()


# --- the trade bill --------------------------------------------------------------------------------------------------


def _read_bill(day: date, file: _Reply, expected_sha1: str) -> Bill | Unclear:
    if not file.is_success:
        return file.unclear()
    try:
        plain = gzip.decompress(file.content) if file.content.startswith(b"\x1f\x8b") else file.content
        if hashlib.sha1(plain).hexdigest() != expected_sha1.lower():  # noqa: S324  the platform's own choice
            return Unclear("the bill differs from its hash")
        return Bill(day, tuple(_bill_lines(plain.decode("utf-8-sig"))))
    except (OSError, EOFError, ValueError, ArithmeticError, KeyError) as error:
        return Unclear(f"the bill cannot be read: {type(error).__name__}")


def _bill_lines(text: str) -> Iterator[BillLine]:
    """Rows up to the heading of the totals. Every value has a backtick before it; amounts are in yuan."""
    rows = csv.reader(io.StringIO(text))
    heading = next(rows, [])
    for row in rows:
        if not row or not row[0].startswith("`"):
            return
        values = dict(zip(heading, (value.removeprefix("`") for value in row), strict=False))
        state = values["交易状态"]
        if state not in ("SUCCESS", "REFUND"):
            continue  # REVOKED: reversed on the same day, listed with a refund of its own where money moved
        yield BillLine(
            payment_number=values["商户订单号"],
            transaction_id=values["微信订单号"],
            paid_fen=_fen(values["订单金额"]) if state == "SUCCESS" else 0,
            refund_fen=_fen(values["申请退款金额"]) if state == "REFUND" else 0,
        )


def _fen(yuan: str) -> int:
    return int((Decimal(yuan) * 100).to_integral_exact())
