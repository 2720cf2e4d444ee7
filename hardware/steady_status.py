"""Hysteresis of a device's status: a glitch never reaches a screen, a recovery reaches it at once. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from hardware.ports import DeviceStatus, Paper

DOUBT_LIMIT_S = 1.5


def is_fit(status: DeviceStatus) -> bool:
    """Nobody has to act before the device can serve."""
    return status.is_online and status.action is None and status.paper not in (Paper.OUT, Paper.JAMMED)


@dataclass(frozen=True)
class SteadyStatus:
    """What is shown, and a worse status that is not believed yet."""

    shown: DeviceStatus
    doubted: DeviceStatus | None = None
    doubted_since: float = 0.0

    @property
    def settles_at(self) -> float | None:
        """When a doubted status is believed without a second sample."""
        return None if self.doubted is None else self.doubted_since + DOUBT_LIMIT_S

    def sampled(self, status: DeviceStatus, now: float) -> SteadyStatus:
        """One bad sample is doubted, a second is believed; a fit one is believed at once."""
        if status == self.shown or is_fit(status) or self.doubted is not None:
            return SteadyStatus(status)
        return SteadyStatus(self.shown, status, now)

    def settled(self, now: float) -> SteadyStatus:
        if self.doubted is None or now < self.doubted_since + DOUBT_LIMIT_S:
            return self
        return SteadyStatus(self.doubted)
