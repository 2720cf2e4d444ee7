"""Prometheus series of the fleet, counted per office, kind of machine and version; never one per terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from backend.fleet.board import Board
from backend.fleet.tables import DECOMMISSIONED, AlertRow, FleetTerminalRow, HealthRow, RolloutRow
from kiosk.fleet.report import Report

GROUP = ("office", "hardware", "app")


@dataclass(frozen=True)
class FleetCollector:
    """A collector of `prometheus_client`: reads the database when it is asked."""

    sessions: sessionmaker[Session]
    board: Board

    def collect(self) -> Iterable[Metric]:
        with self.sessions() as session:
            yield from _terminals(session)
            yield _counted("lobby_alerts_open", "alerts that nobody has ended", "kind", _alerts(session))
            yield _counted("lobby_rollouts", "rollouts by state", "state", _rollouts(session))
        waiting = GaugeMetricFamily("lobby_terminals_waiting", "terminals that hold a long poll in this process")
        waiting.add_metric([], self.board.waiting)
        yield waiting


def exposition(collector: FleetCollector) -> bytes:
    """The text format, as `GET /metrics` answers."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)  # pyright: ignore[reportArgumentType]  any object with `collect` is one
    return generate_latest(registry)


def _terminals(session: Session) -> Iterable[Metric]:
    conditions: Counter[tuple[str, ...]] = Counter()
    states: Counter[tuple[str, ...]] = Counter()
    synced: Counter[tuple[str, ...]] = Counter()
    devices: Counter[tuple[str, ...]] = Counter()
    oldest: dict[tuple[str, ...], int] = {}
    joined = select(FleetTerminalRow, HealthRow).outerjoin(
        HealthRow, HealthRow.terminal_id == FleetTerminalRow.terminal_id
    )
    for terminal, found in session.execute(joined.where(FleetTerminalRow.state != DECOMMISSIONED)):
        health = cast("HealthRow | None", found)  # of an outer join
        if health is None:
            conditions[(terminal.office_id, terminal.hardware, "", "never_seen")] += 1
            continue
        report = Report.model_validate(health.report, strict=False)
        group = (terminal.office_id, terminal.hardware, report.app_version)
        conditions[(*group, health.condition)] += 1
        states[(*group, report.state)] += 1
        synced[group] += health.is_synced
        oldest[group] = max(oldest.get(group, 0), report.outbox.oldest_s)
        for name, device in report.devices.items():
            devices[(terminal.office_id, name, device.word)] += 1
    yield _family("lobby_terminals", "terminals by condition", (*GROUP, "condition"), conditions)
    yield _family("lobby_config_states", "terminals by state of their configuration", (*GROUP, "state"), states)
    yield _family("lobby_terminals_synced", "terminals that run what is wished", GROUP, synced)
    yield _family("lobby_outbox_oldest_seconds", "age of the oldest message not delivered", GROUP, oldest)
    yield _family("lobby_devices", "devices by their word", ("office", "device", "word"), devices)


def _family(
    name: str, text: str, labels: tuple[str, ...], values: Counter[tuple[str, ...]] | dict[tuple[str, ...], int]
) -> Metric:
    family = GaugeMetricFamily(name, text, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family


def _counted(name: str, text: str, label: str, values: dict[str, int]) -> Metric:
    return _family(name, text, (label,), {(key,): value for key, value in values.items()})


def _alerts(session: Session) -> dict[str, int]:
    query = select(AlertRow.kind, func.count()).where(AlertRow.ended_at.is_(None)).group_by(AlertRow.kind)
    return dict(session.execute(query).all())


def _rollouts(session: Session) -> dict[str, int]:
    query = select(RolloutRow.state, func.count()).group_by(RolloutRow.state)
    return dict(session.execute(query).all())
