"""Address, agent and photo on the phone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from sqlalchemy.orm import Session
from starlette.responses import Response

from backend.api.phone_common import PhoneSite, PhoneSiteForm
from backend.clock import city_day
from backend.drafts.forms import Faults, read_address, read_agent, read_version
from backend.drafts.phone import Changed
from backend.drafts.tables import DraftRow
from backend.pages.render import PHOTO_HEADERS, PHOTO_SCRIPT, SAFE_HEADERS
from backend.photos.processing import MAX_UPLOAD_BYTES, IdPhoto, PhotoFault, id_photo, preview
from backend.photos.tables import PhotoRow
from kiosk.central.wire_errands import DraftAddress, DraftAgent, HandOffTopic, Relationship

Work = Callable[[Session, DraftRow], Response]


def form_routes(router: APIRouter, site: PhoneSite) -> None:
    _address_routes(router, site)
    _agent_routes(router, site)
    _photo_routes(router, site)

    @router.get("/p/{access}/done")
    def done(request: Request, access: str) -> Response:
        def show(_session: Session, row: DraftRow) -> Response:
            return site.page(request, "done.html", title="phone.done_title", topic=row.topic, base=f"/p/{access}")

        return _on_draft(site, request, access, None, show)


def _on_draft(site: PhoneSite, request: Request, access: str, topic: HandOffTopic | None, work: Work) -> Response:
    """Works on an open draft; one that a terminal handed over has the pages of its topic only."""
    with site.services.sessions.begin() as session:
        row = site.services.phone_drafts.open(session, access)
        if row is None:
            return site.message(request, "over", 410)
        if row.topic is not None and topic is not None and row.topic != topic:
            return site.to(request, f"/p/{access}")
        return work(session, row)


def _saved(site: PhoneSite, request: Request, access: str, row: DraftRow) -> Response:
    return site.to(request, f"/p/{access}/done" if row.topic else f"/p/{access}")


# --- address ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _AddressPages:
    site: PhoneSite

    def address(
        self,
        request: Request,
        access: str,
        row: DraftRow,
        form: Mapping[str, str],
        faults: Mapping[str, str] | None = None,
        now: DraftAddress | None = None,
    ) -> Response:
        """`now`: what somebody else wrote in the meantime; without a district, that is asked first."""
        streets = self.site.services.reference.streets(form.get("district", ""))
        if not streets:
            return self.district(request, access, row, form)
        return self.site.form(
            request,
            "address.html",
            "phone.address_title",
            form,
            faults or {},
            streets=streets,
            version=row.version,
            base=f"/p/{access}",
            now=now,
        )

    def district(self, request: Request, access: str, row: DraftRow, form: Mapping[str, str]) -> Response:
        return self.site.page(
            request,
            "district.html",
            title="phone.district_title",
            districts=self.site.services.reference.reference.districts,
            form=form,
            base=f"/p/{access}",
            is_handed=row.topic is not None,
        )


def _address_routes(router: APIRouter, site: PhoneSite) -> None:
    pages = _AddressPages(site)

    @router.get("/p/{access}/district")
    def district(request: Request, access: str) -> Response:
        def show(_session: Session, row: DraftRow) -> Response:
            return pages.district(request, access, row, row.address or {})

        return _on_draft(site, request, access, HandOffTopic.ADDRESS, show)

    @router.post("/p/{access}/district")
    def choose_district(request: Request, access: str, form: PhoneSiteForm) -> Response:
        """In the body, not in the address of a page: it is where a person lives."""

        def show(_session: Session, row: DraftRow) -> Response:
            kept = dict(row.address or {})
            if kept.get("district") != form.get("district"):
                kept.pop("street", None)
            return pages.address(request, access, row, kept | {"district": form.get("district", "")})

        return _on_draft(site, request, access, HandOffTopic.ADDRESS, show)

    @router.get("/p/{access}/address")
    def address(request: Request, access: str) -> Response:
        def show(_session: Session, row: DraftRow) -> Response:
            return pages.address(request, access, row, row.address or {})

        return _on_draft(site, request, access, HandOffTopic.ADDRESS, show)

    @router.post("/p/{access}/address")
    def save_address(request: Request, access: str, form: PhoneSiteForm) -> Response:
        def save(_session: Session, row: DraftRow) -> Response:
            read = read_address(form, site.services.reference)
            if isinstance(read, Faults):
                return pages.address(request, access, row, form, read.by_field)
            match site.services.phone_drafts.save_address(row, read_version(form), read):
                case Changed():
                    now = DraftAddress.model_validate(row.address) if row.address else None
                    return pages.address(request, access, row, form, {"version": "fault_changed"}, now=now)
                case None:
                    return _saved(site, request, access, row)

        return _on_draft(site, request, access, HandOffTopic.ADDRESS, save)


# --- agent ------------------------------------------------------------------------------------------------------------


def _agent_routes(router: APIRouter, site: PhoneSite) -> None:
    def declaration_version() -> str:
        return site.services.reference.agent_rule(city_day(site.services.clock.now())).declaration_version

    def agent_page(
        request: Request, access: str, row: DraftRow, form: Mapping[str, str], faults: Mapping[str, str]
    ) -> Response:
        return site.form(
            request,
            "agent.html",
            "phone.agent_title",
            form,
            faults,
            relationships=tuple(Relationship),
            declaration_version=declaration_version(),
            has_agent=row.agent is not None,
            version=row.version,
            base=f"/p/{access}",
        )

    @router.get("/p/{access}/agent")
    def agent(request: Request, access: str) -> Response:
        def show(_session: Session, row: DraftRow) -> Response:
            return agent_page(request, access, row, row.agent or {}, {})

        return _at_home(site, request, access, show)

    @router.post("/p/{access}/agent")
    def save_agent(request: Request, access: str, form: PhoneSiteForm) -> Response:
        def save(_session: Session, row: DraftRow) -> Response:
            read: DraftAgent | Faults | None = None
            if "nobody" not in form:
                read = read_agent(form, declaration_version())
            if isinstance(read, Faults):
                return agent_page(request, access, row, form, read.by_field)
            match site.services.phone_drafts.save_agent(row, read_version(form), read):
                case Changed():
                    return agent_page(request, access, row, form, {"version": "fault_changed"})
                case None:
                    return _saved(site, request, access, row)

        return _at_home(site, request, access, save)


def _at_home(site: PhoneSite, request: Request, access: str, work: Work) -> Response:
    """For pages that no terminal hands over."""

    def unless_handed_over(session: Session, row: DraftRow) -> Response:
        return site.to(request, f"/p/{access}") if row.topic else work(session, row)

    return _on_draft(site, request, access, None, unless_handed_over)


# --- photo ------------------------------------------------------------------------------------------------------------


def _photo_routes(router: APIRouter, site: PhoneSite) -> None:
    def photo_page(request: Request, access: str, row: DraftRow, fault: PhotoFault | None) -> Response:
        faults = {"photo": f"photo_{fault}"} if fault else {}
        return site.form(
            request,
            "photo.html",
            "phone.photo_title",
            {},
            faults,
            has_photo=row.photo_number is not None,
            version=row.version,
            base=f"/p/{access}",
            is_handed=row.topic is not None,
            script=PHOTO_SCRIPT,
            headers=PHOTO_HEADERS,
        )

    @router.get("/p/{access}/photo")
    def photo(request: Request, access: str) -> Response:
        def show(_session: Session, row: DraftRow) -> Response:
            return photo_page(request, access, row, None)

        return _on_draft(site, request, access, HandOffTopic.PHOTO, show)

    @router.post("/p/{access}/photo")
    def save_photo(request: Request, access: str, photo: Annotated[UploadFile | str, File()] = "") -> Response:
        with site.photo_turns:
            made = _made(photo)  # outside any transaction: it takes a moment

        def save(session: Session, row: DraftRow) -> Response:
            if isinstance(made, PhotoFault):
                return photo_page(request, access, row, made)
            site.services.phone_drafts.save_photo(session, row, made)
            return site.to(request, f"/p/{access}/photo")

        return _on_draft(site, request, access, HandOffTopic.PHOTO, save)

    @router.post("/p/{access}/photo-kept")
    def keep_photo(request: Request, access: str) -> Response:
        def keep(_session: Session, row: DraftRow) -> Response:
            is_there = site.services.phone_drafts.keep_photo(row)
            return _saved(site, request, access, row) if is_there else site.to(request, f"/p/{access}/photo")

        return _on_draft(site, request, access, HandOffTopic.PHOTO, keep)

    @router.post("/p/{access}/photo-removal")
    def remove_photo(request: Request, access: str) -> Response:
        def remove(session: Session, row: DraftRow) -> Response:
            site.services.phone_drafts.save_photo(session, row, None)
            return site.to(request, f"/p/{access}/photo")

        return _on_draft(site, request, access, HandOffTopic.PHOTO, remove)

    @router.get("/p/{access}/photo.jpg")
    def small_photo(request: Request, access: str) -> Response:
        def show(session: Session, row: DraftRow) -> Response:
            found = session.get(PhotoRow, row.photo_number) if row.photo_number else None
            if found is None:
                return Response(status_code=404, headers=SAFE_HEADERS)
            return Response(preview(found.jpeg), media_type="image/jpeg", headers=SAFE_HEADERS)

        return _on_draft(site, request, access, HandOffTopic.PHOTO, show)


def _made(upload: UploadFile | str) -> IdPhoto | PhotoFault:
    if isinstance(upload, str):
        return PhotoFault.MISSING
    if (upload.size or 0) > MAX_UPLOAD_BYTES:
        return PhotoFault.TOO_LARGE
    return id_photo(upload.file.read(MAX_UPLOAD_BYTES + 1))
