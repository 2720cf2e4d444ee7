"""What differs between two bundles, value by value, in an order people can read. Pure.

Rows that have a name of their own (an office, a bank, a fee by day and reason) are compared by it, not by their place,
so that a row put in at the front does not make everything look changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

_NAMES = (("office_id",), ("bank_code",), ("staff_id",), ("valid_from", "reason"), ("valid_from",), ("opens", "closes"))
"""Members that name a row; the first that all rows have decides."""


@dataclass(frozen=True)
class Difference:
    """One value; None where there is none. `steps` lead to it, the section first."""

    steps: tuple[str, ...]
    before: Any
    after: Any

    @property
    def section(self) -> str:
        return self.steps[0]

    @property
    def field(self) -> str:
        """The innermost member's own name, for its words and its unit."""
        return next((step for step in reversed(self.steps) if not step.startswith("#")), "")


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[Difference, ...]:
    """Everything that differs, in the order of the newer one."""
    found: list[Difference] = []
    _compare((), dict(before or {}), dict(after or {}), found)
    return tuple(found)


def _compare(steps: tuple[str, ...], before: Any, after: Any, found: list[Difference]) -> None:
    if before == after:
        return
    old, new = _members(before), _members(after)
    if old is None and new is None:
        found.append(Difference(steps, before, after))
        return
    if (old is None and before is not None) or (new is None and after is not None):
        found.append(Difference(steps, before, after))
        return
    old, new = old or {}, new or {}
    for name in dict.fromkeys([*new, *old]):
        _compare((*steps, name), old.get(name), new.get(name), found)


def _members(value: Any) -> dict[str, Any] | None:
    """An object's members, or a list's rows under their names; None: a value of its own."""
    if isinstance(value, dict):
        return cast("dict[str, Any]", value)
    if not isinstance(value, list):
        return None
    rows = cast("list[Any]", value)
    if not rows or not all(isinstance(row, dict) for row in rows):
        return {f"#{row}": row for row in rows} if rows else {}
    named = _named(cast("list[dict[str, Any]]", rows))
    return named or {f"#{index + 1}": row for index, row in enumerate(rows)}


def _named(rows: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    for members in _NAMES:
        if all(member in row for row in rows for member in members):
            named = {"#" + " ".join(str(row[member]) for member in members): row for row in rows}
            return named if len(named) == len(rows) else None
    return None
