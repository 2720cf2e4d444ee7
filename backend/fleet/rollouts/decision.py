"""Advance, wait, or halt? A pure function over counted facts.

Failed means rejected, reverted or lost: a terminal that was there before it was targeted and then fell silent counts
as failed, because a change that kills terminals leaves nobody to report it. Terminals that were away when they were
targeted are not counted at all. Whatever cannot be judged halts: the emergency stop never depends on good input.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Z_95 = 1.959964
Z_ONE_SIDED = 3.090232
"""One in a thousand, because there is a look every half minute, and each look is a chance to be wrong."""
PAYMENTS_JUDGED = 50
"""Below so many in the changed group nothing follows: one payment that is still open is no drop."""
OUTBOX_ALLOWED_S = 60
CANARY_WAVES = 2
"""In the first waves nothing at all may be rejected or reverted; they are too small for percentages."""

GONE_BACK_SHARE = 4
"""Networks fall silent for many reasons; going back is the change's doing. So many times less of it is enough."""
PATIENCE = 8
"""Acknowledgement deadlines for which a silent terminal is waited for; a network that is down comes back sooner."""

Percent = Annotated[int, Field(ge=0, le=100)]
Seconds = Annotated[int, Field(ge=0, le=7 * 24 * 3600)]


class Limits(BaseModel):
    """Typed and checked where a rollout is made; a rollout with a limit nobody understands never starts."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    advance_percent: Annotated[int, Field(ge=50, le=100)] = 95
    soak_s: Seconds = 30 * 60
    min_payments: Annotated[int, Field(ge=0, le=100_000)] = 200
    """Before a wave is left, so many payments were begun in it; the first wave needs a tenth."""
    ack_deadline_s: Annotated[int, Field(ge=60, le=24 * 3600)] = 15 * 60
    halt_failure_percent: Percent = 2
    payment_drop_points: Annotated[int, Field(ge=1, le=100)] = 5
    restart_factor: Annotated[int, Field(ge=2, le=100)] = 3
    outbox_factor: Annotated[int, Field(ge=2, le=100)] = 3
    connectivity_drop_percent: Annotated[int, Field(ge=1, le=100)] = 20


@dataclass(frozen=True)
class Counts:
    """Of the terminals in one group, since they were targeted (the control group: over the same time)."""

    terminals: int = 0
    payments_started: int = 0
    payments_succeeded: int = 0
    restarts: int = 0
    outbox_p95_s: int = 0


@dataclass(frozen=True)
class Facts:
    """The rollout so far; outcomes are of all waves targeted up to now."""

    wave: int
    """0 is the first."""
    waves: int
    waiting: int
    """Of this wave, not targeted yet (the limit on how many a minute)."""
    pending: int
    confirmed: int
    rejected: int
    reverted: int
    lost: int
    excluded: int
    """Away when they were targeted."""
    soaked_s: float
    """Since the last terminal of this wave was targeted."""
    changed: Counts
    control: Counts
    alarms: int
    """EQUIVOCATION and BAD_SIGNATURE since the rollout began."""
    online: int
    """In the whole fleet, now."""
    online_before: int
    """In the whole fleet, when this wave began."""

    @property
    def failed(self) -> int:
        return self.went_back + self.lost

    @property
    def went_back(self) -> int:
        """They stay so until something else is wished."""
        return self.rejected + self.reverted

    @property
    def judged(self) -> int:
        """The denominator."""
        return self.pending + self.confirmed + self.failed


class Reason(StrEnum):
    """Why a rollout waits or halts."""

    TARGETING = "targeting"
    SOAKING = "soaking"
    NOT_ENOUGH_CONFIRMED = "not_enough_confirmed"
    NOT_ENOUGH_PAYMENTS = "not_enough_payments"
    KILL_SWITCH = "kill_switch"
    FAILURES = "failures"
    FAILURE_IN_CANARY = "failure_in_canary"
    PAYMENTS_DROPPED = "payments_dropped"
    RESTARTS = "restarts"
    OUTBOX = "outbox"
    ALARM = "alarm"
    CONNECTIVITY = "connectivity"
    """The whole fleet is hard to reach: nobody is to blame, and nothing can be learned now."""
    EVALUATION = "evaluation"


@dataclass(frozen=True)
class Wait:
    reason: Reason


@dataclass(frozen=True)
class Advance:
    pass


@dataclass(frozen=True)
class Finish:
    pass


@dataclass(frozen=True)
class Halt:
    reason: Reason


Decision = Wait | Advance | Finish | Halt


def decide(facts: Facts, limits: Limits, *, may_target: bool) -> Decision:
    """The one decision; never raises."""
    try:
        return _decide(facts, limits, may_target=may_target)
    except Exception:  # whatever cannot be judged halts  # noqa: BLE001
        return Halt(Reason.EVALUATION)


def wilson_lower(failures: int, total: int, z: float = Z_95) -> float:
    """Lower end of the 95 % interval of a proportion (Wilson's score interval)."""
    share = failures / total
    middle = share + z * z / (2 * total)
    spread = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return max(0.0, (middle - spread) / (1 + z * z / total))


def has_dropped(changed: Counts, control: Counts, points: int) -> bool:
    """Is success in the changed group so many points below the control's, and not by chance (one-sided)?"""
    if min(changed.payments_started, control.payments_started) < PAYMENTS_JUDGED:
        return False
    here = changed.payments_succeeded / changed.payments_started
    there = control.payments_succeeded / control.payments_started
    if there - here < points / 100:
        return False
    together = changed.payments_started + control.payments_started
    pooled = (changed.payments_succeeded + control.payments_succeeded) / together
    error = sqrt(pooled * (1 - pooled) * (1 / changed.payments_started + 1 / control.payments_started))
    return error > 0 and (there - here) / error > Z_ONE_SIDED


# --- inside -----------------------------------------------------------------------------------------------------------


def _decide(facts: Facts, limits: Limits, *, may_target: bool) -> Decision:
    _refuse_nonsense(facts)
    if not may_target:
        return Halt(Reason.KILL_SWITCH)
    if (halt := _halt(facts, limits)) is not None:
        return halt
    if facts.waiting:
        return Wait(Reason.TARGETING)
    if facts.soaked_s < limits.soak_s:
        return Wait(Reason.SOAKING)
    if _canary_died(facts):
        return Halt(Reason.FAILURE_IN_CANARY)
    if _gets_no_better(facts, limits):
        return Halt(Reason.FAILURES)
    if (wait := _wait(facts, limits)) is not None:
        return wait
    return Finish() if facts.wave == facts.waves - 1 else Advance()


def _refuse_nonsense(facts: Facts) -> None:
    counted = (facts.waiting, facts.pending, facts.confirmed, facts.failed, facts.lost, facts.excluded)
    groups = (facts.changed, facts.control)
    is_sane = (
        min(*counted, facts.rejected, facts.reverted, facts.alarms, facts.online, facts.online_before) >= 0
        and facts.soaked_s >= 0
        and 0 <= facts.wave < facts.waves
        and all(0 <= group.payments_succeeded <= group.payments_started for group in groups)
        and all(min(group.terminals, group.restarts, group.outbox_p95_s) >= 0 for group in groups)
    )
    if not is_sane:
        raise ValueError("counts that cannot be")


def _halt(facts: Facts, limits: Limits) -> Halt | None:
    if facts.alarms:
        return Halt(Reason.ALARM)
    if facts.online < facts.online_before * (1 - limits.connectivity_drop_percent / 100):
        return Halt(Reason.CONNECTIVITY)
    most = limits.halt_failure_percent / 100
    if _is_more_than(most, facts.failed, facts):
        return Halt(Reason.FAILURES)
    if facts.wave < CANARY_WAVES and facts.went_back >= 2:
        return Halt(Reason.FAILURE_IN_CANARY)
    if _is_more_than(most / GONE_BACK_SHARE, facts.went_back, facts):
        return Halt(Reason.FAILURES)
    if has_dropped(facts.changed, facts.control, limits.payment_drop_points):
        return Halt(Reason.PAYMENTS_DROPPED)
    if _grew(facts.changed.restarts, facts.control.restarts, facts, limits.restart_factor):
        return Halt(Reason.RESTARTS)
    outbox_limit_s = max(OUTBOX_ALLOWED_S, limits.outbox_factor * facts.control.outbox_p95_s)
    if facts.control.terminals and facts.changed.outbox_p95_s > outbox_limit_s:
        return Halt(Reason.OUTBOX)
    return None


def _is_more_than(most: float, number: int, facts: Facts) -> bool:
    """And not by chance: the lower end of the interval counts, and never a single one."""
    return number >= 2 and wilson_lower(number, facts.judged) > most


def _gets_no_better(facts: Facts, limits: Limits) -> bool:
    """Too few have confirmed, and waiting does not help: they went back, or were silent for too long."""
    needed = facts.judged * limits.advance_percent / 100
    if facts.confirmed >= needed:
        return False
    waited_s = facts.soaked_s - limits.soak_s
    is_patience_over = facts.lost > 0 and waited_s > PATIENCE * limits.ack_deadline_s
    return facts.confirmed + facts.pending + facts.lost < needed or is_patience_over


def _grew(changed: int, control: int, facts: Facts, factor: int) -> bool:
    """So many times the control's rate, and more than a stray one or two."""
    if not facts.changed.terminals or not facts.control.terminals or changed < 3:
        return False
    return changed / facts.changed.terminals > factor * max(control, 1) / facts.control.terminals


def _canary_died(facts: Facts) -> bool:
    """After the soak: one that went back is enough, and so is silence when nobody at all has confirmed."""
    all_failed = facts.failed > 0 and not facts.confirmed and not facts.pending
    return facts.wave < CANARY_WAVES and (facts.went_back > 0 or all_failed)


def _wait(facts: Facts, limits: Limits) -> Wait | None:
    if not facts.judged or facts.confirmed / facts.judged < limits.advance_percent / 100:
        return Wait(Reason.NOT_ENOUGH_CONFIRMED)
    needed = limits.min_payments // 10 if facts.wave == 0 else limits.min_payments
    is_last = facts.wave == facts.waves - 1
    if not is_last and facts.changed.payments_started < needed:
        return Wait(Reason.NOT_ENOUGH_PAYMENTS)
    return None
