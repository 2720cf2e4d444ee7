"""The measurements that are programs of their own, as rows of the one table."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.measure import decode as decoding
from tests.measure import receipt as printing
from tests.measure.rows import Chart, Goal, Result, Row, Run
from tests.measure.statistics import middle

FONTS = Path(".build/fonts")
SCAN_CORE_SHARE = 0.10
CAMERA_PORT = 18291


def decode(run: Run) -> Result:
    live = decoding.live_rows(CAMERA_PORT, run.either(3, 8))
    kinds = decoding.KINDS[-1:] if run.is_quick else decoding.KINDS
    outcomes = decoding.outcomes_of(run.either(1, 2), run.say, kinds)
    rows = {row.reader: row for row in decoding.rows_of(outcomes)}
    ours = rows[decoding.OURS]
    others = [row for row in rows.values() if row.reader != decoding.OURS]
    best = max(others, key=lambda row: row.sequences_read)
    every = Goal(1.0, "ratio", "at least")
    return Result([
        Row("phone screens read", ours.sequences_read, "sequences", ours.sequences, "generated", every,
            f"best decoder alone: {best.reader}, {best.sequences_read}"),
        Row("later than the best alone, p90", ours.late_p90, "pictures", goal=Goal(0)),
        Row("wrong reads", ours.wrong_reads, "reads", goal=Goal(0)),
        Row("processor of the decoders", ours.cpu_ratio, "x pyzbar", note=f"{best.reader} {best.cpu_ratio:.3f}"),
        *(Row(f"live scan: {row.scene}", row.core_share * 100, "% of a core", goal=Goal(SCAN_CORE_SHARE * 100),
              note=f"{row.pictures_per_s:.1f} pictures/s, 1280x720") for row in live),
    ])  # fmt: skip


def receipt(run: Run) -> Result:
    rows = list(printing.measure(FONTS))
    slowest = max(rows, key=lambda row: row.first_ms)
    built = Goal(printing.BUILD_GOAL_MS)
    return Result([
        Row("receipt bytes ready, slowest", slowest.first_ms, "ms", goal=built,
            note=f"{slowest.language}, {slowest.mode}, every character new"),
        *(_on_wire(row, "network") for row in rows if row.mode == "raster"),
        *(_on_wire(row, "115200") for row in rows if row.mode == "mixed"),
        *(_on_wire(row, "9600", has_goal=False) for row in rows if row.mode == "gb18030"),
    ])  # fmt: skip


def _on_wire(row: printing.Row, wire: str, *, has_goal: bool = True) -> Row:
    name = f"receipt {row.language} on the wire: {row.mode}, {wire}" + (" baud" if wire != "network" else "")
    goal = Goal(1.0, "ratio") if has_goal else None
    return Row(name, row.wire_s(wire), "s", max(row.head_s), "head at 200 mm/s", goal)


def screens(run: Run) -> Result:
    from tests.measure import screen_loop

    touches, idle_s = run.either(6, 12), run.either(3, 5)
    figures = screen_loop.measure(run.either(1, 2), touches, idle_s)
    ours, bare, chromium = (figures[name] for name in ("ours", "bare Kivy", "Chromium"))
    no_slower = Goal(1.0, "ratio")
    return Result(
        [
            Row("screens alone: touch to new screen", middle(ours.touch_ms), "ms", middle(chromium.touch_ms),
                "Chromium", no_slower, f"bare Kivy {middle(bare.touch_ms):.0f} ms"),
            Row("screens alone: start to first frame", middle(ours.start_s), "s", middle(chromium.start_s),
                "Chromium", note=f"bare Kivy {middle(bare.start_s):.2f} s"),
            Row("screens alone: memory", middle(ours.pss_mb), "MB PSS", middle(chromium.pss_mb), "Chromium",
                Goal(0.6, "ratio"), f"bare Kivy {middle(bare.pss_mb):.0f} MB"),
            Row("screens alone: idle processor", middle(ours.idle_percent), "% of a core",
                middle(chromium.idle_percent), "Chromium", Goal(0.2), f"bare Kivy {middle(bare.idle_percent):.1f} %"),
        ],
        [Chart("Screens alone: touch to new screen (1280 x 800)", "ms",
               {name: each.touch_ms for name, each in figures.items()})],
    )  # fmt: skip


def journal(run: Run) -> Result:
    from tests.measure import journal as journalling

    with tempfile.TemporaryDirectory(dir=run.folder) as folder:
        figures = journalling.measure(Path(folder), run.either(5, 11), 400)
    raw, store = figures.raw, figures.store
    in_ms = {series.name: [seconds * 1000 for seconds in series.seconds] for series in (raw, store)}
    return Result(
        [
            Row("journal commits", figures.ratio * raw.per_s, "per s", raw.per_s, "append + fdatasync",
                Goal(journalling.RATIO_GOAL, "ratio", "at least"), "median of rounds"),
            Row("fdatasync per commit", figures.syncs_per_commit, "calls", goal=Goal(journalling.SYNCS_GOAL),
                note=f"counted by {figures.counted_by}"),
        ],
        [Chart("Journal commit against append + fdatasync, 512 bytes", "ms", in_ms)],
    )  # fmt: skip
