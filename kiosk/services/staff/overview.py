"""What the home page and the readiness report say of the terminal itself: gathered from everybody who knows a part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from kiosk.domain.beijing_time import in_beijing
from kiosk.flow.facts import DeviceFacts
from kiosk.flow.staff.facts import CertificateFacts, QueueFacts, StaffOverview
from kiosk.journal.entries import JournalError, Lane, StepKind
from kiosk.journal.journal import Journal
from kiosk.journal.reading import RecordedStep
from kiosk.journal.store import Store
from kiosk.services.staff.history import last_session, week
from kiosk.services.staff.paper import Roll, paper_facts
from kiosk.services.staff.state import StaffState
from kiosk.services.staff.unsettled import held, items_of

HISTORY = timedelta(days=8)


@dataclass(frozen=True)
class JournalFacts:
    """What the journal knows, at one moment."""

    queue: QueueFacts
    unsettled: int
    ended: tuple[RecordedStep, ...]
    is_sound: bool


@dataclass(frozen=True)
class TerminalFacts:
    """What is known elsewhere in the program."""

    devices: Mapping[str, DeviceFacts]
    clock_offset_s: float | None
    certificates: tuple[CertificateFacts, ...]
    configuration_version: str
    configuration_hash: str
    software_version: str
    software_hash: str
    disk_free_percent: int | None
    temperature_c: int | None
    is_audit_sound: bool
    has_backlight: bool = False


SILENT_JOURNAL = JournalFacts(QueueFacts(0, 0), 0, (), is_sound=False)


def journal_facts(journal: Journal, now: datetime) -> JournalFacts:
    """A journal that is gone is said to be, and takes nothing else from the page."""
    try:
        return journal.ask(lambda store: _facts_of(store, now))
    except JournalError:
        return SILENT_JOURNAL


def _facts_of(store: Store, now: datetime) -> JournalFacts:
    figures = store.figures()
    queue = QueueFacts(sum(figures.waiting.values()), figures.parked, _oldest_s(store, now))
    open_items = [item for item in items_of(held(store, now), now) if not item.is_handed_over]
    ended = store.steps_of(frozenset({StepKind.SESSION_ENDED}), now - HISTORY)
    return JournalFacts(queue, len(open_items), ended, is_sound=not figures.set_aside)


def _oldest_s(store: Store, now: datetime) -> int:
    """Only telemetry says when it was written."""
    waiting = store.waiting(Lane.TELEMETRY, 1)
    body = cast("dict[str, Any]", json.loads(waiting[0].item.body)) if waiting else {}
    at = body.get("at")
    return max(0, round((now - datetime.fromisoformat(at)).total_seconds())) if isinstance(at, str) else 0


def overview_of(
    now: datetime, journal: JournalFacts, terminal: TerminalFacts, state: StaffState, roll: Roll
) -> StaffOverview:
    return StaffOverview(
        taken_at=now,
        paper=paper_facts(state, roll),
        queue=journal.queue,
        unsettled=journal.unsettled,
        clock_offset_s=terminal.clock_offset_s,
        certificates=terminal.certificates,
        configuration_version=terminal.configuration_version,
        software_version=terminal.software_version,
        disk_free_percent=terminal.disk_free_percent,
        temperature_c=terminal.temperature_c,
        last_session=last_session(journal.ended),
        days=week(journal.ended, state.paper_mm_by_day, in_beijing(now).date()),
        tests=state.recorded_tests(),
        volume_percent=state.volume_percent,
        brightness_percent=state.brightness_percent if terminal.has_backlight else None,
        is_journal_sound=journal.is_sound,
        is_audit_sound=terminal.is_audit_sound,
    )
