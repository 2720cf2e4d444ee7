"""How a terminal takes a change. A conduct is asked only while the bundle in question runs or is wished; pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk.fleet.report import Applied, ConfigState, Observed, Report, Slot

USUAL_SUCCESS: Final = 0.95
"""Of payments that are begun."""


class Kind(StrEnum):
    GOOD = "good"
    REVERTING = "reverting"
    """Cannot serve people under the new bundle, and goes back."""
    SILENT = "silent"
    """The new bundle kills it: nothing is heard of it again."""
    CUT_OFF = "cut_off"
    """Loses its network for a while, for reasons of its own."""
    AWAY = "away"
    """Switched off the whole time."""
    LYING = "lying"
    """Keeps what it has and says that the new one runs well."""
    POOR = "poor"
    """Under the new bundle fewer payments succeed."""


@dataclass(frozen=True)
class Conduct:
    kind: Kind = Kind.GOOD
    cut_from_s: float = 0.0
    """CUT_OFF: when the network goes, in seconds since it behaves so."""
    cut_for_s: float = 0.0
    success_drop: float = 0.10
    """POOR: so much less of the payments succeeds."""

    def hears(self, age_s: float) -> bool:
        """Is it on the network?"""
        is_cut = self.kind is Kind.CUT_OFF and self.cut_from_s <= age_s < self.cut_from_s + self.cut_for_s
        return self.kind is not Kind.AWAY and not is_cut

    def serves(self, *, is_changed: bool) -> bool:
        return not (is_changed and self.kind is Kind.REVERTING)

    def lives(self, *, is_changed: bool) -> bool:
        return not (is_changed and self.kind is Kind.SILENT)

    def success(self, *, is_changed: bool) -> float:
        return USUAL_SUCCESS - (self.success_drop if is_changed and self.kind is Kind.POOR else 0.0)


def false_report(report: Report, wished: Observed) -> Report:
    """What a liar says: CONFIRMED, of the wish as it stands; and what it runs is what it ran before."""
    runs = report.applied
    claimed = None if runs is None else Applied.model_validate(
        runs.model_dump() | {"epoch": wished.epoch, "version": wished.version, "slot": Slot.ACTIVE}
    )  # fmt: skip
    return report.model_copy(
        update={"state": ConfigState.CONFIRMED, "observed": wished, "applied": claimed, "reason": None}
    )
