"""What the phone's pages share: rendering, going on to the next page, and the form as it was sent."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from backend.clock import CITY_ZONE
from backend.pages.render import SAFE_HEADERS, Pages
from backend.services import Services

PHOTOS_AT_ONCE = 2
MAX_FIELDS = 20
MAX_FIELD_LENGTH = 400


async def _sent_form(request: Request) -> dict[str, str]:
    """Texts only; more fields than any page has, or longer ones than a person types, are nobody's form."""
    async with request.form(max_files=0, max_fields=MAX_FIELDS) as form:
        return _texts(form)


def _texts(form: FormData) -> dict[str, str]:
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    if any(len(text) > MAX_FIELD_LENGTH or "\x00" in text for text in texts.values()):
        raise HTTPException(422)
    return texts


PhoneSiteForm = Annotated[dict[str, str], Depends(_sent_form)]


@dataclass(frozen=True)
class PhoneSite:
    services: Services
    pages: Pages
    photo_turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(PHOTOS_AT_ONCE))
    """An unpacked picture is large: the others wait for their turn, a moment each."""

    def page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
        return self.pages.page(request, f"phone/{template}", status=status, keep=_kept_language(request), **values)

    def form(
        self,
        request: Request,
        template: str,
        title: str,
        form: Mapping[str, str],
        faults: Mapping[str, str],
        **values: Any,
    ) -> Response:
        """A page with fields: what was typed stays, and what is wrong stands above and beside it."""
        status = 422 if faults else 200
        return self.page(request, template, status=status, title=title, form=form, faults=faults, **values)

    def message(self, request: Request, name: str, status: int, *, is_good: bool = False) -> Response:
        return self.page(
            request, "message.html", status=status, title=f"phone.{name}_title", name=name, is_good=is_good
        )

    def to(self, request: Request, path: str) -> Response:
        """On with GET, so that going back or reloading sends nothing twice."""
        return RedirectResponse(path + _kept_language(request), 303, SAFE_HEADERS)

    @staticmethod
    def local(moment: datetime) -> datetime:
        return moment.astimezone(CITY_ZONE)


def _kept_language(request: Request) -> str:
    """A language that was chosen by hand goes along."""
    asked = request.query_params.get("lang")
    return f"?lang={asked}" if asked in {"zh", "en"} else ""
