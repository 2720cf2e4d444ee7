"""Which fee may a terminal charge? The one of the bundle it runs, not the one of another terminal or of tomorrow.

A change of price reaches terminals one after another, and a session keeps the price it began with. So a fee is right
when it is that of a bundle this terminal was wished lately: the newest, the one before, or the one it says it runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.fleet.bundles import read_bundle
from backend.fleet.tables import BundleRow, HealthRow, StatementRow
from backend.reference.service import ReferenceData, fee_of
from kiosk.domain.application import DeliveryMode, Reason

STATEMENTS_BACK = 20
"""How far back the bundle before the newest is looked for; statements are also signed anew for the same bundle."""


@dataclass(frozen=True)
class BundlePrices:
    """Is a `backend.applications.ports.Prices`; a terminal outside any fleet charges what the reference data say."""

    reference: ReferenceData

    def may_charge(
        self, session: Session, terminal_id: str, reason: Reason, delivery: DeliveryMode, day: date, fee_fen: int
    ) -> bool:
        bundles = _bundles_of(session, terminal_id)
        if not bundles:
            return fee_fen == self.reference.fee_fen(reason, delivery, day)
        tables = [read_bundle(row).sections.pricing.fees for row in bundles]
        return fee_fen in {fee_of(rows, reason, delivery, day) for rows in tables}


def _bundles_of(session: Session, terminal_id: str) -> Sequence[BundleRow]:
    mine = select(StatementRow.bundle_sha256).where(StatementRow.terminal_id == terminal_id)
    newest = mine.order_by(StatementRow.epoch.desc(), StatementRow.version.desc()).limit(STATEMENTS_BACK)
    wished = list(dict.fromkeys(session.scalars(newest)))[:2]
    health = session.get(HealthRow, terminal_id)
    runs = (health.report.get("applied") or {}).get("bundle") if health else None
    return session.scalars(select(BundleRow).where(BundleRow.sha256.in_({*wished, runs or ""}))).all()
