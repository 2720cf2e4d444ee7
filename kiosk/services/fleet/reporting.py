"""Tells the backend how the terminal is: everything every time, on a change and at an interval.

The same thread fetches commands and renews the certificate: all three are short calls that may wait for one another.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Final, Protocol

from kiosk.central.errors import Refused as CentralRefused
from kiosk.central.errors import Silent
from kiosk.central.wire import ProblemCode
from kiosk.clock import Clock
from kiosk.fleet.command import Command, CommandResult
from kiosk.fleet.refusals import RefusalCode, Refused
from kiosk.fleet.report import (
    Applied,
    ClockReport,
    DeviceReport,
    DeviceWord,
    Observed,
    OutboxReport,
    Reason,
    Report,
    ReportAccepted,
    SecurityEvent,
)
from kiosk.flow.facts import DeviceFacts
from kiosk.flow.fitness import CLOCK_LIMIT_S
from kiosk.logs import Log
from kiosk.services.fleet.applying import Applying
from kiosk.services.fleet.commands import REF_PREFIX, Commands
from kiosk.services.fleet.files import StorageError
from kiosk.services.fleet.watching import Seen
from kiosk.version import APP_VERSION_TEXT

FIRST_S: Final = 2.0
SHORTEST_S: Final = 5.0
"""Between two reports, whatever changes."""
AGAIN_S: Final = 30.0
DETAIL_LENGTH: Final = 200


@dataclass(frozen=True)
class Moment:
    """What a report is stamped with."""

    seq: int
    boot_id: str
    mono_ms: int
    wall: datetime
    floor: datetime


@dataclass(frozen=True)
class Around:
    """What is known beside devices and bundle."""

    hardware: str
    outbox_depth: int
    security: tuple[SecurityEvent, ...]
    commands: tuple[CommandResult, ...]
    gauges: dict[str, int]


def report_of(state: Applying, seen: Seen, around: Around, moment: Moment) -> Report:
    """The whole truth at one moment, in the standard's words."""
    return Report(
        seq=moment.seq,
        boot_id=moment.boot_id,
        mono_ms=moment.mono_ms,
        wall=moment.wall,
        service=seen.service,
        state=state.state,
        observed=_observed(state),
        applied=_applied(state, moment.floor),
        reason=Reason(code=state.why.code, detail=_plain(state.why.detail)) if state.why is not None else None,
        rollout=state.rollout,
        app_version=APP_VERSION_TEXT,
        hardware=around.hardware,
        devices={name: _device(facts) for name, facts in seen.devices},
        gauges=around.gauges,
        work=seen.work,
        outbox=OutboxReport(depth=around.outbox_depth, oldest_s=0),
        clock=ClockReport(
            skew_ms=round(seen.central.clock_skew_s * 1000),
            is_trusted=abs(seen.central.clock_skew_s) <= CLOCK_LIMIT_S and moment.wall >= moment.floor,
            floor=moment.floor,
        ),
        security=around.security,
        commands=around.commands,
    )


def _observed(state: Applying) -> Observed | None:
    mark = state.high_water
    if mark is None or not state.observed_bundle:
        return None
    return Observed(epoch=mark.epoch, version=mark.version, sha256=state.observed_bundle)


def _applied(state: Applying, otherwise: datetime) -> Applied | None:
    held = state.runs
    if held is None:
        return None
    return Applied(
        epoch=held.mark.epoch,
        version=held.mark.version,
        bundle=held.bundle_sha256,
        release_counter=held.release_counter,
        slot=state.slot,
        since=state.since or otherwise,
        overrides=held.overrides,
    )


def _device(facts: DeviceFacts) -> DeviceReport:
    """Words of drivers are the standard's already; a detail that is no word is left out."""
    body = {"word": DeviceWord(facts.word), "action": facts.action, "paper": facts.paper}
    is_word = facts.detail.replace("_", "").isalnum() and facts.detail.isascii() and facts.detail[:1].isalpha()
    return DeviceReport.model_validate(body | {"detail": facts.detail if is_word and len(facts.detail) <= 40 else ""})


