"""From a document, its schema and its faults to the controls of a page. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never, cast

from backend.console.forms.reading import pair_keys
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
from kiosk.fleet.bundle import BundleFault


@dataclass
class Control:
    """One control and those inside it; `kind` chooses how it is drawn."""

    kind: str
    name: str
    """Under which the browser sends it."""
    label: str
    """Last part of the field's name; its words are in the texts."""
    place: str
    """Where its value stands in the document."""
    value: Any = None
    options: Sequence[str] = ()
    scalar: Scalar | None = None
    children: list[Control] = field(default_factory=list["Control"])
    faults: list[BundleFault] = field(default_factory=list[BundleFault])

    def all(self) -> Iterable[Control]:
        yield self
        for child in self.children:
            yield from child.all()


def control_of(node: Node, value: Any, name: str, place: str, faults: Sequence[BundleFault]) -> Control:
    """A control and all inside it; each fault stands at the control it belongs to, or at the nearest one around it."""
    root = _control(node, value, name, place)
    known = {control.place: control for control in root.all()}
    for fault in faults:
        if fault.path == place or fault.path.startswith(place + "."):
            _nearest(known, fault.path, root).faults.append(fault)
    return root


def shown_scalar(kind: Kind, value: Any) -> str:
    """As it stands in a control."""
    if value is None:
        return ""
    if kind is Kind.MONEY and isinstance(value, int):
        return f"{value // 100}.{value % 100:02}"
    return str(value)[:5] if kind is Kind.TIME else str(value)


# --- inside -----------------------------------------------------------------------------------------------------------


def _control(node: Node, value: Any, name: str, place: str) -> Control:
    label = place.rpartition(".")[2]
    match node:
        case Fixed(fixed):
            return Control("fixed", name, label, place, fixed)
        case Flag():
            return Control("flag", name, label, place, value is True)
        case Choice(options):
            return Control("choice", name, label, place, value, options)
        case Choices(options):
            return Control("choices", name, label, place, _list(value), options)
        case Switches(names):
            states = {each: _dict(value).get(each, True) is not False for each in names}
            return Control("switches", name, label, place, states, names)
        case Scalar(kind):
            return Control(kind.value, name, label, place, shown_scalar(kind, value), scalar=node)
        case Lines(item):
            lines = "\n".join(shown_scalar(item.kind, one) for one in _list(value))
            return Control("lines", name, label, place, lines, scalar=item)
        case Rows(item):
            rows = [_control(item, one, f"{name}.{i}", f"{place}.{i}") for i, one in enumerate(_list(value))]
            return Control("rows", name, label, place, children=rows, options=_columns(item))
        case Keyed(item):
            return Control("keyed", name, label, place, children=_keyed(item, _dict(value), name, place))
        case Pairs():
            return Control("pairs", name, label, place, children=_pairs(_dict(value), name, place))
        case Group(fields, is_optional):
            members = _dict(value)
            inside = [_control(one, members.get(each), f"{name}.{each}", f"{place}.{each}") for each, one in fields]
            kind = "optional" if is_optional else "group"
            return Control(kind, name, label, place, value is not None, children=inside)
        case _:
            assert_never(node)


def _columns(item: Node) -> Sequence[str]:
    return [name for name, _ in item.fields] if isinstance(item, Group) else []


def _keyed(item: Node, members: Mapping[str, Any], name: str, place: str) -> list[Control]:
    rows: list[Control] = []
    for index, (key, value) in enumerate(members.items()):
        inside = _control(item, value, f"{name}.{index}.value", f"{place}.{key}")
        rows.append(Control("entry", f"{name}.{index}", "key", f"{place}.{key}.[key]", key, children=[inside]))
    return rows


def _pairs(both: Mapping[str, Any], name: str, place: str) -> list[Control]:
    rows: list[Control] = []
    for index, key in enumerate(pair_keys(both)):
        inside = [
            Control(
                "long", f"{name}.{index}.{language}", language, f"{place}.{language}.{key}", _text(both, language, key)
            )
            for language in ("zh", "en")
        ]
        rows.append(Control("pair", f"{name}.{index}", "key", f"{place}.{index}", key, children=inside))
    return rows


def _text(both: Mapping[str, Any], language: str, key: str) -> str:
    return str(_dict(both.get(language)).get(key, ""))


def _nearest(known: Mapping[str, Control], path: str, root: Control) -> Control:
    while path:
        if path in known:
            return known[path]
        path = path.rpartition(".")[0]
    return root


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
