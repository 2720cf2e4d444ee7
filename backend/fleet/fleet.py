"""The fleet as the rest of the backend sees it: its services, put together once; the console works with these.

    fleet.act(lambda session: fleet.rollouts.step(session))

runs in one transaction, posts the statements that came of it after the commit, and wakes the other processes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from backend.clock import Clock
from backend.fleet.authority import Authority
from backend.fleet.board import Board, Posted
from backend.fleet.bundles import SIGNED, Bundles
from backend.fleet.commanding import Commanding
from backend.fleet.director import Director, Wish, read_posted
from backend.fleet.enrolment import Enrolments
from backend.fleet.health import Health
from backend.fleet.metrics import FleetCollector
from backend.fleet.rollouts.service import Rollouts
from backend.fleet.roots import install_roots
from backend.fleet.tables import EnrolmentRow
from backend.problems import Refusal
from kiosk.fleet.pairing import EnrolmentState

CHANNEL = "lobby_fleet"
"""Of LISTEN and NOTIFY; the notification is empty, it only says: look."""
STEP_LOCK = 0x10BB_F1EE
"""Advisory lock: one process at a time looks after the fleet."""


@dataclass
class Fleet:
    sessions: sessionmaker[Session]
    clock: Clock
    board: Board
    authority: Authority
    director: Director
    enrolments: Enrolments
    bundles: Bundles
    health: Health
    rollouts: Rollouts
    commanding: Commanding
    roots: tuple[bytes, ...]
    """Envelopes of the chain, oldest first."""
    _looked_at: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def engine(self) -> Engine:
        return self.sessions.kw["bind"]

    @property
    def collector(self) -> FleetCollector:
        return FleetCollector(self.sessions, self.board)

    # --- acting -------------------------------------------------------------------------------------------------------

    def act(self, work: Callable[[Session], Mapping[str, Posted]]) -> Mapping[str, Posted]:
        """One transaction; whoever waits for what came of it is woken when it is committed, here and elsewhere."""
        with self.sessions.begin() as session:
            posted = work(session)
            if posted and session.get_bind().dialect.name == "postgresql":
                session.execute(text(f"NOTIFY {CHANNEL}"))
        self.board.post(posted)
        return posted

    def decide_enrolment(self, enrolment_id: str, who: str, *, is_approved: bool) -> EnrolmentRow | Refusal:
        """A person's yes or no; an admitted terminal is at once wished what the fleet runs."""
        outcome: list[EnrolmentRow | Refusal] = []

        def work(session: Session) -> Mapping[str, Posted]:
            decided = self.enrolments.decide(session, enrolment_id, who, is_approved=is_approved)
            outcome.append(decided)
            if isinstance(decided, Refusal) or decided.state != EnrolmentState.APPROVED:
                return {}
            return self.wish_running(session, decided.terminal_id)

        self.act(work)
        return outcome[0]

    def decommission(self, terminal_id: str, who: str) -> Refusal | None:
        with self.sessions.begin() as session:
            refusal = self.enrolments.decommission(session, terminal_id, who)
        self.board.forget(terminal_id)
        return refusal

    def wish_running(self, session: Session, terminal_id: str) -> Mapping[str, Posted]:
        """For a newcomer: what most of the fleet is wished to run; nothing when there is no signed bundle yet."""
        bundle = self.bundles.running(session)
        if bundle is None or bundle.state != SIGNED:
            return {}
        return self.director.wish(session, {terminal_id: Wish(bundle)}, self.clock.now())

    # --- beside the routes --------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Reads statements that other processes posted; the first time, all of them, and installs the roots."""
        with self._lock:
            now = self.clock.now()
            if self._looked_at is None:
                with self.sessions.begin() as session:
                    install_roots(session, self.roots, now)
            with self.sessions() as session:
                self.board.post(read_posted(session, self._looked_at))
            self._looked_at = now

    @property
    def has_looked(self) -> bool:
        return self._looked_at is not None

    def ensure_looked(self) -> None:
        if not self.has_looked:
            self.look()

    def look_after(self) -> None:
        """One round: outcomes and waves, conditions and alerts, statements that end soon. One process does it."""
        self.ensure_looked()
        self.act(lambda session: self.rollouts.step(session) if self._is_ours(session) else {})
        self.act(lambda session: self.director.refresh(session, self.clock.now()) if self._is_ours(session) else {})
        self.health.look_after(self._is_ours)

    def _is_ours(self, session: Session) -> bool:
        """SQLite serves one process; in PostgreSQL the lock lasts as long as the transaction."""
        if session.get_bind().dialect.name != "postgresql":
            return True
        return bool(session.scalar(text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": STEP_LOCK}))
