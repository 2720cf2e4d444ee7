"""The worker in virtual time: the inbox moves the clock instead of waiting, so `run` is plain code."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence

import pytest

from hardware.errors import DisconnectedError, NoAnswerError
from hardware.ports import (
    Action,
    CardInserted,
    DeviceStatus,
    DeviceWord,
    DocumentProblem,
    DocumentUnreadable,
    NotPrinted,
    PrintProblem,
    Reading,
    StatusChanged,
)
from hardware.worker import (
    FOLLOW_UP_S,
    POLL_LIMIT_S,
    STARTING,
    WAITING_JOBS_ALLOWED,
    WAKEABLE_POLL_LIMIT_S,
    DeviceWorker,
)

ONLINE = DeviceStatus(DeviceWord.ONLINE)
GONE = DisconnectedError("port_lost").status
MUTE = DeviceStatus(DeviceWord.HARDWARE_ERROR, Action.RESET, "no_answer")
LOST = DocumentUnreadable(DocumentProblem.UNREADABLE)
ROUNDS_ALLOWED = 2_000


class FakeDriver:
    """Ten lines of device: there or not, and a status."""

    polls = False

    def __init__(self) -> None:
        self.is_present = True
        self.samples: deque[DeviceStatus] = deque()
        self.calls: list[str] = []

    def open(self) -> None:
        self.calls.append("open")
        if not self.is_present:
            raise DisconnectedError("port_missing")

    def close(self) -> None:
        self.calls.append("close")

    def status(self) -> DeviceStatus:
        self.calls.append("status")
        if not self.is_present:
            raise DisconnectedError("port_lost")
        return self.samples.popleft() if self.samples else ONLINE

    def poll(self, timeout_s: float) -> Sequence[Reading]:
        raise AssertionError("a driver without polls is not polled")


class VirtualInbox:
    """Waits by moving the clock; runs what the test planned for a moment when it comes."""

    def __init__(self) -> None:
        self.now = 0.0
        self.messages: deque[Callable[[], None]] = deque()
        self.plan: list[tuple[float, Callable[[], object]]] = []
        self.rounds = 0

    def put(self, message: Callable[[], None]) -> None:
        self.messages.append(message)

    def size(self) -> int:
        return len(self.messages)

    def get(self, timeout_s: float) -> Callable[[], None] | None:
        self.rounds += 1
        assert self.rounds < ROUNDS_ALLOWED, "the worker spins"
        if self.messages:
            return self.messages.popleft()
        self.move_to(self.now + timeout_s)
        return self.messages.popleft() if self.messages else None

    def move_to(self, until: float) -> None:
        self.plan.sort(key=lambda planned: planned[0])
        if self.plan and self.plan[0][0] <= until:
            at, action = self.plan.pop(0)
            self.now = max(self.now, at)
            action()
        else:
            self.now = until


class Scene:
    """One worker over one fake driver, and what it emitted and when."""

    def __init__(self, driver: FakeDriver | None = None, status_every_s: float = 5.0) -> None:
        self.driver = driver or FakeDriver()
        self.inbox = VirtualInbox()
        self.emitted: list[tuple[float, Reading]] = []
        self.worker: DeviceWorker[FakeDriver] = DeviceWorker(
            "device", self.driver, self.hear, self.clock, status_every_s=status_every_s, inbox=self.inbox
        )

    def clock(self) -> float:
        return self.inbox.now

    def hear(self, name: str, reading: Reading) -> None:
        assert name == "device"
        self.emitted.append((round(self.inbox.now, 3), reading))

    def at(self, when: float, action: Callable[[], object]) -> None:
        self.inbox.plan.append((when, action))

    def unplug(self) -> None:
        self.driver.is_present = False

    def plug(self) -> None:
        self.driver.is_present = True

    def run_until(self, end: float) -> list[Reading]:
        self.at(end, lambda: self.worker.stop(0))
        self.worker.run()
        return [reading for _, reading in self.emitted]

    def statuses(self) -> list[tuple[float, DeviceStatus]]:
        return [(at, reading.status) for at, reading in self.emitted if isinstance(reading, StatusChanged)]

    def times_of(self, status: DeviceStatus) -> list[float]:
        return [at for at, shown in self.statuses() if shown == status]


def test_a_device_that_is_there_is_starting_and_then_online_once_each() -> None:
    scene = Scene()
    scene.run_until(60)
    assert scene.statuses() == [(0, STARTING), (0, ONLINE)]


def test_an_idle_device_is_asked_for_its_status_and_for_nothing_else() -> None:
    scene = Scene()
    scene.run_until(60.5)
    assert scene.driver.calls == ["open"] + ["status"] * 13 + ["close"]
    assert scene.inbox.rounds < 20


def test_a_missing_device_is_shown_after_two_attempts_and_in_service_within_5_s_of_its_return() -> None:
    scene = Scene()
    scene.unplug()
    scene.at(100, scene.plug)
    scene.run_until(120)
    assert [status.word for _, status in scene.statuses()] == ["starting", "powerOff", "online"]
    assert 100 <= scene.times_of(ONLINE)[0] <= 105


@pytest.mark.parametrize("gone_for_s", [0.1, 1.0, 3.0, 7.0, 60.0, 600.0])
def test_whenever_a_device_returns_it_is_in_service_within_5_s(gone_for_s: float) -> None:
    scene = Scene()
    scene.at(12.3, scene.unplug)
    scene.at(12.3 + gone_for_s, scene.plug)
    scene.run_until(12.3 + gone_for_s + 5)
    assert scene.statuses()[-1][1] == ONLINE
    assert scene.driver.calls[-2:] == ["status", "close"]


def test_re_opening_backs_off_and_stays_at_two_seconds() -> None:
    scene = Scene()
    scene.unplug()
    scene.run_until(20)
    assert scene.driver.calls.count("open") == 12  # at 0, 0.5, 1.5, 3.5, then every 2 s to 19.5 s


def test_a_lost_device_is_closed_before_it_is_opened_again() -> None:
    scene = Scene()
    scene.at(1, scene.unplug)
    scene.run_until(30)
    calls = [call for call in scene.driver.calls if call != "status"]
    assert calls == ["open", "close"] * (len(calls) // 2)


def test_a_single_glitch_is_never_shown() -> None:
    scene = Scene()
    scene.driver.samples.extend([ONLINE, MUTE, ONLINE, MUTE, ONLINE])
    scene.run_until(30)
    assert scene.statuses() == [(0, STARTING), (0, ONLINE)]


def test_trouble_is_confirmed_soon_shown_once_and_its_end_is_seen_within_a_second() -> None:
    scene = Scene()
    scene.driver.samples.extend([ONLINE, MUTE, MUTE, MUTE, MUTE])
    scene.run_until(30)
    assert scene.statuses() == [(0, STARTING), (0, ONLINE), (5.5, MUTE), (8.5, ONLINE)]


def test_a_replug_between_two_questions_is_never_shown() -> None:
    scene = Scene()
    scene.at(4.9, scene.unplug)
    scene.at(5.2, scene.plug)
    scene.run_until(30)
    assert scene.statuses() == [(0, STARTING), (0, ONLINE)]


def test_a_loss_after_a_recovery_is_met_as_quickly_as_the_first() -> None:
    scene = Scene()
    scene.at(1, scene.unplug)
    scene.at(30, scene.plug)
    scene.at(50, lambda: scene.worker.submit(lost))
    scene.run_until(60)
    assert [status.word for _, status in scene.statuses()] == ["starting", "online", "powerOff", "online"]


# --- jobs ----------------------------------------------------------------------------------------------------------


def nothing_there(_: FakeDriver) -> Reading:
    return DocumentUnreadable(DocumentProblem.NOT_PRESENT, 0x80)


def lost(_: FakeDriver) -> Reading:
    raise NoAnswerError("no_answer")


def test_a_job_runs_at_once_and_its_reading_is_emitted() -> None:
    scene = Scene()
    scene.at(3.2, lambda: scene.worker.submit(nothing_there))
    scene.run_until(4)
    assert scene.emitted[-1] == (3.2, nothing_there(scene.driver))


def test_a_job_without_a_reading_emits_nothing() -> None:
    scene = Scene()
    ran: list[FakeDriver] = []
    scene.at(1, lambda: scene.worker.submit(ran.append))
    scene.run_until(2)
    assert ran == [scene.driver]
    assert [at for at, _ in scene.emitted] == [0, 0]


def test_a_job_for_a_closed_device_opens_it_first() -> None:
    scene = Scene()
    scene.unplug()
    scene.at(10.0, scene.plug)
    scene.at(10.1, lambda: scene.worker.submit(nothing_there))
    scene.run_until(11)
    assert (10.1, nothing_there(scene.driver)) in scene.emitted


def test_a_job_that_cannot_run_is_answered_and_not_kept_for_later() -> None:
    scene = Scene()
    ran: list[FakeDriver] = []
    scene.unplug()
    scene.at(10, lambda: scene.worker.submit(ran.append, if_lost=LOST))
    scene.at(11, scene.plug)
    scene.run_until(30)
    assert (10, LOST) in scene.emitted
    assert ran == []


def test_a_device_lost_in_a_job_is_answered_closed_and_opened_again() -> None:
    scene = Scene()
    scene.at(1, lambda: scene.worker.submit(lost, if_lost=LOST))
    scene.run_until(3)
    assert scene.emitted[-1] == (1, LOST)
    assert scene.driver.calls == ["open", "status", "close", "open", "status", "close"]


def test_a_device_that_calls_itself_fit_but_fails_every_job_is_shown() -> None:
    scene = Scene()
    scene.at(1, lambda: scene.worker.arm(lost, every_s=0.4))
    scene.run_until(10)
    assert scene.times_of(MUTE)


def test_an_armed_job_repeats_until_it_is_disarmed() -> None:
    scene = Scene()
    runs: list[float] = []
    scene.at(1, lambda: scene.worker.arm(lambda _: runs.append(scene.clock()), every_s=0.5))
    scene.at(3.2, scene.worker.disarm)
    scene.run_until(10)
    assert runs == pytest.approx([1, 1.5, 2, 2.5, 3])


def test_an_armed_job_emits_only_what_is_new() -> None:
    scene = Scene()
    found = deque([DocumentProblem.NOT_PRESENT] * 3 + [DocumentProblem.HOLD_STILL] * 2 + [DocumentProblem.NOT_PRESENT])

    def look(_: FakeDriver) -> Reading:
        return DocumentUnreadable(found.popleft() if len(found) > 1 else found[0])

    scene.at(1, lambda: scene.worker.arm(look, every_s=0.5))
    problems = [r.problem for r in scene.run_until(20) if isinstance(r, DocumentUnreadable)]
    assert problems == ["not_present", "hold_still", "not_present"]


def test_an_armed_job_goes_on_after_the_device_was_away() -> None:
    scene = Scene()
    runs: list[float] = []

    def look(driver: FakeDriver) -> None:
        driver.status()
        runs.append(scene.clock())

    scene.at(1, lambda: scene.worker.arm(look, every_s=1.0))
    scene.at(3.5, scene.unplug)
    scene.at(8, scene.plug)
    scene.run_until(15)
    assert not [at for at in runs if 3.5 < at < 8]
    assert [at for at in runs if 8 <= at <= 13]


def test_trouble_while_printing_is_followed_by_a_question_for_the_status() -> None:
    scene = Scene()
    troubled = NotPrinted(PrintProblem.PAPER_OUT, may_have_printed=True)
    scene.at(1, lambda: scene.worker.submit(lambda _: troubled))
    scene.run_until(2)
    assert scene.driver.calls == ["open", "status", "status", "close"]


def test_an_unexpected_exception_is_a_software_error_at_once_and_logged_without_its_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = Scene()

    def broken(_: FakeDriver) -> Reading:
        raise ValueError("11010519491231002X")

    scene.at(1, lambda: scene.worker.submit(broken, if_lost=LOST))
    with caplog.at_level(logging.DEBUG):
        scene.run_until(5)
    assert [(at, status.action) for at, status in scene.statuses()][2] == (1, Action.SOFTWARE_ERROR)
    assert scene.statuses()[-1][1] == ONLINE
    assert (1, LOST) in scene.emitted
    assert "ValueError at test_worker.py" in caplog.text
    assert "1101051949" not in caplog.text


class BrokenDriver(FakeDriver):
    def __init__(self, *broken: str) -> None:
        super().__init__()
        self.broken = broken

    def open(self) -> None:
        super().open()
        self._break("open")

    def close(self) -> None:
        super().close()
        if len(self.calls) < 100:
            self._break("close")

    def status(self) -> DeviceStatus:
        self._break("status")
        return super().status()

    def _break(self, call: str) -> None:
        if call in self.broken:
            raise RuntimeError(call)


@pytest.mark.parametrize("broken", [("open",), ("status",), ("open", "close"), ("status", "close")])
def test_a_broken_driver_neither_ends_the_thread_nor_makes_it_spin(broken: tuple[str, ...]) -> None:
    scene = Scene(BrokenDriver(*broken))
    scene.run_until(300)
    assert scene.statuses()[-1][1].action is Action.SOFTWARE_ERROR
    assert scene.inbox.rounds < 400


# --- polling -------------------------------------------------------------------------------------------------------


class PollingDriver(FakeDriver):
    """Waits like a real one by moving the clock; `at_once` is one that never waits."""

    polls = True

    def __init__(self) -> None:
        super().__init__()
        self.inbox: VirtualInbox | None = None
        self.waits: list[float] = []
        self.found: list[Reading] = []

    def poll(self, timeout_s: float) -> Sequence[Reading]:
        self.waits.append(timeout_s)
        if self.inbox is not None:
            end = self.inbox.now + timeout_s
            while self.inbox.now < end and not self.found:
                self.inbox.move_to(end)
        found, self.found = self.found, []
        return found


def polling_scene(*, at_once: bool) -> tuple[Scene, PollingDriver]:
    driver = PollingDriver()
    scene = Scene(driver)
    driver.inbox = None if at_once else scene.inbox
    return scene, driver


@pytest.mark.parametrize("at_once", [True, False])
def test_polling_waits_at_most_a_second_and_never_spins(at_once: bool) -> None:
    scene, driver = polling_scene(at_once=at_once)
    scene.run_until(60)
    assert max(driver.waits) <= POLL_LIMIT_S
    assert len(driver.waits) <= 150


def test_what_a_poll_finds_is_emitted_and_a_following_job_runs_at_once() -> None:
    scene, driver = polling_scene(at_once=False)
    inserted = CardInserted("reader")
    scene.at(2.2, lambda: driver.found.append(inserted))
    seen: list[float] = []

    def hear(name: str, reading: Reading) -> None:
        if reading == inserted:
            scene.at(scene.clock() + 0.02, lambda: scene.worker.submit(nothing_there))
        if isinstance(reading, CardInserted | DocumentUnreadable):
            seen.append(scene.clock())

    scene.worker._emit_to = hear
    scene.run_until(4)
    assert seen[1] - seen[0] == pytest.approx(0.02)


# --- the real thread -----------------------------------------------------------------------------------------------


class Heard:
    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self._news = threading.Condition()

    def __call__(self, name: str, reading: Reading) -> None:
        with self._news:
            self.readings.append(reading)
            self._news.notify_all()

    def wait_for(self, wanted: Callable[[Reading], bool]) -> bool:
        with self._news:
            return self._news.wait_for(lambda: any(map(wanted, self.readings)), timeout=10)


def test_a_job_wakes_the_idle_thread_and_stop_ends_it() -> None:
    heard = Heard()
    driver = FakeDriver()
    worker = DeviceWorker("device", driver, heard, status_every_s=600)
    worker.start()
    assert heard.wait_for(lambda reading: reading == StatusChanged(ONLINE))
    worker.submit(nothing_there)
    assert heard.wait_for(lambda reading: isinstance(reading, DocumentUnreadable))
    assert worker.stop(timeout_s=10)
    assert driver.calls[-1] == "close"


def test_stop_does_not_hang_with_a_hanging_device_and_says_so() -> None:
    release = threading.Event()
    entered = threading.Event()

    def hang(_: FakeDriver) -> None:
        entered.set()
        release.wait(60)

    worker = DeviceWorker("device", FakeDriver(), Heard())
    worker.start()
    worker.submit(hang)
    assert entered.wait(10)
    assert worker.stop(timeout_s=0.05) is False
    release.set()
    assert worker.stop(timeout_s=10)


def test_a_worker_that_never_started_stops_at_once() -> None:
    assert DeviceWorker("device", FakeDriver(), Heard()).stop(timeout_s=0)


def test_a_hanging_device_does_not_pile_up_jobs() -> None:
    worker = DeviceWorker("device", FakeDriver(), Heard())
    assert all(worker.submit(nothing_there) for _ in range(WAITING_JOBS_ALLOWED))
    assert worker.submit(nothing_there) is False


def test_a_poll_that_was_woken_for_nothing_is_soon_repeated() -> None:
    class WokenOnce(FakeDriver):
        polls = True

        def poll(self, timeout_s: float) -> Sequence[Reading]:
            if "poll" in self.calls:
                scene.inbox.move_to(scene.inbox.now + timeout_s)
            self.calls.append("poll")
            polled_at.append(scene.inbox.now)
            return ()

        def wake(self) -> None: ...

    polled_at: list[float] = []
    scene = Scene(WokenOnce())
    scene.run_until(3.0)
    assert polled_at[0] == 0.0
    assert polled_at[1] - WAKEABLE_POLL_LIMIT_S == pytest.approx(FOLLOW_UP_S)


def test_a_driver_that_can_be_woken_is_woken_for_a_job() -> None:
    class WakeableDriver(FakeDriver):
        polls = True

        def __init__(self) -> None:
            super().__init__()
            self.woken = threading.Event()
            self.polling = threading.Event()

        def poll(self, timeout_s: float) -> Sequence[Reading]:
            self.polling.set()
            self.woken.wait(timeout_s)
            self.woken.clear()
            return ()

        def wake(self) -> None:
            self.calls.append("wake")
            self.woken.set()

    heard = Heard()
    driver = WakeableDriver()
    worker = DeviceWorker("device", driver, heard)
    worker.start()
    assert driver.polling.wait(10)
    worker.submit(nothing_there)
    assert heard.wait_for(lambda reading: isinstance(reading, DocumentUnreadable))
    assert "wake" in driver.calls
    assert worker.stop(timeout_s=10)
