"""Slips of the other errands: facts only, masked; see `receipt.py`, whose rules hold here as well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.domain.personal import Personal
from kiosk.domain.receipt import ORIGINAL, CopyMark


@dataclass(frozen=True, repr=False)
class LossSlip(Personal):
    """A card is stopped and nothing else was done."""

    office_name: str
    terminal_id: str
    made_at: datetime
    report_number: str
    """Empty for a report that was made elsewhere."""
    masked_name: str
    id_last_four: str
    card_last_four: str
    stopped_until: date | None
    """When it releases itself."""
    bank_name: str
    bank_phone: str
    hotlines: str
    copy: CopyMark = ORIGINAL

    @property
    def subject(self) -> str:
        """For the journal: free of personal data."""
        return self.report_number


@dataclass(frozen=True, repr=False)
class CertificateSlip(Personal):
    """The certificate on paper once more. Everything arrives masked; `print_count` stands on it."""

    office_name: str
    terminal_id: str
    made_at: datetime
    certificate_number: str
    application_number: str
    issued_on: date
    print_count: int
    masked_name: str
    masked_number: str
    masked_card_number: str
    masked_agent: str | None
    verify_link: str
    hotlines: str
    copy: CopyMark = ORIGINAL

    @property
    def subject(self) -> str:
        return self.application_number


ErrandSlip = LossSlip | CertificateSlip
