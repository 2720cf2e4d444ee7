"""An application as the wire shows it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from backend.agents.service import agent_of
from backend.applications.tables import ApplicationRow
from backend.certificates.issue import certificate_of
from backend.certificates.links import Links
from kiosk.central.wire import Application
from kiosk.domain.masking import mask_name, mask_number


def shown_application(session: Session, row: ApplicationRow, links: Links, now: datetime) -> Application:
    """With a certificate link that is fresh now."""
    certificate = certificate_of(session, row.application_number)
    number = certificate.certificate_number if certificate else None
    agent = agent_of(session, row.application_number)
    return Application.model_validate(
        {
            "application_number": row.application_number,
            "state": row.state,
            "reason": row.reason,
            "delivery_mode": row.delivery_mode,
            "office_id": row.office_id,
            "fee_fen": row.fee_fen,
            "submitted_at": row.submitted_at,
            "card_date": row.card_date,
            "about_days": row.about_days,
            "payment_number": row.payment_number,
            "certificate_number": number,
            "certificate_url": links.certificate_url(number, now) if number else None,
            "tracking_url": links.tracking_url(row.application_number),
            "agent_name_masked": mask_name(agent.name) if agent else None,
            "agent_number_masked": mask_number(agent.document_number) if agent else None,
            "hand_in_due": row.hand_in_due if row.handed_in_at is None else None,
            "handed_in_at": row.handed_in_at,
        }
    )
