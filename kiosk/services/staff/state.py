"""What staff set and what the terminal counts, kept over a restart in one small file."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

from pydantic import AwareDatetime, Field

from kiosk.flow.staff.facts import DeviceTest, DeviceTestResult, RecordedTest, ServiceState, Verdict
from kiosk.services.staff.kept import Kept, keep, kept


class KeptTest(Kept):
    verdict: Verdict
    tested_at: AwareDatetime


class StaffState(Kept):
    """Everything; what is missing in an old file has its first value."""

    service: ServiceState = ServiceState()
    volume_percent: int = 60
    brightness_percent: int = 80
    paper_left_mm: int | None = None
    """None: nobody has said yet that a full roll is in."""
    paper_mm_by_day: dict[date, int] = Field(default_factory=dict[date, int])
    tests: dict[DeviceTest, KeptTest] = Field(default_factory=dict[DeviceTest, KeptTest])

    def with_test(self, result: DeviceTestResult, at: AwareDatetime) -> StaffState:
        tests = {**self.tests, result.test: KeptTest(verdict=result.verdict, tested_at=at)}
        return self.model_copy(update={"tests": tests})

    def recorded_tests(self) -> tuple[RecordedTest, ...]:
        return tuple(RecordedTest(test, each.verdict, each.tested_at) for test, each in self.tests.items())


class StateKeeper:
    """May be called from any thread. A disk that takes nothing loses the change at the next start, not now."""

    def __init__(self, path: Path, on_trouble: Callable[[str, BaseException], None]) -> None:
        self._path = path
        self._on_trouble = on_trouble
        self._lock = threading.Lock()
        self._state = self._read()

    @property
    def state(self) -> StaffState:
        return self._state

    def change(self, change: Callable[[StaffState], StaffState]) -> StaffState:
        """On disk when this returns."""
        with self._lock:
            changed = change(self._state)
            if changed != self._state:
                self._state = changed
                self._keep()
            return changed

    def _keep(self) -> None:
        try:
            keep(self._path, self._state)
        except OSError as error:
            self._on_trouble("staff_state_not_kept", error)

    def _read(self) -> StaffState:
        try:
            return kept(self._path, StaffState) or StaffState()
        except (OSError, ValueError) as error:
            self._on_trouble("staff_state_spoilt", error)
            return StaffState()
