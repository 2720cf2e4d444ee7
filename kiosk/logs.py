"""The log: one JSON line per fact, fields from an allow-list only. What is not on the list is dropped and counted."""

from __future__ import annotations

import logging
import traceback
from collections.abc import MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog

ALLOWED_FIELDS = frozenset(
    {
        "event", "level", "timestamp", "situation", "cause", "device", "word", "action", "detail", "paper", "code",
        "kind", "outcome", "part", "error", "where", "status", "seconds", "count", "version", "address", "logger",
        "dropped",
    }
)  # fmt: skip
"""Numbers of documents, names, phones and contents of codes have no field of their own, so they cannot be logged."""

MOST_BYTES = 5_000_000
BACKUPS = 3


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


def open_log(directory: Path, level: str) -> Log:
    """Log into `directory/terminal.log` (rotated) and to standard error."""
    directory.mkdir(parents=True, exist_ok=True)
    to_file = RotatingFileHandler(
        directory / "terminal.log", maxBytes=MOST_BYTES, backupCount=BACKUPS, encoding="utf-8"
    )
    handlers: list[logging.Handler] = [to_file, logging.StreamHandler()]
    root = logging.getLogger()
    root.setLevel(level.upper())
    for handler in handlers:
        handler.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.processors.TimeStamper("iso")],
                processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _only_allowed, _render],
            )
        )
        root.addHandler(handler)
    for chatty in ("urllib3", "PIL", "escpos", "smartcard"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper("iso"),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return Log(structlog.stdlib.get_logger("kiosk"))


def _only_allowed(_logger: Any, _name: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    kept = {key: value for key, value in fields.items() if key in ALLOWED_FIELDS}
    dropped = len(fields) - len(kept)
    return {**kept, "dropped": dropped} if dropped else kept


_render = structlog.processors.JSONRenderer(ensure_ascii=False)
