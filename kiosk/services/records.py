"""From the words of the wire to the facts of the flow, and back. No decisions here."""

from __future__ import annotations

from datetime import time

from kiosk.central import wire
from kiosk.domain.application import Reason
from kiosk.domain.contact import PostalAddress
from kiosk.domain.rules import FeeRule, LeadTime, LeadTimeRule, ServiceRules, SurrenderRule
from kiosk.domain.working_days import WorkCalendar, YearOverride
from kiosk.flow.effects import Apply, RequestPayment
from kiosk.flow.facts import (
    AgentRule,
    ApplicationFacts,
    BankFacts,
    CardFacts,
    DistrictFacts,
    DocumentFacts,
    LossFacts,
    OfficeFacts,
    PaymentFacts,
    Person,
    Reference,
)

CLOSING_TIME: time | None = None
"""A submission after it counts for the next working day; the office has not asked for one."""


def reference_of(message: wire.Reference) -> Reference:
    return Reference(
        version=message.version,
        rules=_rules_of(message),
        calendar=WorkCalendar({int(year): _year_of(table) for year, table in message.calendar.items()}),
        offices=tuple(office_of(office) for office in message.offices if office.is_collection_point),
        banks=tuple(BankFacts(one.bank_code, one.name_zh, one.name_en, one.loss_phone) for one in message.banks),
        districts=tuple(DistrictFacts(one.name, one.name_en, one.streets) for one in message.districts),
        app_url=message.links.app_url,
        wechat_url=message.links.wechat_url,
        website_url=message.links.website_url,
        hotlines=message.hotlines,
        agent_rules=tuple(AgentRule(row.valid_from, row.declaration_version) for row in message.agent_rules),
    )


def office_of(office: wire.Office) -> OfficeFacts:
    return OfficeFacts(
        office_id=office.office_id,
        name_zh=office.name_zh,
        name_en=office.name_en,
        district=office.district,
        address_zh=office.address_zh,
        address_en=office.address_en,
        hours_zh=office.hours_zh,
        hours_en=office.hours_en,
        phone=office.phone,
    )


def _year_of(table: wire.CalendarYear) -> YearOverride:
    return YearOverride(frozenset(table.holidays), frozenset(table.workdays))


def _rules_of(message: wire.Reference) -> ServiceRules:
    """The wire's lead times hold for every reason; a damaged card is handed in where a row says so."""
    rows = message.lead_times
    newest = max(rows, key=lambda row: row.valid_from)
    return ServiceRules(
        fees=tuple(FeeRule(row.valid_from, row.reason, row.fee_fen, row.express_fee_fen) for row in message.fees),
        lead_times=tuple(
            LeadTimeRule(row.valid_from, reason, LeadTime(row.working_days, closing_time=CLOSING_TIME))
            for row in rows
            for reason in Reason
        ),
        surrenders=tuple(
            SurrenderRule(row.valid_from, reason, row.surrender_damaged_card and reason is Reason.DAMAGED)
            for row in rows
            for reason in Reason
        ),
        loss_pre_report_days=newest.pre_loss_days,
    )


def application_of(message: wire.Application) -> ApplicationFacts:
    return ApplicationFacts(
        application_number=message.application_number,
        state=message.state,
        reason=message.reason,
        delivery_mode=message.delivery_mode,
        office_id=message.office_id,
        fee_fen=message.fee_fen,
        submitted_at=message.submitted_at,
        card_date=message.card_date,
        about_days=message.about_days,
        payment_number=message.payment_number,
        certificate_number=message.certificate_number,
        certificate_url=message.certificate_url,
        tracking_url=message.tracking_url,
        agent_name_masked=message.agent_name_masked,
    )


def person_of(message: wire.PersonFound) -> Person:
    card = message.card
    return Person(
        token=message.person_token,
        name=message.name,
        insured_type=message.insured_type,
        employer=message.employer,
        mobile=message.mobile,
        address=_address_of(message),
        has_photo=message.has_photo,
        card=CardFacts(card.card_number_last4, card.state, card.bank_code, card.pre_lost_until) if card else None,
        bank_choices=message.bank_choices,
        open_application=application_of(message.open_application) if message.open_application else None,
    )


def _address_of(message: wire.PersonFound) -> PostalAddress | None:
    if message.address_district and message.address_street and message.address_detail:
        return PostalAddress(message.address_district, message.address_street, message.address_detail)
    return None


def loss_of(message: wire.LossReport) -> LossFacts:
    return LossFacts(message.report_number, message.releases_at)


def payment_of(message: wire.Payment) -> PaymentFacts:
    return PaymentFacts(
        payment_number=message.payment_number,
        application_number=message.application_number,
        state=message.state,
        method=message.method,
        amount_fen=message.amount_fen,
        code_url=message.code_url,
        waits_for=message.waits_for.value if message.waits_for else None,
        failure=message.failure.value if message.failure else None,
        channel=message.channel,
    )


# --- requests --------------------------------------------------------------------------------------------------------


def look_up_request(document: DocumentFacts) -> wire.LookUpRequest:
    return wire.LookUpRequest.model_validate(
        {
            "document_kind": document.kind,
            "document_number": document.number,
            "name": document.name,
            "english_name": document.english_name or None,
            "nationality": document.nationality or None,
            "birth_date": document.birth_date,
        }
    )


def application_request(effect: Apply) -> wire.ApplicationRequest:
    return wire.ApplicationRequest(
        person_token=effect.person_token,
        reason=effect.reason,
        mobile=effect.mobile,
        delivery_mode=effect.delivery_mode,
        office_id=effect.office_id,
        address=_express_address(effect),
        bank_code=effect.bank_code,
        fee_fen=effect.fee_fen,
        agent_number=effect.agent_number,
        draft_number=effect.draft_number,
        photo_number=effect.photo_number,
    )


def _express_address(effect: Apply) -> wire.ExpressAddress | None:
    address, mobile = effect.address, effect.mobile
    if address is None or mobile is None:
        return None
    return wire.ExpressAddress(
        recipient=effect.recipient,
        mobile=mobile,
        district=address.district,
        street=address.street,
        detail=address.detail,
    )


def payment_request(effect: RequestPayment) -> wire.PaymentRequest:
    return wire.PaymentRequest(payment_number=effect.payment_number, method=effect.method, payer_code=effect.payer_code)
