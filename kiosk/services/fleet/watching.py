"""How the terminal is, seen from the side: events on their way to the flow, its effects, and what is on the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from kiosk.domain.application import PaymentState
from kiosk.fleet.report import ServiceState, Work
from kiosk.flow.effects import Effect, Note, RequestPayment
from kiosk.flow.events import CentralChanged, DeviceChanged, Event, PaymentAnswered
from kiosk.flow.facts import DEVICE_NAMES, DeviceFacts
from kiosk.flow.staff.views import StaffView
from kiosk.flow.views import AttractView, Display, OutOfServiceView
from kiosk.services.fleet.evidence import CENTRAL, SERVICE, Look

OWN_PARTS = ("engine", "screens", "journal")
"""Parts of the terminal itself; a bundle that breaks one of them has failed."""
COMPLETED = "completed"


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Seen:
    devices: tuple[tuple[str, DeviceFacts], ...] = tuple((name, DeviceFacts()) for name in DEVICE_NAMES)
    central: CentralChanged = field(default_factory=lambda: CentralChanged(False, False, 0.0))
    service: ServiceState = ServiceState.STARTING
    broken: str = ""
    work: Work = field(default_factory=Work)

    @property
    def passing(self) -> frozenset[str]:
        """Names of the probes that pass."""
        probes = {name for name, facts in self.devices if facts.is_online}
        if self.central.is_reachable:
            probes.add(CENTRAL)
        if self.service in (ServiceState.IN_SERVICE, ServiceState.IN_SESSION):
            probes.add(SERVICE)
        return frozenset(probes)

    def look(self, mono_s: float) -> Look:
        return Look(mono_s, self.passing, self.work.completed, self.broken)


class Watching:
    """From any thread; every method returns at once. `on_change` is called whenever something is different."""

    def __init__(self, on_change: Callable[[], None] = _nothing) -> None:
        self._on_change = on_change
        self._lock = threading.Lock()
        self._seen = Seen()
        self._paid: set[str] = set()

    @property
    def seen(self) -> Seen:
        with self._lock:
            return self._seen

    def event(self, event: Event) -> None:
        with self._lock:
            seen = self._seen
            match event:
                case DeviceChanged(name, facts):
                    others = tuple(one for one in seen.devices if one[0] != name)
                    self._become(replace(seen, devices=(*others, (name, facts))))
                case CentralChanged():
                    self._become(replace(seen, central=event))
                case PaymentAnswered(payment) if payment.state is PaymentState.PAID:
                    self._count_paid(payment.payment_number)
                case _:
                    pass

    def effect(self, effect: Effect) -> None:
        with self._lock:
            match effect:
                case Note("session_ended", facts):
                    is_completed = dict(facts).get("outcome") == COMPLETED
                    self._count(sessions=1, completed=int(is_completed))
                case Note("out_of_service", facts):
                    part = str(dict(facts).get("part", ""))
                    self._become(replace(self._seen, broken=part if part in OWN_PARTS else self._seen.broken))
                case RequestPayment():
                    self._count(payments_started=1)
                case _:
                    pass

    def display(self, display: Display) -> None:
        """What somebody in front of the terminal sees."""
        service = _service_of(display)
        with self._lock:
            if service is ServiceState.OUT_OF_SERVICE and self._seen.service is ServiceState.STARTING:
                service = ServiceState.STARTING  # it has not opened yet
            self._become(replace(self._seen, service=service))

    def _count_paid(self, number: str) -> None:
        if number not in self._paid:
            self._paid.add(number)
            self._count(payments_succeeded=1)

    def _count(self, **by: int) -> None:
        work = self._seen.work
        counted = work.model_copy(update={name: getattr(work, name) + more for name, more in by.items()})
        self._become(replace(self._seen, work=counted))

    def _become(self, seen: Seen) -> None:
        if seen != self._seen:
            self._seen = seen
            self._on_change()


def _service_of(display: Display) -> ServiceState:
    match display.view:
        case OutOfServiceView():
            return ServiceState.OUT_OF_SERVICE
        case AttractView():
            return ServiceState.IN_SERVICE
        case view if isinstance(view, StaffView):
            return ServiceState.STAFF
        case _:
            return ServiceState.IN_SESSION
