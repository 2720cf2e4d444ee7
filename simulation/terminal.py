"""One terminal: the real parts of `kiosk.services.fleet`, worked by whoever passes time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final
from uuid import UUID

from kiosk.central.fleet import Offer
from kiosk.central.wire import Reference
from kiosk.clock import Clock
from kiosk.fleet.bundle import MAX_ENVELOPE_BYTES
from kiosk.fleet.command import Action
from kiosk.fleet.desired import DESIRED_TYPE, Desired
from kiosk.fleet.envelope import Envelope, open_envelope
from kiosk.fleet.report import Observed, Report
from kiosk.fleet.roots import Root
from kiosk.fleet.verifying import Machine, Trusted, verify_command
from kiosk.flow.events import Event, QuietAsked
from kiosk.logs import Log
from kiosk.services.fleet.applying import Applying, Stopped
from kiosk.services.fleet.believing import Believer, fits_here
from kiosk.services.fleet.caretaker import SERVICE_REF, Caretaker
from kiosk.services.fleet.commands import Commands, Hands
from kiosk.services.fleet.evidence import Look
from kiosk.services.fleet.files import Files
from kiosk.services.fleet.following import Following
from kiosk.services.fleet.in_force import InForce
from kiosk.services.fleet.reporting import Around, Moment, Reporter, Security, report_of
from kiosk.services.fleet.store import SEQUENCE, Kept, Store
from kiosk.services.fleet.watching import Watching
from kiosk.version import APP_VERSION
from simulation.conduct import Conduct, Kind, false_report
from simulation.disk import MemoryDisk
from simulation.line import Line
from simulation.lobby import Lobby

CERTIFICATE_DAYS: Final = 20
ROUTINE_REPORT_S: Final = 120.0
"""Where nothing is new. Real ones say it every minute; this too is well below what the backend calls silence."""


@dataclass(frozen=True)
class Place:
    """Which terminal of which fleet."""

    terminal_id: str
    office_id: str
    hardware: str
    root: Root
    reference: Reference
    said: int = 0
    """Number of the newest report that was ever sent in this name."""


Known = dict[tuple[str, int, bytes], Kept | None]
"""Bundles that were read out of a store: equal bytes give the same, so thousands of terminals read them once."""


class SharedStore(Store):
    """A store whose terminals remember together what is in a bundle."""

    def __init__(self, files: Files, known: Known) -> None:
        super().__init__(files)
        self._known = known

    def bundle(self, sha256: str, root: Root) -> Kept | None:
        envelope = self.envelope(sha256)
        if envelope is None:
            return None
        place = sha256, root.version, envelope
        if place not in self._known:
            self._known[place] = super().bundle(sha256, root)
        return self._known[place]


class SimulatedTerminal:
    """Of one thread: `pass_time` lets it live for a while and tell how it is."""

    def __init__(self, place: Place, line: Line, known: Known, clock: Clock, chance: Random, log: Log) -> None:
        self.place = place
        self.conduct = Conduct()
        self._line = line
        self._known = known
        self._clock = clock
        self._chance = chance
        self._log = log
        self._disk = MemoryDisk()
        Files(self._disk).put(SEQUENCE, str(place.said).encode())
        self._behaves_since_s = clock.monotonic_s()
        self._is_dead = False
        self._must_restart = False
        self._boot()

    # --- what is seen from outside -----------------------------------------------------------------------------------

    @property
    def state(self) -> Applying:
        return self._caretaker.state

    @property
    def runs(self) -> str:
        """Address of the bundle in force; empty: none."""
        return self.state.runs.bundle_sha256 if self.state.runs else ""

    @property
    def is_heard(self) -> bool:
        return not self._is_dead and self.conduct.hears(self._clock.monotonic_s() - self._behaves_since_s)

    def behave(self, conduct_of: Callable[[Random], Conduct]) -> None:
        """From now on; `conduct_of` is given this terminal's own chance."""
        self.conduct = conduct_of(self._chance)
        self._behaves_since_s = self._clock.monotonic_s()

    def pass_time(self, seconds: float, first: str) -> None:
        """`first`: address of the bundle that everybody began with; another one is the change."""
        if self._is_dead or self.conduct.kind is Kind.AWAY:
            return
        if self._must_restart:
            self._restart()
        is_changed = self.runs not in ("", first)
        if not self.conduct.lives(is_changed=is_changed):
            self._is_dead = True
            return
        is_open = self.conduct.serves(is_changed=is_changed)
        self._lobby.show(is_open=is_open)
        if is_open:
            self._lobby.pass_time(seconds, self.conduct.success(is_changed=is_changed))
        is_honest = self.conduct.kind is not Kind.LYING or not self.runs  # a liar begins like everybody
        if self.is_heard and is_honest:
            self._following.round()
        self._settle()
        if self.is_heard and self._has_something_to_say():
            self._reporter.round()
            self._told, self._told_at_s = self.state, self._clock.monotonic_s()

    def restart_soon(self) -> str:
        """Before it lives on; no word of trouble."""
        self._must_restart = True
        return ""

    # --- inside ------------------------------------------------------------------------------------------------------

    def _has_something_to_say(self) -> bool:
        is_new = self.state != self._told or self.conduct.kind is Kind.LYING
        return is_new or self._clock.monotonic_s() - self._told_at_s >= ROUTINE_REPORT_S

    def _boot(self) -> None:
        """As after a power cut: only what is on disk is known."""
        place, clock, log = self.place, self._clock, self._log
        files = Files(self._disk)
        self._boot_id = str(UUID(int=self._chance.getrandbits(128), version=4))
        self._asked: list[str] = []
        self._told: Applying | None = None
        self._told_at_s = 0.0
        self._sequence = iter(range(0))
        self._store = SharedStore(files, self._known)
        self._watching = Watching()
        self._lobby = Lobby(self._watching, self._chance)
        self._security = Security(clock)
        self._in_force = InForce(place.office_id, lambda _texts: None)
        self._caretaker = Caretaker(
            self._store, self._in_force, self._posted, self._look, lambda: None, clock, log
        )  # fmt: skip
        self._caretaker.begin(place.root)
        self._in_force.shape(place.reference)
        believer = self._believer()
        self._following = Following(
            self._line, believer, self._caretaker, self._chance.random, self._security.count, self._wipe, log
        )
        hands: dict[Action, Callable[[], str]] = {Action.RESTART_APP: self.restart_soon}
        self._commands = Commands(files, self._boot_id, Hands(hands), self._posted, lambda _entry: None, clock, log)
        self._commands.begin()
        self._reporter = self._make_reporter(believer)
        self._lobby.open()

    def _believer(self) -> Believer:
        place = self.place
        machine = Machine(APP_VERSION, place.hardware)

        def trusted(root: Root) -> Trusted:
            return self._caretaker.trusted(place.terminal_id, root, machine)

        fits = fits_here(self._in_force, lambda _texts: True)
        return Believer(self._line, self._store, place.root, trusted, fits, self._clock, self._log)

    def _make_reporter(self, believer: Believer) -> Reporter:
        own = self.place.terminal_id
        return Reporter(
            self._line,
            self._report,
            self._commands,
            lambda envelope: believer.command(
                lambda root, now: verify_command(envelope, root, own, self._boot_id, self._commands.done, now)
            ),
            lambda: None,
            self._wipe,
            self._clock,
            self._log,
        )

    def _settle(self) -> None:
        """Nobody is there for long, so whoever asks for quiet gets it."""
        self._caretaker.work_off()
        asked, self._asked = self._asked, []
        for ref in asked:
            if ref == SERVICE_REF:
                self._caretaker.quiet_granted()
            else:
                self._commands.grant(ref)
        if asked:
            self._caretaker.work_off()

    def _posted(self, event: Event) -> None:
        if isinstance(event, QuietAsked):
            self._asked.append(event.ref)

    def _look(self) -> Look:
        return self._watching.seen.look(self._clock.monotonic_s())

    def _restart(self) -> None:
        self._must_restart = False
        self._caretaker.happen(Stopped())
        self._caretaker.work_off()
        self._boot()

    def _wipe(self) -> None:
        """No longer of the fleet."""
        self._store.wipe()
        self._is_dead = True

    # --- reports -----------------------------------------------------------------------------------------------------

    def _report(self) -> Report:
        now = self._clock.now()
        around = Around(
            hardware=self.place.hardware,
            outbox_depth=0,
            security=self._security.counted,
            commands=self._commands.results,
            gauges={"certificate_days": CERTIFICATE_DAYS},
        )
        floor = self._store.time_floor() or now
        mono_ms = round(self._clock.monotonic_s() * 1000)
        moment = Moment(self._next_sequence(), self._boot_id, mono_ms, now, floor)
        report = report_of(self.state, self._watching.seen, around, moment)
        wished = self._wished() if self.conduct.kind is Kind.LYING else None
        return report if wished is None else false_report(report, wished)

    def _next_sequence(self) -> int:
        for number in self._sequence:
            return number
        self._sequence = iter(self._store.next_sequences())
        return next(self._sequence)

    def _wished(self) -> Observed | None:
        """What a liar reads of its newest statement, without verifying anything."""
        offer = self._line.desired("")
        if not isinstance(offer, Offer):
            return None
        envelope = open_envelope(offer.envelope, DESIRED_TYPE, MAX_ENVELOPE_BYTES)
        if not isinstance(envelope, Envelope):
            return None
        desired = Desired.model_validate_json(envelope.payload)
        return Observed(epoch=desired.epoch, version=desired.version, sha256=desired.bundle.sha256)
