"""Signing in and out, the choice of language, and what every page loads."""

from __future__ import annotations

from typing import assert_never

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from backend.console.accounts import Role
from backend.console.door import COOKIE, LANGUAGE_COOKIE, PREFIX, Door, Sent, Visit
from backend.console.render import HEADERS, SCRIPT, STYLE
from backend.console.signing_in import LONGEST, NotSignedIn, SignedIn, TooSoon
from backend.texts.catalogue import Language

_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
_A_YEAR_S = 365 * 24 * 3600


def add(door: Door) -> None:
    door.open("GET", "/console.css", lambda _request, _sent: Response(STYLE, media_type="text/css", headers=_FOR_EVER))
    door.open(
        "GET", "/console.js", lambda _request, _sent: Response(SCRIPT, media_type="text/javascript", headers=_FOR_EVER)
    )
    door.open("GET", "/sign-in", lambda request, _sent: _form(door, request))
    door.open("POST", "/sign-in", lambda request, sent: _sign_in(door, request, sent))
    door.open("GET", "/language", lambda request, _sent: _choose_language(door, request))
    door.post("/sign-out", Role.VIEWER, _sign_out)


def _form(door: Door, request: Request, *, status: int = 200, wait_s: int = 0, is_wrong: bool = False) -> Response:
    words = door.words(request)
    headers = {"Retry-After": str(wait_s)} if wait_s else None
    return door.desk.templates.page(
        "sign_in.html",
        words,
        status=status,
        headers=headers,
        back=own_path(request.query_params.get("back", "")),
        wait_s=wait_s,
        is_wrong=is_wrong,
    )


def _sign_in(door: Door, request: Request, sent: Sent) -> Response:
    address = request.client.host if request.client else ""
    outcome = door.desk.signing_in.sign_in(sent.get("name"), _password(sent), sent.get("code"), address)
    match outcome:
        case TooSoon(wait_s):
            return _form(door, request, status=429, wait_s=wait_s)
        case NotSignedIn():
            return _form(door, request, status=403, is_wrong=True)
        case SignedIn(token):
            answer = RedirectResponse(own_path(request.query_params.get("back", "")), 303, HEADERS)
            life_s = int(LONGEST.total_seconds())
            answer.set_cookie(
                COOKIE, token, life_s, path=PREFIX, secure=door.desk.is_https, httponly=True, samesite="strict"
            )
            return answer
        case _:
            assert_never(outcome)


def _password(sent: Sent) -> str:
    """As it was typed: blanks at its ends belong to it."""
    return next(iter(sent.fields.get("password", [])), "")[:1000]


def _sign_out(visit: Visit) -> Response:
    visit.desk.signing_in.sign_out(visit.token)
    answer = RedirectResponse(f"{PREFIX}/sign-in", 303, HEADERS)
    answer.delete_cookie(COOKIE, path=PREFIX)
    return answer


def _choose_language(door: Door, request: Request) -> Response:
    asked = request.query_params.get("to", "")
    answer = RedirectResponse(own_path(request.query_params.get("back", "")), 303, HEADERS)
    if asked in set(Language):
        secure = door.desk.is_https
        answer.set_cookie(LANGUAGE_COOKIE, asked, _A_YEAR_S, path=PREFIX, secure=secure, httponly=True, samesite="lax")
    return answer


def own_path(asked: str) -> str:
    """A page of the console, whatever somebody writes into a link."""
    is_own = asked.startswith(f"{PREFIX}/") and asked.isascii() and asked.isprintable() and "\\" not in asked
    return asked if is_own else PREFIX
