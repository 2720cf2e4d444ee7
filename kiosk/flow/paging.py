"""Long lists come in pages; nothing scrolls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def pages_of(count: int, per_page: int) -> int:
    return max(1, -(-count // per_page))


def turned(page: int, by: int, count: int, per_page: int) -> int:
    """The page after turning, within the list."""
    return min(max(1, page + by), pages_of(count, per_page))


def page_of(items: Sequence[T], page: int, per_page: int) -> tuple[Sequence[T], int]:
    """The items of one page (counted from 1), and how many pages there are."""
    return items[(page - 1) * per_page : page * per_page], pages_of(len(items), per_page)
