"""Processor time and memory of a program with everything that it has started."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil


def family(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def cpu_s(processes: Sequence[psutil.Process]) -> float:
    """Of all their threads, as the scheduler counts it: clock ticks are too coarse for an idle program."""
    return sum(_scheduled_s(process.pid) for process in processes)


def _scheduled_s(pid: int) -> float:
    total_ns = 0
    for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            total_ns += int(file.read_text().split()[0])
        except OSError:  # the thread has just ended
            continue
    return total_ns / 1e9


def pss_mb(processes: Sequence[psutil.Process]) -> float:
    """Own pages, and of shared ones the share that is theirs."""
    return sum(process.memory_full_info().pss for process in processes if process.is_running()) / 1e6


def uss_mb(processes: Sequence[psutil.Process]) -> float:
    """Own pages alone."""
    return sum(process.memory_full_info().uss for process in processes if process.is_running()) / 1e6


def anonymous_mb(process: psutil.Process) -> float:
    """Heap and the like: what grows when something leaks. Pages of files change hands with other programs."""
    rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    line = next(line for line in rollup.splitlines() if line.startswith("Anonymous:"))
    return int(line.split()[1]) * 1024 / 1e6


def stop_family(pid: int) -> None:
    processes = family(pid)
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _gone, alive = psutil.wait_procs(processes, 5)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, 5)
