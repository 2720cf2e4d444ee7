"""What became of each terminal of a rollout, and the numbers a decision rests on; pure over rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from backend.fleet.rollouts.decision import Counts
from backend.fleet.tables import HealthRow, TargetRow
from kiosk.fleet.report import ConfigState, Slot


class Outcome(StrEnum):
    WAITING = "waiting"
    """Not targeted yet."""
    PENDING = "pending"
    EXCLUDED = "excluded"
    """Away when it was targeted; it takes the change when it comes back, and is not counted."""
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    REVERTED = "reverted"
    LOST = "lost"
    """Was there, was targeted, and fell silent."""


OPEN_OUTCOMES = (Outcome.PENDING, Outcome.LOST)
"""May still change: who was thought lost may come back, and who is confirmed may fall silent without blame."""


def outcome_of(
    target: TargetRow, health: HealthRow | None, bundle_sha256: str, ack_deadline: timedelta, now: datetime
) -> tuple[Outcome, str]:
    """The outcome as of the newest report, and the terminal's own word for it."""
    targeted_at = target.targeted_at or now
    if health is not None and health.received_at >= targeted_at and _has_answered(target, health):
        report = health.report
        reason = str((report.get("reason") or {}).get("code", ""))[:40]
        if report["state"] == ConfigState.REJECTED:
            return Outcome.REJECTED, reason
        if report["state"] == ConfigState.REVERTED:
            return Outcome.REVERTED, reason
        if report["state"] == ConfigState.CONFIRMED and _runs(report, bundle_sha256):
            return Outcome.CONFIRMED, ""
    heard = max(targeted_at, health.received_at) if health else targeted_at
    return (Outcome.LOST, "silent") if now - heard > ack_deadline else (Outcome.PENDING, "")


def _has_answered(target: TargetRow, health: HealthRow) -> bool:
    """Is the report about this wish? A refused statement is never observed; then its state changed since."""
    observed = health.report.get("observed") or {"version": 0}
    has_seen_it = observed["version"] >= (target.version or 0)
    return has_seen_it or (target.targeted_at is not None and health.state_since >= target.targeted_at)


def _runs(report: Mapping[str, Any], bundle_sha256: str) -> bool:
    """Saying CONFIRMED is not enough: of this bundle, and not of a fallback."""
    applied = report.get("applied") or {}
    return applied.get("bundle") == bundle_sha256 and applied.get("slot") == Slot.ACTIVE


def counts(targets: Sequence[TargetRow], seen: Mapping[str, HealthRow]) -> Counts:
    """Of these terminals, since their baselines were taken."""
    works = [(one, seen[one.terminal_id].report) for one in targets if one.terminal_id in seen]
    oldest = sorted(int(report["outbox"]["oldest_s"]) for _, report in works)
    return Counts(
        terminals=len(works),
        payments_started=sum(since(r["work"]["payments_started"], one.started_before) for one, r in works),
        payments_succeeded=sum(
            min(
                since(r["work"]["payments_succeeded"], one.succeeded_before),
                since(r["work"]["payments_started"], one.started_before),
            )
            for one, r in works
        ),
        restarts=sum(since(r["work"]["restarts"], one.restarts_before) for one, r in works),
        outbox_p95_s=oldest[int(len(oldest) * 0.95)] if oldest else 0,
    )


def since(counter: int, before: int) -> int:
    """A counter starts at nothing again with each boot."""
    return counter - before if counter >= before else counter


def take_baseline(target: TargetRow, health: HealthRow | None) -> None:
    """From here on the terminal's work is counted."""
    work = health.report["work"] if health else {}
    target.started_before = int(work.get("payments_started", 0))
    target.succeeded_before = int(work.get("payments_succeeded", 0))
    target.restarts_before = int(work.get("restarts", 0))
