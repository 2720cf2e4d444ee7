"""`python -m kiosk config ...` and `run` on a broken file, in this process: nothing of the screens is loaded."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kiosk.__main__ import EXIT_SETTINGS, main
from tests.unit.config.files import ini


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.ini"


def kiosk(monkeypatch: pytest.MonkeyPatch, path: Path, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["kiosk", "--config", str(path), *words])
    return main()


def test_check_says_that_a_file_is_right(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path.write_text(ini(), encoding="utf-8")
    assert kiosk(monkeypatch, path, "config", "check") == 0
    assert capsys.readouterr().out == f"{path}: no faults\n"


@pytest.mark.parametrize("words", [("config", "check"), ("config", "show"), ("run",)])
def test_a_broken_file_ends_with_2_and_every_fault(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    path.write_text(ini({"log": {"level": "loud"}, "card_reader": {"driver": "pcsd"}}), encoding="utf-8")
    assert kiosk(monkeypatch, path, *words) == EXIT_SETTINGS == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "[log] level" in told.err
    assert "[card_reader]" in told.err
    assert "2 fault(s); nothing was started" in told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize("words", [("config", "check"), ("run",), ("journal", "list"), ("journal", "verify")])
def test_a_file_that_is_not_there_ends_with_2(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert kiosk(monkeypatch, path, *words) == EXIT_SETTINGS
    assert "does not exist" in capsys.readouterr().err


def test_run_refuses_the_bench_in_production(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = {"terminal": {"mode": "production"}, "receipt_printer": {"host": "127.0.0.1"}}
    path.write_text(ini({**changes}), encoding="utf-8")
    assert kiosk(monkeypatch, path, "run") == EXIT_SETTINGS
    assert "points at the bench" in capsys.readouterr().err
    assert "kivy" not in sys.modules


def test_show_prints_every_setting_in_force_and_where_it_comes_from(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (path.parent / "token").write_text("a-secret-token", encoding="ascii")
    path.write_text(ini({"log": {"level": "debug"}, "identity_reader": {"baud": "9600"}}), encoding="utf-8")
    assert kiosk(monkeypatch, path, "config", "show") == 0
    lines = capsys.readouterr().out.splitlines()
    assert "log.level = debug    (kiosk.ini)" in lines
    assert "timeouts.idle_s = 120.0    (default)" in lines
    assert "identity_reader.driver = sam_serial    (kiosk.ini)" in lines
    assert "identity_reader.baud = 9600    (kiosk.ini)" in lines
    assert any(line.startswith("identity_reader.read_timeout_s = ") and "(default)" in line for line in lines)
    assert "a-secret-token" not in "".join(lines)
