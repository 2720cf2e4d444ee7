from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.ports import Action, DeviceStatus, DeviceWord, Paper
from hardware.steady_status import DOUBT_LIMIT_S, SteadyStatus, is_fit

ONLINE = DeviceStatus(DeviceWord.ONLINE)
GONE = DeviceStatus(DeviceWord.POWER_OFF, Action.CLEAR, "port_lost")
MUTE = DeviceStatus(DeviceWord.HARDWARE_ERROR, Action.RESET, "no_answer")
NO_PAPER = DeviceStatus(DeviceWord.ONLINE, Action.CLEAR, "paper_out", Paper.OUT)
LITTLE_PAPER = DeviceStatus(DeviceWord.ONLINE, paper=Paper.LOW)


def shown_after(start: DeviceStatus, *samples: tuple[float, DeviceStatus]) -> list[DeviceStatus]:
    steady = SteadyStatus(start)
    shown: list[DeviceStatus] = []
    for at, sample in samples:
        steady = steady.settled(at).sampled(sample, at)
        shown.append(steady.shown)
    return shown


@pytest.mark.parametrize("bad", [GONE, MUTE, NO_PAPER])
def test_one_bad_sample_is_never_shown_and_the_second_is(bad: DeviceStatus) -> None:
    assert shown_after(ONLINE, (0, bad), (0.1, ONLINE), (0.2, bad), (0.3, bad)) == [ONLINE, ONLINE, ONLINE, bad]


def test_two_bad_samples_of_different_kinds_show_the_newer() -> None:
    assert shown_after(ONLINE, (0, GONE), (0.1, MUTE)) == [ONLINE, MUTE]


def test_one_good_sample_returns_at_once() -> None:
    assert shown_after(GONE, (0, ONLINE)) == [ONLINE]
    assert shown_after(NO_PAPER, (0, LITTLE_PAPER)) == [LITTLE_PAPER]


def test_a_doubted_status_settles_by_time_alone() -> None:
    steady = SteadyStatus(ONLINE).sampled(GONE, 10.0)
    assert steady.settles_at == 10.0 + DOUBT_LIMIT_S
    assert steady.settled(10.0 + DOUBT_LIMIT_S - 0.001).shown == ONLINE
    assert steady.settled(10.0 + DOUBT_LIMIT_S).shown == GONE


@pytest.mark.parametrize(("status", "fit"), [(ONLINE, True), (LITTLE_PAPER, True), (NO_PAPER, False), (MUTE, False)])
def test_fit_means_that_nobody_must_act(status: DeviceStatus, fit: bool) -> None:
    assert is_fit(status) is fit


@given(st.lists(st.sampled_from([ONLINE, GONE, MUTE]), max_size=40))
def test_a_train_of_single_glitches_never_shows(samples: list[DeviceStatus]) -> None:
    train = [sample for pair in samples for sample in (pair, ONLINE)]
    assert set(shown_after(ONLINE, *enumerate(train))) <= {ONLINE}
