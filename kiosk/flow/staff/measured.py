"""Measured rows as lines of a page."""

from __future__ import annotations

from kiosk.flow.facts import DEVICE_NAMES
from kiosk.flow.staff.facts import DeviceTest, MeasuredRow, Unit
from kiosk.flow.staff.views import MeasuredLine
from kiosk.flow.texts import Text, literal, text

CERTIFICATES = frozenset({"terminal", "backend"})
TESTED = frozenset(test.value for test in DeviceTest)

WORDS = frozenset(
    {
        "yes", "no", "good", "warning", "bad", "unknown", "online", "power_off", "no_device",
        "hardware_error", "user_error", "device_busy", "fraud_attempt", "potential_fraud", "starting", "full", "low",
        "out", "jammed", "resident_id", "residence_permit", "foreign_resident", "in_service", "out_of_service", "never",
        "timed_out", "nothing_read", "no_card", "no_document", "no_answer", "unreadable", "not_connected", "busy",
        "paper_out", "paper_jammed", "cover_open", "hardware", "sound", "damaged", "too_dark", "blurred", "covered",
        "not_here", "removed", "mute", "not_social_security", "locked", "hold_still", "suspect", "other_kind",
        "offline", "loudspeaker", "headset",
        "black", "frozen", "no_stream", "refused", "unreachable", "wrong_name", "expired",
    }
)  # fmt: skip
"""Words of `Unit.WORD` that have a text; any other is shown as it is, so nothing that was measured is hidden."""


def line_of(row: MeasuredRow) -> MeasuredLine:
    label = text(f"staff.measure.{row.measure.value}")
    if row.subject:
        label = text("staff.measure.of", measure=label, subject=_subject(row.subject))
    return MeasuredLine(label, _value(row), row.verdict)


def _subject(subject: str) -> Text:
    if subject in CERTIFICATES:
        return text(f"staff.certificate.{subject}")
    if subject in DEVICE_NAMES:
        return text(f"staff.device.{subject}")
    return text(f"staff.test.{subject}") if subject in TESTED else literal(subject)


def _value(row: MeasuredRow) -> Text:
    if row.unit is Unit.WORD and row.value in WORDS:
        return text(f"staff.word.{row.value}")
    if row.unit in {Unit.WORD, Unit.DATA}:
        return literal(str(row.value))
    return text(f"staff.unit.{row.unit.value}", value=row.value)
