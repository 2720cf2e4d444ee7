"""From what a browser sends to a document of the bundle's language. Pure.

Nothing is judged here: what is no number stays the text that was typed, so that the schema says what is wrong with it
and the form shows it again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, assert_never, cast

from backend.console.forms.schema import (
    Choice,
    Choices,
    Fixed,
    Flag,
    Group,
    Keyed,
    Kind,
    Lines,
    Node,
    Pairs,
    Rows,
    Scalar,
    Switches,
)

Sent = Mapping[str, list[str]]
"""Names of controls, and what was sent under each."""
MOST_ROWS = 600
_WHOLE = re.compile(r"-?\d{1,15}")
_YUAN = re.compile(r"(\d{1,9})(?:[.．](\d{1,2}))?")


def read_form(node: Node, sent: Sent, name: str) -> Any:
    """The value of a control and everything below it."""
    match node:
        case Fixed(value):
            return value
        case Flag():
            return name in sent
        case Choice():
            return _first(sent, name)
        case Choices(options):
            chosen = sent.get(name, [])
            return [option for option in options if option in chosen]
        case Switches(names):
            return {each: False for each in names if f"{name}.{each}" not in sent}
        case Scalar():
            return _value(node, _first(sent, name))
        case Lines(item):
            lines = (line.strip() for line in _first(sent, name).splitlines())
            return [_value(item, line) for line in lines if line]
        case Rows(item):
            return [read_form(item, sent, f"{name}.{index}") for index in range(_count(sent, name))]
        case Keyed(item):
            rows = [(_first(sent, f"{name}.{i}.key"), f"{name}.{i}.value") for i in range(_count(sent, name))]
            return _unrepeated([(key, read_form(item, sent, place)) for key, place in rows])
        case Pairs():
            return _pairs(sent, name)
        case Group(fields, is_optional):
            if is_optional and f"{name}.is_set" not in sent:
                return None
            return {field: read_form(one, sent, f"{name}.{field}") for field, one in fields}
        case _:
            assert_never(node)


def blank(node: Node) -> Any:
    """A new row, to be filled in."""
    match node:
        case Fixed(value):
            return value
        case Flag(default):
            return default
        case Choice(_, default):
            return default
        case Choices() | Lines() | Rows():
            return []
        case Switches(names):
            return dict.fromkeys(names, True)
        case Scalar(_, is_optional, minimum):
            return None if is_optional else "" if minimum is None else minimum
        case Keyed():
            return {}
        case Pairs():
            return {"zh": {}, "en": {}}
        case Group(fields, is_optional):
            return None if is_optional else {name: blank(one) for name, one in fields}
        case _:
            assert_never(node)


def add_row(node: Node, value: Any, steps: list[str]) -> None:
    """Puts an empty row at the end of the list that these steps lead to; steps that lead nowhere do nothing."""
    found = _at(node, value, steps)
    match found:
        case (Rows(item), list() as rows):
            cast("list[Any]", rows).append(blank(item))
        case (Keyed(item), dict() as members):
            cast("dict[str, Any]", members).setdefault("", blank(item))
        case (Pairs(), dict() as both):
            for texts in cast("dict[str, dict[str, str]]", both).values():
                texts.setdefault("", "")
        case _:
            return


def remove_row(node: Node, value: Any, steps: list[str]) -> None:
    """Takes one row out: the last step is its place in the list."""
    place = int(steps[-1]) if steps and steps[-1].isdecimal() else -1
    match _at(node, value, steps[:-1]):
        case (Rows(), list() as rows) if 0 <= place < len(cast("list[Any]", rows)):
            del rows[place]
        case (Keyed(), dict() as members) if 0 <= place < len(cast("dict[str, Any]", members)):
            del members[list(cast("dict[str, Any]", members))[place]]
        case (Pairs(), dict() as both):
            keys = pair_keys(both)
            for texts in cast("dict[str, dict[str, str]]", both).values():
                texts.pop(keys[place], None)
        case _:
            return


def pair_keys(both: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys([*both.get("zh", {}), *both.get("en", {})]))


# --- inside -----------------------------------------------------------------------------------------------------------


def _at(node: Node, value: Any, steps: list[str]) -> tuple[Node, Any] | None:
    """The list or object that a control's name leads to."""
    if not steps:
        return node, value
    step, rest = steps[0], steps[1:]
    match node, value:
        case Group(fields), dict() if step in dict(fields):
            return _at(dict(fields)[step], cast("dict[str, Any]", value).get(step), rest)
        case Rows(item), list() if step.isdecimal() and int(step) < len(cast("list[Any]", value)):
            return _at(item, value[int(step)], rest)
        case Keyed(item), dict() if step.isdecimal() and int(step) < len(cast("dict[str, Any]", value)):
            return _at(item, list(cast("dict[str, Any]", value).values())[int(step)], rest[1:])
        case _:
            return None


def _first(sent: Sent, name: str) -> str:
    return next(iter(sent.get(name, [])), "").strip().replace("\r\n", "\n")


def _count(sent: Sent, name: str) -> int:
    text = _first(sent, f"{name}.count")
    return min(int(text), MOST_ROWS) if text.isdecimal() and len(text) < 6 else 0


def _value(scalar: Scalar, text: str) -> Any:
    if not text and scalar.is_optional:
        return None
    if scalar.kind is Kind.INTEGER and _WHOLE.fullmatch(text):
        return int(text)
    if scalar.kind is Kind.MONEY and (yuan := _YUAN.fullmatch(text)):
        return int(yuan[1]) * 100 + int((yuan[2] or "").ljust(2, "0"))
    return text


def _unrepeated(rows: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key that stands twice gets a sign that no schema lets through, so that its row is shown with a fault."""
    found: dict[str, Any] = {}
    for key, value in rows:
        unique = key
        while unique in found:
            unique += " ="
        found[unique] = value
    return found


def _pairs(sent: Sent, name: str) -> dict[str, dict[str, Any]]:
    places = [f"{name}.{index}" for index in range(_count(sent, name))]
    return {
        language: _unrepeated([(_first(sent, f"{p}.key"), _first(sent, f"{p}.{language}")) for p in places])
        for language in ("zh", "en")
    }
