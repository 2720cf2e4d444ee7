from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.journal.entries import Lane, OutboxItem
from kiosk.journal.journal import Journal
from kiosk.journal.sender import (
    ATTEMPTS_WITH_A_BUG,
    IDLE_PAUSE_S,
    LONGEST_PAUSE_S,
    SHORTEST_PAUSE_S,
    OutboxSender,
    Outcome,
    Parcel,
)
from kiosk.journal.store import Store
from tests.unit.journal.samples import HandClock, item, noon

LIMIT_S = 20.0
MONEY, ACK, TELEMETRY = Lane.MONEY, Lane.ACKNOWLEDGEMENT, Lane.TELEMETRY


class Backend:
    """Takes parcels, unless the test says otherwise."""

    def __init__(self) -> None:
        self.is_away = False
        self.busy: set[str] = set()
        self.refuses: set[str] = set()
        self.trips: set[str] = set()
        self.tried: list[tuple[str, ...]] = []
        self.taken: list[str] = []
        self.something_taken = threading.Event()

    def send(self, parcel: Parcel) -> Outcome:
        keys = tuple(each.key for each in parcel)
        self.tried.append(keys)
        if self.trips & set(keys):
            raise ZeroDivisionError
        if self.is_away or self.busy & set(keys):
            return Outcome.TRY_LATER
        if self.refuses & set(keys):
            return Outcome.REFUSED
        self.taken += keys
        self.something_taken.set()
        return Outcome.DELIVERED


class Desk:
    """A journal, a backend and the sender between them, on a clock that the test moves."""

    def __init__(self, journal: Journal, dice: float = 0.5) -> None:
        self.journal = journal
        self.backend = Backend()
        self.clock = HandClock()
        self.bugs: list[str] = []
        self.sender = OutboxSender(
            journal, self.backend.send, lambda: dice, lambda where, _: self.bugs.append(where), self.clock.monotonic_s
        )

    def put(self, *items: OutboxItem) -> None:
        self.journal.commit((), items)

    def waiting(self) -> list[str]:
        return self.journal.ask(lambda store: [each.item.key for lane in Lane for each in store.waiting(lane)])

    def parked(self) -> list[str]:
        return self.journal.ask(lambda store: [each.item.key for each in store.parked()])

    def round(self) -> float:
        return self.sender.deliver_waiting()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(lambda: Store(tmp_path / "journal.sqlite", noon))
    journal.start()
    yield journal
    journal.stop()


@pytest.fixture
def desk(journal: Journal) -> Desk:
    return Desk(journal)


def test_money_goes_before_acknowledgements_before_telemetry(desk: Desk) -> None:
    desk.put(item("t1", TELEMETRY), item("a1", ACK), item("m1"), item("t2", TELEMETRY), item("m2"))
    assert desk.round() == IDLE_PAUSE_S
    assert desk.backend.taken == ["m1", "m2", "a1", "t1", "t2"]


def test_money_that_comes_while_telemetry_is_sent_goes_next(desk: Desk) -> None:
    for number in range(150):
        desk.put(item(f"t{number}", TELEMETRY))
    send = desk.backend.send

    def send_and_commit(parcel: Parcel) -> Outcome:
        if len(desk.backend.tried) == 0:
            desk.put(item("m1"))
        return send(parcel)

    desk.sender._send = send_and_commit
    desk.round()
    assert [len(parcel) for parcel in desk.backend.tried] == [100, 1, 50]
    assert desk.backend.tried[1] == ("m1",)


def test_a_passing_failure_holds_its_lane_and_keeps_the_order(desk: Desk) -> None:
    desk.put(item("m1"), item("m2"), item("t1", TELEMETRY))
    desk.backend.busy = {"m1"}
    desk.round()
    assert desk.backend.taken == ["t1"]
    desk.backend.busy = set()
    desk.clock.at_s += LONGEST_PAUSE_S
    desk.round()
    assert desk.backend.taken == ["t1", "m1", "m2"]


def test_one_refused_item_is_parked_and_holds_nobody_up(desk: Desk) -> None:
    desk.backend.refuses = {"m1"}
    desk.put(item("m1"), item("m2"))
    desk.round()
    assert (desk.backend.taken, desk.parked(), desk.waiting()) == (["m2"], ["m1"], [])


