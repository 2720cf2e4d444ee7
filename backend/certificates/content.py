"""What a Certificate of New Issuance or Replacement says; fixed when it is issued."""

from __future__ import annotations

from datetime import date

from kiosk.central.wire import PersonalMessage
from kiosk.domain.application import DeliveryMode, InsuredType, Reason
from kiosk.domain.masking import mask_name


class OfficeLines(PersonalMessage):
    """An office as it stands on paper."""

    name_zh: str
    name_en: str
    address_zh: str
    address_en: str
    hours_zh: str
    hours_en: str
    phone: str


class CertificateContent(PersonalMessage):
    """Numbers are masked in here already; the name is whole, because the paper stands in for the card."""

    certificate_number: str
    name: str
    document_number_masked: str
    card_number_masked: str
    insured_type: InsuredType
    reason: Reason
    application_number: str
    application_date: date
    card_date: date | None
    about_days: int | None
    delivery_mode: DeliveryMode
    office: OfficeLines
    """Where the card is collected; with express, the issuing office."""
    hotline: str
    agent_name_masked: str | None = None
    """Who applied for the person; whoever sees the paper need not know more."""
    agent_number_masked: str | None = None

    @property
    def name_masked(self) -> str:
        return mask_name(self.name)
