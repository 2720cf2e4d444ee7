"""The sandbox as one ASGI application: the merchant's interface, the payer's phone, the bench's control."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from backend.sandbox.bench_api import control_router, phone_router
from backend.sandbox.clock import Clock, TradingClock, true_time
from backend.sandbox.faults import Fate, FaultBox
from backend.sandbox.keys import load_platform_keys, make_keys
from backend.sandbox.merchant_api import MerchantApi, system_error
from backend.sandbox.merchant_api import Request as MerchantRequest
from backend.sandbox.notifier import Notifier
from backend.sandbox.store import Store
from backend.sandbox.trading import TradeError, Trading


@dataclass(frozen=True)
class Sandbox:
    """The parts of a running sandbox."""

    store: Store
    trading: Trading
    clock: TradingClock
    faults: FaultBox
    notifier: Notifier
    merchant_api: MerchantApi


def open_sandbox(state_dir: Path, notify_url: str | None = None, clock: Clock = true_time) -> Sandbox:
    """`notify_url` replaces the orders' own. Keys are made when there are none."""
    state_dir.mkdir(parents=True, exist_ok=True)
    make_keys(state_dir, clock())
    keys, trading_clock, faults = load_platform_keys(state_dir), TradingClock(clock), FaultBox()
    store = Store(state_dir / "sandbox.sqlite")
    trading = Trading(store, keys, trading_clock.now)
    notifier = Notifier(store, keys, trading_clock.now, clock, faults, notify_url)
    return Sandbox(store, trading, trading_clock, faults, notifier, MerchantApi(trading, clock))


def create_app(sandbox: Sandbox) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None, None]:
        stop = threading.Event()
        thread = threading.Thread(target=sandbox.notifier.run, args=(stop,), name="notifier")
        thread.start()
        yield
        stop.set()
        await run_in_threadpool(thread.join, 10)
        sandbox.store.close()

    app = FastAPI(title="Payment sandbox", lifespan=lifespan, openapi_url=None)
    app.include_router(phone_router(sandbox.trading))
    app.include_router(control_router(sandbox.trading, sandbox.clock, sandbox.faults, sandbox.notifier))

    @app.exception_handler(TradeError)
    def refuse(_request: Request, error: TradeError) -> JSONResponse:
        return JSONResponse({"code": error.code, "message": error.message}, error.status)

    @app.api_route("/v3/{_path:path}", methods=["GET", "POST"])
    async def merchant(request: Request, _path: str) -> Response:
        return await _answer_merchant(sandbox, request)

    return app


async def _answer_merchant(sandbox: Sandbox, request: Request) -> Response:
    fate = sandbox.faults.next_fate()
    if fate is Fate.SYSTEM_ERROR:
        reply = system_error()
    else:
        asked = await _merchant_request(request)
        reply = await run_in_threadpool(sandbox.merchant_api.answer, asked)
    await asyncio.sleep(sandbox.faults.faults.delay_s)
    if fate is Fate.DROPPED:
        return _BrokenOff()
    return Response(reply.body, reply.status, dict(reply.headers))


async def _merchant_request(request: Request) -> MerchantRequest:
    path: str = request.scope["raw_path"].decode("ascii")
    query: str = request.scope["query_string"].decode("ascii")
    return MerchantRequest(
        method=request.method,
        path=path,
        target=f"{path}?{query}" if query else path,
        query=dict(request.query_params),
        authorization=request.headers.get("authorization", ""),
        wanted_serial=request.headers.get("wechatpay-serial", ""),
        base_url=str(request.base_url).rstrip("/"),
        body=await request.body(),
    )


class _BrokenOff(Response):
    """An answer that is lost: the server hangs up before the promised body has come."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  ASGI's own shape
        headers = [(b"content-length", b"4096"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
