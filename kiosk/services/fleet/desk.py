"""The terminal's half of the fleet, put together; what `kiosk.app` starts for a terminal that has an identity."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from kiosk.central.client import CentralClient
from kiosk.central.fleet import FleetClient
from kiosk.clock import Clock
from kiosk.domain.language import Language
from kiosk.fleet.command import Action
from kiosk.fleet.pairing import Certificate
from kiosk.fleet.report import Report
from kiosk.fleet.roots import Root
from kiosk.fleet.verifying import Machine, Trusted, verify_command
from kiosk.flow.effects import Effect, QuietGranted
from kiosk.flow.events import Event, QuietAsked, QuietOver, ServiceClosed
from kiosk.flow.facts import Moment as FlowMoment
from kiosk.flow.views import Display
from kiosk.i18n import Catalogue
from kiosk.journal.entries import Step, StepKind
from kiosk.journal.journal import Journal
from kiosk.logs import Log
from kiosk.services.fleet.believing import Believer, fits_here
from kiosk.services.fleet.caretaker import SERVICE_REF, Caretaker
from kiosk.services.fleet.commands import REF_PREFIX, Commands, Entry, Hands
from kiosk.services.fleet.evidence import Look
from kiosk.services.fleet.files import Files
from kiosk.services.fleet.following import Following
from kiosk.services.fleet.identity import Identity, IdentityStore
from kiosk.services.fleet.in_force import InForce
from kiosk.services.fleet.reporting import Around, Moment, Reporter, Security, report_of
from kiosk.services.fleet.store import Store
from kiosk.services.fleet.watching import Watching
from kiosk.services.recording import event_items
from kiosk.version import APP_VERSION

FOLDER: Final = "fleet"
IDENTITY_FOLDER: Final = "identity"
GOODBYE_REF: Final = "decommissioned"


@dataclass(frozen=True)
class Surroundings:
    """What the desk is given of the rest of the program."""

    journal: Journal
    open_client: Callable[[], CentralClient]
    post: Callable[[Event], None]
    wake_outbox: Callable[[], None]
    restart: Callable[[], None]
    """End the program so that it is started again."""
    catalogue: Catalogue
    clock: Clock
    moment: Callable[[], FlowMoment]
    random_unit: Callable[[], float]
    log: Log


class FleetDesk:
    """`begin`, then `start`; `watch_...` and `quiet_granted` from any thread."""

    def __init__(
        self,
        identity: Identity,
        identities: IdentityStore,
        files: Files,
        root: Root,
        hardware: str,
        around: Surroundings,
    ) -> None:
        self._identity = identity
        self._identities = identities
        self._root = root
        self._machine = Machine(APP_VERSION, hardware)
        self._around = around
        self._boot_id = str(uuid.uuid4())
        self._must_renew = False
        self._store = Store(files)
        self._sequence = iter(range(0))
        self._reporter: Reporter | None = None
        self._security = Security(around.clock)
        self._watching = Watching(self._report_now)
        self.in_force = InForce(identity.office_id, self._set_texts)
        clock, log = around.clock, around.log
        self._caretaker = Caretaker(self._store, self.in_force, around.post, self._look, self._report_now, clock, log)
        self._hands: dict[Action, Callable[[], str]] = {
            Action.RESTART_APP: self._restart,
            Action.RENEW_CERTIFICATE: self._renew_at_once,
        }
        hands = Hands(self._hands)
        self._commands = Commands(files, self._boot_id, hands, around.post, self._command_ended, clock, log)
        self._following = self._make_following()
        self._reporter = self._make_reporter()

    # --- life --------------------------------------------------------------------------------------------------------

    def lend_hands(self, hands: Mapping[Action, Callable[[], str]]) -> None:
        """Further remote acts that this machine can do; before `start`."""
        self._hands.update(hands)

    def begin(self) -> None:
        """Takes up what the last run left, before anybody is served."""
        self._caretaker.begin(self._root)

    def start(self) -> None:
        for part in (self._caretaker, self._following, self._reporter):
            if part is not None:
                part.start()
        if self._commands.is_closed:
            self._around.post(ServiceClosed())

    def stop(self, timeout_s: float) -> None:
        for part in (self._following, self._reporter, self._caretaker):
            if part is not None:
                part.stop(timeout_s)

    # --- what is seen ------------------------------------------------------------------------------------------------

    def watch_event(self, event: Event) -> None:
        self._watching.event(event)

    def watch_effect(self, effect: Effect) -> None:
        self._watching.effect(effect)
        if isinstance(effect, QuietGranted):
            self.quiet_granted(effect.ref)

    def watch_display(self, display: Display) -> None:
        self._watching.display(display)

    def quiet_granted(self, ref: str) -> None:
        if ref == SERVICE_REF:
            self._caretaker.quiet_granted()
        elif ref.startswith(REF_PREFIX) and self._reporter is not None:
            self._reporter.quiet_granted(ref)
        elif ref == GOODBYE_REF:
            self._wipe()

    # --- parts -------------------------------------------------------------------------------------------------------

    def _make_following(self) -> Following:
        client, around = self._client(), self._around
        return Following(
            client,
            self._believer(client),
            self._caretaker,
            around.random_unit,
            self._security.count,
            self._decommissioned,
            around.log,
        )

    def _make_reporter(self) -> Reporter:
        client, around = self._client(), self._around
        believer = self._believer(client)
        own = self._identity.terminal_id
        return Reporter(
            client,
            self._report,
            self._commands,
            lambda envelope: believer.command(
                lambda root, now: verify_command(envelope, root, own, self._boot_id, self._commands.done, now)
            ),
            lambda: self._renew(client),
            self._decommissioned,
            around.clock,
            around.log,
        )

    def _believer(self, client: FleetClient) -> Believer:
        around = self._around
        fits = fits_here(self.in_force, lambda texts: not around.catalogue.override_faults(texts))
        return Believer(client, self._store, self._root, self._trusted, fits, around.clock, around.log)

    def _trusted(self, root: Root) -> Trusted:
        return self._caretaker.trusted(self._identity.terminal_id, root, self._machine)

    def _client(self) -> FleetClient:
        return FleetClient(self._around.open_client(), self._identity.terminal_id)

    def _look(self) -> Look:
        return self._watching.seen.look(self._around.clock.monotonic_s())

    def _set_texts(self, texts: dict[Language, dict[str, str]]) -> None:
        self._around.catalogue.lay_over(texts)

    # --- reports -----------------------------------------------------------------------------------------------------

    def _report_now(self) -> None:
        if self._reporter is not None:
            self._reporter.now()

    def _report(self) -> Report:
        clock = self._around.clock
        figures = self._around.journal.ask(lambda store: store.figures())
        identity = self._identities.identity() or self._identity
        now = clock.now()
        around = Around(
            hardware=self._machine.hardware,
            outbox_depth=sum(figures.waiting.values()),
            security=self._security.counted,
            commands=self._commands.results,
            gauges={"certificate_days": max(0, (identity.expires - now).days), "outbox_parked": figures.parked},
        )
        moment = Moment(
            seq=self._next_sequence(),
            boot_id=self._boot_id,
            mono_ms=round(clock.monotonic_s() * 1000),
            wall=now,
            floor=self._store.time_floor() or now,
        )
        return report_of(self._caretaker.state, self._watching.seen, around, moment)

    def _next_sequence(self) -> int:
        for number in self._sequence:
            return number
        self._sequence = iter(self._store.next_sequences())
        return next(self._sequence)

    # --- commands ----------------------------------------------------------------------------------------------------

    def _command_ended(self, entry: Entry) -> None:
        """The outcome goes into the journal and from there through the outbox, beside riding in the next report."""
        outcome = entry.outcome.value if entry.outcome is not None else ""
        facts = (("action", entry.action.value), ("outcome", outcome), ("detail", entry.detail))
        steps = (Step(StepKind.REMOTE_COMMAND, entry.nonce, facts),)
        self._around.journal.commit(steps, event_items(steps, self._around.moment()))
        self._around.wake_outbox()
        self._report_now()

    def _restart(self) -> str:
        self._around.restart()
        return ""

    def _renew_at_once(self) -> str:
        self._must_renew = True
        return ""

    # --- certificate -------------------------------------------------------------------------------------------------

    def _renew(self, client: FleetClient) -> None:
        """From half of its life on, over the old certificate, for the same key; a failure is tried again next time."""
        identity, key = self._identities.identity(), self._identities.key()
        if identity is None or key is None:
            return
        if self._around.clock.now() < identity.renew_after and not self._must_renew:
            return
        certificate = client.renew(key.request())
        if isinstance(certificate, Certificate):
            self._identities.keep(key, certificate, identity.host, identity.office_id)
            self._must_renew = False
            self._around.log.info("certificate_renewed")

    def _decommissioned(self) -> None:
        """No longer of the fleet. A session that is under way ends first; nobody begins after it."""
        self._around.post(QuietAsked(GOODBYE_REF, is_urgent=True))

    def _wipe(self) -> None:
        self._around.log.warning("decommissioned")
        self._identities.wipe()
        self._store.wipe()
        self._around.post(QuietOver(GOODBYE_REF))
        self._around.restart()
