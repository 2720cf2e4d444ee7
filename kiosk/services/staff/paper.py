"""How much paper is left: counted from the millimetres of every slip, corrected whenever the sensor says more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hardware.ports import Paper
from kiosk.flow.staff.facts import PaperFacts
from kiosk.services.staff.state import StaffState

DAYS_COUNTED = 8
USUAL_RECEIPT_MM = 190


@dataclass(frozen=True)
class Roll:
    """What the office puts in. `low_mm`: what is left on it when the printer's sensor says that it is low."""

    length_mm: int
    low_mm: int


def after_printing(state: StaffState, length_mm: int, today: date) -> StaffState:
    left_mm = None if state.paper_left_mm is None else max(0, state.paper_left_mm - length_mm)
    oldest = today - timedelta(days=DAYS_COUNTED)
    by_day = {day: mm for day, mm in state.paper_mm_by_day.items() if day > oldest}
    by_day[today] = by_day.get(today, 0) + length_mm
    return state.model_copy(update={"paper_left_mm": left_mm, "paper_mm_by_day": by_day})


def after_refill(state: StaffState, roll: Roll) -> StaffState:
    return state.model_copy(update={"paper_left_mm": roll.length_mm})


def after_sensor(state: StaffState, paper: Paper, roll: Roll) -> StaffState:
    """The sensor knows two things for certain: below its mark or above it, and none at all."""
    counted_mm = roll.length_mm if state.paper_left_mm is None else state.paper_left_mm
    match paper:
        case Paper.OUT:
            left_mm = 0
        case Paper.LOW:
            left_mm = min(counted_mm, roll.low_mm) or roll.low_mm
        case Paper.FULL:
            left_mm = roll.length_mm if counted_mm == 0 else max(counted_mm, roll.low_mm)
        case Paper.UNKNOWN | Paper.JAMMED:
            return state
    return state.model_copy(update={"paper_left_mm": left_mm})


def paper_facts(state: StaffState, roll: Roll) -> PaperFacts | None:
    """None as long as neither staff nor sensor have said anything."""
    if state.paper_left_mm is None:
        return None
    return PaperFacts(state.paper_left_mm, roll.length_mm, state.paper_left_mm // USUAL_RECEIPT_MM)
