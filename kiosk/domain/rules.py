"""The rules of the service, each with the day from which it holds.

Fee, time and papers have changed before and will change again: a new rule is a new row, and an application is judged
by the rows of its own day. The default table is what the Beijing notice of 22 December 2020 says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from kiosk.domain.application import DeliveryMode, Reason
from kiosk.domain.beijing_time import in_beijing
from kiosk.domain.money import Money


class DayKind(StrEnum):
    """Which days count."""

    WORKING = "working"
    CALENDAR = "calendar"


@dataclass(frozen=True)
class LeadTime:
    """How long a new card takes. The day of submission is day 0, the card is ready on day `days`."""

    days: int
    day_kind: DayKind = DayKind.WORKING
    starts_on_working_day: bool = False
    """True: a submission on a free day counts as one of the next working day."""
    closing_time: time | None = None
    """A submission at or after it (Beijing time) counts as one of the next working day; None: never."""

    def __post_init__(self) -> None:
        if self.days < 0:
            raise ValueError(f"a lead time is never negative: {self.days} days")


@dataclass(frozen=True)
class FeeRule:
    """What a replacement costs, from a day on."""

    valid_from: date
    reason: Reason
    fee_fen: int
    courier_fee_fen: int = 0
    """Comes on top when the card is sent."""


@dataclass(frozen=True)
class LeadTimeRule:
    """How long a replacement takes, from a day on."""

    valid_from: date
    reason: Reason
    lead_time: LeadTime


@dataclass(frozen=True)
class SurrenderRule:
    """Whether the old card is handed in, from a day on."""

    valid_from: date
    reason: Reason
    is_required: bool


class NoRuleError(LookupError):
    """The table has no row for that day: a table that a check should have refused."""


class _DatedRow(Protocol):
    @property
    def valid_from(self) -> date: ...
    @property
    def reason(self) -> Reason: ...


_Row = TypeVar("_Row", bound=_DatedRow)


def _in_force(rows: Sequence[_Row], reason: Reason, on: date) -> _Row:
    """The newest row for the reason that is not later than the day; of two with the same day the later in the table."""
    candidates = [row for row in rows if row.reason is reason and row.valid_from <= on]
    if not candidates:
        raise NoRuleError(f"no rule for {reason} on {on}")
    newest = max(row.valid_from for row in candidates)
    return [row for row in candidates if row.valid_from == newest][-1]


@dataclass(frozen=True)
class ServiceRules:
    """Every dated rule. The order of rows does not matter. Asking for a day before the first row: `NoRuleError`."""

    fees: tuple[FeeRule, ...]
    lead_times: tuple[LeadTimeRule, ...]
    surrenders: tuple[SurrenderRule, ...]
    loss_pre_report_days: int = 10
    """A pre-reported loss releases itself after so many days."""

    def fee_for(self, reason: Reason, delivery: DeliveryMode, on: date) -> Money:
        """What the person pays in all, the courier included."""
        rule = _in_force(self.fees, reason, on)
        courier_fee_fen = rule.courier_fee_fen if delivery is DeliveryMode.EXPRESS else 0
        return Money(rule.fee_fen + courier_fee_fen)

    def lead_time_for(self, reason: Reason, on: date) -> LeadTime:
        """Until the card is ready; the courier's own time is not in it."""
        return _in_force(self.lead_times, reason, on).lead_time

    def surrender_card_required(self, reason: Reason, on: date) -> bool:
        """Whether the old card has to be handed in."""
        return _in_force(self.surrenders, reason, on).is_required

    def loss_release_date(self, reported_at: datetime) -> date:
        """The day (Beijing) on which a loss pre-reported at that moment releases itself."""
        return in_beijing(reported_at).date() + timedelta(days=self.loss_pre_report_days)


_SINCE = date(2020, 12, 22)
_CNY_20_FEN = 2000
_FOUR_WORKING_DAYS = LeadTime(days=4)

DEFAULT_RULES = ServiceRules(
    fees=tuple(FeeRule(_SINCE, reason, _CNY_20_FEN) for reason in Reason),
    lead_times=tuple(LeadTimeRule(_SINCE, reason, _FOUR_WORKING_DAYS) for reason in Reason),
    surrenders=tuple(SurrenderRule(_SINCE, reason, is_required=reason is Reason.DAMAGED) for reason in Reason),
)
"""On-site replacement, notice of 22 December 2020: CNY 20, 4 working days, a damaged card is handed in."""
