"""From the words of the wire to the facts of the other errands. No decisions here."""

from __future__ import annotations

from kiosk.central import wire_errands as wire
from kiosk.flow.errands.facts import CertificateFacts, GuideFacts, PaperFacts, Tracked, TrackedStep
from kiosk.services.records import application_of, office_of


def tracked_of(message: wire.TrackedApplication) -> Tracked:
    return Tracked(
        application=application_of(message.application),
        applied_at=message.applied_at,
        pay_by=message.pay_by,
        timeline=tuple(TrackedStep(step.state, step.mark, step.at, step.expected) for step in message.timeline),
        next_action=message.next_action,
        is_late=message.is_late,
        card_hand_in=message.card_hand_in,
        certificate_prints=message.certificate_prints,
        errands=message.errands,
    )


def certificate_of(message: wire.CertificatePrint) -> CertificateFacts:
    return CertificateFacts(
        certificate_number=message.certificate_number,
        application_number=message.application_number,
        print_count=message.print_count,
        issued_at=message.issued_at,
        name_masked=message.name_masked,
        document_number_masked=message.document_number_masked,
        card_number_masked=message.card_number_masked,
        agent_name_masked=message.agent_name_masked,
        certificate_url=message.certificate_url,
        verify_url=message.verify_url,
    )


def guide_of(message: wire.CollectionGuide) -> GuideFacts:
    return GuideFacts(
        offices=tuple(office_of(office) for office in message.offices),
        papers=tuple(PaperFacts(paper.who, paper.text_zh, paper.text_en) for paper in message.papers),
        working_days=message.working_days,
        ready_if_applied_today=message.ready_if_applied_today,
        keep_days=message.keep_days,
        hotlines=message.hotlines,
    )
