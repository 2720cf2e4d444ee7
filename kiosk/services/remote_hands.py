"""What the operator may ask of this machine with a signed command, beside what the fleet's own desk does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kiosk.fleet.command import Action
from kiosk.flow.facts import Moment
from kiosk.journal.journal import Journal
from kiosk.services.fleet.log_bundle import send_log_bundle
from kiosk.services.staff.machine import Power
from kiosk.services.staff_desk import StaffDesk


def remote_hands(
    power: Power,
    desk: StaffDesk,
    log_file: Path,
    journal: Journal,
    moment: Callable[[], Moment],
    wake_outbox: Callable[[], None],
) -> dict[Action, Callable[[], str]]:
    """Each returns at once: empty, or a word for why it cannot be done."""

    def reboot() -> str:
        power.restart_machine()
        return ""

    return {
        Action.REBOOT: reboot,
        Action.READINESS_REPORT: desk.report_to_operator,
        Action.LOG_BUNDLE: lambda: send_log_bundle(log_file, journal, moment, wake_outbox),
    }
