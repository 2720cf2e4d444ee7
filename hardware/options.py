"""Texts of an ini section -> a driver's own frozen `Options`: every problem at once, as values."""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any

_WORDS = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}


class Fault(StrEnum):
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_DRIVER = "unknown_driver"
    UNKNOWN_OPTION = "unknown_option"
    WRONG_VALUE = "wrong_value"
    MISSING_OPTION = "missing_option"
    CANNOT_LOAD = "cannot_load"


@dataclass(frozen=True)
class OptionProblem:
    """One thing that is wrong; `str()` is the sentence for an engineer."""

    fault: Fault
    key: str
    value: str = ""
    nearest: str = ""
    expected: str = ""

    def __str__(self) -> str:
        nearest = f"; did you mean {self.nearest}?" if self.nearest else ""
        match self.fault:
            case Fault.UNKNOWN_KIND | Fault.UNKNOWN_DRIVER | Fault.UNKNOWN_OPTION:
                what = self.fault.value.replace("_", " ")
                named = self.value or self.key
                return f"{what} {named!r}{nearest} (known: {self.expected})"
            case Fault.WRONG_VALUE:
                return f"{self.key} = {self.value!r}: expected {self.expected}{nearest}"
            case Fault.MISSING_OPTION:
                return f"{self.key} is missing: expected {self.expected}"
            case Fault.CANNOT_LOAD:
                return f"{self.key} cannot be loaded: {self.expected}"


@dataclass(frozen=True)
class OptionInfo:
    """One option of a driver, for people: `text` is what an ini file would say for its value or default."""

    name: str
    type_name: str
    text: str
    help: str = ""


def nearest(word: str, known: Iterable[str]) -> str:
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.5)), "")


def parse_options(options_type: type[Any], texts: Mapping[str, str]) -> Any | tuple[OptionProblem, ...]:
    """An instance of the dataclass `options_type`, or everything that is wrong with `texts`."""
    hints = typing.get_type_hints(options_type)
    fields = _ini_fields(options_type)
    problems = [_unknown(key, fields) for key in texts if key not in fields]
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name in texts:
            try:
                values[name] = _parse(hints[name], texts[name].strip())
            except ValueError:
                problems.append(_wrong(name, texts[name], hints[name]))
        elif _is_required(field):
            problems.append(OptionProblem(Fault.MISSING_OPTION, name, expected=_type_name(hints[name])))
    if problems:
        return tuple(problems)
    try:
        return options_type(**values)
    except ValueError as error:  # the driver's own rules, in its __post_init__
        return (OptionProblem(Fault.WRONG_VALUE, "options", expected=str(error)),)


def describe_options(options: Any) -> tuple[OptionInfo, ...]:
    """The options of a driver's dataclass with their defaults, or of an instance with its values."""
    options_type = options if isinstance(options, type) else type(options)
    hints = typing.get_type_hints(options_type)
    return tuple(
        OptionInfo(name, _type_name(hints[name]), _text_of(field, options), field.metadata.get("help", ""))
        for name, field in _ini_fields(options_type).items()
    )


def _ini_fields(options_type: type[Any]) -> dict[str, dataclasses.Field[Any]]:
    """The fields that an ini file can hold; a driver may have others for its tests."""
    hints = typing.get_type_hints(options_type)
    fields = [field for field in dataclasses.fields(options_type) if field.init]
    return {field.name: field for field in fields if _is_ini_type(hints[field.name])}


def _is_ini_type(hint: Any) -> bool:
    hint = _inner_of_optional(hint) or hint
    return hint in (str, int, float, bool, Path) or bool(_choices(hint))


def _unknown(key: str, fields: Iterable[str]) -> OptionProblem:
    return OptionProblem(Fault.UNKNOWN_OPTION, key, nearest=nearest(key, fields), expected=", ".join(fields))


def _wrong(key: str, text: str, hint: Any) -> OptionProblem:
    return OptionProblem(Fault.WRONG_VALUE, key, text, nearest(text, _choices(hint)), _type_name(hint))


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _parse(hint: Any, text: str) -> Any:
    """Raises ValueError when `text` is not of this type."""
    inner = _inner_of_optional(hint)
    if inner is not None:
        return _parse(inner, text) if text else None
    if hint in (str, int, Path):
        return hint(text)
    if hint is float:
        return _finite(float(text))
    if hint is bool:
        return _word(text)
    return _choice(hint, text)


def _inner_of_optional(hint: Any) -> Any | None:
    if not isinstance(hint, types.UnionType) and typing.get_origin(hint) is not typing.Union:
        return None
    inner = [argument for argument in typing.get_args(hint) if argument is not types.NoneType]
    return inner[0] if len(inner) == 1 else None


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError("not finite")
    return number


def _word(text: str) -> bool:
    if text.lower() not in _WORDS:
        raise ValueError("not a yes or no")
    return _WORDS[text.lower()]


def _choices(hint: Any) -> dict[str, Any]:
    """The words that an enumeration or a Literal allows, with their values; none for other types."""
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {str(member.value): member for member in hint}
    return {str(word): word for word in typing.get_args(hint)} if typing.get_origin(hint) is typing.Literal else {}


def _choice(hint: Any, text: str) -> Any:
    choices = _choices(hint)
    if text not in choices:
        raise ValueError("none of the choices")
    return choices[text]


def _type_name(hint: Any) -> str:
    inner = _inner_of_optional(hint)
    if inner is not None:
        return f"{_type_name(inner)} or nothing"
    if hint is bool:
        return "yes or no"
    if _choices(hint):
        return " | ".join(_choices(hint))
    names = {str: "text", int: "whole number", float: "number", Path: "path"}
    return names.get(hint, str(hint))


def _text_of(field: dataclasses.Field[Any], options: Any) -> str:
    value = field.default if isinstance(options, type) else getattr(options, field.name)
    if value is dataclasses.MISSING:
        return "required" if _is_required(field) else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value.value if isinstance(value, Enum) else value)
