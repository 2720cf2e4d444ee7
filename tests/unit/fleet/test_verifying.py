from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.fleet.command import Command
from kiosk.fleet.refusals import RefusalCode as Code
from kiosk.fleet.refusals import Refused
from kiosk.fleet.sections import Endpoints, Sensitivity, TimeOuts
from kiosk.fleet.verifying import HighWater, Release, Statement, verify, verify_bundle, verify_command, verify_desired
from tests.unit.fleet import corpus, good

NOW = good.NOW


def test_the_good_one_is_believed() -> None:
    outcome = verify(corpus.GOOD_STATEMENT, corpus.GOOD_BUNDLE, good.trusted(), NOW)
    assert isinstance(outcome, tuple)
    statement, release = outcome
    assert statement.desired.version == 5
    assert release.bundle.sections.pricing.fees[0].fee_fen == 2000
    assert release.content == corpus.PAYLOAD


def test_the_corpus_is_large_and_knows_every_reason() -> None:
    told = {case.code for case in corpus.CASES.values()}
    of_roots_and_commands = {code for code in Code if code.startswith("ROOT_")} | {Code.WRONG_BOOT, Code.ALREADY_DONE}
    assert len(corpus.CASES) >= 80
    assert told | of_roots_and_commands == set(Code)


@pytest.mark.parametrize("name", corpus.CASES)
def test_a_bad_one_is_refused_with_its_own_word(name: str) -> None:
    case = corpus.CASES[name]
    outcome = verify(case.statement, case.bundle, case.trusted, NOW)
    assert isinstance(outcome, Refused), "it was believed"
    assert outcome.code is case.code, str(outcome)
    assert len(outcome.detail) <= 200


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["statement", "bundle"]))
def test_noise_is_refused_and_breaks_nothing(noise: bytes, place: str) -> None:
    statement = noise if place == "statement" else corpus.GOOD_STATEMENT
    bundle = noise if place == "bundle" else corpus.GOOD_BUNDLE
    assert isinstance(verify(statement, bundle, good.trusted(), NOW), Refused)


@settings(deadline=None)
@given(st.data())
def test_no_byte_of_a_statement_or_bundle_can_be_changed(data: st.DataObject) -> None:
    """Every changed byte is refused, or changes nothing that is believed (blanks between members, say)."""
    original = data.draw(st.sampled_from([corpus.GOOD_STATEMENT, corpus.GOOD_BUNDLE]))
    place = data.draw(st.integers(0, len(original) - 1))
    changed = original[:place] + bytes([data.draw(st.integers(0, 255))]) + original[place + 1 :]
    is_statement = original is corpus.GOOD_STATEMENT
    outcome = verify(
        changed if is_statement else corpus.GOOD_STATEMENT,
        corpus.GOOD_BUNDLE if is_statement else changed,
        good.trusted(),
        NOW,
    )
    if not isinstance(outcome, Refused):
        believed = verify(corpus.GOOD_STATEMENT, corpus.GOOD_BUNDLE, good.trusted(), NOW)
        assert outcome == believed


def test_the_statement_accepted_before_is_accepted_again() -> None:
    first = verify_desired(corpus.GOOD_STATEMENT, good.trusted(), NOW)
    assert isinstance(first, Statement)
    assert verify_desired(corpus.GOOD_STATEMENT, good.trusted(high_water=first.mark), NOW) == first


@settings(deadline=None)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_no_order_of_old_statements_lowers_what_was_accepted(versions: list[int], chance: random.Random) -> None:
    mark: HighWater | None = None
    for version in chance.sample(versions * 2, len(versions) * 2):
        envelope = good.sealed_desired(good.desired(corpus.PAYLOAD, version))
        outcome = verify_desired(envelope, good.trusted(high_water=mark), NOW)
        if isinstance(outcome, Statement):
            assert mark is None or outcome.mark.version >= mark.version
            mark = outcome.mark
        else:
            assert outcome.code is Code.ROLLBACK_REFUSED
    assert mark is not None
    assert mark.version == max(versions)


def test_a_text_may_be_changed_by_one_person() -> None:
    after = good.bundle(8, changes={"timeouts": TimeOuts(idle_s=90)}).to_bytes()
    outcome = verify_bundle(
        good.sealed_bundle(after, "release-c"),
        good.desired(after, release_counter=8),
        good.trusted(active_sections=corpus.ACTIVE),
    )
    assert isinstance(outcome, Release)
    assert outcome.risk is Sensitivity.ORDINARY


@pytest.mark.parametrize(
    ("after", "risk"),
    [(good.bundle(8, 2500), Sensitivity.MONEY), (good.bundle(8, 1, {"endpoints": Endpoints()}), Sensitivity.TRUST)],
)
def test_two_people_may_change_money_and_trust(after: object, risk: Sensitivity) -> None:
    payload = after.to_bytes()  # type: ignore[attr-defined]
    outcome = verify_bundle(
        good.sealed_bundle(payload, "release-a", "release-c"),
        good.desired(payload, release_counter=8),
        good.trusted(active_sections=corpus.ACTIVE),
    )
    assert isinstance(outcome, Release)
    assert outcome.risk is risk


def test_a_poisoned_version_is_overcome_by_a_new_epoch() -> None:
    """Fast-forward: a thief of the director's key used up all versions; rotation with a new epoch starts anew."""
    poisoned = HighWater(0, 2**53 - 1, "0" * 64)
    after = good.root(2, epoch=1, director="new-director")
    statement = good.sealed_desired(good.desired(corpus.PAYLOAD, 1, epoch=1), "new-director")
    assert isinstance(verify_desired(statement, good.trusted(root=after, high_water=poisoned), NOW), Statement)


# --- commands ---------------------------------------------------------------------------------------------------------

MINUTE = timedelta(minutes=1)
COMMANDS = {
    "for another terminal": (Code.WRONG_TERMINAL, good.command(terminal="lobby-2")),
    "for another boot": (Code.WRONG_BOOT, good.command(boot_id="ffffffff")),
    "done before": (Code.ALREADY_DONE, good.command(nonce="d" * 32)),
    "too late": (Code.EXPIRED, good.command(issued=NOW - 30 * MINUTE, expires=NOW - MINUTE)),
    "from the future": (Code.FROM_THE_FUTURE, good.command(issued=NOW + 20 * MINUTE, expires=NOW + 30 * MINUTE)),
    "valid for a day": (Code.LIFETIME_TOO_LONG, good.command(expires=NOW + timedelta(days=1))),
    "an unknown action": (
        Code.STATEMENT_MALFORMED,
        good.edited(good.command().to_bytes(), action="open_cash_box"),
    ),
    "a statement in a command's envelope": (Code.WRONG_TYPE, corpus.STATEMENT.to_bytes()),
}


def judged(envelope: bytes) -> Command | Refused:
    return verify_command(envelope, good.root(), good.TERMINAL, good.BOOT, frozenset({"d" * 32}), NOW)


def test_a_good_command_is_believed() -> None:
    assert judged(good.sealed_command(good.command())) == good.command()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_bad_command_is_refused_with_its_own_word(name: str) -> None:
    code, content = COMMANDS[name]
    outcome = judged(good.sealed_command(content))
    assert isinstance(outcome, Refused)
    assert outcome.code is code


def test_a_command_by_a_release_key_is_refused() -> None:
    outcome = judged(good.sealed_command(good.command(), "release-a"))
    assert isinstance(outcome, Refused)
    assert outcome.code is Code.WRONG_ROLE
