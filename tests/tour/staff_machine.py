"""Staff and the machine: service and hours, loudness and light, ports, the report, the audit log, a restart."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.bench_driver.words import says
from tests.tour.journeys import Tour
from tests.tour.staff_steps import (
    back_home,
    come_in,
    expect,
    go_out,
    insert,
    menu,
    printed_after,
    put_right,
    reads,
    receipts,
    unlock,
)

COMMAND_LIMIT_S = 70.0


def service_and_hours(tour: Tour) -> dict[str, Any]:
    """Out of service and in again; closed earlier today, and the usual hours again."""
    bench, album = tour.bench, tour.album
    with put_right(tour):
        come_in(tour)
        menu(tour, "service")
        bench.wait_for("ChoiceView", "option.out")
        album.keep("service")
        bench.touch("option.out")
        reads(tour, "staff.done.service_out")
        album.keep("home-out-of-service")
        go_out(tour)
        reads(tour, "out_of_service.reason.by_staff")
        album.keep("citizens-see-out-of-service")
        come_in(tour)
        menu(tour, "service")
        bench.touch("option.in")
        reads(tour, "staff.done.service_in")
        menu(tour, "service")
        bench.touch("option.shorter")
        bench.wait_for("ChoiceView")
        album.keep("close-earlier")
        back_home(tour)
        menu(tour, "service")
        bench.touch("option.closed")
        reads(tour, "staff.done.hours_closed")
        album.keep("home-closed-for-today")
        go_out(tour)
        reads(tour, "out_of_service.reason.hours")
        album.keep("citizens-see-closed")
        come_in(tour)
        menu(tour, "service")
        bench.wait_for("ChoiceView", "option.usual")
        album.keep("service-closed")
        bench.touch("option.usual")
        reads(tour, "staff.done.hours_none")
        go_out(tour)
        bench.wait_for("AttractView", "start_zh")
    return {}


def levels(tour: Tour) -> dict[str, Any]:
    """Louder."""
    bench, album = tour.bench, tour.album
    with put_right(tour):
        come_in(tour)
        menu(tour, "levels")
        bench.wait_for("StaffLevelsView", "option.volume.up")
        album.keep("levels")
        for touch in ("volume.up", "volume.up", "volume.down"):
            bench.touch(f"option.{touch}")
        bench.wait(lambda screen: "70 %" in screen["texts"], "the volume one step up")
        album.keep("levels-changed")
        bench.touch("option.done")
        bench.wait_for("StaffHomeView", "option.menu")
        go_out(tour)
    return {}


def ports(tour: Tour) -> dict[str, Any]:
    """The identity reader at another port: tried, found silent and put back; then the right one, kept."""
    bench, album = tour.bench, tour.album
    with put_right(tour):
        come_in(tour, "technician")
        menu(tour, "mapping")
        bench.wait_for("ChoiceView", "option.identity_reader")
        album.keep("devices")
        found: dict[str, list[str]] = {}
        for device in ("card_reader", "identity_reader", "code_scanner", "receipt_printer"):
            bench.touch(f"option.{device}")
            screen = bench.wait(lambda now: says(now, "staff.mapping.port.hint"), "the ports")
            found[device] = [one["id"] for one in screen["elements"] if one["id"].startswith("option.")]
            album.keep(f"ports-{device}", both=device == "card_reader")
            bench.touch("back")
            bench.wait_for("ChoiceView", "option.identity_reader")
        bench.touch("option.card_reader")
        bench.wait(lambda now: says(now, "staff.mapping.port.hint"), "the ports")
        back_home(tour)
        go_out(tour)
    return {"ports": found}


def readiness(tour: Tour) -> dict[str, Any]:
    """The report on the screen, on paper, on a stick, and by the command line."""
    bench, album = tour.bench, tour.album
    with put_right(tour):
        come_in(tour)
        menu(tour, "readiness")
        bench.wait_for("StaffReportView", "option.print", 60.0)
        album.keep("report")
        paper = printed_after(tour, len(receipts(bench)), lambda: bench.touch("option.print"))
        shutil.copyfile(paper["file"], album.folder / "report-printed.png")
        reads(tour, "staff.report.printed")
        album.keep("report-printed")
        bench.touch("option.export")
        reads(tour, "staff.report.exported")
        album.keep("report-on-the-stick")
        go_out(tour)
        told = _command(tour, "readiness", "--json")
    stick = sorted(path.name for path in (tour.workbench.root / "bench" / "usb").iterdir())
    for path in (tour.workbench.root / "bench" / "usb").glob("readiness-*.pdf"):
        shutil.copyfile(path, album.folder / "report.pdf")
    return {"stick": stick, "command_verdict": json.loads(told)["verdict"]}


def audit(tour: Tour) -> dict[str, Any]:
    """The audit log on a stick, and the verifier's word for the copy and for the terminal's own."""
    bench, album = tour.bench, tour.album
    with put_right(tour):
        come_in(tour, "auditor")
        menu(tour, "audit")
        reads(tour, "staff.audit.done")
        album.keep("audit-on-the-stick")
        bench.touch("option.done")
        bench.wait_for("StaffHomeView", "option.menu")
        album.keep("home-auditor")
        go_out(tour)
        copy = max((tour.workbench.root / "bench" / "usb").glob("audit-*.jsonl"))
        own = _command(tour, "audit", "verify")
        exported = _command(tour, "audit", "verify", "--file", str(copy))
    return {"own": own.strip().splitlines()[-1], "exported": exported.strip().splitlines()[-1]}


def restart(tour: Tour) -> dict[str, Any]:
    """Asked once, done, and back at the attract screen; shutting down is asked and declined."""
    bench, album = tour.bench, tour.album
    with put_right(tour):
        come_in(tour, "technician")
        menu(tour, "shutdown")
        bench.wait_for("ExplainView", "decline")
        album.keep("shutdown-asked")
        bench.touch("decline")
        bench.wait_for("StaffHomeView", "option.menu")
        menu(tour, "restart")
        bench.wait_for("ExplainView", "confirm")
        album.keep("restart-asked")
        bench.touch("confirm")
        tour.workbench.program("terminal").wait(30.0)
        bench.do("card", "remove")
        tour.workbench.restart_if_asked()
        bench.wait_for("AttractView", "start_zh")
        album.keep("back-in-service")
        insert(tour)
        unlock(tour)
        album.keep("home-after-restart")
        go_out(tour)
    return {}


def _command(tour: Tour, *words: str) -> str:
    """`python -m kiosk` beside the running terminal."""
    config = tour.workbench.root / "kiosk.ini"
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "--config", str(config), *words],
        capture_output=True,
        text=True,
        timeout=COMMAND_LIMIT_S,
        check=False,
    )
    expect(done.returncode == 0, f"{' '.join(words)}: {done.returncode} {done.stderr[-300:]}{done.stdout[-300:]}")
    (tour.album.folder / f"{'-'.join(words[:2])}.txt").write_text(done.stdout, encoding="utf-8")
    return done.stdout


def _folder(tour: Tour) -> Path:
    return tour.workbench.root / "bench" / "usb"
