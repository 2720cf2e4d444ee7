"""How much harm a change can do, found out from the change itself and never from what somebody says of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from kiosk.fleet.sections import SENSITIVITY, Sensitivity

_ORDER = (Sensitivity.ORDINARY, Sensitivity.MONEY, Sensitivity.TRUST)


def changed_sections(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> frozenset[str]:
    """Names of the sections that differ, gone and new ones too; with nothing before, all."""
    if before is None:
        return frozenset(after)
    return frozenset(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def risk_of(changed: frozenset[str]) -> Sensitivity:
    """The largest sensitivity among these sections; a section nobody knows is a matter of trust."""
    found = {SENSITIVITY.get(name, Sensitivity.TRUST) for name in changed}
    return max(found, key=_ORDER.index, default=Sensitivity.ORDINARY)


def sections_of(document: Any) -> Mapping[str, Any]:
    """The sections of a decoded bundle as they stand there; empty when there are none."""
    if not isinstance(document, dict):
        return {}
    sections = cast("dict[str, Any]", document).get("sections")
    return cast("dict[str, Any]", sections) if isinstance(sections, dict) else {}
