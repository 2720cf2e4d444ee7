from __future__ import annotations

import pytest

from backend.console.fleet_view import ALL_SHOWN_UP_TO, CONDITIONS, Filters, Tile, glance


def tile(name: str, office: str = "A", condition: str = "ok", *, synced: bool = True, state: str = "enrolled") -> Tile:
    return Tile(name, office, condition, None, synced, state)


SMALL = [
    tile("a-1"),
    tile("a-2", condition="down", synced=False),
    tile("b-1", "B"),
    tile("b-2", "B", "degraded"),
    tile("c-1", "C", state="frozen"),
]


def shown(filters: Filters) -> list[str]:
    return [one.terminal_id for row in glance(SMALL, filters).offices for one in row.tiles]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (Filters(), ["a-2", "a-1", "b-2", "b-1", "c-1"]),
        (Filters(condition="down"), ["a-2"]),
        (Filters(office="B"), ["b-2", "b-1"]),
        (Filters(config="pending"), ["a-2"]),
        (Filters(config="frozen"), ["c-1"]),
        (Filters(name="-2"), ["a-2", "b-2"]),
        (Filters(name="B-", config="synced"), ["b-2", "b-1"]),
        (Filters(condition="no such word"), []),
    ],
)
def test_filters_take_what_they_name_and_the_worst_comes_first(filters: Filters, names: list[str]) -> None:
    assert shown(filters) == names


def test_counts_are_of_the_whole_fleet_whatever_is_filtered() -> None:
    seen = glance(SMALL, Filters(office="B"))
    assert (seen.total, seen.synced, seen.shown) == (5, 4, 2)
    assert seen.counts == {**dict.fromkeys(map(str, CONDITIONS), 0), "ok": 3, "down": 1, "degraded": 1}


def test_of_a_large_fleet_only_those_that_need_somebody_are_drawn() -> None:
    large = [tile(f"t{n}", condition="down" if n % 100 == 0 else "ok") for n in range(ALL_SHOWN_UP_TO + 200)]
    (row,) = glance(large, Filters()).offices
    assert {one.condition for one in row.tiles} == {"down"}
    assert len(row.tiles) + row.hidden == len(large)
    assert not glance(large[:ALL_SHOWN_UP_TO], Filters()).offices[0].hidden
