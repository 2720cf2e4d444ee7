"""Same key, same effect: the Idempotency-Key header as the IETF draft has it, over one database transaction.

| situation | answer |
|---|---|
| no key, or not a key | 400 key_missing |
| first time | the work; its effect, the key and the answer are committed together |
| the same key and request again | the stored status and body, `Idempotency-Replayed: true`, for ever |
| the same key with another request | 422 key_reused |
| the same key while the first is running | 409 key_in_use, `Retry-After` |

An answer is stored when it had an effect (2xx). A refusal changed nothing, so it is judged anew next time: a submission
refused because the money was late succeeds with the same key once the money is there. 5xx is never stored.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import assert_never

from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from backend.clock import Clock
from backend.database import lock_number
from backend.problems import Refusal
from backend.tables import AnswerRow
from kiosk.central.wire import IDEMPOTENCY_HEADER, ProblemCode

RETRY_AFTER_S = 1
KEY_PATTERN = r'^("[!#-\[\]-~]{8,255}"|[!#-\[\]-~]{8,255})$'
"""A structured-field string without escapes; without its quotation marks it is the same key."""


@dataclass(frozen=True)
class Intent:
    """One idempotent request: who asks, under which key, and a hash of everything that was asked."""

    terminal_id: str
    key: str
    fingerprint: str


@dataclass(frozen=True)
class Done:
    """What the work answered; committed together with its effect."""

    status: int
    body: BaseModel


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    was_replayed: bool


def intent_of(terminal_id: str, header: str, method: str, path: str, content: BaseModel | None) -> Intent | Refusal:
    """Reads the header; the fingerprint covers method, path and the parsed body."""
    if re.match(KEY_PATTERN, header) is None:
        return Refusal(ProblemCode.KEY_MISSING, field=IDEMPOTENCY_HEADER)
    body = content.model_dump_json() if content else ""
    return Intent(terminal_id, header.strip('"'), hashlib.sha256(f"{method} {path}\n{body}".encode()).hexdigest())


class Idempotency:
    """Runs work once per key. One object per process; processes on PostgreSQL are told apart by advisory locks."""

    def __init__(self, sessions: sessionmaker[Session], clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock
        self._running: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def once(self, intent: Intent, work: Callable[[Session], Done | Refusal]) -> Answer | Refusal:
        """Run `work` in a transaction of its own, or replay; raises what `work` or the database raises."""
        with self._claimed(intent) as is_mine:
            if not is_mine:
                return _in_use()
            try:
                return self._once(intent, work)
            except IntegrityError:
                # Somebody else committed between our look and our write: judge once more against what they left.
                return self._once(intent, work)

    def _once(self, intent: Intent, work: Callable[[Session], Done | Refusal]) -> Answer | Refusal:
        with self._sessions() as session, session.begin() as transaction:
            if not _lock_across_processes(session, intent):
                return _in_use()
            known = session.get(AnswerRow, (intent.terminal_id, intent.key))
            if known is not None:
                return _replay(known, intent)
            outcome = work(session)
            match outcome:
                case Refusal():
                    transaction.rollback()
                    return outcome
                case Done():
                    return self._keep(session, intent, outcome)
                case _:
                    assert_never(outcome)

    def _keep(self, session: Session, intent: Intent, done: Done) -> Answer:
        body = done.body.model_dump_json().encode()
        session.add(
            AnswerRow(
                terminal_id=intent.terminal_id,
                key=intent.key,
                fingerprint=intent.fingerprint,
                status=done.status,
                body=body,
                answered_at=self._clock.now(),
            )
        )
        return Answer(done.status, body, was_replayed=False)

    @contextmanager
    def _claimed(self, intent: Intent) -> Generator[bool]:
        name = (intent.terminal_id, intent.key)
        with self._lock:
            is_mine = name not in self._running
            self._running.add(name)
        try:
            yield is_mine
        finally:
            if is_mine:
                with self._lock:
                    self._running.discard(name)


def _lock_across_processes(session: Session, intent: Intent) -> bool:
    if session.get_bind().dialect.name != "postgresql":
        return True  # SQLite serves one process
    number = lock_number(intent.terminal_id, intent.key)
    return bool(session.scalar(text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": number}))


def _replay(known: AnswerRow, intent: Intent) -> Answer | Refusal:
    if known.fingerprint != intent.fingerprint:
        return Refusal(ProblemCode.KEY_REUSED, field=IDEMPOTENCY_HEADER)
    return Answer(known.status, known.body, was_replayed=True)


def _in_use() -> Refusal:
    return Refusal(ProblemCode.KEY_IN_USE, field=IDEMPOTENCY_HEADER, retry_after_s=RETRY_AFTER_S)
