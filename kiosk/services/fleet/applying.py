"""Which bundle runs: a pure machine. Statements, permissions, boots and evidence come in; what is to be done comes out.

    staged -> (nobody is there) -> on probation -> confirmed
                                        |-> back to the last known good -> back to the factory

`good` is always an earlier bundle that proved itself here, or none. The highest mark never goes down. A bundle that
failed is denied for ever; the operator publishes another one. Whoever performs the effects saves the new state first.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, assert_never

from kiosk.fleet.desired import Overrides, RolloutMark
from kiosk.fleet.report import ConfigState, Slot
from kiosk.fleet.verifying import HighWater

BOOT_ATTEMPTS = 2
"""Starts on probation that may end without a word; the next one runs what is known to be good."""
When = Literal["idle", "closed_hours", "next_boot"]


@dataclass(frozen=True)
class Held:
    """A verified statement and the bundle it asks for, which lies in the store."""

    mark: HighWater
    bundle_sha256: str
    release_counter: int
    overrides: Overrides = field(default_factory=Overrides)
    rollout: RolloutMark | None = None
    deadline: datetime | None = None
    when: When = "idle"
    confirm_s: int = 120

    def runs_like(self, other: Held | None) -> bool:
        """True when changing from one to the other changes nothing for anybody."""
        return other is not None and self.bundle_sha256 == other.bundle_sha256 and self.overrides == other.overrides


@dataclass(frozen=True)
class Why:
    code: str
    detail: str = ""


@dataclass(frozen=True)
class Probation:
    attempts: int = BOOT_ATTEMPTS
    passed_before: frozenset[str] = frozenset()
    """Probes that passed before the change; none of them may fail now."""


@dataclass(frozen=True)
class Applying:
    """Everything that survives a power cut."""

    high_water: HighWater | None = None
    counter_floor: int = 0
    observed_bundle: str = ""
    staged: Held | None = None
    runs: Held | None = None
    """None: no bundle; what is built in and the reference data say it all."""
    slot: Slot = Slot.FACTORY
    good: Held | None = None
    """What ran before and had proved itself; it stays in the store after its successor has."""
    probation: Probation | None = None
    settled: ConfigState = ConfigState.IDLE
    """How the newest wish ended: CONFIRMED, REJECTED, REVERTED; IDLE while there was none."""
    why: Why | None = None
    rollout: RolloutMark | None = None
    """Of the newest wish."""
    denied: frozenset[str] = frozenset()
    since: datetime | None = None
    """When what runs began to."""

    @property
    def state(self) -> ConfigState:
        """As it is reported."""
        if self.probation is not None and self.slot is Slot.ACTIVE:
            return ConfigState.PROBATION
        if self.staged is not None:
            return ConfigState.WAITING_IDLE
        return self.settled


# --- what happens ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verified:
    """A statement and its bundle passed every check; the bundle is in the store already."""

    held: Held
    counter_floor: int


@dataclass(frozen=True)
class Refused:
    """The newest offer was not believed. `mark`: of a statement that was, though its bundle was not."""

    why: Why
    mark: HighWater | None = None
    bundle_sha256: str = ""
    rollout: RolloutMark | None = None


@dataclass(frozen=True)
class Allowed:
    """Nobody is there: what is staged may be run. `passing`: probes that pass now."""

    passing: frozenset[str]


@dataclass(frozen=True)
class Started:
    """The program came up."""


@dataclass(frozen=True)
class Stopped:
    """The program ends as it was told to: not the bundle's fault."""


@dataclass(frozen=True)
class Proved:
    """The evidence is enough."""


@dataclass(frozen=True)
class Failed:
    """What runs on probation fails; `code` is the probe."""

    code: str


@dataclass(frozen=True)
class Unreadable:
    """The store cannot give this bundle back: its bytes are not what was signed."""

    bundle_sha256: str


Happening = Verified | Refused | Allowed | Started | Stopped | Proved | Failed | Unreadable


# --- what is to be done ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AskForQuiet:
    """Tell when nobody is there; answered with `Allowed`."""


@dataclass(frozen=True)
class Run:
    """Make this the service in force; None: what is built in."""

    held: Held | None


@dataclass(frozen=True)
class Report:
    """Tell the backend now."""


Doing = AskForQuiet | Run | Report
Outcome = tuple[Applying, tuple[Doing, ...]]


def advance(state: Applying, happening: Happening, now: datetime) -> Outcome:
    """Total: what does not fit the state changes nothing."""
    match happening:
        case Verified(held, counter_floor):
            return _verified(state, held, counter_floor)
        case Refused():
            return _refused(state, happening)
        case Allowed(passing):
            return _allowed(state, passing, now)
        case Started():
            return _started(state, now)
        case Stopped():
            return _stopped(state)
        case Proved():
            return _proved(state)
        case Failed(code):
            return (state, ()) if state.probation is None else _gone_back(state, Why(code), now)
        case Unreadable(sha256):
            return _without(state, sha256, now)
        case _:
            assert_never(happening)


def is_due(state: Applying, now: datetime) -> bool:
    """The deadline has passed: the next session begins with the new version."""
    return state.staged is not None and state.staged.deadline is not None and state.staged.deadline <= now


# --- inside ----------------------------------------------------------------------------------------------------------


