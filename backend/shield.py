"""Every error becomes a problem document, and no error tells anybody more than it should."""

from __future__ import annotations

import logging
import re
import traceback
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, SQLAlchemyError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.problems import Refusal, problem_response
from kiosk.central.wire import IDEMPOTENCY_HEADER, ProblemCode

MAX_BODY_BYTES = 64 * 1024
MAX_UPLOAD_BYTES = 32 * 1024 * 1024
"""Of the one page that takes a photo; the page itself refuses less than this in words."""
_UPLOAD_PATH = re.compile(r"/p/[^/]+/photo")
MAX_FORM_BYTES = 2 * 1024 * 1024
"""Of a signed bundle, and of a section in a form; read for somebody who is signed in only."""
_FORM_PATH = re.compile(r"/console/(?:bundles|drafts)/.+")
RETRY_AFTER_S = 5
_CODES = {401: ProblemCode.NOT_AUTHENTICATED, 403: ProblemCode.NOT_ALLOWED, 404: ProblemCode.NOT_FOUND}
_log = logging.getLogger(__name__)


def add_problem_handlers(app: FastAPI) -> None:
    """Validation, unknown paths and methods, and a database that does not answer."""

    @app.exception_handler(RequestValidationError)
    async def on_validation(_request: Request, error: RequestValidationError) -> Response:
        return _validation_problem(error)

    @app.exception_handler(HTTPException)
    async def on_http(_request: Request, error: HTTPException) -> Response:
        code = _CODES.get(error.status_code, ProblemCode.MALFORMED)
        return problem_response(Refusal(code), status=error.status_code, headers=dict(error.headers or {}))

    @app.exception_handler(DataError)
    async def on_data(_request: Request, _error: DataError) -> Response:
        return problem_response(Refusal(ProblemCode.MALFORMED))  # such as U+0000, which PostgreSQL keeps nowhere

    @app.exception_handler(Exception)
    async def on_bug(_request: Request, error: Exception) -> Response:
        log_error(error)
        return problem_response(Refusal(ProblemCode.INTERNAL))  # Starlette raises it again, up to `Shield`

    @app.exception_handler(SQLAlchemyError)
    async def on_database(_request: Request, error: SQLAlchemyError) -> Response:
        log_error(error)
        return problem_response(Refusal(ProblemCode.UNAVAILABLE, retry_after_s=RETRY_AFTER_S))


def _validation_problem(error: RequestValidationError) -> Response:
    """Names the field at fault, never its value."""
    first = error.errors()[0]
    kind, location = str(first["type"]), [str(part) for part in first["loc"]]
    if location[:2] == ["header", IDEMPOTENCY_HEADER]:
        return problem_response(Refusal(ProblemCode.KEY_MISSING, field=IDEMPOTENCY_HEADER))
    if kind == "json_invalid":
        return problem_response(Refusal(ProblemCode.MALFORMED, detail="not JSON"), status=400)
    field = ".".join(location[1:])[:200] or None
    return problem_response(Refusal(ProblemCode.MALFORMED, field=field, detail=kind))


class Shield:
    """Outermost ASGI layer: refuses oversized bodies; turns what nobody caught into a plain 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = _limit(scope["path"])
        if _declared_length(scope) > limit:
            await problem_response(Refusal(ProblemCode.MALFORMED, detail="too large"), status=413)(scope, receive, send)
            return
        has_started = False

        async def watched_send(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self._app(scope, _limited(receive, limit), watched_send)
        except Exception as error:  # the thread boundary of a request  # noqa: BLE001
            if not has_started:
                log_error(error)
                await problem_response(Refusal(ProblemCode.INTERNAL))(scope, receive, send)


def _limit(path: str) -> int:
    if _UPLOAD_PATH.fullmatch(path):
        return MAX_UPLOAD_BYTES
    return MAX_FORM_BYTES if _FORM_PATH.fullmatch(path) else MAX_BODY_BYTES


def _limited(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise HTTPException(413)
        return message

    return limited


def _declared_length(scope: Scope) -> int:
    text = Headers(scope=scope).get("Content-Length", "0")
    return int(text) if text.isdecimal() else 0


def log_error(error: BaseException) -> None:
    """Kind and place only: the text of an error may quote what a person entered."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    _log.error("unexpected %s at %s", type(error).__name__, places)
