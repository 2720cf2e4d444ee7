"""The director: signs what each terminal shall run, keeps statements fresh, and puts them on the board.

`wish` runs in the caller's transaction; what it returns is posted after the commit, never before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from securesystemslib.signer import CryptoSigner  # pyright: ignore[reportPrivateImportUsage]  documented there
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.fleet.board import Posted
from backend.fleet.tables import DECOMMISSIONED, BundleRow, DesiredRow, FleetTerminalRow, StatementRow
from kiosk.fleet.command import COMMAND_TYPE, Command
from kiosk.fleet.desired import DESIRED_TYPE, BundlePointer, Desired, Overrides, RolloutMark, etag
from kiosk.fleet.envelope import seal, sign
from kiosk.fleet.roots import Root
from kiosk.fleet.strict_json import address

STATEMENT_LIFE = timedelta(days=7)
REFRESH_BEFORE = timedelta(days=3)
"""A statement is signed anew this long before it ends."""
SWEEP_OVERLAP = timedelta(seconds=30)
"""Rows become visible when their transaction commits, not when they are stamped; a sweep looks back this far."""

AT_ONCE = 1000
"""Names in one query."""


class DirectorError(Exception):
    """The director's key is not one that the newest root names."""


@dataclass(frozen=True)
class Wish:
    """What one terminal shall run."""

    bundle: BundleRow
    rollout: RolloutMark | None = None
    deadline: datetime | None = None
    min_release_counter: int = 0


@dataclass(frozen=True, repr=False)
class Director:
    signer: CryptoSigner
    root: Root

    def __post_init__(self) -> None:
        if self.signer.public_key.keyid not in self.root.roles.director.keyids:
            raise DirectorError("the newest root of trust names another director's key; rotate the root first")

    def wish(
        self, session: Session, wishes: Mapping[str, Wish], now: datetime, overrides: Overrides | None = None
    ) -> Mapping[str, Posted]:
        """New statements for these terminals, one version above what each has; to be posted after the commit."""
        names, known = list(wishes), dict[str, DesiredRow]()
        for start in range(0, len(names), AT_ONCE):
            query = select(DesiredRow).where(DesiredRow.terminal_id.in_(names[start : start + AT_ONCE]))
            known.update({row.terminal_id: row for row in session.scalars(query.with_for_update())})
        return {name: self._wish(session, name, known.get(name), wishes[name], now, overrides) for name in wishes}

    def _wish(
        self,
        session: Session,
        terminal_id: str,
        row: DesiredRow | None,
        wish: Wish,
        now: datetime,
        overrides: Overrides | None,
    ) -> Posted:
        kept = overrides or (Overrides.model_validate_json(_json(row)) if row else Overrides())
        # Within one epoch a version never repeats; a new epoch starts at 1 whatever a thief used up before.
        version = row.version + 1 if row and row.epoch == self.root.epoch else 1
        statement = Desired(
            terminal=terminal_id,
            epoch=self.root.epoch,
            version=version,
            bundle=BundlePointer(
                sha256=wish.bundle.sha256,
                length=len(wish.bundle.payload),
                release_counter=wish.bundle.release_counter,
            ),
            overrides=kept,
            rollout=wish.rollout,
            issued=now,
            not_before=now,
            expires=now + STATEMENT_LIFE,
            deadline=wish.deadline,
            min_release_counter=wish.min_release_counter,
        )
        payload = statement.to_bytes()
        envelope = seal(sign(DESIRED_TYPE, payload, [self.signer]))
        values = {
            "epoch": statement.epoch,
            "version": version,
            "payload_sha256": address(payload),
            "envelope": envelope,
            "bundle_sha256": wish.bundle.sha256,
            "rollout_id": wish.rollout.id if wish.rollout else None,
            "overrides": kept.model_dump(mode="json"),
            "expires_at": statement.expires,
            "changed_at": now,
        }
        if row is None:
            row = DesiredRow(terminal_id=terminal_id, **values)
            session.add(row)
        else:
            for name, value in values.items():
                setattr(row, name, value)
        session.add(
            StatementRow(
                terminal_id=terminal_id,
                epoch=statement.epoch,
                version=version,
                bundle_sha256=wish.bundle.sha256,
                rollout_id=row.rollout_id,
                issued_at=now,
            )
        )
        return posted(row)

    def refresh(self, session: Session, now: datetime, at_once: int = 500) -> Mapping[str, Posted]:
        """Signs anew what ends soon or belongs to an older epoch; the wish itself stays the same."""
        ends_soon = DesiredRow.expires_at < now + REFRESH_BEFORE
        is_old = DesiredRow.epoch < self.root.epoch
        serving = select(FleetTerminalRow.terminal_id).where(FleetTerminalRow.state != DECOMMISSIONED)
        query = select(DesiredRow).where(ends_soon | is_old).where(DesiredRow.terminal_id.in_(serving)).limit(at_once)
        rows = list(session.scalars(query))
        bundles = _bundles(session, [row.bundle_sha256 for row in rows])
        wishes = {row.terminal_id: Wish(bundles[row.bundle_sha256], _mark(row)) for row in rows}
        return self.wish(session, wishes, now)

    def command(self, command: Command) -> bytes:
        return seal(sign(COMMAND_TYPE, command.to_bytes(), [self.signer]))


def posted(row: DesiredRow) -> Posted:
    return Posted(etag(row.epoch, row.version, row.payload_sha256), row.envelope, row.epoch, row.version)


def read_posted(session: Session, since: datetime | None) -> Mapping[str, Posted]:
    """Statements that changed since then, for the board; all of them with None."""
    query = select(DesiredRow)
    if since is not None:
        query = query.where(DesiredRow.changed_at >= since - SWEEP_OVERLAP)
    return {row.terminal_id: posted(row) for row in session.scalars(query)}


def _bundles(session: Session, addresses: Sequence[str]) -> Mapping[str, BundleRow]:
    rows = session.scalars(select(BundleRow).where(BundleRow.sha256.in_(set(addresses))))
    return {row.sha256: row for row in rows}


def _mark(row: DesiredRow) -> RolloutMark | None:
    """A refreshed statement belongs to no wave: its result was counted when it first went out."""
    return RolloutMark(id=row.rollout_id, wave=0) if row.rollout_id else None


def _json(row: DesiredRow) -> str:
    return Overrides.model_validate(row.overrides, strict=False).model_dump_json()
