"""A rollout as it moves: each wave with what became of its terminals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.fleet.rollouts.counting import Outcome
from backend.fleet.tables import AuditRow, BundleRow, RolloutRow, TargetRow

_FAILED = (Outcome.REJECTED, Outcome.REVERTED, Outcome.LOST)
_MOST = 50


@dataclass(frozen=True)
class Wave:
    number: int
    """The first is 1."""
    counts: Mapping[str, int]
    state: str
    """done, now, or ahead."""

    @property
    def terminals(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class RolloutView:
    row: RolloutRow
    bundle: BundleRow
    waves: Sequence[Wave]
    counts: Mapping[str, int]
    failed: Sequence[TargetRow]
    acts: Sequence[AuditRow]
    soak_ends_at: datetime | None

    @property
    def terminals(self) -> int:
        return sum(self.counts.values())

    @property
    def reached(self) -> int:
        return self.terminals - self.counts[Outcome.WAITING]

    @property
    def bar(self) -> Mapping[str, int]:
        """Those who wait are the ground on which it is drawn."""
        return {word: count for word, count in self.counts.items() if word != Outcome.WAITING}


def read_rollout(session: Session, rollout_id: str) -> RolloutView | None:
    row = session.get(RolloutRow, rollout_id)
    if row is None:
        return None
    mine = TargetRow.rollout_id == rollout_id
    counted = select(TargetRow.wave, TargetRow.outcome, func.count()).where(mine)
    numbers: dict[int, dict[str, int]] = {}
    for wave, outcome, count in session.execute(counted.group_by(TargetRow.wave, TargetRow.outcome)):
        numbers.setdefault(wave, dict.fromkeys(map(str, Outcome), 0))[outcome] = count
    waves = [Wave(index + 1, counts, _state(row, index)) for index, counts in sorted(numbers.items())]
    failed = select(TargetRow).where(mine, TargetRow.outcome.in_(_FAILED)).order_by(TargetRow.terminal_id)
    acts = select(AuditRow).where(AuditRow.subject == rollout_id).order_by(AuditRow.number.desc())
    last = session.scalar(select(func.max(TargetRow.targeted_at)).where(mine, TargetRow.wave <= row.wave))
    return RolloutView(
        row=row,
        bundle=session.get_one(BundleRow, row.bundle_sha256),
        waves=waves,
        counts={str(word): sum(wave.counts[word] for wave in waves) for word in Outcome},
        failed=session.scalars(failed.limit(_MOST)).all(),
        acts=session.scalars(acts.limit(_MOST)).all(),
        soak_ends_at=last + timedelta(seconds=row.soak_s) if last else None,
    )


def _state(row: RolloutRow, index: int) -> str:
    if row.state == "finished" or index < row.wave:
        return "done"
    return "now" if index == row.wave and row.state != "ready" else "ahead"
