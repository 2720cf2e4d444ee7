"""The living terminal: how it starts and comes back, what it costs at rest, and whether it grows."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.measure.chromium import Screens, chromium
from tests.measure.processes import anonymous_mb, cpu_s, family, pss_mb, uss_mb
from tests.measure.rows import Chart, Goal, Result, Row, Run
from tests.measure.statistics import middle, spread, steady_slope
from tests.measure.terminal import Start, Terminal
from tests.tour.album import Album
from tests.tour.journeys import (
    Tour,
    begin,
    check_and_apply,
    enter_mobile,
    hand_in_damaged,
    identify,
    keep_bank_and_photo,
    pick_up_here,
)

RECOVERY_GOAL_S = 5.0
IDLE_GOAL_PERCENT = 0.2
MEMORY_GOAL_RATIO = 0.6
GROWTH_GOAL_PERCENT = 5.0
STRETCHES = 10
LIFETIME_SESSIONS = 10_000
SETTLE_LIMIT_S = 20.0
REST_S = 6.0
"""After the start: the first look at every device and a first full collection of garbage are over."""


class BlindAlbum(Album):
    """A tour that keeps no pictures."""

    def keep(self, name: str, *, both: bool = True) -> None:
        """Nothing."""


# --- start and recovery --------------------------------------------------------------------------------------------


def start(run: Run) -> Result:
    terminal = Terminal(run.workbench())
    starts = [terminal.restart() for _ in range(run.either(2, 6))]
    with chromium(_screens(terminal), *_size(terminal), is_warm=True) as browser:
        browser_s = browser.start_s
    return Result([
        Row("start of the process to the first frame", middle([one.first_frame_s for one in starts]), "s", browser_s,
            "Chromium, warm profile, to its page", note=_spread(starts)),
        Row("start of the process to the attract screen", middle([one.attract_s for one in starts]), "s",
            goal=Goal(RECOVERY_GOAL_S), note="after kill -9, backend reachable"),
    ])  # fmt: skip


def _spread(starts: list[Start]) -> str:
    times = sorted(one.first_frame_s for one in starts)
    return f"{times[0]:.1f} to {times[-1]:.1f} s in {len(times)} starts"


def recovery(run: Run) -> Result:
    """Power is cut while an order is open and a code to pay is on the screen."""
    terminal = Terminal(run.workbench())
    terminal.to_attract()
    _walk_to_open_order(terminal, run.folder)
    terminal.kill()
    before = _open_orders(terminal)
    comeback = terminal.start()
    waited_s = _wait_until_settled(terminal)
    after = _open_orders(terminal)
    goal = Goal(RECOVERY_GOAL_S)
    return Result([
        Row("kill -9 with an open order: attract screen", comeback.attract_s, "s", goal=goal),
        Row("kill -9 with an open order: order settled", comeback.attract_s + waited_s, "s", goal=goal,
            note=f"open orders in the backend's database: {before} before the start, {after} after"),
    ])  # fmt: skip


def _walk_to_open_order(terminal: Terminal, folder: Path) -> None:
    bench = terminal.bench
    tour = Tour(bench, BlindAlbum(bench, folder), folder, lambda _number: {})
    person = bench.people()["employee_normal"]
    begin(tour, "zh")
    identify(tour, person)
    hand_in_damaged(tour, person)
    enter_mobile(tour)
    pick_up_here(tour)
    keep_bank_and_photo(tour)
    check_and_apply(tour)
    bench.touch("option.scan_screen")
    bench.wait(lambda screen: screen.get("view") == "PayCodeView" and bool(screen.get("codes")), "a code to pay")
    bench.do("identity", "remove")


def _open_orders(terminal: Terminal) -> int:
    path = terminal.workbench.root / "backend" / "backend.sqlite"
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        row = database.execute(
            "SELECT COUNT(*) FROM payments WHERE UPPER(state) IN ('CREATED', 'REQUESTED', 'UNKNOWN')"
        )
        return int(row.fetchone()[0])


def _wait_until_settled(terminal: Terminal) -> float:
    """Seconds until no order is open; the limit when one stays open."""
    begun = time.monotonic()
    while _open_orders(terminal) and time.monotonic() - begun < SETTLE_LIMIT_S:
        time.sleep(0.02)
    return time.monotonic() - begun


# --- at rest -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rest:
    cpu_percent: float
    pss_mb: float
    uss_mb: float


def idle(run: Run) -> Result:
    """Terminal and Chromium on virtual screens of their own, both at rest on the attract screen for the same time."""
    terminal = Terminal(run.workbench())
    terminal.to_attract()
    screens = _screens(terminal)
    terminal.restart()  # a fresh one, as Chromium is
    seconds = run.either(12, 30)
    with chromium(screens, *_size(terminal)) as browser:
        time.sleep(REST_S)
        ours, theirs = _at_rest([terminal.processes(), family(browser.pid)], seconds)
    return Result(
        [
            Row("idle processor, terminal with its camera process", ours.cpu_percent, "% of a core", theirs.cpu_percent,
                "Chromium, still page", Goal(IDLE_GOAL_PERCENT), f"all devices watched, {seconds} s"),
            Row("memory at rest (PSS)", ours.pss_mb, "MB", theirs.pss_mb, "Chromium, same screens",
                Goal(MEMORY_GOAL_RATIO, "ratio"), "camera process included"),
            Row("memory at rest, own pages (USS)", ours.uss_mb, "MB", theirs.uss_mb, "Chromium, same screens"),
        ],
    )  # fmt: skip


def _at_rest(programs: Sequence[Sequence[psutil.Process]], seconds: float) -> list[Rest]:
    before_s, begun = [cpu_s(processes) for processes in programs], time.monotonic()
    time.sleep(seconds)
    spent_s = time.monotonic() - begun
    percents = [(cpu_s(now) - before) / spent_s * 100 for now, before in zip(programs, before_s, strict=True)]
    return [Rest(percent, pss_mb(now), uss_mb(now)) for now, percent in zip(programs, percents, strict=True)]


def _screens(terminal: Terminal) -> Screens:
    terminal.to_attract()
    return Screens({"attract": terminal.screen()}, {})


def _size(terminal: Terminal) -> tuple[int, int]:
    return terminal.workbench.width_px, terminal.workbench.height_px


# --- growth --------------------------------------------------------------------------------------------------------


def growth(run: Run) -> Result:
    """Short sessions, start to end, the memory after each. Between them unused objects wait for the collector, so
    what counts is the lowest value of each stretch; the first third is warming up and does not count.
    """
    terminal = Terminal(run.workbench())
    terminal.to_attract()
    process = terminal.processes()[0]
    memory = [anonymous_mb(process)]
    for number in range(1, run.either(60, 300) + 1):
        terminal.begin_session()
        terminal.end_session()
        memory.append(anonymous_mb(process))
        run.say(f"{number} sessions, {memory[-1]:.1f} MB")
    return _growth_of(memory, None if run.is_quick else Goal(GROWTH_GOAL_PERCENT))  # too few for a verdict


def _growth_of(memory: list[float], goal: Goal | None) -> Result:
    middles, lows = _stretches(memory)
    kb_per_session = steady_slope(middles, lows) * 1000
    percent = kb_per_session * LIFETIME_SESSIONS / 1000 / lows[0] * 100
    noise = spread(lows) / lows[0] * 100
    sessions = len(memory) - len(memory) // 3
    return Result(
        [
            Row("memory growth per session", kb_per_session, "kB",
                note=f"lowest of each stretch {lows[0]:.1f} to {lows[-1]:.1f} MB over {sessions} sessions"),
            Row("memory growth, extrapolated to 10,000 sessions", percent, "%", goal=goal,
                note=f"seen over {sessions} sessions only: +-{noise:.2f} % of noise there is "
                     f"+-{noise * LIFETIME_SESSIONS / sessions:.0f} % here"),
        ],
        [
            Chart("Terminal's heap over short sessions", "MB", {"after each session": memory}, kind="course",
                  x=range(len(memory)), x_unit="sessions"),
        ],
    )  # fmt: skip


def _stretches(memory: list[float]) -> tuple[list[float], list[float]]:
    """Middle and lowest value of each stretch of the last two thirds."""
    begin = len(memory) // 3
    length = max(2, (len(memory) - begin) // STRETCHES)
    starts = range(begin, len(memory) - length + 1, length)
    return [start + length / 2 for start in starts], [min(memory[start : start + length]) for start in starts]
