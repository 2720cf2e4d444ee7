"""By what a probation is judged: no probe that passed before may fail now, and something good must have happened. Pure.

The network may fail at any time for its own reasons, so its silence stops the clock and nothing more. A device may be
opened by staff, so it fails the probation only when it stays away for as long as the probation lasts, and for a minute.
A screen or an engine that gave up fails it at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

CENTRAL: Final = "central"
SERVICE: Final = "service"
"""The flow serves people, or could."""
PATIENCE_S = 60.0
"""Devices may stay away so long, and as long as the probation where that is longer."""


@dataclass(frozen=True)
class Look:
    """What can be seen at one moment."""

    mono_s: float
    passing: frozenset[str]
    sessions: int
    """Sessions completed since the start of the program."""
    broken: str = ""
    """A part of the terminal itself that gave up."""


@dataclass(frozen=True)
class Trial:
    """One probation, from the change or from the start of the program on."""

    passed_before: frozenset[str]
    confirm_s: float
    sessions_before: int
    looked_at_s: float
    healthy_s: float = 0.0
    missing: tuple[tuple[str, float], ...] = ()
    """Probes that fail, and for how long."""


@dataclass(frozen=True)
class Passed:
    pass


@dataclass(frozen=True)
class Broken:
    code: str


def begin(passed_before: frozenset[str], confirm_s: float, look: Look) -> Trial:
    return Trial(passed_before, confirm_s, look.sessions, look.mono_s)


def judge(trial: Trial, look: Look) -> Trial | Passed | Broken:
    """The trial goes on, or how it ended. Call it every few seconds: only what was seen counts."""
    if look.broken:
        return Broken(f"{look.broken}_failed")
    passed_s = max(0.0, look.mono_s - trial.looked_at_s)
    failing = trial.passed_before - look.passing
    before = dict(trial.missing)
    is_offline = CENTRAL in failing
    missing = tuple(
        (name, before.get(name, 0.0) + (0.0 if is_offline else passed_s)) for name in sorted(failing - {CENTRAL})
    )
    for name, away_s in missing:
        if away_s > max(trial.confirm_s, PATIENCE_S):
            return Broken(name)
    is_healthy = not failing and SERVICE in look.passing
    healthy_s = trial.healthy_s + (passed_s if is_healthy else 0.0)
    if is_healthy and (healthy_s >= trial.confirm_s or look.sessions > trial.sessions_before):
        return Passed()
    return replace(trial, looked_at_s=look.mono_s, healthy_s=healthy_s, missing=missing)
