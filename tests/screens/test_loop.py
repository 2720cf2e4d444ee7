"""The waiting loop: by itself with a clock of the test's, and in a whole application in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from tests.screens.conftest import ROOT


@dataclass
class FakeWaker:
    answers: list[bool] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def wait(self, timeout_s: float) -> bool:
        self.waits.append(round(timeout_s, 4))
        return self.answers.pop(0) if self.answers else False

    def wake(self) -> None: ...


class FakeClock(SimpleNamespace):
    def time(self) -> float:
        return self.now_s

    def get_events(self) -> Any:
        return self.events


def clock(*events: tuple[float, float], now_s: float = 50.0, last_s: float = 40.0) -> FakeClock:
    made = [SimpleNamespace(timeout=timeout, _last_dt=last) for timeout, last in events]
    return FakeClock(now_s=now_s, events=made, _last_tick=last_s, _max_fps=60.0, _dt=0.0)


@pytest.fixture
def idle(window: Any) -> Any:
    from screens.loop import WaitingIdle

    waker = FakeWaker()
    state = SimpleNamespace(waker=waker, is_redraw_needed=False)
    state.run = WaitingIdle(waker, lambda: state.is_redraw_needed)
    return state


def test_with_nothing_to_do_it_waits_a_second(idle: Any) -> None:
    idle.run(clock())
    assert idle.waker.waits == [1.0]


def test_it_waits_until_the_next_event_is_due(idle: Any) -> None:
    idle.run(clock((5.0, 49.0), (0.25, 49.9)))
    assert idle.waker.waits == [0.15]


def test_while_the_canvas_changes_it_keeps_the_frame_rate(idle: Any) -> None:
    idle.is_redraw_needed = True
    idle.run(clock(now_s=40.01))
    assert idle.waker.waits == [pytest.approx(1 / 60 - 0.01, abs=1e-3)]


def test_what_is_due_at_once_is_done_at_once_when_the_last_frame_is_long_ago(idle: Any) -> None:
    idle.run(clock((0.0, 49.0)))
    assert idle.waker.waits == []


def test_after_input_two_loops_run_without_waiting(idle: Any) -> None:
    idle.waker.answers = [True]
    for _ in range(4):
        idle.run(clock())
    assert idle.waker.waits == [1.0, 1.0]


def test_it_refuses_another_version_of_kivy(monkeypatch: Any, window: Any) -> None:
    import kivy

    from screens.loop import LoopError, install

    monkeypatch.setattr(kivy, "__version__", "2.3.2")
    with pytest.raises(LoopError, match=r"2\.3\.1"):
        install(FakeWaker(), lambda: False)


@pytest.fixture(scope="module")
def report() -> Any:
    """What a whole application in its own process saw."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.screens.application"], cwd=ROOT, capture_output=True, timeout=90, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)


def test_a_display_from_another_thread_reaches_the_screen(report: Any) -> None:
    assert report["views"] == ["AttractView", "RecordView", "ChoiceView"]


def test_an_idle_application_draws_no_frames(report: Any) -> None:
    assert report["frames_drawn_while_idle"] == 0
    assert report["loops_while_idle"] <= 4


def test_an_error_in_a_widget_is_told_and_the_application_lives(report: Any) -> None:
    assert report["crashes"] == ["ZeroDivisionError"]


def test_no_key_and_no_close_ends_the_application(report: Any) -> None:
    assert report["alive_after"] == ["f1", "escape", "alt-f4", "ctrl-e", "close"]
    assert report["windows_children"] == 1


def test_there_is_one_input_provider_and_no_module(report: Any) -> None:
    assert report["providers"] == ["mouse"]
    assert report["modules"] == []


def test_logging_stays_as_it_was(report: Any) -> None:
    assert report["root_level"] == "WARNING"
    assert report["root_handlers"] == 0


def test_a_tap_answers_and_is_sent_with_its_serial(report: Any) -> None:
    assert report["sent"] == [[2, "Confirmed"]]
