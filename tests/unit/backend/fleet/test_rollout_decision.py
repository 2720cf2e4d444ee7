from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from backend.fleet.rollouts.decision import (
    Advance,
    Counts,
    Decision,
    Facts,
    Finish,
    Halt,
    Limits,
    Reason,
    Wait,
    decide,
    has_dropped,
    wilson_lower,
)
from backend.fleet.rollouts.waves import WAVES, Candidate, plan_waves

LIMITS = Limits()
HEALTHY = Facts(
    wave=1,
    waves=5,
    waiting=0,
    pending=0,
    confirmed=50,
    rejected=0,
    reverted=0,
    lost=0,
    excluded=7,
    soaked_s=1800.0,
    changed=Counts(50, 500, 490),
    control=Counts(4000, 40_000, 39_200),
    alarms=0,
    online=4250,
    online_before=4250,
)


def decided(**changes: object) -> Decision:
    return decide(replace(HEALTHY, **changes), LIMITS, may_target=True)  # type: ignore[arg-type]


def test_a_healthy_wave_advances_and_the_last_one_finishes() -> None:
    assert decided() == Advance()
    assert decided(wave=4) == Finish()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"waiting": 3}, Reason.TARGETING),
        ({"soaked_s": 1799.0}, Reason.SOAKING),
        ({"confirmed": 47, "pending": 3}, Reason.NOT_ENOUGH_CONFIRMED),
        ({"confirmed": 0, "excluded": 57}, Reason.NOT_ENOUGH_CONFIRMED),
        ({"confirmed": 4, "lost": 1, "wave": 0, "soaked_s": 8999.0}, Reason.NOT_ENOUGH_CONFIRMED),
        ({"changed": Counts(50, 199, 195)}, Reason.NOT_ENOUGH_PAYMENTS),
        ({"wave": 0, "changed": Counts(5, 19, 19)}, Reason.NOT_ENOUGH_PAYMENTS),
    ],
)
def test_a_wave_waits_for(changes: dict[str, object], reason: Reason) -> None:
    assert decided(**changes) == Wait(reason)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"confirmed": 46, "reverted": 4}, Reason.FAILURES),
        ({"confirmed": 46, "rejected": 4}, Reason.FAILURES),
        ({"confirmed": 46, "lost": 4}, Reason.FAILURES),
        ({"confirmed": 3, "reverted": 2, "wave": 0}, Reason.FAILURES),
        ({"confirmed": 48, "reverted": 2}, Reason.FAILURE_IN_CANARY),
        ({"confirmed": 49, "reverted": 1}, Reason.FAILURE_IN_CANARY),
        ({"confirmed": 0, "reverted": 1, "wave": 0}, Reason.FAILURE_IN_CANARY),
        ({"confirmed": 0, "lost": 1, "wave": 0}, Reason.FAILURE_IN_CANARY),
        ({"confirmed": 485, "reverted": 15, "wave": 2}, Reason.FAILURES),
        ({"confirmed": 9, "reverted": 1, "wave": 2}, Reason.FAILURES),
        ({"confirmed": 4, "lost": 1, "wave": 0, "soaked_s": 9001.0}, Reason.FAILURES),
        ({"changed": Counts(50, 500, 440)}, Reason.PAYMENTS_DROPPED),
        ({"changed": Counts(50, 500, 490, restarts=9), "control": Counts(4000, 1, 1, restarts=100)}, Reason.RESTARTS),
        ({"changed": Counts(50, 500, 490, outbox_p95_s=700), "control": Counts(4000, 1, 1, 0, 200)}, Reason.OUTBOX),
        ({"alarms": 1}, Reason.ALARM),
        ({"online": 3000}, Reason.CONNECTIVITY),
        ({"confirmed": -1}, Reason.EVALUATION),
        ({"changed": Counts(50, 10, 11)}, Reason.EVALUATION),
        ({"wave": 5}, Reason.EVALUATION),
        ({"soaked_s": None}, Reason.EVALUATION),
        ({"control": None}, Reason.EVALUATION),
    ],
)
def test_a_rollout_halts_for(changes: dict[str, object], reason: Reason) -> None:
    assert decided(**changes) == Halt(reason)


def test_the_kill_switch_stands_above_everything() -> None:
    assert decide(HEALTHY, LIMITS, may_target=False) == Halt(Reason.KILL_SWITCH)


def test_one_stray_failure_in_a_large_wave_is_lived_with() -> None:
    assert decided(wave=3, confirmed=2490, lost=5, reverted=5) == Advance()


def test_a_lost_terminal_in_a_small_wave_is_no_proof() -> None:
    assert decided(confirmed=49, lost=1) == Advance()


