"""The log: one JSON line per fact, fields from an allow-list only. What is not on the list is dropped and counted.

Three kinds of writers: the terminal itself (`Log`, any level), our own packages (`hardware`, `screens`: warnings, with
their words), and libraries (warnings, of which only who spoke, how loud and where in the code is kept: their words may
quote what passed through them).
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog

ALLOWED_FIELDS = frozenset(
    {
        "event", "level", "timestamp", "situation", "cause", "device", "word", "action", "detail", "paper", "code",
        "kind", "outcome", "part", "error", "where", "status", "seconds", "count", "version", "address", "logger",
        "dropped",
    }
)  # fmt: skip
"""Numbers of documents, names, phones and contents of codes have no field of their own, so they cannot be logged."""

OURS = "kiosk"
OWN_PACKAGES = ("hardware", "screens")
MOST_BYTES = 5_000_000
BACKUPS = 3
LONGEST_TEXT = 200
LOG_FILE = "terminal.log"
"""In the terminal's own folder; older ones beside it."""


class Log:
    """What the terminal writes about itself."""

    def __init__(self, bound: Any) -> None:  # structlog's bound logger has no useful static type
        self._bound = bound

    def info(self, event: str, **fields: object) -> None:
        self._bound.info(event, **fields)

    def warning(self, event: str, **fields: object) -> None:
        self._bound.warning(event, **fields)

    def error(self, event: str, **fields: object) -> None:
        self._bound.error(event, **fields)

    def bug(self, event: str, error: BaseException) -> None:
        """An unexpected exception: its type and the place, never its text (it may hold data)."""
        frames = traceback.extract_tb(error.__traceback__)
        where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-4:]))
        self._bound.error(event, error=type(error).__name__, where=where)


def open_log(directory: Path, level: str, console: TextIO | None = None, *, most_bytes: int = MOST_BYTES) -> Log:
    """Log into `directory/terminal.log` (rotated, bounded) and to `console` (default: standard error)."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / LOG_FILE
    to_file = RotatingFileHandler(path, maxBytes=most_bytes, backupCount=BACKUPS, encoding="utf-8")
    root = logging.getLogger()
    root.setLevel(level.upper())
    for handler in (to_file, logging.StreamHandler(console)):
        handler.setFormatter(_formatter())
        handler.addFilter(_is_wanted)
        root.addHandler(handler)
    logging.raiseExceptions = False  # otherwise a line that cannot be formatted is printed with its arguments
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper("iso"),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return Log(structlog.stdlib.get_logger(OURS))


def silent_log() -> Log:
    """For command lines that print what they find."""
    logger = logging.getLogger(f"{OURS}.silent")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return Log(structlog.stdlib.BoundLogger(logger, [structlog.stdlib.render_to_log_kwargs], {}))


def close_log() -> None:
    """Take our handlers away again."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler.formatter, _Formatter)]:
        root.removeHandler(handler)
        handler.close()


def log_uncaught(log: Log) -> None:
    """What nobody caught on the main thread is logged like any bug; its text reaches no console."""

    def on_main_thread(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        log.bug("main_failed", error)

    sys.excepthook = on_main_thread


def _is_wanted(record: logging.LogRecord) -> bool:
    return record.name == OURS or record.levelno >= logging.WARNING


class _Formatter(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        return super().format(record if record.name == OURS else _reduced(record))


def _formatter() -> _Formatter:
    return _Formatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper("iso"),
            structlog.stdlib.ExtraAdder(["logger", "where", "detail"]),
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _only_allowed, _render],
    )


def _reduced(record: logging.LogRecord) -> logging.LogRecord:
    """A record of somebody else without what it says; our own packages may say it, but not an exception's text."""
    kept = logging.makeLogRecord({"name": record.name, "levelno": record.levelno, "levelname": record.levelname})
    kept.created, kept.msg = record.created, "library"
    kept.__dict__.update(logger=record.name, where=f"{record.filename}:{record.lineno}")
    if record.name.partition(".")[0] in OWN_PACKAGES:
        kept.msg = "own_package"
        kept.__dict__["detail"] = record.getMessage()
    return kept


def _only_allowed(_logger: Any, _name: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    kept = {key: _bounded(value) for key, value in fields.items() if key in ALLOWED_FIELDS}
    dropped = len(fields) - len(kept)
    return {**kept, "dropped": dropped} if dropped else kept


def _bounded(value: object) -> object:
    """Numbers and short texts; of anything else only what kind of thing it is, for its text may hold data."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return value[:LONGEST_TEXT] if isinstance(value, str) else type(value).__name__


_render = structlog.processors.JSONRenderer(ensure_ascii=False)
