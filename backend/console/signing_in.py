"""Signing in and out. Whoever guesses waits longer and longer; whoever is idle is signed out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session, sessionmaker

from backend.clock import Clock
from backend.console.accounts import Account, Accounts, account_in
from backend.console.tables import AccountRow, AttemptRow, VisitRow
from backend.database import hold_lock
from backend.fleet.audit import record
from backend.fleet.chance import Chance
from backend.hashing import sha256

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
FREE_OF_NAME, FREE_OF_ADDRESS = 3, 20
"""Failures without a wait; many people may share an address."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, repr=False)
class SignedIn:
    token: str


@dataclass(frozen=True)
class NotSignedIn:
    """Name, password or code is wrong; which one, nobody is told."""


@dataclass(frozen=True)
class TooSoon:
    wait_s: int


@dataclass(frozen=True)
class SigningIn:
    sessions: sessionmaker[Session]
    clock: Clock
    chance: Chance
    accounts: Accounts

    def sign_in(self, name: str, password: str, code: str, address: str) -> SignedIn | NotSignedIn | TooSoon:
        """The attempt is counted before it is judged, so that a hundred at once count as a hundred."""
        subjects = {_subject("name", name): FREE_OF_NAME, _subject("address", address): FREE_OF_ADDRESS}
        with self.sessions.begin() as session:
            wait_s = self._count(session, subjects)
            row = session.get(AccountRow, name[:64])
        if wait_s:
            return TooSoon(wait_s)
        is_right = self.accounts.is_password(row, password)
        if row is None or not is_right or not row.is_active:
            return NotSignedIn()
        return self._begin(row.name, code, address)

    def account_of(self, token: str) -> Account | None:
        """Whose visit it is; None: nobody's, or it has ended."""
        now = self.clock.now()
        with self.sessions.begin() as session:
            visit = session.get(VisitRow, sha256(token))
            if visit is None:
                return None
            row = session.get(AccountRow, visit.name)
            is_over = now - visit.seen_at > IDLE or now - visit.began_at > LONGEST
            if is_over or row is None or not row.is_active:
                session.delete(visit)
                return None
            if now - visit.seen_at > _SEEN_EVERY:
                visit.seen_at = now
            return account_in(row)

    def sign_out(self, token: str) -> None:
        with self.sessions.begin() as session:
            session.execute(delete(VisitRow).where(VisitRow.token_sha256 == sha256(token)))

    # --- inside -------------------------------------------------------------------------------------------------------

    def _count(self, session: Session, subjects: dict[str, int]) -> int:
        """Seconds still to wait, which does not count as an attempt; 0: go on, and it is counted."""
        now = self.clock.now()
        for subject in sorted(subjects):
            hold_lock(session, "console", subject)
        session.execute(delete(AttemptRow).where(AttemptRow.next_at < now - FORGOTTEN_AFTER))
        rows = {subject: session.get(AttemptRow, subject) for subject in subjects}
        waits = [(row.next_at - now).total_seconds() for row in rows.values() if row is not None]
        if (longest := max(waits, default=0)) > 0:
            return int(longest) + 1
        for subject, free in subjects.items():
            row = rows[subject] or AttemptRow(subject=subject, failures=0, next_at=now)
            row.failures += 1
            row.next_at = now + _wait(row.failures - free)
            session.add(row)
        return 0

    def _begin(self, name: str, code: str, address: str) -> SignedIn | NotSignedIn:
        now, token = self.clock.now(), self.chance.random(32).hex()
        with self.sessions.begin() as session:
            row = session.get_one(AccountRow, name, with_for_update=True)
            step = self.accounts.step_of(row, "".join(code.split()))
            if step is None:
                return NotSignedIn()
            row.last_step = step
            session.execute(delete(AttemptRow).where(AttemptRow.subject == _subject("name", name)))
            if (shared := session.get(AttemptRow, _subject("address", address))) is not None:
                shared.failures, shared.next_at = shared.failures - 1, now
            session.execute(delete(VisitRow).where(VisitRow.began_at < now - LONGEST))
            session.add(VisitRow(token_sha256=sha256(token), name=name, began_at=now, seen_at=now))
            record(session, now, name, "sign_in", name)
        return SignedIn(token)


def _subject(kind: str, value: str) -> str:
    """Hashed: somebody may have typed a password where the name belongs."""
    return sha256(f"{kind} {value}")


def _wait(over: int) -> timedelta:
    """Doubles with each failure beyond the free ones."""
    if over < 0:
        return timedelta(0)
    return min(FIRST_WAIT * 2 ** min(over, 20), LONGEST_WAIT)
