"""One-shot commands: for one boot of one terminal, soon or never, exactly once over restarts, never in a session.

A command is written down before it is performed and again when its outcome is known. What a power cut finds begun and
not ended is never begun again: a restart has then happened, anything else has failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter, ValidationError

from kiosk.clock import Clock
from kiosk.fleet.command import Action, Command, CommandOutcome, CommandResult
from kiosk.fleet.refusals import Refused
from kiosk.flow.events import Event, QuietAsked, QuietOver, ServiceClosed, ServiceOpened
from kiosk.logs import Log
from kiosk.services.fleet.files import Files

LEDGER: Final = "commands.json"
REF_PREFIX: Final = "command:"
MOST_KEPT: Final = 200
RESTARTS: Final = frozenset({Action.RESTART_APP, Action.REBOOT})


@dataclass(frozen=True)
class Entry:
    nonce: str
    action: Action
    expires: datetime
    boot_id: str
    outcome: CommandOutcome | None = None
    detail: str = ""
    is_told: bool = False


@dataclass(frozen=True)
class Ledger:
    entries: tuple[Entry, ...] = ()
    is_closed: bool = False
    """The operator took this terminal out of service, and it stays so over restarts."""


_LEDGER: Final = TypeAdapter(Ledger)


@dataclass
class Hands:
    """What can be done here. Each answers a word for why it could not, or nothing; it returns at once."""

    by_action: Mapping[Action, Callable[[], str]] = field(default_factory=dict[Action, Callable[[], str]])


class Commands:
    """`take` and `grant` on one thread; raises StorageError. `on_outcome` journals it and wakes whoever reports."""

    def __init__(
        self,
        files: Files,
        boot_id: str,
        hands: Hands,
        post: Callable[[Event], None],
        on_outcome: Callable[[Entry], None],
        clock: Clock,
        log: Log,
    ) -> None:
        self._files = files
        self._boot_id = boot_id
        self._hands = hands
        self._post = post
        self._on_outcome = on_outcome
        self._clock = clock
        self._log = log
        self._asked: dict[str, Command] = {}
        self._ledger = self._read()

    @property
    def done(self) -> frozenset[str]:
        """Nonces that are never performed again."""
        return frozenset(entry.nonce for entry in self._ledger.entries)

    @property
    def is_closed(self) -> bool:
        return self._ledger.is_closed

    @property
    def results(self) -> tuple[CommandResult, ...]:
        """Outcomes that the backend has not confirmed yet."""
        return tuple(
            CommandResult(nonce=entry.nonce, outcome=entry.outcome, detail=entry.detail)
            for entry in self._ledger.entries
            if entry.outcome is not None and not entry.is_told
        )[:16]

    def begin(self) -> None:
        """After a start: what the last boot left begun is ended."""
        for entry in self._ledger.entries:
            if entry.outcome is None and entry.boot_id != self._boot_id:
                has_happened = entry.action in RESTARTS
                self._end(entry.nonce, "" if has_happened else "INTERRUPTED")

    def take(self, judged: Command | Refused) -> None:
        """A command that came; a verified one waits until nobody is there."""
        if isinstance(judged, Refused):
            self._log.warning("command_refused", code=judged.code.value)
        elif judged.nonce not in self.done and judged.nonce not in self._asked:
            self._asked[judged.nonce] = judged
            self._post(QuietAsked(REF_PREFIX + judged.nonce))

    def grant(self, ref: str) -> None:
        """Nobody is there."""
        command = self._asked.pop(ref.removeprefix(REF_PREFIX), None)
        try:
            if command is not None and command.nonce not in self.done:
                self._perform(command)
        finally:
            self._post(QuietOver(ref))

    def told(self, results: tuple[CommandResult, ...]) -> None:
        """The backend has these."""
        nonces = {result.nonce for result in results}
        if nonces:
            self._change(lambda entry: _told(entry) if entry.nonce in nonces else entry)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _perform(self, command: Command) -> None:
        entry = Entry(command.nonce, command.action, command.expires, self._boot_id)
        kept = (*self._ledger.entries, entry)[-MOST_KEPT:]
        self._keep(Ledger(kept, self._ledger.is_closed))
        if command.expires <= self._clock.now():
            self._end(command.nonce, "EXPIRED")
            return
        self._log.info("command", action=command.action.value)
        problem = self._do(command.action)
        if problem or command.action not in RESTARTS:  # a restart is done when it has happened
            self._end(command.nonce, problem)

    def _do(self, action: Action) -> str:
        if action in (Action.OUT_OF_SERVICE, Action.INTO_SERVICE):
            is_closed = action is Action.OUT_OF_SERVICE
            self._keep(Ledger(self._ledger.entries, is_closed))
            self._post(ServiceClosed() if is_closed else ServiceOpened())
            return ""
        hand = self._hands.by_action.get(action)
        return "NOT_AVAILABLE" if hand is None else hand()

    def _end(self, nonce: str, problem: str) -> None:
        outcome = CommandOutcome.FAILED if problem else CommandOutcome.DONE
        self._change(lambda entry: _ended(entry, outcome, problem) if entry.nonce == nonce else entry)
        for entry in self._ledger.entries:
            if entry.nonce == nonce:
                self._on_outcome(entry)

    def _change(self, change: Callable[[Entry], Entry]) -> None:
        self._keep(Ledger(tuple(change(entry) for entry in self._ledger.entries), self._ledger.is_closed))

    def _keep(self, ledger: Ledger) -> None:
        self._files.put(LEDGER, _LEDGER.dump_json(ledger))
        self._ledger = ledger

    def _read(self) -> Ledger:
        content = self._files.get(LEDGER)
        try:
            return _LEDGER.validate_json(content) if content is not None else Ledger()
        except ValidationError:
            self._log.error("command_ledger_damaged")
            return Ledger()  # commands are bound to a boot, and this is another one


def _told(entry: Entry) -> Entry:
    return Entry(entry.nonce, entry.action, entry.expires, entry.boot_id, entry.outcome, entry.detail, is_told=True)


def _ended(entry: Entry, outcome: CommandOutcome, detail: str) -> Entry:
    return Entry(entry.nonce, entry.action, entry.expires, entry.boot_id, outcome, detail)
