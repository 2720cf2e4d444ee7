"""Owns which bundle runs: one thread, one inbox. Happening -> pure machine -> kept on disk -> done, in that order."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Final, assert_never

from kiosk.clock import Clock
from kiosk.fleet.roots import Root
from kiosk.fleet.verifying import Machine, Trusted
from kiosk.flow.events import Event, QuietAsked, QuietOver, ReferenceArrived
from kiosk.logs import Log
from kiosk.services.fleet import applying, evidence
from kiosk.services.fleet.applying import Allowed, Applying, AskForQuiet, Happening, Held, Report, Run, Unreadable
from kiosk.services.fleet.evidence import Broken, Look, Passed, Trial
from kiosk.services.fleet.files import StorageError
from kiosk.services.fleet.in_force import InForce
from kiosk.services.fleet.store import Kept, Store

SERVICE_REF: Final = "service"
"""Under which the flow is asked for a moment without anybody."""
TICK_S: Final = 2.0


@dataclass(frozen=True, repr=False)
class Staging:
    """A verified bundle and the bytes to keep before its statement is believed."""

    verified: applying.Verified
    envelope: bytes


@dataclass(frozen=True)
class _Granted:
    pass


Item = Happening | Staging | _Granted | None


class Caretaker:
    """`begin` before anything else starts; the other methods from any thread."""

    def __init__(
        self,
        store: Store,
        in_force: InForce,
        post: Callable[[Event], None],
        look: Callable[[], Look],
        report_now: Callable[[], None],
        clock: Clock,
        log: Log,
    ) -> None:
        self._store = store
        self._in_force = in_force
        self._post_to_flow = post
        self._look = look
        self._report_now = report_now
        self._clock = clock
        self._log = log
        self._inbox: SimpleQueue[Item] = SimpleQueue()
        self._lock = threading.Lock()
        """Over what other threads read: `_state` and `_running`."""
        self._state = Applying()
        self._running: Kept | None = None
        self._root: Root | None = None
        self._trial: Trial | None = None
        self._has_asked = False
        self._has_asked_urgently = False
        self._thread = threading.Thread(target=self._run, name="fleet-caretaker", daemon=True)

    # --- from any thread ---------------------------------------------------------------------------------------------

    @property
    def state(self) -> Applying:
        with self._lock:
            return self._state

    def trusted(self, terminal_id: str, root: Root, machine: Machine) -> Trusted:
        """What an offer is judged against."""
        with self._lock:
            state, running = self._state, self._running
        return Trusted(
            terminal_id=terminal_id,
            root=root,
            machine=machine,
            high_water=state.high_water,
            counter_floor=state.counter_floor,
            active_sections=running.sections if running is not None else None,
            denied=state.denied,
        )

    def happen(self, item: Happening | Staging) -> None:
        self._inbox.put(item)

    def quiet_granted(self) -> None:
        self._inbox.put(_Granted())

    # --- life --------------------------------------------------------------------------------------------------------

    def begin(self, root: Root) -> None:
        """Takes up what the last run left; on the caller's thread, so that nobody is served before."""
        self._root = root
        kept = self._store.state()
        if kept is None and self._store.has_state:
            self._log.error("fleet_state_damaged")
        self._state = kept or Applying()
        self._safely(applying.Started())
        try:
            self._store.tidy(self._state)
        except StorageError:
            self._log.warning("fleet_not_kept", action="tidy")

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._inbox.put(applying.Stopped())
        self._inbox.put(None)
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while (item := self._next()) is not None:
            self._step(item)

    def work_off(self) -> None:
        """All that waits, on the caller's thread: for whoever does not start one."""
        while not self._inbox.empty():
            item = self._inbox.get()
            if item is not None:
                self._step(item)
        self._step(_Ticked())

    def _step(self, item: Happening | Staging | _Granted | _Ticked) -> None:
        if not isinstance(item, _Ticked):
            self._safely(item)
        self._safely_look()

    def _next(self) -> Item | _Ticked:
        is_waiting = self._trial is not None or self.state.staged is not None
        try:
            return self._inbox.get(timeout=TICK_S if is_waiting else None)
        except Empty:
            return _Ticked()

    def _safely(self, item: Happening | Staging | _Granted) -> None:
        """The one broad handler of this thread: what cannot be kept does not happen."""
        try:
            self._handle(item)
        except StorageError:
            self._log.error("fleet_not_kept", action=type(item).__name__)
        except Exception as error:  # noqa: BLE001
            self._log.bug("fleet_failed", error)
        finally:
            if isinstance(item, _Granted):
                self._has_asked = self._has_asked_urgently = False
                self._post_to_flow(QuietOver(SERVICE_REF))

    def _safely_look(self) -> None:
        try:
            self._judge()
            self._ask_in_time()
        except StorageError:
            self._log.error("fleet_not_kept", action="judge")
        except Exception as error:  # noqa: BLE001
            self._log.bug("fleet_failed", error)

    # --- one step ----------------------------------------------------------------------------------------------------

    def _handle(self, item: Happening | Staging | _Granted) -> None:
        match item:
            case Staging(verified, envelope):
                self._store.keep_bundle(verified.held.bundle_sha256, envelope)
                self._advance(verified)
            case _Granted():
                self._advance(Allowed(self._look().passing))
            case _:
                self._advance(item)

    def _advance(self, happening: Happening) -> None:
        before = self._state
        after, doings = applying.advance(before, happening, self._clock.now())
        if after != before:
            self._store.keep_state(after)
            with self._lock:
                self._state = after
            self._log.info("fleet_state", kind=after.state.value, part=after.slot.value, code=_code(after))
        for doing in doings:
            self._do(doing)

    def _do(self, doing: applying.Doing) -> None:
        match doing:
            case AskForQuiet():
                self._ask_in_time()
            case Run(held):
                self._make_run(held)
            case Report():
                self._report_now()
            case _:
                assert_never(doing)

    def _make_run(self, held: Held | None) -> None:
        kept = self._store.bundle(held.bundle_sha256, self._root) if held is not None and self._root else None
        if held is not None and kept is None:
            self._log.error("fleet_bundle_damaged")
            self._advance(Unreadable(held.bundle_sha256))
            return
        with self._lock:
            self._running = kept
        is_stranded = held is None and bool(self._state.denied)
        reference = self._in_force.change(held, kept.bundle if kept else None, is_stranded=is_stranded)
        self._begin_trial(held)
        if reference is not None:
            self._post_to_flow(ReferenceArrived(reference))

    def _begin_trial(self, held: Held | None) -> None:
        probation = self._state.probation
        self._trial = (
            evidence.begin(probation.passed_before, held.confirm_s, self._look())
            if probation is not None and held is not None
            else None
        )

    def _judge(self) -> None:
        if self._trial is None:
            return
        match evidence.judge(self._trial, self._look()):
            case Trial() as going_on:
                self._trial = going_on
            case Passed():
                self._trial = None
                self._advance(applying.Proved())
            case Broken(code):
                self._trial = None
                self._advance(applying.Failed(code))

    # --- when --------------------------------------------------------------------------------------------------------

    def _ask_in_time(self) -> None:
        """A deadline that has passed makes it urgent; otherwise the bundle says when."""
        staged, now = self._state.staged, self._clock.now()
        if staged is None:
            return
        is_urgent = applying.is_due(self._state, now)
        if self._has_asked and self._has_asked_urgently >= is_urgent:
            return
        if is_urgent or staged.when == "idle" or (staged.when == "closed_hours" and self._in_force.is_closed(now)):
            self._has_asked, self._has_asked_urgently = True, is_urgent
            self._post_to_flow(QuietAsked(SERVICE_REF, is_urgent))


@dataclass(frozen=True)
class _Ticked:
    pass


def _code(state: Applying) -> str:
    return state.why.code if state.why is not None else ""
