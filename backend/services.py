"""Everything the routes work with, put together once and passed in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from backend.agents.service import Agents
from backend.applications.service import Applications
from backend.certificates.issue import CertificateIssuer
from backend.certificates.links import Links
from backend.certificates.printing import CertificatePrinter
from backend.clock import Clock, Numbers
from backend.drafts.phone import PhoneDrafts
from backend.drafts.service import Drafts
from backend.e_cards.port import ECardPlatform
from backend.errands.service import Errands
from backend.fleet.prices import BundlePrices
from backend.idempotency import Idempotency
from backend.photos.service import Photos
from backend.records.service import Records
from backend.reference.service import ReferenceData


@dataclass(frozen=True)
class Services:
    sessions: sessionmaker[Session]
    clock: Clock
    numbers: Numbers
    reference: ReferenceData
    records: Records
    applications: Applications
    idempotency: Idempotency
    links: Links
    printer: CertificatePrinter
    agents: Agents
    drafts: Drafts
    phone_drafts: PhoneDrafts
    errands: Errands
    e_cards: ECardPlatform


def build_services(
    sessions: sessionmaker[Session],
    clock: Clock,
    numbers: Numbers,
    reference: ReferenceData,
    links: Links,
    printer: CertificatePrinter,
    e_cards: ECardPlatform,
) -> Services:
    records = Records(clock, numbers, reference)
    agents = Agents(clock, numbers, reference, records)
    drafts = Drafts(clock, numbers, reference, records, Photos(clock, numbers), links)
    issuer = CertificateIssuer(clock, numbers, reference)
    prices = BundlePrices(reference)
    applications = Applications(clock, numbers, reference, records, issuer, prices, agents, drafts)
    return Services(
        sessions=sessions,
        clock=clock,
        numbers=numbers,
        reference=reference,
        records=records,
        applications=applications,
        idempotency=Idempotency(sessions, clock),
        links=links,
        printer=printer,
        agents=agents,
        drafts=drafts,
        phone_drafts=PhoneDrafts(drafts),
        errands=Errands(clock, reference, records, applications, links),
        e_cards=e_cards,
    )
