"""The rules an application is judged by: those of the bundle that its visit began with, on this backend's reference.

A terminal does not choose its fee: the bundle must be one that it was wished lately, or that it says it runs. Without
a bundle the reference data hold.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from backend.fleet.bundles import SIGNED, read_bundle
from backend.fleet.prices import bundles_of
from backend.fleet.tables import BundleRow
from backend.reference.service import ReferenceData
from kiosk.fleet.effective import reference_under


class ServiceRules:
    """Bundles never change, so what was made of one is kept."""

    def __init__(self, reference: ReferenceData) -> None:
        self.reference = reference
        self._made: dict[str, ReferenceData] = {}

    def charged(self, session: Session, terminal_id: str, version: str | None) -> ReferenceData | None:
        """For a new application; None: this terminal may not charge by that version any more, or never might."""
        if version is None:
            return self.reference
        allowed = {row.sha256 for row in bundles_of(session, terminal_id) if row.state == SIGNED}
        return self.promised(session, version) if version in allowed else None

    def promised(self, session: Session, version: str | None) -> ReferenceData | None:
        """For an application that was accepted under it; a bundle that was withdrawn since keeps its promises."""
        if version is None:
            return self.reference
        made = self._made.get(version)
        return made if made is not None else self._make(session, version)

    def _make(self, session: Session, version: str) -> ReferenceData | None:
        row = session.get(BundleRow, version)
        if row is None:
            return None
        made = ReferenceData(reference_under(read_bundle(row).sections, self.reference.reference, version))
        self._made[version] = made
        return made
