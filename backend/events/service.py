"""Keeps what terminals tell, each event once however often it is sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.events.tables import EventRow
from kiosk.central.wire import EventBatch, EventsAccepted


def keep_events(session: Session, batch: EventBatch, terminal_id: str, now: datetime) -> EventsAccepted:
    """`event_id` is the idempotency key of an event; the first telling wins."""
    fresh = {event.event_id: event for event in reversed(batch.events)}
    of_terminal = select(EventRow.event_id).where(EventRow.terminal_id == terminal_id)
    known = set(session.scalars(of_terminal.where(EventRow.event_id.in_(fresh))))
    for event_id in fresh.keys() - known:
        event = fresh[event_id]
        session.add(
            EventRow(
                terminal_id=terminal_id,
                event_id=event_id,
                kind=event.kind,
                at=event.at,
                received_at=now,
                facts=event.facts,
            )
        )
    accepted = len(fresh.keys() - known)
    return EventsAccepted(accepted=accepted, known=len(batch.events) - accepted)