def test_one_bad_event_in_a_batch_does_not_take_the_others_with_it(desk: Desk) -> None:
    desk.backend.refuses = {"t1"}
    desk.put(*(item(f"t{number}", TELEMETRY) for number in range(4)))
    desk.round()
    assert (desk.backend.taken, desk.parked(), desk.waiting()) == (["t0", "t2", "t3"], ["t1"], [])


def test_an_item_that_our_own_code_trips_over_is_parked_in_the_end(desk: Desk) -> None:
    desk.backend.trips = {"m1"}
    desk.put(item("m1"), item("m2"))
    for _ in range(ATTEMPTS_WITH_A_BUG):
        desk.round()
        desk.clock.at_s += LONGEST_PAUSE_S
    assert (desk.backend.taken, desk.parked()) == (["m2"], ["m1"])
    assert desk.bugs == ["delivery_failed"] * ATTEMPTS_WITH_A_BUG


def test_pauses_grow_with_the_attempts_up_to_a_limit(desk: Desk) -> None:
    desk.backend.is_away = True
    desk.put(item("m1"))
    pauses: list[float] = []
    for _ in range(12):
        desk.round()
        pauses.append(desk.sender._held_until_s[MONEY] - desk.clock.at_s)
        desk.clock.at_s += LONGEST_PAUSE_S
    assert pauses[:4] == [1.0, 2.0, 4.0, 8.0]
    assert pauses[-1] == LONGEST_PAUSE_S / 2


def test_the_unluckiest_dice_do_not_make_it_spin(journal: Journal) -> None:
    desk = Desk(journal, dice=0.0)
    desk.backend.is_away = True
    desk.put(item("m1"))
    assert desk.round() == SHORTEST_PAUSE_S
    assert len(desk.backend.tried) == 1


def test_attempts_survive_a_restart(desk: Desk) -> None:
    desk.backend.is_away = True
    desk.put(item("m1"))
    desk.round()
    later = Desk(desk.journal)
    later.backend.is_away = True
    later.round()
    assert later.sender._held_until_s[MONEY] == 2.0


def test_waking_sends_at_once_what_was_held(desk: Desk) -> None:
    desk.backend.is_away = True
    desk.put(item("m1"))
    desk.round()
    desk.backend.is_away = False
    desk.sender.start()
    desk.sender.wake()
    assert desk.backend.something_taken.wait(LIMIT_S)
    desk.sender.stop(LIMIT_S)
    assert desk.waiting() == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lanes=st.lists(st.sampled_from(list(Lane)), max_size=15),
    fates=st.lists(st.sampled_from(["away", "there", "busy", "refuses", "trips"]), max_size=12),
    dice=st.integers(0, 14),
)
def test_whatever_happens_every_item_is_taken_once_or_parked_in_order(
    tmp_path_factory: pytest.TempPathFactory, lanes: list[Lane], fates: list[str], dice: int
) -> None:
    journal = Journal(lambda: Store(tmp_path_factory.mktemp("outbox") / "journal.sqlite", noon))
    journal.start()
    desk = Desk(journal)
    items = [item(f"{place:03d}", lane) for place, lane in enumerate(lanes)]
    desk.put(*items)
    chosen = {f"{dice:03d}"}
    for fate in (*fates, *["there"] * 3):
        desk.backend.is_away = fate == "away"
        desk.backend.busy = chosen if fate == "busy" else set()
        desk.backend.refuses = chosen if fate == "refuses" else set()
        desk.backend.trips = chosen if fate == "trips" else set()
        desk.round()
        desk.clock.at_s += LONGEST_PAUSE_S
    journal_says = (desk.waiting(), desk.parked())
    journal.stop()
    assert journal_says[0] == []
    assert Counter(desk.backend.taken + journal_says[1]) == Counter(each.key for each in items)
    for lane in Lane:
        of_lane = [key for key in desk.backend.taken if key in {each.key for each in items if each.lane is lane}]
        assert of_lane == sorted(of_lane)
