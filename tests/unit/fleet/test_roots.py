from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from kiosk.fleet.refusals import RefusalCode as Code
from kiosk.fleet.refusals import Refused
from kiosk.fleet.roots import ROOT_TYPE, Role, Root, SensitiveRole, check_expiry, first_root, next_root
from tests.unit.fleet import good

OLD = good.root()
AFTER = good.root(2, roots=("root-b", "root-c"))
SIGNED = good.sealed_root(AFTER, "root-a", "root-b", "root-c")


def test_a_root_that_both_sides_signed_is_next() -> None:
    assert next_root(OLD, SIGNED) == AFTER


def test_a_terminal_that_slept_walks_through_forty_roots() -> None:
    trusted = OLD
    for version in range(2, 42):
        names = (f"root-{version}", f"root-{version}b")
        before = ("root-a", "root-b") if version == 2 else (f"root-{version - 1}", f"root-{version - 1}b")
        candidate = good.root(version, roots=names, expires=good.NOW - timedelta(days=100 - version))
        stepped = next_root(trusted, good.sealed_root(candidate, *before, *names))
        assert isinstance(stepped, Root)
        trusted = stepped
    assert trusted.version == 41
    assert check_expiry(trusted, good.NOW) == Refused(Code.ROOT_EXPIRED)


REFUSED = {
    "only one of the old keys": (Code.ROOT_NOT_SIGNED_BY_OLD, good.sealed_root(AFTER, "root-b", "root-c")),
    "only one of the new keys": (Code.ROOT_NOT_SIGNED_BY_NEW, good.sealed_root(AFTER, "root-a", "root-b")),
    "strangers": (Code.ROOT_NOT_SIGNED_BY_OLD, good.sealed_root(AFTER, "stranger")),
    "one version too far": (Code.ROOT_SKIPPED, good.sealed_root(good.root(3), "root-a", "root-b")),
    "the same again": (Code.ROOT_ROLLBACK, good.sealed_root(good.root(1), "root-a", "root-b")),
    "another type": (Code.WRONG_TYPE, good.sealed(ROOT_TYPE, b'{"_type":"kiosk-desired"}', ["root-a"])),
    "a hole": (Code.ROOT_MALFORMED, good.sealed(ROOT_TYPE, b'{"_type":"kiosk-root"}', ["root-a"])),
    "a key twice": (Code.DUPLICATE_KEY, good.sealed(ROOT_TYPE, b'{"a":1,"a":1}', ["root-a"])),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_root_is_refused_with_its_own_word(name: str) -> None:
    code, content = REFUSED[name]
    outcome = next_root(OLD, content)
    assert isinstance(outcome, Refused)
    assert outcome.code is code


def test_an_epoch_never_falls() -> None:
    outcome = next_root(good.root(1, epoch=2), good.sealed_root(good.root(2, epoch=1), "root-a", "root-b"))
    assert outcome == Refused(Code.ROOT_EPOCH_LOWERED)


def test_the_first_root_is_signed_by_itself() -> None:
    assert first_root(good.sealed_root(OLD, "root-a", "root-b")) == OLD
    assert isinstance(first_root(good.sealed_root(OLD, "root-a")), Refused)


def test_one_key_under_two_names_is_no_second_person() -> None:
    document = OLD.model_dump(mode="json", by_alias=True)
    document["keys"]["f" * 64] = good.key_of("release-a").model_dump()
    document["roles"]["sensitive"]["keyids"].append("f" * 64)
    with pytest.raises(ValidationError, match="not its own"):
        Root.model_validate(document)


def test_money_and_trust_always_need_two() -> None:
    with pytest.raises(ValidationError):
        SensitiveRole(keyids=good.keyids("release-a", "release-b"), threshold=1)
    with pytest.raises(ValidationError):
        Role(keyids=good.keyids("release-a"), threshold=2)


def test_the_online_key_has_no_second_role() -> None:
    with pytest.raises(ValidationError, match="online"):
        good.root(director="release-a")
