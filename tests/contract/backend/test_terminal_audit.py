"""A terminal's audit log on its way: sealed, witnessed, carried by the outbox, verified by the backend."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.audit.catalogue import OwnWord
from kiosk.audit.keys import terminal_key
from kiosk.audit.log import AuditFiles, AuditLog
from kiosk.audit.records import Entry, Record
from kiosk.central import wire
from kiosk.central.client import CentralClient
from kiosk.journal.entries import Lane, StepKind
from kiosk.journal.journal import Journal
from kiosk.journal.sender import Outcome
from kiosk.journal.store import Store
from kiosk.services.delivery import Delivery
from kiosk.services.staff.audit_keeper import AuditKeeper, AuditUploads
from tests.contract.backend.server import TERMINAL, Running


class Terminal:
    """As much of a terminal as keeps and sends the log."""

    def __init__(self, central: Running, folder: Path) -> None:
        self.files, clock = AuditFiles(folder), central.clock
        key = terminal_key(self.files.key)
        token = central.headers["Authorization"].removeprefix("Bearer ")
        self.client = CentralClient(str(central.http.base_url), TERMINAL, token)
        self.journal = Journal(lambda: Store(folder / "journal.sqlite", clock.now))
        self.journal.start()
        self.woken = 0

        def open_log(on_seal: Callable[[Record], None]) -> AuditLog:
            return AuditLog(self.files, TERMINAL, key, clock.now, on_seal)

        self.keeper = AuditKeeper(
            open_log, self.journal, self._wake, lambda word, _error: pytest.fail(word), key.public.text
        )
        self.keeper.start()
        self.fresh_uploads()

    def _wake(self) -> None:
        self.woken += 1

    def fresh_uploads(self) -> None:
        """As after a start: nothing is known of what the backend has."""
        public_key = terminal_key(self.files.key).public.text
        self.uploads = AuditUploads(self.files, public_key, self.client.send_audit)

    def record(self, count: int) -> None:
        for _ in range(count):
            self.keeper.record(Entry(OwnWord.TERMINAL_STARTED))
        self.keeper.seal()

    def deliver(self) -> list[Outcome]:
        delivery = Delivery(self.client, lambda _event: None, self.uploads.deliver)
        waiting = self.journal.ask(lambda store: store.waiting(Lane.TELEMETRY))
        outcomes = [delivery.send((each.item,)) for each in waiting]
        self.journal.ask(lambda store: store.mark_delivered([each.item.key for each in waiting]))
        return outcomes


@pytest.fixture
def terminal(one_office: Running, tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(one_office, tmp_path / "terminal")
    yield opened
    opened.keeper.stop(5)
    opened.client.close()
    opened.journal.stop()


def known(terminal: Terminal) -> int:
    answer = terminal.uploads.deliver(terminal.journal.ask(lambda store: store.waiting(Lane.TELEMETRY))[-1].item)
    assert isinstance(answer, wire.AuditReceived)
    return answer.contiguous_to


def test_what_was_recorded_reaches_the_backend(terminal: Terminal) -> None:
    terminal.record(3)
    assert terminal.deliver() == [Outcome.DELIVERED]
    terminal.record(2)
    assert known(terminal) == terminal.keeper.head.seq


def test_after_a_start_only_what_the_backend_lacks_is_sent_on(terminal: Terminal) -> None:
    terminal.record(450)
    terminal.deliver()
    terminal.fresh_uploads()
    terminal.record(1)
    assert known(terminal) == terminal.keeper.head.seq


def test_the_journal_witnesses_every_seal(terminal: Terminal) -> None:
    terminal.record(1)
    steps = terminal.journal.ask(lambda store: list(store.steps()))
    (sealed,) = (each.step for each in steps if each.step.kind is StepKind.AUDIT_SEALED)
    assert (sealed.subject, dict(sealed.facts)["hash"]) == (
        str(terminal.keeper.head.seq),
        terminal.keeper.head.hash,
    )
    assert terminal.woken == 1
