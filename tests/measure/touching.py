"""From the finger to the picture: the whole terminal beside Chromium, and with every device hung."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil

from tests.measure.chromium import Screens, chromium
from tests.measure.rows import Chart, Goal, Result, Row, Run
from tests.measure.statistics import middle, percentile
from tests.measure.terminal import Terminal, is_attract
from tests.measure.virtual_screen import Box, Touch, touch
from tests.tour.bench_client import TourError

HUNG_TOUCH_MS = 100.0
HUNG_CHANGE_MS = 300.0
WARM_UP = 2
HUNG_PROGRAMS = ("pcscd", "hardware.bench.identity_module", "hardware.bench.camera", "hardware.bench.printer")


@dataclass
class Times:
    """Milliseconds over many touches."""

    felt: list[float] = field(default_factory=list[float])
    changed: list[float] = field(default_factory=list[float])
    complete: list[float] = field(default_factory=list[float])

    def add(self, one: Touch) -> None:
        self.felt.append(one.felt_ms)
        self.changed.append(one.changed_ms)
        self.complete.append(one.complete_ms)


# --- beside Chromium -------------------------------------------------------------------------------------------------


def beside_chromium(run: Run) -> Result:
    """The same two screens and buttons, turn by turn, so that what else the machine does falls on both."""
    terminal = Terminal(run.workbench())
    terminal.to_attract()
    terminal.begin_session()
    choice = terminal.screen()
    notice = terminal.tap("option.replace", lambda screen: screen.get("view") == "ExplainView", "the notice")
    terminal.tap("back", lambda screen: screen.get("view") == "ChoiceView", "the choice")
    screens = Screens(
        {"choice": choice, "notice": notice}, {("choice", "option.replace"): "notice", ("notice", "back"): "choice"}
    )
    boxes = [_box(choice, "option.replace"), _box(notice, "back")]
    ours, theirs = Times(), Times()
    with chromium(screens, terminal.workbench.width_px, terminal.workbench.height_px) as browser:
        for number in range(run.either(8, 30) + WARM_UP):
            for box in boxes:
                one, other = touch(terminal.eye, terminal.finger, box), touch(browser.eye, browser.finger, box)
                if number >= WARM_UP:
                    ours.add(one)
                    theirs.add(other)
            run.say(f"touch {number}")
    terminal.to_attract()
    return Result(_rows_beside(ours, theirs), _charts_beside(ours, theirs))


def _box(screen: dict[str, object], element_id: str) -> Box:
    elements: list[dict[str, int | str]] = screen["elements"]  # pyright: ignore[reportAssignmentType]  JSON
    element = next(one for one in elements if one["id"] == element_id)
    return Box(*(int(element[name]) for name in ("x", "y", "width", "height")))


def _rows_beside(ours: Times, theirs: Times) -> list[Row]:
    no_slower = Goal(1.0, "ratio")
    names = {"touch to visible frame": "felt", "screen change, complete": "complete"}
    rows = [
        Row(f"{what}, {how}", of(getattr(ours, name)), "ms", of(getattr(theirs, name)), "Chromium kiosk, same screens",
            no_slower, f"{len(ours.felt)} touches each")
        for what, name in names.items()
        for how, of in (("median", middle), ("p95", _p95))
    ]  # fmt: skip
    first = Row("screen change, first pixels, median", middle(ours.changed), "ms", middle(theirs.changed), "Chromium")
    return [*rows, first]


def _p95(values: Sequence[float]) -> float:
    return percentile(values, 95)


def _charts_beside(ours: Times, theirs: Times) -> list[Chart]:
    return [
        Chart("Finger down to the first changed pixel", "ms", {"terminal": ours.felt, "Chromium": theirs.felt}),
        Chart("Finger up to the complete new screen", "ms", {"terminal": ours.complete, "Chromium": theirs.complete}),
    ]


# --- with every device hung ------------------------------------------------------------------------------------------


def devices_hung(run: Run) -> Result:
    """A session stands where a document is asked for; then nothing outside of the terminal answers any more."""
    terminal = Terminal(run.workbench())
    terminal.to_attract()
    terminal.begin_session()
    terminal.tap("option.replace", lambda screen: screen.get("view") == "ExplainView", "the notice")
    times = Times()
    with _hung(terminal):
        for number in range(run.either(12, 40)):
            view = terminal.screen()["view"]
            times.add(terminal.touch("confirm" if view == "ExplainView" else "back"))
            run.say(f"touch {number}")
        is_cancelled = _cancel(terminal)
    terminal.to_attract()
    p95_felt, p95_complete = _p95(times.felt), _p95(times.complete)
    series = {"finger down to first pixel": times.felt, "finger up to complete screen": times.complete}
    return Result(
        [
            Row("all devices hung: touch to visible frame, p95", p95_felt, "ms", goal=Goal(HUNG_TOUCH_MS),
                note=f"median {middle(times.felt):.0f} ms, {len(times.felt)} touches; network hangs too"),
            Row("all devices hung: screen change, p95", p95_complete, "ms", goal=Goal(HUNG_CHANGE_MS),
                note=f"median {middle(times.complete):.0f} ms"),
            Row("all devices hung: Back and Cancel work", float(is_cancelled), "1 = yes",
                goal=Goal(1, sense="at least"),
                note="Back by every touch above; Cancel ends at the attract or out-of-service screen"),
        ],
        [Chart("All devices hung: touches and screen changes", "ms", series, HUNG_TOUCH_MS)],
    )  # fmt: skip


@contextmanager
def _hung(terminal: Terminal) -> Generator[None]:
    """Programs stand still with their wires open: they neither answer nor hang up."""
    programs = [process for process in terminal.family_of("bench") if is_wire(process)]
    if len(programs) < len(HUNG_PROGRAMS):
        raise TourError(f"only {len(programs)} bench programs found to hang")
    terminal.bench.do("network", "hang")
    for process in programs:
        os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in programs:
            os.kill(process.pid, signal.SIGCONT)
        terminal.bench.do("network", "pass")


def is_wire(process: psutil.Process) -> bool:
    """The programs at the other end of the devices' wires."""
    words = process.cmdline()
    return any(name in words or words[:1] == [f"/usr/sbin/{name}"] for name in HUNG_PROGRAMS)


def _cancel(terminal: Terminal) -> bool:
    terminal.tap("end", lambda screen: screen.get("overlay") == "EndQuestion", "the question whether to end")
    ended = terminal.tap(
        "end_confirm",
        lambda screen: screen.get("view") in ("AttractView", "OutOfServiceView"),
        "the end of the session",
    )
    return is_attract(ended) or ended["view"] in ("AttractView", "OutOfServiceView")
