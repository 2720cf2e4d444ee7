"""How a terminal is, told from its newest report and from silence; pure.

Down: nothing is heard of it. Booting-stuck: it starts again and again, or never gets through. Stuck: it speaks, but
does not move. Degraded: it serves people, with something missing. The worst that holds is what is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.fleet.report import ConfigState, DeviceWord, Report, ServiceState

REPORT_EVERY_S = 60
SILENT_AFTER = timedelta(seconds=3 * REPORT_EVERY_S)
BOOT_LIMIT = timedelta(minutes=10)
BOOTS_IN_A_ROW = 3
SESSION_LIMIT = timedelta(minutes=60)
PROBATION_LIMIT = timedelta(minutes=75)
"""Above the longest probation a bundle may ask for."""
WISH_LIMIT = timedelta(minutes=30)
OUTBOX_LIMIT_S = 15 * 60
SKEW_LIMIT_MS = 60_000
_WORKS = frozenset({DeviceWord.ONLINE, DeviceWord.DEVICE_BUSY})
_PAPER_IS_FINE = frozenset({"", "full", "low"})


class Condition(StrEnum):
    OK = "ok"
    DEGRADED = "degraded"
    STUCK = "stuck"
    BOOTING_STUCK = "booting_stuck"
    DOWN = "down"


@dataclass(frozen=True)
class Sighting:
    """A report and what the backend knows around it."""

    report: Report
    received_at: datetime
    service_since: datetime
    state_since: datetime
    heard_since: datetime
    """Since when its reports have come without a gap: who was away needs time to catch up."""
    boots: int
    """Boots in a row without a moment in service."""
    wish_version: tuple[int, int] | None
    wish_issued_at: datetime | None


@dataclass(frozen=True)
class Finding:
    condition: Condition
    reasons: tuple[str, ...] = ()
    """Words such as `receipt_printer.out`; the same words that label metrics and alerts."""


def condition_of(sighting: Sighting, now: datetime) -> Finding:
    if now - sighting.received_at > SILENT_AFTER:
        return Finding(Condition.DOWN, ("silent",))
    if reasons := _boots_badly(sighting, now):
        return Finding(Condition.BOOTING_STUCK, reasons)
    if reasons := _does_not_move(sighting, now):
        return Finding(Condition.STUCK, reasons)
    reasons = _misses(sighting.report)
    return Finding(Condition.DEGRADED if reasons else Condition.OK, reasons)


def _boots_badly(sighting: Sighting, now: datetime) -> tuple[str, ...]:
    reasons: list[str] = []
    if sighting.report.service is ServiceState.STARTING and now - sighting.service_since > BOOT_LIMIT:
        reasons.append("never_ready")
    if sighting.boots >= BOOTS_IN_A_ROW:
        reasons.append("boots_again_and_again")
    return tuple(reasons)


def _does_not_move(sighting: Sighting, now: datetime) -> tuple[str, ...]:
    report, reasons = sighting.report, list[str]()
    if report.service is ServiceState.IN_SESSION and now - sighting.service_since > SESSION_LIMIT:
        reasons.append("endless_session")
    if report.state in (ConfigState.APPLYING, ConfigState.PROBATION) and now - sighting.state_since > PROBATION_LIMIT:
        reasons.append("endless_probation")
    seen = (report.observed.epoch, report.observed.version) if report.observed else (0, 0)
    wish, issued = sighting.wish_version, sighting.wish_issued_at
    has_had_time = issued is not None and now - max(issued, sighting.heard_since) > WISH_LIMIT
    if wish and seen < wish and has_had_time and report.state is not ConfigState.REJECTED:
        reasons.append("deaf_to_wishes")
    return tuple(reasons)


def _misses(report: Report) -> tuple[str, ...]:
    reasons = [f"{name}.{device.word}" for name, device in sorted(report.devices.items()) if device.word not in _WORKS]
    reasons += [
        f"{name}.{device.paper}"
        for name, device in sorted(report.devices.items())
        if device.paper not in _PAPER_IS_FINE
    ]
    if report.service is ServiceState.OUT_OF_SERVICE:
        reasons.append("out_of_service")
    if report.state in (ConfigState.REJECTED, ConfigState.REVERTED):
        reasons.append(f"config.{report.state.lower()}")
    if report.outbox.oldest_s > OUTBOX_LIMIT_S:
        reasons.append("outbox_old")
    if not report.clock.is_trusted or abs(report.clock.skew_ms) > SKEW_LIMIT_MS:
        reasons.append("clock")
    return tuple(reasons)