def _verified(state: Applying, held: Held, counter_floor: int) -> Outcome:
    if state.high_water is not None and _order(held.mark) < _order(state.high_water):
        return state, ()
    known = replace(
        state,
        high_water=held.mark,
        counter_floor=max(state.counter_floor, counter_floor),
        observed_bundle=held.bundle_sha256,
        rollout=held.rollout,
    )
    if held.bundle_sha256 in state.denied:  # the verifier says so first; a replay must not get past it either
        return _refused(known, Refused(Why("DENIED_HERE"), held.mark, held.bundle_sha256, held.rollout))
    if held.runs_like(state.runs):
        return _runs_already(known, held)
    if held == state.staged:
        return state, ()
    return replace(known, staged=held, why=None), (AskForQuiet(), Report())


def _runs_already(state: Applying, held: Held) -> Outcome:
    """A fresh signature under the same wish, or a wish for what a reverted terminal runs anyway."""
    running = replace(state, runs=held, staged=None, why=None)
    if state.probation is not None and state.slot is Slot.ACTIVE:
        return running, (Report(),)
    settled = replace(running, slot=Slot.ACTIVE, settled=ConfigState.CONFIRMED)
    return settled, (Report(),)


def _refused(state: Applying, refused: Refused) -> Outcome:
    """Nothing of it is taken over but the mark of a statement that was believed: its replay is refused from now on."""
    rejected = replace(state, settled=ConfigState.REJECTED, why=refused.why)
    if refused.mark is not None and (state.high_water is None or _order(refused.mark) >= _order(state.high_water)):
        rejected = replace(
            rejected,
            high_water=refused.mark,
            observed_bundle=refused.bundle_sha256,
            rollout=refused.rollout,
            staged=None,
        )
    return rejected, (Report(),)


def _allowed(state: Applying, passing: frozenset[str], now: datetime) -> Outcome:
    staged = state.staged
    if staged is None or (state.probation is not None and state.slot is Slot.ACTIVE):
        return state, ()
    applied = replace(
        state,
        staged=None,
        runs=staged,
        slot=Slot.ACTIVE,
        good=_proven(state),
        probation=Probation(passed_before=passing),
        since=now,
    )
    return applied, (Run(staged), Report())


def _proven(state: Applying) -> Held | None:
    """What may be gone back to. What runs on probation has not proved itself, whatever slot it is in."""
    return state.runs if state.probation is None and state.runs is not None else state.good


def _started(state: Applying, now: datetime) -> Outcome:
    if state.staged is not None and state.staged.when == "next_boot" and state.probation is None:
        return _allowed(state, frozenset(), now)
    ask: tuple[Doing, ...] = (AskForQuiet(),) if state.staged is not None else ()
    probation = state.probation
    if probation is None:
        return state, (Run(state.runs), *ask)
    if probation.attempts == 0:
        back, doing = _gone_back(state, Why("BOOT_ATTEMPTS"), now)
        return back, (*doing, *ask)
    counted = replace(state, probation=replace(probation, attempts=probation.attempts - 1))
    return counted, (Run(state.runs), *ask)


def _stopped(state: Applying) -> Outcome:
    probation = state.probation
    if probation is None:
        return state, ()
    return replace(state, probation=replace(probation, attempts=min(BOOT_ATTEMPTS, probation.attempts + 1))), ()


def _proved(state: Applying) -> Outcome:
    if state.probation is None:
        return state, ()
    ask: tuple[Doing, ...] = (AskForQuiet(),) if state.staged is not None else ()
    if state.slot is not Slot.ACTIVE:  # the last known good proved itself once more; the wish stays reverted
        return replace(state, probation=None), ask
    confirmed = replace(state, probation=None, settled=ConfigState.CONFIRMED, why=None)
    return confirmed, (Report(), *ask)


def _gone_back(state: Applying, why: Why, now: datetime) -> Outcome:
    """From what is active to the last known good, from that to the factory. Denied is denied for ever."""
    failed = state.runs.bundle_sha256 if state.runs else ""
    denied = state.denied | {failed} if failed else state.denied
    good = state.good if state.good is not None and state.good.bundle_sha256 not in denied else None
    settled = replace(
        state,
        runs=good,
        slot=Slot.LAST_KNOWN_GOOD if good else Slot.FACTORY,
        good=good,
        probation=Probation() if good else None,
        settled=ConfigState.REVERTED,
        why=why,
        denied=denied,
        since=now,
        staged=None if state.staged and state.staged.bundle_sha256 in denied else state.staged,
    )
    ask: tuple[Doing, ...] = (AskForQuiet(),) if settled.staged is not None else ()
    return settled, (Run(good), Report(), *ask)


def _without(state: Applying, sha256: str, now: datetime) -> Outcome:
    """Bytes rotted on disk. The bundle is not to blame, so it is not denied: it may be fetched again."""
    lost = replace(
        state,
        staged=None if state.staged and state.staged.bundle_sha256 == sha256 else state.staged,
        good=None if state.good and state.good.bundle_sha256 == sha256 else state.good,
    )
    if state.runs is None or state.runs.bundle_sha256 != sha256:
        return lost, ()
    good = lost.good
    slot = Slot.LAST_KNOWN_GOOD if good else Slot.FACTORY
    back = replace(lost, runs=good, slot=slot, probation=None, settled=ConfigState.REVERTED, why=Why("STORE_DAMAGED"))
    return replace(back, since=now), (Run(good), Report())


def _order(mark: HighWater) -> tuple[int, int]:
    return mark.epoch, mark.version
