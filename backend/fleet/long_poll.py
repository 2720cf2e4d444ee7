"""The long poll, as a layer before the routes: thousands wait inside it.

A framework keeps the frames of all its layers for every request that waits, so this one stands before it and after the
check of who asks. What it answers is described with the other routes, in `routes`.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.auth import RETRY_AFTER_S, Terminal
from backend.fleet.board import Board, Posted
from backend.fleet.fleet import Fleet
from backend.problems import Refusal, problem_response
from kiosk.central.wire import API_PREFIX, ProblemCode
from kiosk.fleet.envelope import MEDIA_TYPE

MAX_HOLD_S: Final = 50
"""Below the sixty seconds after which many proxies cut an idle line."""
_PATH: Final = re.compile(rf"{re.escape(API_PREFIX)}/terminals/([^/]+)/desired")
_WAIT: Final = re.compile(r"(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])")


@dataclass(frozen=True)
class LongPoll:
    """ASGI middleware behind `TerminalGate`."""

    app: ASGIApp
    fleet: Fleet

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = _PATH.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if asked is None:
            await self.app(scope, receive, send)
            return
        refusal = await self._refusal(scope, asked[1])
        if refusal is not None:
            await problem_response(refusal)(scope, receive, send)
            return
        headers = Headers(scope=scope)
        etag, hold_s = headers.get("If-None-Match", ""), _hold_s(headers.get("Prefer", ""))
        listener = await _wait_for_news(self.fleet.board, asked[1], etag, hold_s, receive)
        await _tell(self.fleet.board.posted(asked[1]), etag, send)
        del listener  # until here somebody holds it

    async def _refusal(self, scope: Scope, terminal_id: str) -> Refusal | None:
        terminal: Terminal = scope["state"]["terminal"]
        if terminal.terminal_id != terminal_id:
            return Refusal(ProblemCode.NOT_ALLOWED)
        if not self.fleet.has_looked:
            try:
                await run_in_threadpool(self.fleet.look)
            except SQLAlchemyError:
                return Refusal(ProblemCode.UNAVAILABLE, retry_after_s=RETRY_AFTER_S)
        return None


async def _wait_for_news(
    board: Board, terminal_id: str, etag: str, hold_s: int, receive: Receive
) -> asyncio.Task[None] | None:
    """Registers first, compares then, waits last: a post in between is never lost.

    ASGI does not end a handler when its client goes away, so a small task listens for that and lets the waiter go. It
    ends by itself once the answer is sent; whoever answers holds it until then.
    """
    waiter = board.register(terminal_id)
    try:
        known = board.posted(terminal_id)
        if not hold_s or (known is not None and known.etag != etag):
            return None
        timer = asyncio.get_running_loop().call_later(hold_s, _let_go, waiter)
        listener = asyncio.create_task(_until_gone(receive, waiter))
        try:
            await waiter
        except BaseException:
            listener.cancel()
            raise
        finally:
            timer.cancel()
        return listener
    finally:
        board.leave(terminal_id, waiter)


async def _until_gone(receive: Receive, waiter: asyncio.Future[None]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    _let_go(waiter)


def _let_go(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


async def _tell(posted: Posted | None, etag: str, send: Send) -> None:
    """Messages of ASGI by hand: there are thousands in the moment of a push."""
    headers = [(b"cache-control", b"no-store")]
    status, body = 204, b""
    if posted is not None:
        is_known = posted.etag == etag
        status, body = (304, b"") if is_known else (200, posted.envelope)
        headers.append((b"etag", posted.etag.encode()))
        if not is_known:
            headers += [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _hold_s(prefer: str) -> int:
    found = _WAIT.search(prefer)
    return min(int(found[1]), MAX_HOLD_S) if found else 0
