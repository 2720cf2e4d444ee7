"""Every journey of the tour by its name, group by group; a new group is one line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from tests.tour.errands import ERRANDS
from tests.tour.everybody import EVERYBODY
from tests.tour.fleet import FLEET
from tests.tour.journeys import REPLACEMENTS, Tour
from tests.tour.staff import STAFF

Journey: TypeAlias = Callable[[Tour], dict[str, Any]]

GROUPS: Final[dict[str, dict[str, Journey]]] = {
    "replacements": REPLACEMENTS,
    "everybody": EVERYBODY,
    "staff": STAFF,
    "errands": ERRANDS,
    "fleet": FLEET,
}
"""Group -> name of the journey (its folder under out/tour) -> the journey; it returns facts for the report."""


def chosen(wanted: list[str]) -> dict[str, Journey]:
    """The journeys whose group or name is wanted; all when nothing is. Raises KeyError with what is unknown."""
    every = {name: journey for group in GROUPS.values() for name, journey in group.items()}
    unknown = [word for word in wanted if word not in every and word not in GROUPS]
    if unknown:
        raise KeyError(", ".join(unknown))
    if not wanted:
        return every
    return {
        name: journey
        for group, journeys in GROUPS.items()
        for name, journey in journeys.items()
        if group in wanted or name in wanted
    }
