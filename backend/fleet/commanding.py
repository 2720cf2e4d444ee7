"""One-shot commands to a terminal: made for the boot it reported last, handed out until done or too late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.clock import Clock
from backend.fleet.audit import record
from backend.fleet.chance import Chance
from backend.fleet.director import Director
from backend.fleet.tables import CommandRow, HealthRow
from backend.problems import Refusal
from kiosk.central.wire import ProblemCode
from kiosk.fleet.command import Action, Command

LIFE = timedelta(minutes=10)


@dataclass(frozen=True)
class Commanding:
    clock: Clock
    chance: Chance
    director: Director

    def order(self, session: Session, terminal_id: str, action: Action, who: str) -> CommandRow | Refusal:
        """A command for the boot that spoke last; a terminal that never spoke has none."""
        health, now = session.get(HealthRow, terminal_id), self.clock.now()
        if health is None:
            return Refusal(ProblemCode.NOT_FOUND)
        command = Command(
            terminal=terminal_id,
            boot_id=health.boot_id,
            nonce=self.chance.random(16).hex(),
            action=action,
            issued=now,
            expires=now + LIFE,
        )
        row = CommandRow(
            nonce=command.nonce,
            terminal_id=terminal_id,
            action=action,
            envelope=self.director.command(command),
            created_by=who,
            created_at=now,
            expires_at=command.expires,
            detail="",
        )
        session.add(row)
        record(session, now, who, "command", terminal_id, action=action)
        return row

    def waiting(self, session: Session, terminal_id: str) -> Sequence[str]:
        """Envelopes, oldest first, as text."""
        is_open = (CommandRow.outcome.is_(None)) & (CommandRow.expires_at > self.clock.now())
        query = select(CommandRow.envelope).where(CommandRow.terminal_id == terminal_id, is_open)
        return [envelope.decode() for envelope in session.scalars(query.order_by(CommandRow.created_at).limit(16))]
