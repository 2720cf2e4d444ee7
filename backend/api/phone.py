"""The pages on which a person begins at home, and those that a terminal hands to a phone.

No cookie: the address of a draft's pages is its secret. Nothing that a person wrote ever stands in an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import segno
from fastapi import APIRouter, Request
from starlette.responses import Response

from backend.api.phone_common import PhoneSite, PhoneSiteForm
from backend.api.phone_forms import form_routes
from backend.clock import city_day
from backend.drafts.forms import Faults, read_beginning
from backend.drafts.phone import FreshCode
from backend.drafts.tables import DraftRow
from backend.pages.render import Pages
from backend.services import Services
from kiosk.central.wire_errands import HandOffTopic


def phone_router(services: Services) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    site = PhoneSite(services, Pages(services.printer.texts))
    _start_routes(router, site)
    _draft_routes(router, site)
    _hand_off_routes(router, site)
    form_routes(router, site)
    return router


# --- beginning at home ------------------------------------------------------------------------------------------------


def _start_routes(router: APIRouter, site: PhoneSite) -> None:
    @router.get("/start")
    def start(request: Request) -> Response:
        today = city_day(site.services.clock.now())
        return site.page(
            request, "start.html", title="phone.start_title", lead_time=site.services.reference.lead_time(today)
        )

    @router.get("/start/person")
    def person(request: Request) -> Response:
        return _person(site, request, {}, {})

    @router.post("/start/person")
    def begin(request: Request, form: PhoneSiteForm) -> Response:
        beginning = read_beginning(form, city_day(site.services.clock.now()))
        if isinstance(beginning, Faults):
            return _person(site, request, form, beginning.by_field)
        with site.services.sessions.begin() as session:
            access = site.services.phone_drafts.start(session, beginning.insured_type, beginning.document_number)
        if access is None:
            return site.message(request, "busy", 429)
        return site.to(request, f"/p/{access}")


def _person(site: PhoneSite, request: Request, form: Mapping[str, str], faults: Mapping[str, str]) -> Response:
    return site.form(request, "person.html", "phone.person_title", form, faults)


# --- the draft --------------------------------------------------------------------------------------------------------


def _draft_routes(router: APIRouter, site: PhoneSite) -> None:
    phone_drafts = site.services.phone_drafts

    @router.get("/p/{access}")
    def home(request: Request, access: str) -> Response:
        with site.services.sessions.begin() as session:
            row = phone_drafts.open(session, access)
        if row is None:
            return site.message(request, "over", 410)
        if row.topic is not None:
            return site.to(request, f"/p/{access}/{_first_page(row)}")
        return site.page(request, "home.html", title="phone.home_title", draft=row, base=f"/p/{access}")

    @router.get("/p/{access}/code")
    def no_code(request: Request, access: str) -> Response:
        """A code is shown once; who comes back gets a fresh one from the overview."""
        return site.to(request, f"/p/{access}")

    @router.post("/p/{access}/code")
    def code(request: Request, access: str) -> Response:
        with site.services.sessions.begin() as session:
            row = phone_drafts.open(session, access)
            fresh = phone_drafts.fresh_code(session, row) if row and row.topic is None else None
        if fresh is None:
            return site.message(request, "over", 410)
        return _code_page(site, request, access, fresh)

    @router.get("/p/{access}/deletion")
    def ask_deletion(request: Request, access: str) -> Response:
        with site.services.sessions.begin() as session:
            row = phone_drafts.open(session, access)
        if row is None:
            return site.message(request, "over", 410)
        return site.page(request, "deletion.html", title="phone.deletion_title", base=f"/p/{access}")

    @router.post("/p/{access}/deletion")
    def delete(request: Request, access: str) -> Response:
        with site.services.sessions.begin() as session:
            row = phone_drafts.open(session, access)
            if row is not None:
                phone_drafts.throw_away(session, row)
        return site.message(request, "deleted", 200, is_good=True)


def _code_page(site: PhoneSite, request: Request, access: str, fresh: FreshCode) -> Response:
    image = segno.make_qr(fresh.content, error="m").svg_inline(border=4, omitsize=True, light="#fff", svgclass="qr")
    return site.page(
        request,
        "code.html",
        title="phone.code_title",
        qr=image,
        until=_hour_and_minute(site, fresh.expires_at),
        base=f"/p/{access}",
    )


def _hour_and_minute(site: PhoneSite, moment: datetime) -> str:
    return f"{site.local(moment):%H:%M}"


# --- handed over by a terminal ----------------------------------------------------------------------------------------


def _first_page(row: DraftRow) -> str:
    return "photo" if row.topic == HandOffTopic.PHOTO else "address"


def _hand_off_routes(router: APIRouter, site: PhoneSite) -> None:
    phone_drafts = site.services.phone_drafts

    @router.get("/h/{token}")
    def offer(request: Request, token: str) -> Response:
        """Only shows: what looks at links beforehand must not take the place of the person."""
        with site.services.sessions.begin() as session:
            row = phone_drafts.offered(session, token)
        if row is None:
            return site.message(request, "taken", 410)
        return site.page(request, "hand_off.html", title=f"phone.hand_off_{row.topic}", topic=row.topic)

    @router.post("/h/{token}")
    def take_up(request: Request, token: str) -> Response:
        with site.services.sessions.begin() as session:
            taken = phone_drafts.take_up(session, token)
        if taken is None:
            return site.message(request, "taken", 410)
        access, row = taken
        return site.to(request, f"/p/{access}/{_first_page(row)}")
