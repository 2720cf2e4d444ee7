"""The service in force as staff and operators read it: every value, and which document it comes from. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from kiosk.config import Settings
from kiosk.fleet.report import Slot
from kiosk.services.fleet.applying import Held
from kiosk.services.fleet.desk import FOLDER, IDENTITY_FOLDER
from kiosk.services.fleet.files import DiskSteps, Files
from kiosk.services.fleet.identity import IdentityStore
from kiosk.services.fleet.store import Kept, Store

IDENTITY: Final = "identity"
STATEMENT: Final = "statement"


@dataclass(frozen=True)
class Shown:
    """One effective value. `origin` names the document."""

    place: str
    value: object
    origin: str


def service_in_force(settings: Settings) -> Sequence[Shown]:
    """What stands above `kiosk.ini` on this machine; nothing for one that belongs to no fleet or has not joined."""
    if not settings.fleet.enabled:
        return ()
    return (*_of_identity(settings), *_of_bundle(Store(Files(DiskSteps(settings.terminal.state_dir / FOLDER)))))


def _of_identity(settings: Settings) -> Iterator[Shown]:
    identity = IdentityStore(settings.terminal.state_dir / IDENTITY_FOLDER).identity()
    if identity is not None:
        yield Shown("terminal.id", identity.terminal_id, IDENTITY)
        yield Shown("terminal.office_id", identity.office_id, IDENTITY)
        yield Shown("central.url", identity.url, IDENTITY)


def _of_bundle(store: Store) -> Iterator[Shown]:
    state, root = store.state(), store.root()
    held = state.runs if state is not None else None
    kept = store.bundle(held.bundle_sha256, root) if held is not None and root is not None else None
    if state is None or held is None or kept is None:
        return
    origin = _name_of(kept, state.slot)
    for name, value in kept.bundle.sections.timeouts.model_dump().items():
        yield Shown(f"timeouts.{name}", float(value), origin)
    others = {name: section for name, section in kept.sections.items() if name != "timeouts"}
    for place, value in _leaves("service", others):
        yield Shown(place, value, origin)
    yield from _of_overrides(held)


def _of_overrides(held: Held) -> Iterator[Shown]:
    given = held.overrides.model_dump(mode="json", exclude_none=True)
    yield from (Shown(place, value, STATEMENT) for place, value in _leaves("site", given))


def _name_of(kept: Kept, slot: Slot) -> str:
    fallback = "" if slot is Slot.ACTIVE else f", {slot.value}"
    return f"bundle {kept.bundle.bundle_id}, counter {kept.bundle.release_counter}{fallback}"


def _leaves(place: str, value: Any) -> Iterator[tuple[str, object]]:
    """Down to what is no object; a list's members are numbered, and stand on one line each."""
    if isinstance(value, dict):
        for name, inner in sorted(cast("dict[str, Any]", value).items()):
            yield from _leaves(f"{place}.{name}", inner)
    elif isinstance(value, list) and value:
        for number, inner in enumerate(cast("list[Any]", value)):
            yield f"{place}[{number}]", json.dumps(inner, ensure_ascii=False) if isinstance(inner, dict) else inner
    else:
        yield place, value
