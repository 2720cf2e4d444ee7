"""From a session to the slip: facts only, masked."""

from __future__ import annotations

from datetime import date

from kiosk.domain.application import DeliveryMode
from kiosk.domain.beijing_time import in_beijing
from kiosk.domain.masking import mask_address, mask_name
from kiosk.domain.money import Money
from kiosk.domain.receipt import (
    ORIGINAL,
    CopyMark,
    Delivery,
    InterimKind,
    InterimSlip,
    PaidBy,
    PickUp,
    Receipt,
    SentByExpress,
)
from kiosk.domain.working_days import ToBeConfirmed
from kiosk.flow.facts import ApplicationFacts, Moment
from kiosk.flow.terminal import Answers, Session, Terminal, application_of, session_of
from kiosk.flow.views import Language

DEFAULT_ABOUT_DAYS = 4


def receipt_of(terminal: Terminal, now: Moment, copy: CopyMark = ORIGINAL) -> Receipt:
    """The slip of this session; raises RuntimeError when there is no application yet."""
    session, site, language = session_of(terminal), terminal.site, terminal.preferences.language
    answers = session.answers
    application, person, document = answers.application, answers.person, answers.document
    if application is None or person is None or document is None:
        raise RuntimeError("a receipt needs an application")
    return Receipt(
        office_name=_office_name(terminal),
        terminal_id=site.terminal_id,
        application_number=application.application_number,
        submitted_at=in_beijing(application.submitted_at or now.wall),
        reason=application.reason,
        masked_name=mask_name(person.name),
        id_last_four=document.number[-4:],
        delivery=_delivery(session, application, language),
        card_date=application.card_date or ToBeConfirmed(application.about_days or DEFAULT_ABOUT_DAYS),
        fee=Money(application.fee_fen),
        paid_by=_paid_by(answers),
        tracking_link=application.tracking_url or "",
        certificate_link=application.certificate_url or "",
        copy=copy,
        masked_agent=application.agent_name_masked or "",
    )


def interim_slip_of(
    terminal: Terminal, kind: InterimKind, now: Moment, payment_number: str = "", copy: CopyMark = ORIGINAL
) -> InterimSlip:
    """The slip of what is still open; raises RuntimeError when there is no application yet."""
    session, application = session_of(terminal), application_of(terminal)
    payment = session.answers.payment
    return InterimSlip(
        kind=kind,
        office_name=_office_name(terminal),
        terminal_id=terminal.site.terminal_id,
        made_at=in_beijing(now.wall),
        application_number=application.application_number,
        payment_number=payment_number or (payment.payment_number if payment else application.payment_number or ""),
        fee=Money(application.fee_fen),
        card_stopped_until=stopped_until(session.answers),
        hotlines="  ".join(session.reference.hotlines),
        tracking_link=application.tracking_url or "",
        copy=copy,
    )


def stopped_until(answers: Answers) -> date | None:
    """When the loss report of this visit, or one made before it, releases itself."""
    if answers.loss is not None:
        return in_beijing(answers.loss.releases_at).date()
    card = answers.person.card if answers.person else None
    return in_beijing(card.pre_lost_until).date() if card is not None and card.pre_lost_until is not None else None


def _office_name(terminal: Terminal) -> str:
    site = terminal.site
    return site.office_name_zh if terminal.preferences.language is Language.ZH else site.office_name_en


def _paid_by(answers: Answers) -> PaidBy | None:
    payment = answers.payment
    return PaidBy(payment.method, payment.payment_number) if payment else None


def _delivery(session: Session, application: ApplicationFacts, language: Language) -> Delivery:
    address = session.answers.address
    if application.delivery_mode is DeliveryMode.EXPRESS:
        masked = f"{address.district}{address.street}{mask_address(address.detail)}" if address else "****"
        return SentByExpress(masked)
    office = session.reference.office(application.office_id)
    if office is None:
        return PickUp(application.office_id or "", "", "")
    if language is Language.ZH:
        return PickUp(office.name_zh, office.address_zh, office.hours_zh)
    return PickUp(office.name_en, office.address_en, office.hours_en)
