"""What else a terminal could be in at the same moment: each part of its frozen data replaced, one after the other.

Nothing here knows a situation, a device or a person by name: a new one is varied as soon as it is in the state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from kiosk.flow.terminal import Terminal

FIXED: Final = ("site", "preferences", "history", "typed_before", "offices", "banks", "districts")
"""Parts that are the same for every picture, or that no picture shows."""

ANY_WORD: Final = "\ue000"
"""Stands for whatever word may be in a place; from a private area, so no text has it."""

KNOWN_WORDS: Final = {"paper": ("out", "jammed")}
"""Words that matter without being part of a text's key."""


def variations(terminal: Terminal) -> Iterator[Terminal]:
    """Every terminal that differs in one leaf; a word is replaced by `ANY_WORD`."""
    yield from _replaced(terminal)


def with_word(thing: Any, word: str) -> Any:
    """The same with `word` where `ANY_WORD` stood."""
    if thing == ANY_WORD:
        return word
    if isinstance(thing, tuple):
        return tuple(with_word(each, word) for each in thing)
    if is_dataclass(thing) and not isinstance(thing, type):
        changed = {
            field.name: with_word(getattr(thing, field.name), word)
            for field in fields(thing)
            if field.init and field.name not in FIXED
        }
        return replace(thing, **changed)
    return thing


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _replaced(thing: Any) -> Iterator[Any]:
    for field in fields(thing):
        if field.name not in FIXED and field.init:
            for value in _others(getattr(thing, field.name), _hints(type(thing))[field.name], field.name):
                yield replace(thing, **{field.name: value})


def _others(value: Any, hint: object, name: str = "") -> Iterator[Any]:
    """Values of the same type that are not this one."""
    if value is not None and type(None) in get_args(hint):
        yield None
    match value:
        case bool():
            yield not value
        case Enum():
            yield from (member for member in type(value) if member is not value)
        case str():
            yield from (ANY_WORD, *KNOWN_WORDS.get(name, ()))
        case int() | float():
            yield from (type(value)(0), type(value)(value + 1000))
        case tuple():
            yield from _other_tuples(value)
        case None:
            yield from _something(hint)
        case _ if is_dataclass(value):
            yield from _replaced(value)
        case _:
            return


def _other_tuples(value: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if value:
        yield ()
        yield value[:1]
    for at, item in enumerate(value):
        if is_dataclass(item) or isinstance(item, tuple):
            for other in _others(item, type(item)):
                yield (*value[:at], other, *value[at + 1 :])


def _something(hint: object) -> Iterator[Any]:
    """What an empty place could hold, where its type says it."""
    if get_origin(hint) in (Union, UnionType):
        for each in get_args(hint):
            if isinstance(each, type) and issubclass(each, Enum):
                yield from each
            elif each in (int, float):
                yield each(7)
