"""Dated rules."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.application import DeliveryMode, Reason
from kiosk.domain.money import Money
from kiosk.domain.rules import DEFAULT_RULES, DayKind, FeeRule, LeadTime, LeadTimeRule, NoRuleError, SurrenderRule

FIRST_DAY = date(2020, 12, 22)
LATER = date(2027, 1, 1)


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("delivery", list(DeliveryMode))
def test_a_replacement_costs_20_yuan_by_default(reason: Reason, delivery: DeliveryMode) -> None:
    assert DEFAULT_RULES.fee_for(reason, delivery, FIRST_DAY) == Money(2000)


@pytest.mark.parametrize("reason", list(Reason))
def test_a_card_takes_four_working_days_by_default(reason: Reason) -> None:
    assert DEFAULT_RULES.lead_time_for(reason, FIRST_DAY) == LeadTime(days=4, day_kind=DayKind.WORKING)


def test_only_a_damaged_card_is_handed_in() -> None:
    assert DEFAULT_RULES.surrender_card_required(Reason.DAMAGED, FIRST_DAY)
    assert not DEFAULT_RULES.surrender_card_required(Reason.LOST, FIRST_DAY)


def test_a_new_fee_holds_from_its_day_on_and_for_its_reason_only() -> None:
    rules = replace(DEFAULT_RULES, fees=(FeeRule(LATER, Reason.LOST, 1000, 1200), *DEFAULT_RULES.fees))
    the_day_before = LATER - timedelta(days=1)
    assert rules.fee_for(Reason.LOST, DeliveryMode.PICKUP, the_day_before) == Money(2000)
    assert rules.fee_for(Reason.LOST, DeliveryMode.PICKUP, LATER) == Money(1000)
    assert rules.fee_for(Reason.DAMAGED, DeliveryMode.PICKUP, LATER) == Money(2000)


def test_the_courier_is_paid_only_when_the_card_is_sent() -> None:
    rules = replace(DEFAULT_RULES, fees=(FeeRule(FIRST_DAY, Reason.LOST, 2000, 1200),))
    assert rules.fee_for(Reason.LOST, DeliveryMode.EXPRESS, LATER) == Money(3200)
    assert rules.fee_for(Reason.LOST, DeliveryMode.PICKUP, LATER) == Money(2000)


def test_lead_time_and_surrender_change_on_their_own_days() -> None:
    rules = replace(
        DEFAULT_RULES,
        lead_times=(*DEFAULT_RULES.lead_times, LeadTimeRule(LATER, Reason.LOST, LeadTime(days=2))),
        surrenders=(*DEFAULT_RULES.surrenders, SurrenderRule(LATER, Reason.DAMAGED, is_required=False)),
    )
    assert rules.lead_time_for(Reason.LOST, LATER).days == 2
    assert rules.lead_time_for(Reason.DAMAGED, LATER).days == 4
    assert not rules.surrender_card_required(Reason.DAMAGED, LATER)
    assert rules.surrender_card_required(Reason.DAMAGED, FIRST_DAY)


def test_of_two_rows_of_one_day_the_later_in_the_table_holds() -> None:
    rows = (FeeRule(FIRST_DAY, Reason.LOST, 1), FeeRule(FIRST_DAY, Reason.LOST, 2))
    assert replace(DEFAULT_RULES, fees=rows).fee_for(Reason.LOST, DeliveryMode.PICKUP, LATER) == Money(2)


def test_a_day_before_the_first_rule_is_an_error_not_a_free_card() -> None:
    with pytest.raises(NoRuleError):
        DEFAULT_RULES.fee_for(Reason.LOST, DeliveryMode.PICKUP, FIRST_DAY - timedelta(days=1))


@given(st.permutations([date(2021, 1, 1), date(2023, 1, 1), date(2025, 1, 1)]), st.dates(date(2021, 1, 1)))
def test_the_order_of_rows_does_not_matter(days: list[date], on: date) -> None:
    rules = replace(DEFAULT_RULES, fees=tuple(FeeRule(day, Reason.LOST, day.year) for day in days))
    expected = max(day.year for day in days if day <= on)
    assert rules.fee_for(Reason.LOST, DeliveryMode.PICKUP, on) == Money(expected)


def test_a_pre_reported_loss_releases_itself_after_ten_days_of_beijing() -> None:
    late_evening_in_utc = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)
    assert DEFAULT_RULES.loss_release_date(late_evening_in_utc) == date(2026, 3, 12)


def test_a_card_may_take_no_time_but_never_less() -> None:
    assert LeadTime(days=0).days == 0
    with pytest.raises(ValueError, match="never negative"):
        LeadTime(days=-1)
