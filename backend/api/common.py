"""What routes share: the calling terminal, the idempotency key, answers, and the problems they may tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, assert_never

from fastapi import Depends, Header, Request, Security
from fastapi.security import APIKeyHeader, HTTPBearer
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.responses import Response

from backend.auth import Terminal
from backend.idempotency import KEY_PATTERN, Done, Idempotency, intent_of
from backend.problems import Refusal, problem_response
from kiosk.central.wire import IDEMPOTENCY_HEADER, PROBLEM_MEDIA_TYPE, REPLAYED_HEADER, TERMINAL_HEADER, Problem

Responses = dict[int | str, dict[str, Any]]  # FastAPI's own type
_PROBLEM_SCHEMA = Problem.model_json_schema()


def problems(*statuses: int) -> Responses:
    """For the OpenAPI description: these statuses are told as problem documents."""
    content = {PROBLEM_MEDIA_TYPE: {"schema": _PROBLEM_SCHEMA}}
    return {status: {"description": "problem", "content": content} for status in statuses}


GUARDED = problems(400, 401, 403, 413, 422, 500, 503)
"""What any guarded route may answer."""


def _calling_terminal(
    request: Request,
    _bearer: Annotated[object, Security(HTTPBearer(auto_error=False))],
    _name: Annotated[object, Security(APIKeyHeader(name=TERMINAL_HEADER, auto_error=False))],
) -> Terminal:
    """Set by `backend.auth.TerminalGate`; a missing one is a bug and ends in a 500, never in a yes."""
    return request.state.terminal


CallingTerminal = Annotated[Terminal, Depends(_calling_terminal)]
Key = Annotated[str, Header(alias=IDEMPOTENCY_HEADER, pattern=KEY_PATTERN)]


def answer(outcome: BaseModel | Refusal, status: int = 200) -> Response:
    match outcome:
        case Refusal():
            return problem_response(outcome)
        case BaseModel():
            return Response(outcome.model_dump_json(), status, media_type="application/json")
        case _:
            assert_never(outcome)


def answer_once(
    idempotency: Idempotency,
    request: Request,
    key: str,
    body: BaseModel | None,
    work: Callable[[Session], Done | Refusal],
) -> Response:
    """Does the work once for this key, and answers with what it then answered."""
    terminal: Terminal = request.state.terminal
    intent = intent_of(terminal.terminal_id, key, request.method, request.url.path, body)
    if isinstance(intent, Refusal):
        return problem_response(intent)
    outcome = idempotency.once(intent, work)
    if isinstance(outcome, Refusal):
        return problem_response(outcome)
    headers = {REPLAYED_HEADER: "true"} if outcome.was_replayed else {}
    return Response(outcome.body, outcome.status, headers, "application/json")
