"""The program itself: `python -m kiosk run` as a process, without a display, without any device or backend there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.app import EXIT_JOURNAL
from tests.contract.payments.bench import free_port
from tests.contract.terminal.hostile import serving
from tests.contract.terminal.test_stopping import HungBackend
from tests.unit.config.files import ini
from tests.unit.journal.samples import tamper

LIMIT_S = 60.0


class Program:
    """Runs until it is told to stop; every line of its log is kept."""

    def __init__(self, config: Path, *wrapper: str) -> None:
        command = [*wrapper, sys.executable, "-m", "kiosk", "--config", str(config), "run"]
        environ = {**os.environ, "SDL_VIDEODRIVER": "offscreen"}
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environ)
        self.lines: list[str] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._news:
                self.lines.append(line)
                self._news.notify_all()

    def wait_for(self, event: str) -> None:
        with self._news:
            assert self._news.wait_for(lambda: any(f'"{event}"' in line for line in self.lines), LIMIT_S), self.lines

    def end(self) -> int:
        code = self.process.wait(LIMIT_S)
        self._reader.join(LIMIT_S)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return config_with(tmp_path, f"http://127.0.0.1:{free_port()}")


def config_with(tmp_path: Path, backend_url: str) -> Path:
    nobody = str(free_port())
    path = tmp_path / "kiosk.ini"
    text = ini(
        {
            "terminal": {"state_dir": str(tmp_path / "state"), "restart_after_s": "0.5"},
            "central": {"url": backend_url},
            "display": {"width_px": "540", "height_px": "960"},
            "identity_reader": {"port": str(tmp_path / "no-port")},
            "code_scanner": {"source": f"http://127.0.0.1:{nobody}/stream"},
            "receipt_printer": {"host": "127.0.0.1", "port": nobody},
        }
    )
    path.write_text(text, encoding="utf-8")
    return path


@contextmanager
def running(config: Path) -> Iterator[Program]:
    started = Program(config)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.process.kill()
            started.end()


@pytest.fixture
def program(config: Path) -> Iterator[Program]:
    with running(config) as started:
        yield started


@pytest.mark.parametrize(
    ("number", "after"),
    [(signal.SIGTERM, "central_down"), (signal.SIGINT, "central_down"), (signal.SIGTERM, "started")],
    ids=["terminate", "interrupt", "terminate before the window is there"],
)
def test_a_signal_stops_the_terminal_cleanly(program: Program, number: signal.Signals, after: str) -> None:
    program.wait_for(after)
    program.process.send_signal(number)
    assert program.end() == 0
    names = [json.loads(line)["event"] for line in program.lines if line.startswith("{")]
    assert [name for name in names if name.endswith("_failed")] == []
    assert "Traceback" not in "".join(program.lines)


def test_a_signal_stops_the_terminal_cleanly_while_the_backend_hangs(tmp_path: Path) -> None:
    """Health, outbox and settling each wait for an answer that never comes; see `test_stopping` for the limit."""
    backend = HungBackend()
    with serving(backend) as url, running(config_with(tmp_path, url)) as program:
        program.wait_for("started")
        backend.wait_for(2)
        program.process.send_signal(signal.SIGTERM)
        assert program.end() == 0
    names = [json.loads(line)["event"] for line in program.lines if line.startswith("{")]
    assert [name for name in names if name.endswith("_failed")] == []
    assert "Traceback" not in "".join(program.lines)


def test_everything_that_the_terminal_writes_is_a_line_of_its_log(program: Program) -> None:
    program.wait_for("central_down")
    program.process.send_signal(signal.SIGTERM)
    program.end()
    assert [line for line in program.lines if not line.startswith("{")] == []


def test_a_terminal_whose_disk_takes_nothing_shows_its_page_and_ends_with_its_own_code(config: Path) -> None:
    program = Program(config, "prlimit", "--fsize=0")
    program.wait_for("journal_does_not_open")
    assert program.end() == EXIT_JOURNAL
    assert "Traceback" not in "".join(program.lines)


def test_a_journal_of_a_newer_program_is_set_aside_with_a_word_and_the_terminal_lives(config: Path) -> None:
    state = config.parent / "state"
    state.mkdir()
    tamper(state / "journal.sqlite", "PRAGMA user_version = 7")
    program = Program(config)
    program.wait_for("journal_set_aside")
    program.wait_for("central_down")
    program.process.send_signal(signal.SIGTERM)
    assert program.end() == 0
    assert list(state.glob("journal.sqlite.*.schema-7"))
