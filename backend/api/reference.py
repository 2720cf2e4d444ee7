"""Offices, banks, districts, fees and calendar, with an ETag."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header
from starlette.responses import Response

from backend.api.common import GUARDED, CallingTerminal
from backend.services import Services
from kiosk.central.wire import Reference


def reference_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["reference"], responses=GUARDED)
    etag = f'"{services.reference.reference.version}"'
    body = services.reference.reference.model_dump_json()

    @router.get("/reference", response_model=Reference, responses={304: {"description": "unchanged"}})
    def reference(
        _terminal: CallingTerminal, if_none_match: Annotated[str | None, Header(alias="If-None-Match")] = None
    ) -> Response:
        headers = {"ETag": etag, "Cache-Control": "no-cache"}
        known = [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
        if etag in known or known == ["*"]:
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type="application/json")

    return router
