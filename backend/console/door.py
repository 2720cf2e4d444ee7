"""The one door to every page of the console: who is it, may they, and did their own browser's page send this?

A page cannot be reached past it, because it is the only thing that makes a route. Whoever is not signed in is led to
the form for it; a database that cannot be asked is a 503, never a yes.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from fastapi import APIRouter
from sqlalchemy.exc import DataError, SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from backend.console.accounts import Account, Role
from backend.console.desk import Desk
from backend.console.render import HEADERS, Words
from backend.fleet.audit import record
from backend.pages.render import language_of
from backend.shield import log_error
from backend.texts.catalogue import Language

PREFIX = "/console"
COOKIE, LANGUAGE_COOKIE = "console", "console-language"
TOKEN_FIELD = "csrf"  # noqa: S105  the name of a field
_MOST_FIELDS = 20_000
_DEPENDS_ON_CSRF = b"lobby console csrf 1"


@dataclass(frozen=True, repr=False)
class Sent:
    """What a form sent."""

    fields: Mapping[str, list[str]]
    files: Mapping[str, bytes]

    def get(self, name: str, otherwise: str = "") -> str:
        return next(iter(self.fields.get(name, [])), otherwise).strip()


@dataclass(frozen=True, repr=False)
class Visit:
    """One request of somebody who is signed in."""

    desk: Desk
    request: Request
    account: Account
    token: str
    words: Words
    sent: Sent

    @property
    def who(self) -> str:
        return self.account.name

    def path(self, name: str) -> str:
        return str(self.request.path_params[name])

    def query(self, name: str) -> str:
        return self.request.query_params.get(name, "")

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        said = self.query("said")
        shared = {
            "account": self.account,
            "roles": Role,
            "csrf": csrf_of(self.token),
            "here": self.request.url.path,
            "query": dict(self.request.query_params),
            "said": said if self.words.has("said", said) else "",
            "is_targeting": self.desk.is_targeting(),
            "open_alerts": self.desk.open_alerts(),
        }
        return self.desk.templates.page(template, self.words, status=status, **shared, **values)

    def go(self, path: str, said: str = "") -> Response:
        """Answers a form: the page that shows what came of it (POST, then GET)."""
        target = PREFIX + path
        if said:
            target += ("&" if "?" in path else "?") + f"said={quote(said)}"
        return RedirectResponse(target, 303, HEADERS)

    def missing(self) -> Response:
        return self.page("message.html", status=404, title="missing_title", message="missing")


Handler = Callable[[Visit], Response]
A = TypeVar("A")


class Door:
    """Makes the routes; nothing else does."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.router = APIRouter()

    def get(self, path: str, handler: Handler, role: Role = Role.VIEWER) -> None:
        self._add("GET", path, handler, role)

    def post(self, path: str, role: Role, handler: Handler) -> None:
        self._add("POST", path, handler, role)

    def open(self, method: str, path: str, handler: Callable[[Request, Sent], Response]) -> None:
        """For everybody; a form sent from another site is refused all the same."""

        async def endpoint(request: Request) -> Response:
            if method != "GET" and not is_own_page(request):
                return self.message(request, 403, "foreign")
            return await self._answered(request, handler, request, await _sent(request))

        self.router.add_route(PREFIX + path, endpoint, [method], include_in_schema=False)

    def message(self, request: Request, status: int, name: str) -> Response:
        """A page that only says something: `<name>_title` and `<name>`."""
        words = self.words(request)
        return self.desk.templates.page("outside.html", words, status=status, title=f"{name}_title", message=name)

    def words(self, request: Request) -> Words:
        asked = request.cookies.get(LANGUAGE_COOKIE, "")
        language = Language(asked) if asked in set(Language) else language_of(request)
        return self.desk.templates.words(language, self.desk.clock.now())

    # --- inside -------------------------------------------------------------------------------------------------------

    def _add(self, method: str, path: str, handler: Handler, role: Role) -> None:
        async def endpoint(request: Request) -> Response:
            account = await self._answered(request, self._account, request)
            if isinstance(account, Response):
                return account
            return await self._answered(request, self._judged, request, account, await _sent(request), handler, role)

        self.router.add_route(PREFIX + path, endpoint, [method], include_in_schema=False)

    def _account(self, request: Request) -> Account | Response:
        """Asked before anything of a body is read."""
        token = request.cookies.get(COOKIE, "")
        account = self.desk.signing_in.account_of(token) if token else None
        return account or _to_sign_in(request)

    def _judged(self, request: Request, account: Account, sent: Sent, handler: Handler, role: Role) -> Response:
        token = request.cookies[COOKIE]
        visit = Visit(self.desk, request, account, token, self.words(request), sent)
        if request.method == "POST" and not is_own_form(request, token, sent):
            return self._refused(visit, "foreign")
        if not account.may(role):
            return self._refused(visit, "not_allowed")
        return handler(visit)

    def _refused(self, visit: Visit, why: str) -> Response:
        with self.desk.fleet.sessions.begin() as session:
            record(session, self.desk.clock.now(), visit.who, "console_refused", visit.request.url.path[:80], why=why)
        return visit.page("message.html", status=403, title=f"{why}_title", message=why)

    async def _answered(self, request: Request, work: Callable[..., A], *given: Any) -> A | Response:
        try:
            return await run_in_threadpool(work, *given)
        except DataError:  # such as U+0000, which PostgreSQL keeps nowhere
            return self.message(request, 404, "missing")
        except SQLAlchemyError as error:
            log_error(error)
            return self.message(request, 503, "unavailable")


def csrf_of(token: str) -> str:
    """Belongs to one visit; from it nobody finds the cookie's secret."""
    return hmac.new(token.encode(), _DEPENDS_ON_CSRF, hashlib.sha256).hexdigest()


def is_own_form(request: Request, token: str, sent: Sent) -> bool:
    is_token_right = hmac.compare_digest(sent.get(TOKEN_FIELD).encode("utf-8", "replace"), csrf_of(token).encode())
    return is_token_right and is_own_page(request)


def is_own_page(request: Request) -> bool:
    """Browsers say of each form where it comes from (Origin, RFC 6454; Fetch Metadata); who says nothing is none."""
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "same-origin")
    is_same = origin is None or urlsplit(origin).netloc == request.headers.get("Host", "")
    return is_same and site in ("same-origin", "none")


async def _sent(request: Request) -> Sent:
    if request.method != "POST":
        return Sent({}, {})
    fields: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    try:
        async with request.form(max_fields=_MOST_FIELDS, max_files=2) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files[name] = await value.read()
                else:
                    fields.setdefault(name, []).append(value)
    except HTTPException:
        return Sent({}, {})  # without the token of its page, so it is refused
    return Sent(fields, files)


def _to_sign_in(request: Request) -> Response:
    """After signing in, on to where somebody wanted to go; a form that was sent is not sent again."""
    back = request.url.path if request.method == "GET" else PREFIX
    return RedirectResponse(f"{PREFIX}/sign-in?back={quote(back)}", 303, HEADERS)
