"""Old cards that cannot be read, are none, or are somebody else's."""

from __future__ import annotations

from typing import Any

from tests.bench_driver.people import Registry
from tests.bench_driver.visit import Visit

BAD_CARDS = {
    "upside_down": "mute",
    "bank": "not_social_security",
    "locked": "locked",
    "chip_damaged": "damaged",
    "bad_atr": "mute",
}


def _insert(visit: Visit, **changes: Any) -> None:
    visit.bench.do("card", "insert", **{**visit.person.card, **changes})


def test_every_bad_card_is_named_and_the_persons_own_is_read_after_them(visit: Visit, registry: Registry) -> None:
    visit.to_hand_in()
    for kind, problem in BAD_CARDS.items():
        _insert(visit, kind=kind)
        visit.reads(f"hand_in.problem.{problem}")
        visit.bench.do("card", "remove")
    visit.bench.do("card", "insert", **registry.add().card)
    screen = visit.reads("hand_in.problem.other_person")
    assert not next(one for one in screen["elements"] if one["id"] == "option.handed_in")["is_enabled"]
    visit.bench.do("card", "remove")
    _insert(visit)
    visit.reads("hand_in.read")
    visit.bench.do("card", "remove")
    visit.touch("option.handed_in", "KeypadView", "option.known")


def test_a_card_pulled_while_it_is_read_can_be_put_in_again(visit: Visit) -> None:
    visit.to_hand_in()
    visit.bench.do("card", "answer_slowly", seconds=0.1)
    _insert(visit)
    visit.bench.do("card", "pull_after", apdus=3)
    visit.reads("hand_in.problem.removed")
    visit.bench.do("card", "answer_slowly", seconds=0)
    _insert(visit)
    visit.reads("hand_in.read")


def test_a_card_that_was_in_before_anybody_asked_is_read(visit: Visit) -> None:
    _insert(visit)
    visit.to_reason()
    visit.bench.touch("option.damaged")
    visit.reads("hand_in.read")


def test_a_card_left_in_the_reader_is_pointed_out(visit: Visit) -> None:
    visit.to_hand_in()
    _insert(visit)
    visit.reads("hand_in.read")
    visit.touch("option.handed_in", "KeypadView")
    visit.touch("end", "KeypadView", "end_confirm")
    visit.bench.touch("end_confirm")
    visit.reads("take.card_left")
    visit.bench.do("card", "remove")
    visit.bench.wait_for("AttractView", "start_zh")
