"""What reaches the file and the console, whoever speaks."""

from __future__ import annotations

import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.logs import ALLOWED_FIELDS, BACKUPS, Log, close_log, log_uncaught, open_log

SECRET = "11010519491231002X"


class Opened:
    def __init__(self, folder: Path, most_bytes: int = 1_000_000) -> None:
        self.console = io.StringIO()
        self.path = folder / "terminal.log"
        self.log: Log = open_log(folder, "debug", self.console, most_bytes=most_bytes)

    @property
    def texts(self) -> str:
        return self.console.getvalue() + self.path.read_text(encoding="utf-8")

    def lines(self) -> list[dict[str, Any]]:
        """What was written, the same in both places; a library's line is stamped by each by itself."""
        in_file, on_console = (
            parsed(text) for text in (self.path.read_text(encoding="utf-8"), self.console.getvalue())
        )
        assert [line | {"timestamp": ""} for line in in_file] == [line | {"timestamp": ""} for line in on_console]
        return in_file


def parsed(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    root = logging.getLogger()
    level, raises, hook, others = root.level, logging.raiseExceptions, sys.excepthook, root.handlers[:]
    root.handlers.clear()  # those of the test run repeat everything
    yield Opened(tmp_path)
    close_log()
    root.handlers[:] = others
    logging.captureWarnings(capture=False)
    root.setLevel(level)
    logging.raiseExceptions, sys.excepthook = raises, hook


def test_a_fact_is_one_line_of_json_in_the_file_and_on_the_console(opened: Opened) -> None:
    opened.log.info("device", device="receipt_printer", word="online")
    (line,) = opened.lines()
    assert (line["event"], line["level"], line["device"]) == ("device", "info", "receipt_printer")
    assert "timestamp" in line


def test_a_field_that_is_not_on_the_list_is_dropped_and_counted(opened: Opened) -> None:
    opened.log.info("device", number=SECRET, name="样例", word="online")
    (line,) = opened.lines()
    assert line["dropped"] == 2
    assert set(line) <= ALLOWED_FIELDS
    assert SECRET not in opened.texts
    assert "样例" not in opened.texts


def test_a_thing_in_an_allowed_field_is_only_named_by_its_kind(opened: Opened) -> None:
    class Person:
        def __str__(self) -> str:
            return SECRET

    opened.log.info("device", detail=Person(), code=[SECRET], part={"x": SECRET}, count=3)
    (line,) = opened.lines()
    assert (line["detail"], line["code"], line["part"], line["count"]) == ("Person", "list", "dict", 3)
    assert SECRET not in opened.texts


def test_a_text_without_end_is_cut(opened: Opened) -> None:
    opened.log.info("device", detail="x" * 100_000)
    assert len(opened.path.read_bytes()) < 1000


def test_a_bug_is_its_kind_and_its_place(opened: Opened) -> None:
    opened.log.bug("engine_failed", an_error())
    (line,) = opened.lines()
    assert line["error"] == "ValueError"
    assert line["where"].startswith("test_logs.py:")
    assert SECRET not in opened.texts


def an_error() -> ValueError:
    """Raised and caught, so that it has a place."""
    try:
        int(SECRET)
    except ValueError as error:
        return error
    raise AssertionError


def test_what_nobody_caught_prints_no_text(opened: Opened, capsys: pytest.CaptureFixture[str]) -> None:
    log_uncaught(opened.log)
    sys.excepthook(ValueError, an_error(), None)
    assert [line["error"] for line in opened.lines()] == ["ValueError"]
    assert SECRET not in opened.texts + "".join(capsys.readouterr())


@pytest.mark.parametrize("name", ["urllib3.connectionpool", "escpos.printer", "kivy", "PIL.Image", "smartcard", "root"])
def test_a_library_is_heard_from_warnings_on_and_never_quoted(
    opened: Opened, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    library = logging.getLogger(name)
    level, library.level = library.level, logging.DEBUG
    library.debug("GET /v1/look-ups?%s", SECRET)
    library.info(SECRET)
    library.warning("cannot print %s", SECRET, extra={"detail": SECRET, "code": SECRET, "number": SECRET})
    library.error({"event": SECRET, "detail": SECRET})
    library.error(SECRET, exc_info=an_error(), stack_info=True)
    library.warning("too few %s %s", SECRET)
    library.level = level
    lines = opened.lines()
    assert [line["level"] for line in lines] == ["warning", "error", "error", "warning"]
    assert {line["logger"] for line in lines} == {name}
    assert {line["event"] for line in lines} == {"library"}
    assert all(line["where"].startswith("test_logs.py:") for line in lines)
    assert SECRET not in opened.texts + "".join(capsys.readouterr())


def test_our_own_packages_are_quoted_without_their_exceptions(opened: Opened) -> None:
    worker = logging.getLogger("hardware.worker")
    worker.error("%s: unexpected %s", "card_reader", "ValueError at reader.py:7", exc_info=an_error())
    (line,) = opened.lines()
    assert line["detail"] == "card_reader: unexpected ValueError at reader.py:7"
    assert SECRET not in opened.texts


def test_a_device_that_changes_is_logged_once(opened: Opened) -> None:
    logging.getLogger("hardware.worker").info("%s is %s %s", "card_reader", "online", "")
    opened.log.info("device", device="card_reader", word="online")
    assert [line["event"] for line in opened.lines()] == ["device"]


def test_a_warning_of_the_language_is_not_quoted(opened: Opened) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(SECRET, UserWarning, stacklevel=1)
    assert [line["logger"] for line in opened.lines()] == ["py.warnings"]
    assert SECRET not in opened.texts


def test_the_files_are_bounded(opened: Opened, tmp_path: Path) -> None:
    close_log()
    bounded = Opened(tmp_path / "small", most_bytes=2_000)
    for count in range(500):
        bounded.log.info("device", count=count)
    files = list((tmp_path / "small").iterdir())
    assert len(files) == BACKUPS + 1
    assert all(file.stat().st_size <= 2_000 for file in files)
    assert '"count": 499' in bounded.path.read_text(encoding="utf-8")


def test_the_level_of_the_settings_holds(opened: Opened) -> None:
    logging.getLogger().setLevel("ERROR")
    opened.log.info("device", word="online")
    opened.log.error("journal_failed")
    assert [line["event"] for line in opened.lines()] == ["journal_failed"]
