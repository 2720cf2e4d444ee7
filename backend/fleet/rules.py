"""The rules an application is judged by: those of the bundle that its visit began with, on this backend's reference.

A terminal does not choose its fee: the bundle must be one that this terminal was told to run, and it must run it still,
or must have been told something else only lately. Without a bundle the reference data hold.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.clock import Clock
from backend.fleet.bundles import SIGNED
from backend.fleet.tables import BundleRow, HealthRow, StatementRow
from backend.reference.service import ReferenceData
from kiosk.fleet.bundle import Bundle, parse_bundle
from kiosk.fleet.effective import reference_under
from kiosk.fleet.report import Report

GRACE = timedelta(days=7)
"""As long as a statement lives: who was offline may have begun with the one before."""


class ServiceRules:
    """Bundles never change, so what was made of one is kept."""

    def __init__(self, reference: ReferenceData, clock: Clock) -> None:
        self.reference = reference
        self._clock = clock
        self._made: dict[str, ReferenceData] = {}

    def charged(self, session: Session, terminal_id: str, version: str | None) -> ReferenceData | None:
        """For a new application; None: this terminal may not charge by that version any more, or never might."""
        if version is None:
            return self.reference
        return self.promised(session, version) if self._may_charge(session, terminal_id, version) else None

    def promised(self, session: Session, version: str | None) -> ReferenceData | None:
        """For an application that was accepted under it."""
        if version is None:
            return self.reference
        made = self._made.get(version)
        return made if made is not None else self._make(session, version)

    def _make(self, session: Session, version: str) -> ReferenceData | None:
        row = session.get(BundleRow, version)
        bundle = parse_bundle(row.payload) if row is not None and row.envelope is not None else None
        if not isinstance(bundle, Bundle):
            return None
        made = ReferenceData(reference_under(bundle.sections, self.reference.reference, version))
        self._made[version] = made
        return made

    def _may_charge(self, session: Session, terminal_id: str, version: str) -> bool:
        row = session.get(BundleRow, version)
        if row is None or row.state != SIGNED:  # one that was withdrawn keeps its promises, and makes no new ones
            return False
        newest = session.scalars(_statements(terminal_id).limit(1)).one_or_none()
        if newest is None:
            return False
        if newest.bundle_sha256 == version:
            return True
        replaced_at = _replaced_at(session, terminal_id, version)
        if replaced_at is None:
            return False
        return self._clock.now() - replaced_at < GRACE or _runs(session, terminal_id) == version


def _statements(terminal_id: str) -> Select[StatementRow]:
    newest_first = (StatementRow.epoch.desc(), StatementRow.version.desc())
    return select(StatementRow).where(StatementRow.terminal_id == terminal_id).order_by(*newest_first)


def _replaced_at(session: Session, terminal_id: str, version: str) -> datetime | None:
    """When this terminal was told to run something else; None: it was never told to run this."""
    after: StatementRow | None = None
    for row in session.scalars(_statements(terminal_id)):
        if row.bundle_sha256 == version:
            return after.issued_at if after is not None else None
        after = row
    return None


def _runs(session: Session, terminal_id: str) -> str:
    """By its own newest report; after a return to the last known good it differs from what is wished."""
    row = session.get(HealthRow, terminal_id)
    applied = Report.model_validate(row.report, strict=False).applied if row is not None else None
    return applied.bundle if applied is not None else ""
