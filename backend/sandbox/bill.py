"""The trade bill of one day, as CSV: a heading, one row per payment and per refund, a heading and a row of totals."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime

from backend.sandbox.clock import BEIJING
from backend.sandbox.keys import PlatformKeys
from backend.sandbox.model import Order, Refund

COLUMNS = [
    "交易时间",
    "公众账号ID",
    "商户号",
    "特约商户号",
    "设备号",
    "微信订单号",
    "商户订单号",
    "用户标识",
    "交易类型",
    "交易状态",
    "付款银行",
    "货币种类",
    "应结订单金额",
    "代金券金额",
    "微信退款单号",
    "商户退款单号",
    "退款金额",
    "充值券退款金额",
    "退款类型",
    "退款状态",
    "商品名称",
    "商户数据包",
    "手续费",
    "费率",
    "订单金额",
    "申请退款金额",
    "费率备注",
]
TOTALS = [
    "总交易单数",
    "应结订单总金额",
    "退款总金额",
    "充值券退款总金额",
    "手续费总金额",
    "订单总金额",
    "申请退款总金额",
]


def trade_bill(keys: PlatformKeys, orders: Iterable[Order], day: date) -> bytes | None:
    """The bill of `day` in Beijing time; None when nothing happened."""
    rows: list[dict[str, str]] = []
    for order in orders:
        if order.paid_at is not None and _day(order.paid_at) == day:
            rows.append(_payment_row(keys, order))
        rows += [_refund_row(keys, order, refund) for refund in order.refunds if _day(refund.created_at) == day]
    return _csv(rows) if rows else None


def _csv(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(row.get(column, "")) for column in COLUMNS])
    paid, back = (sum(float(row[name]) for row in rows) for name in ("订单金额", "申请退款金额"))
    writer.writerow(TOTALS)
    totals = (str(len(rows)), f"{paid:.2f}", f"{back:.2f}", "0.00", "0.00000", f"{paid:.2f}", f"{back:.2f}")
    writer.writerow([_cell(total) for total in totals])
    return out.getvalue().encode()


def _cell(text: str) -> str:
    return f"`{text}"  # the platform marks every value so that spreadsheets keep long numbers whole


def _payment_row(keys: PlatformKeys, order: Order) -> dict[str, str]:
    return _row(keys, order, order.paid_at or order.created_at) | {
        "交易状态": "SUCCESS",
        "应结订单金额": _yuan(order.total_fen),
        "订单金额": _yuan(order.total_fen),
        "申请退款金额": "0.00",
    }


def _refund_row(keys: PlatformKeys, order: Order, refund: Refund) -> dict[str, str]:
    return _row(keys, order, refund.created_at) | {
        "交易状态": "REFUND",
        "微信退款单号": refund.refund_id,
        "商户退款单号": refund.out_refund_no,
        "退款金额": _yuan(refund.refund_fen),
        "退款类型": "ORIGINAL",
        "退款状态": "SUCCESS",
        "订单金额": "0.00",
        "申请退款金额": _yuan(refund.refund_fen),
    }


def _row(keys: PlatformKeys, order: Order, moment: datetime) -> dict[str, str]:
    return {
        "交易时间": moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
        "公众账号ID": keys.appid,
        "商户号": keys.mchid,
        "微信订单号": order.transaction_id or "",
        "商户订单号": order.out_trade_no,
        "用户标识": "sandbox",
        "交易类型": order.trade_type,
        "付款银行": "OTHERS",
        "货币种类": "CNY",
        "商品名称": order.description,
        "手续费": "0.00000",
        "费率": "0.00%",
    }


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _day(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()