@pytest.mark.parametrize(
    "bad",
    [
        {"advance_percent": "95"},
        {"halt_failure_percent": 101},
        {"soak_s": -1},
        {"payment_drop_points": 0},
        {"restart_factor": 1.5},
        {"ack_deadline_s": None},
        {"advance_prozent": 95},
    ],
)
def test_a_malformed_threshold_never_starts(bad: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Limits(**bad)  # type: ignore[arg-type]


@settings(deadline=None)
@given(
    st.builds(
        Facts,
        wave=st.integers(0, 4),
        waves=st.just(5),
        waiting=st.integers(0, 9),
        pending=st.integers(0, 99),
        confirmed=st.integers(0, 99),
        rejected=st.integers(0, 9),
        reverted=st.integers(0, 9),
        lost=st.integers(0, 9),
        excluded=st.integers(0, 9),
        soaked_s=st.floats(0, 9000),
        changed=st.builds(Counts, st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.integers(0, 9)),
        control=st.builds(Counts, st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.integers(0, 9)),
        alarms=st.integers(0, 1),
        online=st.integers(0, 99),
        online_before=st.integers(0, 99),
    )
)
def test_nothing_advances_with_less_than_enough_confirmed(facts: Facts) -> None:
    decision = decide(facts, LIMITS, may_target=True)
    if isinstance(decision, Advance | Finish):
        assert facts.confirmed >= 0.95 * facts.judged > 0
        assert not facts.alarms
        assert not facts.waiting


def test_wilson_knows_how_little_a_small_sample_says() -> None:
    assert wilson_lower(0, 50) == 0
    assert wilson_lower(2, 50) < 0.02 < wilson_lower(30, 1000)
    assert 0.23 < wilson_lower(3, 5) < 0.24


def test_chance_alone_seldom_looks_like_a_drop() -> None:
    chance = random.Random(7)
    false_alarms = 0
    for _ in range(400):
        here = sum(chance.random() < 0.95 for _ in range(200))
        there = sum(chance.random() < 0.95 for _ in range(4000))
        false_alarms += has_dropped(Counts(50, 200, here), Counts(4000, 4000, there), 5)
    assert false_alarms <= 8


def test_a_payment_that_is_still_open_is_no_drop() -> None:
    assert not has_dropped(Counts(5, 2, 0), Counts(4000, 4000, 3800), 5)
    assert not has_dropped(Counts(50, 500, 400), Counts(3, 4, 4), 5)


def test_ten_points_are_seen_with_two_hundred_payments() -> None:
    chance = random.Random(7)
    seen = 0
    for _ in range(200):
        here = sum(chance.random() < 0.85 for _ in range(200))
        seen += has_dropped(Counts(50, 200, here), Counts(4000, 4000, 3800), 5)
    assert seen >= 190


# --- waves ---------------------------------------------------------------------------------------------------------


def fleet(count: int, sites: int, *, offline_every: int = 0) -> list[Candidate]:
    return [
        Candidate(
            f"t{number:05}",
            f"s{number % sites}",
            f"kind{0 if number % 33 else 1}",
            is_online=not offline_every or bool(number % offline_every),
        )
        for number in range(count)
    ]


def test_waves_grow_from_a_handful_to_all() -> None:
    sizes = Counter(plan_waves("r1", fleet(5000, 900)).values())
    assert [sizes[wave] for wave in range(WAVES)] == [5, 45, 450, 2000, 2500]


def test_the_same_rollout_has_the_same_waves_and_another_one_others() -> None:
    terminals = fleet(500, 100)
    assert plan_waves("r1", terminals) == plan_waves("r1", list(reversed(terminals)))
    assert plan_waves("r1", terminals) != plan_waves("r2", terminals)


def test_every_kind_is_there_twice_within_the_first_percent() -> None:
    terminals = fleet(5000, 900)
    places = plan_waves("r1", terminals)
    early = Counter(one.kind for one in terminals if places[one.terminal_id] <= 1)
    assert min(early.values()) >= 2
    assert len(early) == 2


def test_no_site_is_changed_whole_before_the_last_wave() -> None:
    terminals = fleet(600, 290)
    places = plan_waves("r1", terminals)
    for site in {one.site for one in terminals}:
        assert max(places[one.terminal_id] for one in terminals if one.site == site) == WAVES - 1


def test_who_is_away_comes_last() -> None:
    terminals = fleet(1000, 200, offline_every=7)
    places = plan_waves("r1", terminals)
    assert {places[one.terminal_id] for one in terminals if not one.is_online} == {WAVES - 1}


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(1, 9))
def test_everybody_has_exactly_one_wave(count: int, sites: int) -> None:
    assert plan_waves("r1", fleet(count, sites)).keys() == {one.terminal_id for one in fleet(count, sites)}
