"""What a terminal asks, answered by the services of a backend in the same program, as its routes would."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from backend.fleet.fleet import Fleet
from backend.fleet.tables import BundleRow, DesiredRow, HealthRow
from backend.problems import Refusal
from kiosk.central.errors import Refused, Silent
from kiosk.central.fleet import NothingNew, Offer
from kiosk.central.wire import ProblemCode
from kiosk.fleet.report import Report, ReportAccepted


class Counter:
    """Where terminals are answered; one for a whole fleet. Inside `round` all reports go into one transaction."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self._bundles: dict[str, bytes] = {}
        self._round: _Round | None = None

    @contextmanager
    def round(self) -> Generator[None]:
        with self.fleet.sessions.begin() as session:
            seen = {row.terminal_id: row for row in session.scalars(select(HealthRow))}
            without_bodies = select(DesiredRow).options(defer(DesiredRow.envelope), defer(DesiredRow.overrides))
            wished = {row.terminal_id: row for row in session.scalars(without_bodies)}
            self._round = _Round(session, seen, wished)
            try:
                yield
            finally:
                self._round = None

    def bundle(self, sha256: str) -> bytes | Refused:
        """They never change, so they are read once."""
        if sha256 not in self._bundles:
            with self._session() as session:
                row = session.get(BundleRow, sha256)
            if row is None or row.envelope is None:
                return Refused(ProblemCode.NOT_FOUND)
            self._bundles[sha256] = row.envelope
        return self._bundles[sha256]

    def report(self, terminal_id: str, report: Report) -> ReportAccepted | Refusal:
        now = self._round
        if now is None:
            return self.fleet.health.accept(terminal_id, report)
        row, desired = now.seen.get(terminal_id), now.wished.get(terminal_id)
        return self.fleet.health.take(now.session, terminal_id, report, row, desired)

    def _session(self) -> AbstractContextManager[Session]:
        return nullcontext(self._round.session) if self._round is not None else self.fleet.sessions()


@dataclass(frozen=True)
class _Round:
    session: Session
    seen: Mapping[str, HealthRow]
    wished: Mapping[str, DesiredRow]


class Line:
    """One terminal's; is what `Following`, `Believer` and `Reporter` ask for."""

    def __init__(self, counter: Counter, terminal_id: str, *, has_commands: bool) -> None:
        self._counter = counter
        self._fleet = counter.fleet
        self._terminal_id = terminal_id
        self._has_commands = has_commands

    def desired(self, etag: str) -> Offer | NothingNew:
        """Never waits: a simulated terminal looks in every round."""
        posted = self._fleet.board.posted(self._terminal_id)
        if posted is None or posted.etag == etag:
            return NothingNew()
        return Offer(posted.etag, posted.envelope)

    def bundle(self, sha256: str) -> bytes | Refused:
        return self._counter.bundle(sha256)

    def root(self, version: int) -> bytes | Refused:
        roots = self._fleet.roots
        return roots[version - 1] if 0 < version <= len(roots) else Refused(ProblemCode.NOT_FOUND)

    def report(self, report: Report) -> ReportAccepted | Refused | Silent:
        outcome = self._counter.report(self._terminal_id, report)
        return Refused(outcome.code) if isinstance(outcome, Refusal) else outcome

    def commands(self) -> Sequence[bytes]:
        if not self._has_commands:
            return ()
        with self._fleet.sessions() as session:
            waiting = self._fleet.commanding.waiting(session, self._terminal_id)
        return tuple(text.encode() for text in waiting)

    def cancel(self) -> None:
        pass

    def close(self) -> None:
        pass