def _plain(detail: str) -> str:
    return "".join(character if " " <= character <= "~" else "?" for character in detail)[:DETAIL_LENGTH]


class Security:
    """Refusals since the start, counted by code. From any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counted: dict[str, SecurityEvent] = {}

    def count(self, code: RefusalCode) -> None:
        now = self._clock.now()
        with self._lock:
            known = self._counted.get(code.value)
            count, first = (known.count + 1, known.first) if known is not None else (1, now)
            self._counted[code.value] = SecurityEvent(code=code.value, count=count, first=first, last=now)

    @property
    def counted(self) -> tuple[SecurityEvent, ...]:
        with self._lock:
            return tuple(self._counted.values())[:32]


class ReportDesk(Protocol):
    """What is asked of the backend; `kiosk.central.fleet.FleetClient` is one."""

    def report(self, report: Report) -> ReportAccepted | CentralRefused | Silent: ...

    def commands(self) -> Sequence[bytes] | CentralRefused | Silent: ...

    def cancel(self) -> None: ...

    def close(self) -> None: ...


class Reporter:
    """One thread. `make` builds the next report; `judge` verifies a command; `renew` looks after the certificate."""

    def __init__(
        self,
        desk: ReportDesk,
        make: Callable[[], Report],
        commands: Commands,
        judge: Callable[[bytes], Command | Refused],
        renew: Callable[[], None],
        on_decommissioned: Callable[[], None],
        clock: Clock,
        log: Log,
    ) -> None:
        self._desk = desk
        self._make = make
        self._commands = commands
        self._judge = judge
        self._renew = renew
        self._on_decommissioned = on_decommissioned
        self._clock = clock
        self._log = log
        self._inbox: SimpleQueue[str | None] = SimpleQueue()
        self._refused: set[bytes] = set()
        self._told_at_s = 0.0
        self._thread = threading.Thread(target=self._run, name="fleet-reporting", daemon=True)

    def start(self) -> None:
        self._commands.begin()
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._desk.cancel()
        self._inbox.put(None)
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def now(self) -> None:
        """Something changed; from any thread."""
        self._inbox.put("")

    def quiet_granted(self, ref: str) -> None:
        self._inbox.put(ref)

    def _run(self) -> None:
        pause_s = FIRST_S
        while True:
            try:
                item = self._inbox.get(timeout=pause_s)
            except Empty:
                item = ""
            if item is None:
                break
            pause_s = self._safely(item)
        self._desk.close()

    def _safely(self, item: str) -> float:
        """The one broad handler of this thread."""
        try:
            if item.startswith(REF_PREFIX):
                self._commands.grant(item)
            return self.round()
        except StorageError:
            self._log.error("fleet_not_kept", action="reporting")
        except Exception as error:  # noqa: BLE001
            self._log.bug("reporting_failed", error)
        return AGAIN_S

    def round(self) -> float:
        """Report, commands, certificate; returns the pause until the next round, in seconds."""
        waited_s = self._clock.monotonic_s() - self._told_at_s
        if self._told_at_s and waited_s < SHORTEST_S:
            return SHORTEST_S - waited_s  # what changed is told together
        self._told_at_s = self._clock.monotonic_s()
        report = self._make()
        answer = self._desk.report(report)
        match answer:
            case ReportAccepted(next_report_s=next_report_s):
                self._commands.told(report.commands)
                self._fetch_commands()
                self._renew()
                return float(next_report_s)
            case CentralRefused(ProblemCode.DECOMMISSIONED):
                self._on_decommissioned()
                return AGAIN_S
            case CentralRefused() | Silent():
                return AGAIN_S

    def _fetch_commands(self) -> None:
        answer = self._desk.commands()
        if isinstance(answer, CentralRefused | Silent):
            return
        for envelope in answer:
            if envelope not in self._refused:
                judged = self._judge(envelope)
                self._commands.take(judged)
                if isinstance(judged, Refused):
                    self._refused.add(envelope)
