"""The few moves that every chapter of staff mode makes."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from kiosk.domain.staff import Permission, may
from kiosk.flow.effects import Effect
from kiosk.flow.facts import Moment
from kiosk.flow.staff.effects import GatherOverview, RecordAudit
from kiosk.flow.staff.facts import AuditPhase, AuditWord, Disposition
from kiosk.flow.staff.situations import StaffHome, StaffSituation
from kiosk.flow.terminal import Result, Terminal
from kiosk.flow.texts import Text, text
from kiosk.flow.views import Option, Phase, Picture

Facts = tuple[tuple[str, str | int | bool], ...]

ANSWER_LIMIT_S = 45.0
"""Longest wait for an answer of whoever works behind staff mode."""


def enter(terminal: Terminal, situation: StaffSituation, now: Moment, *effects: Effect) -> Result:
    """Another page. How the screen looks stays as staff want it."""
    entered = replace(terminal, situation=situation, serial=terminal.serial + 1, entered_at_s=now.mono_s)
    return entered, effects


def home(terminal: Terminal, now: Moment, notice: str = "") -> Result:
    """Back home, with a word for what has been done (`staff.done.<notice>`)."""
    asked = replace(terminal, staff=replace(terminal.staff, asked_at_s=now.mono_s))
    return enter(asked, StaffHome(notice), now, GatherOverview())


def recorded(
    terminal: Terminal,
    word: AuditWord,
    phase: AuditPhase = AuditPhase.ONCE,
    disposition: Disposition = Disposition.SUCCESS,
    facts: Facts = (),
) -> RecordAudit:
    """A record of what the member of staff who is there does."""
    card = terminal.staff.card
    how = Disposition.NONE if phase is AuditPhase.BEGIN else disposition
    return RecordAudit(word, phase, card.staff_id if card else "", card.role if card else None, how, facts)


def is_allowed(terminal: Terminal, permission: Permission) -> bool:
    card = terminal.staff.card
    return card is not None and may(card.role, permission)


def option_for(
    terminal: Terminal, option_id: str, permission: Permission, title: Text, picture: Picture | None = None
) -> Option:
    """An entry that says why it is closed when the role may not use it."""
    is_open = is_allowed(terminal, permission)
    note = None if is_open else text("staff.not_allowed")
    return Option(option_id, title, picture=picture, is_enabled=is_open, note=note)


def is_overdue(terminal: Terminal, now: Moment, limit_s: float = ANSWER_LIMIT_S) -> bool:
    return now.mono_s >= terminal.entered_at_s + limit_s


def shuffled(items: str, seed: str) -> str:
    """The characters in an order that only the seed tells; the same seed gives the same order."""
    return "".join(sorted(items, key=lambda item: sha256(f"{seed}/{item}".encode()).digest()))


def disposition_of(phase: Phase) -> Disposition:
    return {Phase.DONE: Disposition.SUCCESS, Phase.TROUBLE: Disposition.FAILURE}.get(phase, Disposition.CANCELLED)
