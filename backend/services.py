"""Everything the routes work with, put together once and passed in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from backend.applications.service import Applications
from backend.certificates.issue import CertificateIssuer
from backend.certificates.links import Links
from backend.certificates.printing import CertificatePrinter
from backend.clock import Clock, Numbers
from backend.fleet.prices import BundlePrices
from backend.idempotency import Idempotency
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


def build_services(
    sessions: sessionmaker[Session],
    clock: Clock,
    numbers: Numbers,
    reference: ReferenceData,
    links: Links,
    printer: CertificatePrinter,
) -> Services:
    records = Records(clock, numbers, reference)
    issuer = CertificateIssuer(clock, numbers, reference)
    return Services(
        sessions=sessions,
        clock=clock,
        numbers=numbers,
        reference=reference,
        records=records,
        applications=Applications(clock, numbers, reference, records, issuer, BundlePrices(reference)),
        idempotency=Idempotency(sessions, clock),
        links=links,
        printer=printer,
    )
