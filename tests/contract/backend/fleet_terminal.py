"""A terminal's fleet parts, over HTTP to the real backend, with a flow that answers when it is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from backend.fleet.fleet import Fleet
from kiosk.central.client import CentralClient
from kiosk.central.fleet import FleetClient
from kiosk.central.wire import Reference
from kiosk.domain.language import Language
from kiosk.fleet.refusals import RefusalCode
from kiosk.fleet.roots import Root, first_root
from kiosk.fleet.verifying import Machine
from kiosk.flow.events import CentralChanged, DeviceChanged, Event, QuietAsked
from kiosk.flow.facts import DEVICE_NAMES, DeviceFacts
from kiosk.services.fleet.believing import Believer, fits_here
from kiosk.services.fleet.caretaker import Caretaker
from kiosk.services.fleet.files import DiskSteps, Files
from kiosk.services.fleet.following import Following
from kiosk.services.fleet.in_force import InForce
from kiosk.services.fleet.store import Store
from kiosk.services.fleet.watching import Watching
from tests.contract.backend.fleet_bench import FleetBench
from tests.contract.backend.server import TERMINAL
from tests.unit.services.lobby import KeptLog

MACHINE = Machine((0, 1, 0), "bench")


class SteppedTime:
    """The backend's clock, as the terminal reads it; monotonic seconds move only when told to."""

    def __init__(self, bench: FleetBench) -> None:
        self._bench = bench
        self.mono_s = 1000.0

    def monotonic_s(self) -> float:
        return self.mono_s

    def now(self) -> datetime:
        return self._bench.clock.now()


@dataclass
class FleetTerminal:
    """No thread of its own: `follow` makes one round, `settle` works through what came of it."""

    bench: FleetBench
    folder: Path
    events: list[Event] = field(default_factory=list)
    refused: list[RefusalCode] = field(default_factory=list)
    texts: dict[Language, dict[str, str]] = field(default_factory=dict)
    decommissioned: int = 0

    def __post_init__(self) -> None:
        self.clock = SteppedTime(self.bench)
        self.boot()

    def boot(self) -> None:
        """As after a power cut: only what is on disk is known."""
        root = root_of(self.bench.fleet)
        self.store = Store(Files(DiskSteps(self.folder)))
        self.watching = Watching()
        self.in_force = InForce("CY01", self._take_texts)
        self.caretaker = Caretaker(
            self.store,
            self.in_force,
            self.events.append,
            lambda: self.watching.seen.look(self.clock.mono_s),
            lambda: None,
            self.clock,
            KeptLog(),
        )
        self.caretaker.begin(root)
        self.in_force.shape(self.reference())
        believer = Believer(
            self.client(),
            self.store,
            root,
            lambda root: self.caretaker.trusted(TERMINAL, root, MACHINE),
            fits_here(self.in_force, lambda _texts: True),
            self.clock,
            KeptLog(),
        )
        self.following = Following(
            self.client(), believer, self.caretaker, lambda: 0.5, self.refused.append, self._gone, KeptLog()
        )

    def client(self) -> FleetClient:
        token = self.bench.running.headers["Authorization"].removeprefix("Bearer ")
        url = str(self.bench.running.http.base_url)
        return FleetClient(CentralClient(url, TERMINAL, token), TERMINAL)

    def reference(self) -> Reference:
        return self.bench.running.backend.services.reference.reference

    def works(self) -> FleetTerminal:
        """Everything about the machine is as it should be."""
        for name in DEVICE_NAMES:
            self.watching.event(DeviceChanged(name, DeviceFacts("online")))
        self.watching.event(CentralChanged(is_reachable=True, are_payments_open=True, clock_skew_s=0.0))
        return self

    def follow(self) -> FleetTerminal:
        self.following.round()
        return self.settle()

    def settle(self) -> FleetTerminal:
        self.caretaker.work_off()
        return self

    @property
    def is_asking(self) -> bool:
        return any(isinstance(event, QuietAsked) for event in self.events)

    def nobody_is_there(self) -> FleetTerminal:
        self.caretaker.quiet_granted()
        return self.settle()

    def _take_texts(self, texts: dict[Language, dict[str, str]]) -> None:
        self.texts = texts

    def _gone(self) -> None:
        self.decommissioned += 1


def root_of(fleet: Fleet) -> Root:
    root = first_root(fleet.roots[-1])
    assert isinstance(root, Root)
    return root
