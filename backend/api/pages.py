"""What a telephone opens: the certificate, its verification, and the progress of an application."""

from __future__ import annotations

from typing import Annotated, assert_never

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from backend.applications.steps import steps_of
from backend.applications.tables import ApplicationRow
from backend.certificates.issue import content_of
from backend.certificates.second_question import Locked, Right, Wrong, ask
from backend.certificates.tables import CertificateRow
from backend.pages.render import SAFE_HEADERS, STYLE, Pages
from backend.problems import Refusal
from backend.records.tables import PersonRow
from backend.services import Services
from kiosk.domain.application import ApplicationState, DeliveryMode

Last4 = Annotated[str, Form()]


def page_router(services: Services) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    pages = Pages(services.printer.texts)

    @router.get("/favicon.ico")
    def icon() -> Response:
        """Browsers ask for it unasked; there is none."""
        return Response(status_code=204, headers={"Cache-Control": "max-age=86400"})

    @router.get("/pages/page.css")
    def style() -> Response:
        return Response(STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600"})

    _certificate_routes(router, services, pages)
    _verification_route(router, services, pages)
    _progress_routes(router, services, pages)
    return router


# --- the certificate --------------------------------------------------------------------------------------------------


def _certificate_routes(router: APIRouter, services: Services, pages: Pages) -> None:
    def is_there(token: str) -> bool:
        return services.links.certificate_number(token, services.clock.now()) is not None

    @router.get("/c/{token}")
    def question(request: Request, token: str) -> Response:
        if not is_there(token):
            return pages.message(request, "gone", 410)
        return _question(request, pages, "page.question_certificate")

    @router.post("/c/{token}")
    def answer(request: Request, token: str, last4: Last4 = "") -> Response:
        number = services.links.certificate_number(token, services.clock.now())
        with services.sessions.begin() as session:
            row = session.get(CertificateRow, number) if number else None
            if row is None:
                return pages.message(request, "gone", 410)
            application = session.get_one(ApplicationRow, row.application_number)
            verdict = _ask(services, session, f"certificate {row.certificate_number}", last4, application)
        return _judged(request, pages, "page.question_certificate", verdict) or _certificate(
            request, services, pages, row
        )

    @router.get("/c/{token}/certificate.pdf")
    def pdf(request: Request, token: str, grant: str = "") -> Response:
        now = services.clock.now()
        number = services.links.certificate_number(token, now)
        if number is None or not services.links.is_download_grant(grant, number, now):
            return pages.message(request, "gone", 410)
        content = services.printer.printed(services.sessions, number)
        if isinstance(content, Refusal):
            return pages.message(request, "unknown", 404)
        headers = SAFE_HEADERS | {"Content-Disposition": f'inline; filename="{number}.pdf"'}
        return Response(content, media_type="application/pdf", headers=headers)


def _certificate(request: Request, services: Services, pages: Pages, row: CertificateRow) -> Response:
    grant = services.links.download_grant(row.certificate_number, services.clock.now())
    return pages.page(
        request,
        "certificate.html",
        title="page.certificate_title",
        content=content_of(row),
        pdf_url=f"{request.url.path}/certificate.pdf?grant={grant}",
    )


# --- verification -----------------------------------------------------------------------------------------------------


def _verification_route(router: APIRouter, services: Services, pages: Pages) -> None:
    @router.get("/verify/{certificate_number}")
    def verify(request: Request, certificate_number: str, check: str = "") -> Response:
        """Open to whoever holds the paper; masked like the paper, and the name as well."""
        row = None
        if services.links.is_verify_check(certificate_number, check):
            with services.sessions() as session:
                row = session.get(CertificateRow, certificate_number)
        return pages.page(
            request,
            "verify.html",
            status=200 if row else 404,
            title="page.verify_title",
            verdict="invalid" if row is None else "withdrawn" if row.withdrawn_at else "valid",
            content=content_of(row) if row else None,
            issued_at=row and row.issued_at,
        )


# --- progress ---------------------------------------------------------------------------------------------------------


def _progress_routes(router: APIRouter, services: Services, pages: Pages) -> None:
    @router.get("/t/{application_number}")
    def question(request: Request, application_number: str) -> Response:
        """Asks whether the number exists or not: the page tells nobody."""
        _ = application_number
        return _question(request, pages, "page.question_progress")

    @router.post("/t/{application_number}")
    def answer(request: Request, application_number: str, last4: Last4 = "") -> Response:
        with services.sessions.begin() as session:
            row = session.get(ApplicationRow, application_number)
            if row is None:
                return pages.message(request, "unknown", 404)
            verdict = _ask(services, session, f"application {application_number}", last4, row)
        return _judged(request, pages, "page.question_progress", verdict) or pages.page(
            request,
            "progress.html",
            title="page.progress_title",
            application=row,
            steps=steps_of(ApplicationState(row.state), DeliveryMode(row.delivery_mode), row.fee_fen),
        )


# --- the second question ----------------------------------------------------------------------------------------------


def _question(request: Request, pages: Pages, question: str, *, left: int | None = None) -> Response:
    return pages.page(
        request,
        "question.html",
        status=200 if left is None else 403,
        title="page.question_title",
        question=question,
        attempts_left=left,
    )


def _ask(
    services: Services, session: Session, subject: str, last4: str, application: ApplicationRow
) -> Right | Wrong | Locked:
    person = session.get_one(PersonRow, application.person_id)
    return ask(session, subject, last4, person.document_number, services.clock.now())


def _judged(request: Request, pages: Pages, question: str, verdict: Right | Wrong | Locked) -> Response | None:
    """The page for a wrong answer; None for the right one."""
    match verdict:
        case Right():
            return None
        case Wrong(attempts_left):
            return _question(request, pages, question, left=attempts_left)
        case Locked(retry_after_s):
            return pages.message(request, "locked", 429, minutes=-(-retry_after_s // 60))
        case _:
            assert_never(verdict)
