"""Public pages for telephones: no cookie, nothing from elsewhere, nothing kept by the browser.

Every page works without scripts. The one small script that saves a slow line is named in the policy by its hash, so
that no other one ever runs.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from backend.texts.catalogue import Language, Texts

_FOLDER = Path(__file__).parent
STYLE = (_FOLDER / "page.css").read_bytes()
PHOTO_SCRIPT = (_FOLDER / "phone" / "photo.js").read_text(encoding="utf-8")
_PHOTO_SCRIPT_HASH = base64.b64encode(hashlib.sha256(PHOTO_SCRIPT.encode()).digest()).decode()
_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
SAFE_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
PHOTO_HEADERS = {"Content-Security-Policy": f"{_POLICY}; img-src 'self'; script-src 'sha256-{_PHOTO_SCRIPT_HASH}'"}
"""For the one page that shows a picture and has a script."""


class Pages:
    """Renders one page in the language that the telephone asks for (`?lang=` wins over Accept-Language)."""

    def __init__(self, texts: dict[Language, Texts]) -> None:
        self._texts = texts
        self._templates = Environment(
            loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
        **values: Any,
    ) -> Response:
        text = self._texts[language_of(request)]
        html = self._templates.get_template(template).render(
            text=text, other_query=_other_query(request, text), **values
        )
        return HTMLResponse(html, status, SAFE_HEADERS | {"Content-Language": text.language} | (headers or {}))

    def message(self, request: Request, name: str, status: int, **values: Any) -> Response:
        """A page that only says something: `page.<name>_title` and `page.<name>`."""
        return self.page(
            request, "message.html", status=status, title=f"page.{name}_title", message=f"page.{name}", values=values
        )


def language_of(request: Request) -> Language:
    asked = request.query_params.get("lang")
    if asked in set(Language):
        return Language(asked)
    accepted = request.headers.get("Accept-Language", "").lower()
    english, chinese = accepted.find("en"), accepted.find("zh")
    return Language.EN if english >= 0 and not 0 <= chinese < english else Language.ZH


def _other_query(request: Request, text: Texts) -> str:
    kept = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    return str(QueryParams([*kept, ("lang", text.language.other.value)]))
