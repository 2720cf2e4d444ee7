"""The stories of staff, in the order of the guide for staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.tour import staff_business, staff_devices, staff_entrance, staff_machine, staff_paper
from tests.tour.journeys import Tour

STAFF: Final[dict[str, Callable[[Tour], dict[str, Any]]]] = {
    "staff-paper-runs-out": staff_paper.paper_runs_out,
    "staff-strip-fails": staff_paper.strip_fails,
    "staff-jam-and-card": staff_paper.jam_and_forgotten_card,
    "staff-locked-out": staff_entrance.locked_out,
    "staff-knocks": staff_entrance.knock_on_a_citizen,
    "staff-roles": staff_entrance.roles,
    "staff-faults": staff_devices.faults_at_home,
    "staff-tests": staff_devices.every_test,
    "staff-unsettled": staff_business.unsettled,
    "staff-copies": staff_business.copies,
    "staff-service": staff_machine.service_and_hours,
    "staff-levels": staff_machine.levels,
    "staff-ports": staff_machine.ports,
    "staff-readiness": staff_machine.readiness,
    "staff-audit": staff_machine.audit,
    "staff-restart": staff_machine.restart,
}
