"""The shape of a form, read off a model's JSON Schema: which control for which value. Pure.

Knows no section by name, but three habits of the bundle: what ends in `_fen` is money, `{zh, en}` of texts are pairs,
and an object whose keys are an enumeration are switches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

Schema = Mapping[str, Any]


class Kind(StrEnum):
    TEXT = "text"
    LONG = "long"
    INTEGER = "integer"
    MONEY = "money"
    DATE = "date"
    TIME = "time"


@dataclass(frozen=True)
class Scalar:
    kind: Kind
    is_optional: bool = False
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None


@dataclass(frozen=True)
class Fixed:
    """One possible value: shown, not asked."""

    value: Any


@dataclass(frozen=True)
class Flag:
    default: bool = False


@dataclass(frozen=True)
class Choice:
    options: tuple[str, ...]
    default: str


@dataclass(frozen=True)
class Choices:
    """Any of these."""

    options: tuple[str, ...]


@dataclass(frozen=True)
class Switches:
    """An object of booleans over known names; a name that is not there counts as on."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Lines:
    """A list of scalars, one a line."""

    item: Scalar


@dataclass(frozen=True)
class Rows:
    item: Node


@dataclass(frozen=True)
class Keyed:
    """An object whose keys are data."""

    item: Node


@dataclass(frozen=True)
class Pairs:
    """`{zh: {key: text}, en: {key: text}}`."""


@dataclass(frozen=True)
class Group:
    fields: tuple[tuple[str, Node], ...]
    is_optional: bool = False


Node = Scalar | Fixed | Flag | Choice | Choices | Switches | Lines | Rows | Keyed | Pairs | Group
_LONG_FROM = 400


def group_of(model: type[BaseModel]) -> Group:
    """The form of a model; a model that no control can show is a bug and raises TypeError or ValueError."""
    schema = model.model_json_schema()
    node = _node("", schema, schema.get("$defs", {}))
    if not isinstance(node, Group):
        raise TypeError(f"{model.__name__} has no members")
    return node


def _node(name: str, schema: Schema, defs: Schema, *, is_optional: bool = False) -> Node:
    if "$ref" in schema:
        return _node(name, defs[schema["$ref"].rpartition("/")[2]], defs, is_optional=is_optional)
    if "anyOf" in schema:
        present = next(one for one in schema["anyOf"] if one.get("type") != "null")
        return _node(name, present, defs, is_optional=True)
    if "const" in schema:
        return Fixed(schema["const"])
    if "enum" in schema:
        options = tuple(schema["enum"])
        return Choice(options, schema.get("default", options[0]))
    match schema.get("type"):
        case "boolean":
            return Flag(bool(schema.get("default", False)))
        case "array":
            return _list_node(name, schema["items"], defs)
        case "object":
            return _object_node(schema, defs, is_optional=is_optional)
        case "integer" | "string" as word:
            return _scalar(name, word, schema, is_optional=is_optional)
        case other:
            raise ValueError(f"no control for {name}: {other}")


def _list_node(name: str, items: Schema, defs: Schema) -> Node:
    match _node(name, items, defs):
        case Choice(options):
            return Choices(options)
        case Scalar() as scalar:
            return Lines(scalar)
        case item:
            return Rows(item)


def _object_node(schema: Schema, defs: Schema, *, is_optional: bool) -> Node:
    properties: Schema = schema.get("properties", {})
    if set(properties) == {"zh", "en"}:
        return Pairs()
    if properties:
        return Group(tuple((name, _node(name, one, defs)) for name, one in properties.items()), is_optional)
    if "propertyNames" in schema and "$ref" in schema["propertyNames"]:
        return Switches(tuple(defs[schema["propertyNames"]["$ref"].rpartition("/")[2]]["enum"]))
    by_pattern: Schema = schema.get("patternProperties", {})
    item = next(iter(by_pattern.values()), schema.get("additionalProperties"))
    if not isinstance(item, Mapping):
        raise TypeError("no control for an object of unknown members")
    return Keyed(_node("", item, defs))


def _scalar(name: str, word: str, schema: Schema, *, is_optional: bool) -> Scalar:
    if word == "integer":
        kind = Kind.MONEY if name.endswith("_fen") else Kind.INTEGER
        return Scalar(kind, is_optional, schema.get("minimum"), schema.get("maximum"))
    longest = schema.get("maxLength")
    by_format = {"date": Kind.DATE, "time": Kind.TIME}
    usual = Kind.LONG if longest is not None and longest > _LONG_FROM else Kind.TEXT
    return Scalar(by_format.get(schema.get("format", ""), usual), is_optional, max_length=longest)
