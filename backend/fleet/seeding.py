"""A fleet for the bench: throw-away keys, a root, and a first bundle that says what the reference data say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.fleet.board import Posted
from backend.fleet.bundles import Faulty
from backend.fleet.ceremony import sign_bundle
from backend.fleet.fleet import Fleet
from backend.fleet.key_files import read_signer
from backend.fleet.roots import install_roots
from backend.fleet.tables import ENROLLED, BundleRow, FleetTerminalRow
from backend.problems import Refusal
from backend.reference.service import ReferenceData
from kiosk.domain.application import PaymentMethod
from kiosk.fleet.refusals import Refused
from kiosk.fleet.sections import (
    Accessibility,
    Banks,
    Calendar,
    Endpoints,
    Features,
    LeadTimes,
    Links,
    Offices,
    Opening,
    Payments,
    Pricing,
    Sections,
    Staff,
    Texts,
    TimeOuts,
)

PEOPLE = ("bench-anna", "bench-bert")
"""Who approves and signs on the bench."""


class SeedError(Exception):
    """The bench's own files do not make a bundle; the text says why."""


def sections_of_reference(reference: ReferenceData) -> Sections:
    """The service as the backend's own files say it; everything else as it comes out of the box."""
    rules = reference.reference
    return Sections(
        pricing=Pricing(fees=rules.fees),
        payments=Payments(methods=tuple(PaymentMethod)),
        endpoints=Endpoints(),
        staff=Staff(),
        links=Links.model_validate(rules.links.model_dump()),
        lead_times=LeadTimes(rows=rules.lead_times),
        calendar=Calendar(),
        opening=Opening(),
        offices=Offices(rows=rules.offices),
        banks=Banks(rows=rules.banks),
        texts=Texts(),
        timeouts=TimeOuts(),
        accessibility=Accessibility(),
        features=Features(),
        hotlines=tuple(rules.hotlines),
    )


def seed_fleet(fleet: Fleet, session: Session, reference: ReferenceData, keys: Path) -> None:
    """Roots and a first bundle, signed with the bench's release keys; nothing when there is one."""
    install_roots(session, fleet.roots, fleet.clock.now())
    if session.scalars(select(BundleRow).limit(1)).first() is None:
        publish(fleet, session, "first", sections_of_reference(reference), keys)


def publish(fleet: Fleet, session: Session, bundle_id: str, sections: Sections, keys: Path, **fields: Any) -> BundleRow:
    """Draft, two approvals and two signatures at once: for the bench, where all keys lie in one folder.

    `fields`: further members of the bundle, as JSON.
    """
    row = fleet.bundles.draft(session, bundle_id, sections, PEOPLE[0], **fields)
    if isinstance(row, Faulty | Refusal):
        raise SeedError(f"the bench's bundle is not accepted: {row}")
    session.flush()
    for person in PEOPLE:
        if row.state == "draft":
            fleet.bundles.approve(session, row.sha256, person)
    envelope = sign_bundle(row.payload, [read_signer(keys / f"release-{name}.key", None) for name in "ab"])
    signed = fleet.bundles.sign(session, row.sha256, envelope, PEOPLE[0])
    if isinstance(signed, Refused | Refusal):
        raise SeedError(f"the bench's signatures are not accepted: {signed}")
    return signed


def adopt(fleet: Fleet, session: Session, terminal_id: str, office_id: str) -> Mapping[str, Posted]:
    """A terminal that has a token becomes one of the fleet; it may pair later and then has a certificate."""
    if session.get(FleetTerminalRow, terminal_id) is not None:
        return {}
    now = fleet.clock.now()
    session.add(
        FleetTerminalRow(
            terminal_id=terminal_id, office_id=office_id, state=ENROLLED, hardware="bench", enrolled_at=now
        )
    )
    session.flush()
    return fleet.wish_running(session, terminal_id)
