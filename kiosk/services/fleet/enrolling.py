"""Joins the fleet: ticket -> pinned authority -> request -> short code -> a person's yes -> certificate. One thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Final, Protocol

from kiosk.central.errors import Refused, SilenceKind, Silent
from kiosk.fleet.pairing import (
    Enrolment,
    EnrolmentRequest,
    EnrolmentState,
    Ticket,
    read_ticket,
    short_code,
)
from kiosk.fleet.roots import Root, first_root
from kiosk.flow.enrolling.effects import Enrol, EnrolmentEffect, GiveUpEnrolment
from kiosk.flow.enrolling.events import EnrolmentFailed, EnrolmentFinished, EnrolmentPending
from kiosk.flow.events import Event
from kiosk.logs import Log
from kiosk.services.fleet.files import StorageError
from kiosk.services.fleet.identity import IdentityStore, Pending
from kiosk.services.fleet.store import Store
from kiosk.services.health import word_of

ASK_AGAIN_S: Final = 3.0
MOST_SILENCE: Final = 20
"""Lost questions in a row before a person is told; the ticket stays good and may be shown again."""


class JoiningDesk(Protocol):
    """What is asked over a line that is checked against the pinned authority; a `FleetClient` is one."""

    def enrol(self, request: EnrolmentRequest) -> Enrolment | Refused | Silent: ...

    def enrolment(self, enrolment_id: str, secret: str) -> Enrolment | Refused | Silent: ...

    def close(self) -> None: ...


class Enroller:
    """`perform` from any thread."""

    def __init__(
        self,
        identities: IdentityStore,
        store: Store,
        fetch_authority: Callable[[str, str], str | Silent],
        open_desk: Callable[[Ticket], JoiningDesk],
        machine: tuple[str, str],
        post: Callable[[Event], None],
        on_joined: Callable[[], None],
        log: Log,
    ) -> None:
        """`machine`: version of the program and kind of hardware."""
        self._identities = identities
        self._store = store
        self._fetch_authority = fetch_authority
        self._open_desk = open_desk
        self._machine = machine
        self._post = post
        self._on_joined = on_joined
        self._log = log
        self._inbox: SimpleQueue[EnrolmentEffect | None] = SimpleQueue()
        self._desk: JoiningDesk | None = None
        self._pending: Pending | None = None
        self._enrolment_id = ""
        self._silences = 0
        self._thread = threading.Thread(target=self._run, name="enrolling", daemon=True)

    def start(self) -> None:
        known = self._identities.pending()
        if known is not None:  # shown before a power cut
            self._inbox.put(Enrol(known.ticket.content().encode()))
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._inbox.put(None)
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def perform(self, effect: EnrolmentEffect) -> None:
        self._inbox.put(effect)

    def _run(self) -> None:
        while True:
            try:
                effect = self._inbox.get(timeout=ASK_AGAIN_S if self._enrolment_id else None)
            except Empty:
                self.safely(self.ask_status)
                continue
            if effect is None:
                self._forget()
                return
            self.safely(lambda effect=effect: self.take(effect))

    def safely(self, work: Callable[[], None]) -> None:
        """The one broad handler of this thread."""
        try:
            work()
        except StorageError:
            self._fail("disk")
        except Exception as error:  # noqa: BLE001
            self._log.bug("enrolment_failed", error)
            self._fail("unreachable")

    # --- steps -------------------------------------------------------------------------------------------------------

    def take(self, effect: EnrolmentEffect) -> None:
        match effect:
            case Enrol(content):
                self._show(content)
            case GiveUpEnrolment():
                self._forget()
                self._identities.give_up()

    def _show(self, content: bytes) -> None:
        ticket = read_ticket(content.decode("ascii", "replace"))
        if ticket is None:
            self._fail("not_a_ticket")
            return
        authority = self._fetch_authority(ticket.host, ticket.ca_sha256)
        if isinstance(authority, Silent):
            self._fail("untrusted" if authority.kind is SilenceKind.UNTRUSTED else "unreachable")
            return
        self._identities.keep_authority(authority)
        self._pending = self._identities.begin(ticket)
        self._desk = self._open_desk(ticket)
        version, hardware = self._machine
        request = EnrolmentRequest(
            secret=ticket.secret, csr_pem=self._pending.csr_pem, app_version=version, hardware=hardware
        )
        self._answered(self._desk.enrol(request), is_first=True)

    def ask_status(self) -> None:
        if self._desk is not None and self._pending is not None:
            self._answered(self._desk.enrolment(self._enrolment_id, self._pending.ticket.secret))

    def _answered(self, answer: Enrolment | Refused | Silent, *, is_first: bool = False) -> None:
        match answer:
            case Enrolment(state=EnrolmentState.PENDING):
                self._silences = 0
                if is_first:
                    self._compare(answer)
            case Enrolment(state=EnrolmentState.APPROVED):
                self._admitted(answer)
            case Enrolment():
                self._identities.give_up()
                self._fail("denied")
            case Refused():
                self._identities.give_up()
                self._fail("ticket_refused")
            case Silent():
                self._log.warning("enrolment_silent", kind=word_of(answer))
                self._silences += 1
                if is_first or self._silences > MOST_SILENCE:
                    self._fail("untrusted" if answer.kind is SilenceKind.UNTRUSTED else "unreachable")

    def _compare(self, answer: Enrolment) -> None:
        pending = self._pending
        if pending is None:
            return
        self._enrolment_id = answer.enrolment_id
        code = short_code(pending.ticket.secret, pending.key.public_der(), answer.nonce)
        self._post(EnrolmentPending(code))

    def _admitted(self, answer: Enrolment) -> None:
        """The root that comes now is the first one this terminal believes: it comes over the pinned line."""
        pending, certificate = self._pending, answer.certificate
        root = first_root(answer.root.encode()) if answer.root is not None else None
        if pending is None or certificate is None or answer.office_id is None or not isinstance(root, Root):
            self._fail("untrusted")
            return
        self._store.wipe()  # of an earlier life in another fleet
        self._store.keep_root((answer.root or "").encode())
        self._identities.keep(pending.key, certificate, pending.ticket.host, answer.office_id)
        self._forget()
        self._log.info("enrolled")
        self._post(EnrolmentFinished())
        self._on_joined()

    def _fail(self, problem: str) -> None:
        self._forget()
        self._post(EnrolmentFailed(problem))

    def _forget(self) -> None:
        if self._desk is not None:
            self._desk.close()
        self._desk, self._pending, self._enrolment_id, self._silences = None, None, "", 0
