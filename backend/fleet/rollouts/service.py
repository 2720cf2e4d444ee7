"""Carries rollouts out: targets terminals, counts what becomes of them, asks `decide`, and does what it says.

`step` is called every half minute, by one process at a time. All of it is one transaction: the kill switch is read in
the same one that targets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.clock import Clock
from backend.fleet.audit import record
from backend.fleet.board import Posted
from backend.fleet.bundles import SIGNED
from backend.fleet.chance import Chance
from backend.fleet.conditions import SILENT_AFTER
from backend.fleet.director import Director, Wish
from backend.fleet.rollouts.counting import OPEN_OUTCOMES, Outcome, counts, outcome_of, take_baseline
from backend.fleet.rollouts.decision import Advance, Facts, Finish, Halt, Limits, Wait, decide
from backend.fleet.rollouts.waves import WAVES, Candidate, plan_waves
from backend.fleet.tables import (
    ENROLLED,
    AlertRow,
    BundleRow,
    DesiredRow,
    FleetTerminalRow,
    HealthRow,
    RolloutRow,
    SwitchRow,
    TargetRow,
)
from backend.problems import Refusal
from kiosk.central.wire import ProblemCode
from kiosk.fleet.desired import RolloutMark
from kiosk.fleet.sections import Sensitivity

READY, RUNNING, PAUSED, HALTED, FINISHED = "ready", "running", "paused", "halted", "finished"
TARGETING = "targeting"
"""Name of the switch; off is the kill switch."""
A_MINUTE = 500
"""Newly targeted terminals a minute, whatever the waves say."""
ONLINE_WITHIN = timedelta(minutes=10)
AT_ONCE = 1000
"""Names in one query."""


@dataclass(frozen=True)
class Rollouts:
    """Each call runs inside the caller's transaction; what `step` returns is posted after the commit."""

    clock: Clock
    chance: Chance
    director: Director
    a_minute: int = A_MINUTE

    # --- people -------------------------------------------------------------------------------------------------------

    def create(
        self, session: Session, sha256: str, who: str, limits: Limits | None = None, compensates: str | None = None
    ) -> RolloutRow | Refusal:
        """A rollout of a signed bundle to every enrolled terminal; it starts when somebody starts it."""
        bundle = session.get(BundleRow, sha256)
        if bundle is None:
            return Refusal(ProblemCode.NOT_FOUND)
        if bundle.state != SIGNED:
            return Refusal(ProblemCode.FLEET_STATE, detail="the bundle is not signed")
        now = self.clock.now()
        row = RolloutRow(
            rollout_id=f"r{now:%y%m%d}-{self.chance.random(4).hex()}",
            bundle_sha256=sha256,
            risk=bundle.risk,
            state=READY,
            reason="",
            wave=0,
            online_before=0,
            waves=WAVES,
            created_by=who,
            created_at=now,
            compensates=compensates,
            **(limits or default_limits(Sensitivity(bundle.risk))).model_dump(),
        )
        session.add(row)
        record(session, now, who, "rollout_create", row.rollout_id, bundle=sha256)
        return row

    def start(self, session: Session, rollout_id: str, who: str) -> RolloutRow | Refusal:
        """Fixes who comes in which wave; one rollout at a time runs in a fleet."""
        row = session.get(RolloutRow, rollout_id, with_for_update=True)
        if row is None:
            return Refusal(ProblemCode.NOT_FOUND)
        others = session.scalars(select(RolloutRow.rollout_id).where(RolloutRow.state.in_((RUNNING, PAUSED)))).all()
        if row.state != READY or others:
            return Refusal(ProblemCode.FLEET_STATE, detail="not ready, or another one is under way")
        now = self.clock.now()
        places = plan_waves(rollout_id, self._candidates(session, row))
        if not places:
            return Refusal(ProblemCode.FLEET_STATE, detail="every terminal is wished this bundle already")
        wished = dict(session.execute(select(DesiredRow.terminal_id, DesiredRow.bundle_sha256)).all())
        seen = _health_of(session, places)
        session.add_all(_target(row, name, wave, wished.get(name), seen.get(name)) for name, wave in places.items())
        row.state, row.wave = RUNNING, min(places.values())  # a small fleet has nobody in the first ones
        self._begin_wave(session, row, now)
        record(session, now, who, "rollout_start", rollout_id, terminals=len(places))
        return row

    def pause(self, session: Session, rollout_id: str, who: str, *, is_paused: bool) -> RolloutRow | Refusal:
        """No new targets while paused; a halted rollout is never resumed."""
        row = session.get(RolloutRow, rollout_id, with_for_update=True)
        if row is None:
            return Refusal(ProblemCode.NOT_FOUND)
        if row.state != (RUNNING if is_paused else PAUSED):
            return Refusal(ProblemCode.FLEET_STATE)
        row.state = PAUSED if is_paused else RUNNING
        record(session, self.clock.now(), who, "rollout_" + ("pause" if is_paused else "resume"), rollout_id)
        return row

    def halt(self, session: Session, rollout_id: str, who: str) -> RolloutRow | Refusal:
        row = session.get(RolloutRow, rollout_id, with_for_update=True)
        if row is None:
            return Refusal(ProblemCode.NOT_FOUND)
        if row.state not in (READY, RUNNING, PAUSED):
            return Refusal(ProblemCode.FLEET_STATE)
        self._end(session, row, HALTED, "by a person", who)
        return row

    def switch(self, session: Session, who: str, *, is_on: bool) -> None:
        """The kill switch: off, and nothing in the fleet is targeted until a person turns it on again."""
        now = self.clock.now()
        row = session.get(SwitchRow, TARGETING, with_for_update=True) or SwitchRow(name=TARGETING)
        row.is_on, row.changed_by, row.changed_at = is_on, who, now
        session.add(row)
        record(session, now, who, "targeting_" + ("on" if is_on else "off"), TARGETING)

    def compensate(self, session: Session, rollout_id: str, who: str) -> Mapping[str, Posted] | Refusal:
        """After a halt: every terminal that was touched is wished back to what it ran before, with a higher version."""
        row = session.get(RolloutRow, rollout_id)
        if row is None:
            return Refusal(ProblemCode.NOT_FOUND)
        if row.state != HALTED:
            return Refusal(ProblemCode.FLEET_STATE, detail="only a halted rollout is led back")
        return self._lead_back(session, row, who)

    # --- the engine ---------------------------------------------------------------------------------------------------

    def step(self, session: Session) -> Mapping[str, Posted]:
        """Counts, decides and acts for every running rollout; the statements to post."""
        posted: dict[str, Posted] = {}
        running = select(RolloutRow).where(RolloutRow.state == RUNNING).with_for_update(skip_locked=True)
        for row in session.scalars(running).all():
            posted.update(self._step(session, row))
        return posted

    def _step(self, session: Session, row: RolloutRow) -> Mapping[str, Posted]:
        now = self.clock.now()
        self._count_outcomes(session, row, now)
        may_target = self.may_target(session)
        match decide(self._facts(session, row, now), limits_of(row), may_target=may_target):
            case Halt(reason):
                self._end(session, row, HALTED, reason.value, "backend")
                is_sensitive = row.risk != Sensitivity.ORDINARY
                return self._lead_back(session, row, "backend") if is_sensitive and may_target else {}
            case Finish():
                self._end(session, row, FINISHED, "", "backend")
                return {}
            case Advance():
                row.wave, row.reason = self._next_wave(session, row), ""
                self._begin_wave(session, row, now)
                return self._target_some(session, row, now)
            case Wait(reason):
                row.reason = reason.value
                return self._target_some(session, row, now)

    def may_target(self, session: Session) -> bool:
        """Read with a lock, so that nobody is targeted after the switch was turned."""
        switch = session.get(SwitchRow, TARGETING, with_for_update=True)
        return switch is None or switch.is_on

    def facts(self, session: Session, rollout_id: str) -> Facts:
        """What a decision would rest on now; for the console."""
        return self._facts(session, session.get_one(RolloutRow, rollout_id), self.clock.now())

    # --- inside -------------------------------------------------------------------------------------------------------

    def _begin_wave(self, session: Session, row: RolloutRow, now: datetime) -> None:
        """What the control group does from now on is compared with what the changed ones do."""
        row.wave_began_at, row.online_before = now, _online(session, now)
        waiting = select(TargetRow).where(TargetRow.rollout_id == row.rollout_id, TargetRow.outcome == Outcome.WAITING)
        targets = session.scalars(waiting).all()
        seen = _health_of(session, [one.terminal_id for one in targets])
        for one in targets:
            take_baseline(one, seen.get(one.terminal_id))
        record(session, now, "backend", "rollout_wave", row.rollout_id, wave=row.wave)

    def _next_wave(self, session: Session, row: RolloutRow) -> int:
        """The next one with anybody in it, or else the last."""
        waiting = select(func.min(TargetRow.wave)).where(
            TargetRow.rollout_id == row.rollout_id, TargetRow.outcome == Outcome.WAITING
        )
        found = session.scalar(waiting)
        return row.waves - 1 if found is None else max(found, row.wave + 1)

    def _target_some(self, session: Session, row: RolloutRow, now: datetime) -> Mapping[str, Posted]:
        """As many of this wave as the limit allows in any one minute, over all rollouts."""
        minute_ago = now - timedelta(minutes=1)
        recent = session.scalar(select(func.count()).select_from(TargetRow).where(TargetRow.targeted_at > minute_ago))
        of_wave = select(TargetRow).where(TargetRow.rollout_id == row.rollout_id, TargetRow.wave <= row.wave)
        waiting = of_wave.where(TargetRow.outcome == Outcome.WAITING).order_by(TargetRow.terminal_id)
        targets = session.scalars(waiting.limit(max(0, self.a_minute - (recent or 0)))).all()
        bundle = session.get_one(BundleRow, row.bundle_sha256)
        wishes = {one.terminal_id: Wish(bundle, RolloutMark(id=row.rollout_id, wave=one.wave)) for one in targets}
        posted = self.director.wish(session, wishes, now)
        seen = _health_of(session, wishes)
        for one in targets:
            health = seen.get(one.terminal_id)
            take_baseline(one, health)
            one.targeted_at, one.version = now, posted[one.terminal_id].version
            one.outcome = Outcome.PENDING if _is_there(health, now) else Outcome.EXCLUDED
        return posted

    def _count_outcomes(self, session: Session, row: RolloutRow, now: datetime) -> None:
        open_ones = select(TargetRow).where(TargetRow.rollout_id == row.rollout_id)
        targets = session.scalars(open_ones.where(TargetRow.outcome.in_(OPEN_OUTCOMES))).all()
        seen = _health_of(session, [one.terminal_id for one in targets])
        for one in targets:
            one.outcome, one.reason = outcome_of(
                one, seen.get(one.terminal_id), row.bundle_sha256, timedelta(seconds=row.ack_deadline_s), now
            )

    def _facts(self, session: Session, row: RolloutRow, now: datetime) -> Facts:
        targets = session.scalars(select(TargetRow).where(TargetRow.rollout_id == row.rollout_id)).all()
        reached = [one for one in targets if one.wave <= row.wave]
        number = {outcome: sum(one.outcome == outcome for one in reached) for outcome in Outcome}
        last = max((one.targeted_at for one in reached if one.targeted_at), default=now)
        touched = [one for one in reached if one.outcome != Outcome.WAITING]
        rest = [one for one in targets if one.outcome == Outcome.WAITING]
        seen = _health_of(session, [one.terminal_id for one in targets])
        return Facts(
            wave=row.wave,
            waves=row.waves,
            waiting=number[Outcome.WAITING],
            pending=number[Outcome.PENDING],
            confirmed=number[Outcome.CONFIRMED],
            rejected=number[Outcome.REJECTED],
            reverted=number[Outcome.REVERTED],
            lost=number[Outcome.LOST],
            excluded=number[Outcome.EXCLUDED],
            soaked_s=(now - last).total_seconds(),
            changed=counts(touched, seen),
            control=counts(rest, seen),
            alarms=_alarms(session, row),
            online=_online(session, now),
            online_before=row.online_before,
        )

    def _candidates(self, session: Session, row: RolloutRow) -> Sequence[Candidate]:
        """Every enrolled terminal that is not wished this bundle already."""
        joined = select(FleetTerminalRow, HealthRow, DesiredRow.bundle_sha256)
        joined = joined.outerjoin(HealthRow, HealthRow.terminal_id == FleetTerminalRow.terminal_id)
        joined = joined.outerjoin(DesiredRow, DesiredRow.terminal_id == FleetTerminalRow.terminal_id)
        found = session.execute(joined.where(FleetTerminalRow.state == ENROLLED)).all()
        now = self.clock.now()
        return [
            Candidate(one.terminal_id, one.office_id, _kind(one, health), is_online=_is_there(health, now))
            for one, health, wished in found
            if wished != row.bundle_sha256
        ]

    def _lead_back(self, session: Session, row: RolloutRow, who: str) -> Mapping[str, Posted]:
        now = self.clock.now()
        mine = select(TargetRow).where(TargetRow.rollout_id == row.rollout_id, TargetRow.targeted_at.is_not(None))
        wished = select(DesiredRow.terminal_id).where(DesiredRow.bundle_sha256 == row.bundle_sha256)
        targets = session.scalars(mine.where(TargetRow.terminal_id.in_(wished))).all()
        before = {one.terminal_id: one.previous_sha256 for one in targets if one.previous_sha256}
        rows = session.scalars(select(BundleRow).where(BundleRow.sha256.in_(set(before.values())))).all()
        bundles = {bundle.sha256: bundle for bundle in rows}
        record(session, now, who, "rollout_compensate", row.rollout_id, terminals=len(before))
        return self.director.wish(session, {name: Wish(bundles[sha]) for name, sha in before.items()}, now)

    def _end(self, session: Session, row: RolloutRow, state: str, reason: str, who: str) -> None:
        now = self.clock.now()
        row.state, row.reason, row.ended_at = state, reason, now
        record(session, now, who, "rollout_" + state, row.rollout_id, reason=reason, wave=row.wave)


