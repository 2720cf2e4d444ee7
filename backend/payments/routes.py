"""The wire's payment routes, and the door for the gateway's notifications.

| request | body -> answer |
|---|---|
| POST /v1/applications/{application_number}/payments | PaymentRequest -> Payment; Idempotency-Key |
| GET  /v1/payments/{payment_number} | -> Payment |
| POST /v1/payments/{payment_number}/cancellation | -> Payment |
| POST /v1/gateway/wechat/notifications | signed by the gateway; 204, or {code: FAIL} and it comes again |

The idempotency key of a payment is its payment number, kept for ever. The header must be there as for every other
request that changes something, but its value is not looked at.
"""

from __future__ import annotations

from typing import Annotated, assert_never

from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from backend.payments.gateway import NoticeRefused
from backend.payments.service import NoticeTaken, NoticeUnknown, PaymentService
from backend.problems import Refusal, problem_response
from kiosk.central.wire import (
    API_PREFIX,
    IDEMPOTENCY_HEADER,
    REPLAYED_HEADER,
    TERMINAL_HEADER,
    Number,
    Payment,
    PaymentRequest,
    ProblemCode,
)

GATEWAY_PREFIX = f"{API_PREFIX}/gateway/"
"""Paths under it check their callers by the gateway's signature, not as terminals."""
MAX_NOTIFICATION_BYTES = 64 * 1024


def payment_router(service: PaymentService) -> APIRouter:
    router = APIRouter(prefix=API_PREFIX, tags=["payments"])

    @router.post("/applications/{application_number}/payments", response_model=Payment, status_code=201)
    def make(
        application_number: Number,
        body: PaymentRequest,
        terminal_id: Annotated[str, Header(alias=TERMINAL_HEADER, max_length=64)] = "",
        key: Annotated[str | None, Header(alias=IDEMPOTENCY_HEADER)] = None,
    ) -> Response:
        if not key:
            return problem_response(Refusal(ProblemCode.KEY_MISSING, field=IDEMPOTENCY_HEADER))
        made = service.make(terminal_id, application_number, body)
        if isinstance(made, Refusal):
            return problem_response(made)
        return _payment(made.payment, 201, {REPLAYED_HEADER: "true"} if made.was_replayed else {})

    @router.get("/payments/{payment_number}", response_model=Payment)
    def show(payment_number: Number) -> Response:
        return _answer(service.find(payment_number))

    @router.post("/payments/{payment_number}/cancellation", response_model=Payment)
    def cancel(payment_number: Number) -> Response:
        return _answer(service.cancel(payment_number))

    @router.post("/gateway/wechat/notifications", status_code=204, include_in_schema=False)
    async def notified(request: Request) -> Response:
        body = await _limited_body(request)
        if body is None:
            return _fail(413, "too large")
        return await run_in_threadpool(_take, service, dict(request.headers), body)

    return router


def _take(service: PaymentService, headers: dict[str, str], body: bytes) -> Response:
    outcome = service.receive(headers, body)
    match outcome:
        case NoticeTaken():
            return Response(status_code=204)
        case NoticeUnknown():
            return _fail(404, "unknown order")
        case NoticeRefused():
            return _fail(401, "not accepted")
        case _:
            assert_never(outcome)


async def _limited_body(request: Request) -> bytes | None:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_NOTIFICATION_BYTES:
            return None
    return body


def _fail(status: int, message: str) -> Response:
    """In the gateway's own form, so that it sends the notification again."""
    return JSONResponse({"code": "FAIL", "message": message}, status)


def _answer(outcome: Payment | Refusal) -> Response:
    return problem_response(outcome) if isinstance(outcome, Refusal) else _payment(outcome, 200, {})


def _payment(payment: Payment, status: int, headers: dict[str, str]) -> Response:
    return Response(payment.model_dump_json(), status, headers, "application/json")
