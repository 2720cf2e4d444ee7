"""The last lines of the log for the operator: every line is an event of telemetry, on the way that all events take.

A line of the log has fields of a list and nothing else (`kiosk.logs`), so nothing of a person can be in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from kiosk.central import wire
from kiosk.flow.facts import Moment
from kiosk.journal.entries import JournalError, Lane, OutboxItem
from kiosk.journal.journal import Journal
from kiosk.logs import ALLOWED_FIELDS, LONGEST_TEXT
from kiosk.services.recording import EVENT

LOG_LINE: Final = "log_line"
MOST_LINES: Final = 400
MOST_BYTES: Final = 400_000
"""So much of the end of the file is looked at."""

_FIELDS: Final = TypeAdapter(dict[str, Any])


def send_log_bundle(file: Path, journal: Journal, moment: Callable[[], Moment], wake_outbox: Callable[[], None]) -> str:
    """Empty, or a word for why it could not be done. Sent when the backend can be reached."""
    try:
        content = _end_of(file)
    except OSError:
        return "NO_LOG"
    items = tuple(bundle(content, moment().fresh_id))
    try:
        journal.commit((), items)
    except JournalError:
        return "JOURNAL_FAILED"
    wake_outbox()
    return ""


def bundle(content: bytes, bundle_id: str) -> Iterator[OutboxItem]:
    """The newest lines, oldest first, each with an id of its own; what is no line of ours is left out."""
    lines = content.decode("utf-8", "replace").splitlines()[-MOST_LINES:]
    for place, line in enumerate(lines):
        event = _event(line, f"{bundle_id}-{place}")
        if event is not None:
            yield OutboxItem(event.event_id, Lane.TELEMETRY, EVENT, event.model_dump_json())


def _event(line: str, event_id: str) -> wire.Event | None:
    try:
        fields = _FIELDS.validate_json(line)
        at = datetime.fromisoformat(str(fields.pop("timestamp")))
        facts = {name: _fact(value) for name, value in fields.items() if name in ALLOWED_FIELDS}
        return wire.Event(event_id=event_id, kind=LOG_LINE, at=at, facts=facts)
    except (ValueError, KeyError):  # the first line may be cut in two
        return None


def _fact(value: object) -> str | int | bool:
    return value if isinstance(value, int) else str(value)[:LONGEST_TEXT]


def _end_of(file: Path) -> bytes:
    with file.open("rb") as log:
        size = log.seek(0, 2)
        log.seek(max(0, size - MOST_BYTES))
        return log.read()
