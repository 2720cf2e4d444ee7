"""The machine that decides which bundle runs: whatever happens in whatever order, these stay true."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.fleet.report import ConfigState, Slot
from kiosk.fleet.verifying import HighWater
from kiosk.services.fleet.applying import (
    Allowed,
    Applying,
    AskForQuiet,
    Failed,
    Happening,
    Held,
    Proved,
    Refused,
    Run,
    Started,
    Stopped,
    Unreadable,
    Verified,
    Why,
    advance,
    is_due,
)

NOW = datetime(2026, 9, 29, 2, 0, tzinfo=UTC)
SHAS = [f"{n:064x}" for n in range(4)]


def held(version: int, bundle: int | None = None, **changes: object) -> Held:
    sha256 = SHAS[(version if bundle is None else bundle) % len(SHAS)]
    return replace(Held(HighWater(0, version, f"{version:064x}"), sha256, version), **changes)  # type: ignore[arg-type]


def told(*happenings: Happening, state: Applying | None = None) -> Applying:
    state = state or Applying()
    for happening in happenings:
        state, _ = advance(state, happening, NOW)
    return state


def proved(version: int, bundle: int | None = None) -> tuple[Happening, ...]:
    return Verified(held(version, bundle), 0), Allowed(frozenset()), Proved()


# --- one after another ------------------------------------------------------------------------------------------------


def test_a_bundle_is_asked_for_run_and_confirmed() -> None:
    state, doings = advance(Applying(), Verified(held(1), 0), NOW)
    assert AskForQuiet() in doings
    assert state.state is ConfigState.WAITING_IDLE
    state, doings = advance(state, Allowed(frozenset({"central"})), NOW)
    assert doings[0] == Run(held(1))
    assert state.state is ConfigState.PROBATION
    assert told(Proved(), state=state).state is ConfigState.CONFIRMED


def test_a_failure_goes_back_to_what_was_good_and_denies_what_failed() -> None:
    state = told(*proved(1), Verified(held(2), 0), Allowed(frozenset()), Failed("receipt_printer"))
    assert (state.state, state.slot, state.runs) == (ConfigState.REVERTED, Slot.LAST_KNOWN_GOOD, held(1))
    assert state.why == Why("receipt_printer")
    assert state.denied == {SHAS[2]}


def test_what_is_good_may_fail_too_and_then_nothing_is_left_but_the_factory() -> None:
    state = told(*proved(1), Verified(held(2), 0), Allowed(frozenset()), Failed("engine"), Failed("engine"))
    assert (state.slot, state.runs) == (Slot.FACTORY, None)
    assert told(Failed("engine"), state=state) == state


def test_a_denied_bundle_is_not_tried_again_under_a_newer_statement() -> None:
    reverted = told(*proved(1), Verified(held(2), 0), Allowed(frozenset()), Failed("engine"))
    state, doings = advance(reverted, Verified(held(3, bundle=2), 0), NOW)
    assert (state.state, state.why) == (ConfigState.REJECTED, Why("DENIED_HERE"))
    assert state.runs == reverted.runs
    assert not any(isinstance(doing, Run | AskForQuiet) for doing in doings)


def test_the_operator_sends_a_reverted_terminal_what_it_runs_anyway() -> None:
    reverted = told(*proved(1), Verified(held(2), 0), Allowed(frozenset()), Failed("engine"), Proved())
    state = told(Verified(held(3, bundle=1), 0), state=reverted)
    assert (state.state, state.slot) == (ConfigState.CONFIRMED, Slot.ACTIVE)
    assert state.runs == held(3, bundle=1)


def test_a_fresh_signature_under_the_same_wish_changes_nothing_for_anybody() -> None:
    confirmed = told(*proved(1))
    state, doings = advance(confirmed, Verified(held(2, bundle=1), 0), NOW)
    assert (state.state, state.runs) == (ConfigState.CONFIRMED, held(2, bundle=1))
    assert not any(isinstance(doing, Run | AskForQuiet) for doing in doings)


def test_a_refusal_leaves_what_runs_alone_and_says_why() -> None:
    confirmed = told(*proved(1))
    state = told(Refused(Why("BAD_SIGNATURE")), state=confirmed)
    assert (state.runs, state.high_water) == (confirmed.runs, confirmed.high_water)
    assert (state.state, state.why) == (ConfigState.REJECTED, Why("BAD_SIGNATURE"))


def test_a_newer_wish_during_a_probation_waits_for_its_end() -> None:
    on_probation = told(*proved(1), Verified(held(2), 0), Allowed(frozenset()))
    waiting = told(Verified(held(3), 0), Allowed(frozenset()), state=on_probation)
    assert waiting.runs == held(2)
    state, doings = advance(waiting, Proved(), NOW)
    assert AskForQuiet() in doings
    assert told(Allowed(frozenset()), state=state).runs == held(3)


def test_two_starts_without_a_word_are_enough_and_a_stop_that_was_told_does_not_count() -> None:
    on_probation = told(*proved(1), Verified(held(2), 0), Allowed(frozenset()))
    assert told(*[Started(), Stopped()] * 5, state=on_probation).runs == held(2)
    assert told(Started(), Started(), state=on_probation).runs == held(2)
    assert told(Started(), Started(), Started(), state=on_probation).runs == held(1)


def test_a_bundle_for_the_next_boot_is_run_at_the_next_boot() -> None:
    waiting = told(*proved(1), Verified(held(2, when="next_boot"), 0))
    state, doings = advance(waiting, Started(), NOW)
    assert state.runs == held(2, when="next_boot")
    assert Run(state.runs) in doings


def test_a_deadline_makes_it_urgent() -> None:
    state = told(Verified(held(1, deadline=NOW), 0))
    assert is_due(state, NOW)
    assert not is_due(state, NOW - timedelta(seconds=1))


# --- whatever happens -------------------------------------------------------------------------------------------------

_versions = st.integers(min_value=1, max_value=12)
_bundles = st.integers(min_value=0, max_value=3)
_happenings = st.one_of(
    st.builds(lambda v, b, f: Verified(held(v, b), f), _versions, _bundles, st.integers(0, 9)),
    st.builds(lambda code: Refused(Why(code)), st.sampled_from(["EXPIRED", "BAD_SIGNATURE"])),
    st.builds(
        lambda v, b: Refused(Why("SCHEMA_VIOLATION"), HighWater(0, v, f"{v:064x}"), SHAS[b]), _versions, _bundles
    ),
    st.just(Allowed(frozenset({"central"}))),
    st.just(Started()),
    st.just(Stopped()),
    st.just(Proved()),
    st.builds(Failed, st.sampled_from(["engine", "receipt_printer"])),
    st.builds(Unreadable, st.sampled_from(SHAS)),
)


@settings(max_examples=400)
@given(st.lists(_happenings, max_size=40))
def test_marks_floors_and_denials_only_ever_grow(happenings: list[Happening]) -> None:
    state = Applying()
    for happening in happenings:
        after, _ = advance(state, happening, NOW)
        if state.high_water is not None:
            assert after.high_water is not None
            assert after.high_water.version >= state.high_water.version
        assert after.counter_floor >= state.counter_floor
        assert after.denied >= state.denied
        state = after


@settings(max_examples=400)
@given(st.lists(_happenings, max_size=40))
def test_what_failed_never_runs_again_and_what_is_good_has_proved_itself(happenings: list[Happening]) -> None:
    state = Applying()
    has_proved: set[str] = set()
    for happening in happenings:
        before = state
        state, doings = advance(state, happening, NOW)
        for doing in doings:
            if isinstance(doing, Run) and doing.held is not None:
                assert doing.held.bundle_sha256 not in state.denied
        if state.state is ConfigState.CONFIRMED and before.runs is not None and state.runs is not None:
            has_proved.add(state.runs.bundle_sha256)
        if state.good is not None:
            assert state.good.bundle_sha256 in has_proved
            assert state.good.bundle_sha256 not in state.denied


@settings(max_examples=400)
@given(st.lists(_happenings, max_size=40))
def test_another_bundle_runs_only_when_it_was_allowed_or_went_back_or_at_a_start(happenings: list[Happening]) -> None:
    state = Applying()
    for happening in happenings:
        before = state
        state, doings = advance(state, happening, NOW)
        is_other = (before.runs and before.runs.bundle_sha256) != (state.runs and state.runs.bundle_sha256)
        if is_other:
            assert isinstance(happening, Allowed | Started | Failed | Unreadable)
            assert Run(state.runs) in doings
        assert (state.slot is Slot.FACTORY) == (state.runs is None)