def default_limits(risk: Sensitivity) -> Limits:
    """Ordinary changes need less evidence than those of money and trust."""
    return Limits(min_payments=50) if risk is Sensitivity.ORDINARY else Limits()


def _target(row: RolloutRow, terminal_id: str, wave: int, wished: str | None, health: HealthRow | None) -> TargetRow:
    target = TargetRow(
        rollout_id=row.rollout_id,
        terminal_id=terminal_id,
        wave=wave,
        outcome=Outcome.WAITING,
        reason="",
        previous_sha256=wished,
    )
    take_baseline(target, health)
    return target


def _health_of(session: Session, names: Iterable[str]) -> Mapping[str, HealthRow]:
    wanted = list(names)
    found: dict[str, HealthRow] = {}
    for start in range(0, len(wanted), AT_ONCE):
        query = select(HealthRow).where(HealthRow.terminal_id.in_(wanted[start : start + AT_ONCE]))
        found.update({row.terminal_id: row for row in session.scalars(query)})
    return found


def _is_there(health: HealthRow | None, now: datetime) -> bool:
    return health is not None and now - health.received_at <= ONLINE_WITHIN


def _kind(terminal: FleetTerminalRow, health: HealthRow | None) -> str:
    app = health.report["app_version"] if health else ""
    return f"{terminal.hardware} {app} {terminal.office_id[:2]}"


def _online(session: Session, now: datetime) -> int:
    query = select(func.count()).select_from(HealthRow).where(HealthRow.received_at > now - SILENT_AFTER)
    return session.scalar(query) or 0


def _alarms(session: Session, row: RolloutRow) -> int:
    """Security alarms at terminals that were touched, since the rollout was made."""
    touched = select(TargetRow.terminal_id).where(
        TargetRow.rollout_id == row.rollout_id, TargetRow.version.is_not(None)
    )
    raised = select(func.count()).select_from(AlertRow).where(AlertRow.kind.in_(("equivocation", "bad_signature")))
    raised = raised.where(AlertRow.began_at >= row.created_at, AlertRow.terminal_id.in_(touched))
    return session.scalar(raised) or 0


def limits_of(row: RolloutRow) -> Limits:
    """From columns that the database holds to their types."""
    return Limits(**{name: getattr(row, name) for name in Limits.model_fields})
