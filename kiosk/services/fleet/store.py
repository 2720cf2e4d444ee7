"""What the fleet left on this terminal: bundles and statements by address, the root of trust, and one small state.

Everything is content-addressed but `state.json`, which alone decides what runs; it is replaced in one step. So every
power cut leaves the old state or the new one, and what either names is there before it is named.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from kiosk.fleet.bundle import BUNDLE_TYPE, MAX_BUNDLE_BYTES, MAX_ENVELOPE_BYTES, Bundle, parse_bundle
from kiosk.fleet.envelope import Envelope, check_signatures, open_envelope
from kiosk.fleet.refusals import Refused
from kiosk.fleet.risk import sections_of
from kiosk.fleet.roots import Root, first_root
from kiosk.fleet.strict_json import address, decode
from kiosk.services.fleet.applying import Applying, Held
from kiosk.services.fleet.files import Files

STATE: Final = "state.json"
ROOT: Final = "root.json"
FLOOR: Final = "floor.json"
SEQUENCE: Final = "sequence"
_BUNDLES: Final = "bundles"
_APPLYING: Final = TypeAdapter(Applying)
_MOMENT: Final = TypeAdapter(datetime)
_SEQUENCES_AT_ONCE: Final = 1000


@dataclass(frozen=True)
class Kept:
    """A bundle as it lies in the store, checked again."""

    bundle: Bundle
    sections: Mapping[str, Any]
    """As decoded JSON: what the next change is measured against."""


class Store:
    """Belongs to one thread; raises StorageError when the disk does not keep what it is given."""

    def __init__(self, files: Files) -> None:
        self._files = files

    # --- the state ---------------------------------------------------------------------------------------------------

    def state(self) -> Applying | None:
        """None: there never was one, or it is damaged; the terminal then begins as it came from the factory."""
        content = self._files.get(STATE)
        if content is None:
            return None
        try:
            document = json.loads(content)
            kept = json.dumps(document["applying"], sort_keys=True).encode()
            return _APPLYING.validate_json(kept) if document["sha256"] == address(kept) else None
        except (ValueError, KeyError, TypeError):
            return None

    @property
    def has_state(self) -> bool:
        return self._files.get(STATE) is not None

    def keep_state(self, state: Applying) -> None:
        content = json.dumps(_APPLYING.dump_python(state, mode="json"), sort_keys=True)
        document = {"applying": json.loads(content), "sha256": address(content.encode())}
        self._files.put(STATE, json.dumps(document, sort_keys=True).encode())

    # --- bundles -----------------------------------------------------------------------------------------------------

    def keep_bundle(self, sha256: str, envelope: bytes) -> None:
        if self._files.get(_name(sha256)) != envelope:
            self._files.put(_name(sha256), envelope)

    def envelope(self, sha256: str) -> bytes | None:
        return self._files.get(_name(sha256))

    def bundle(self, sha256: str, root: Root) -> Kept | None:
        """Checked as if it came from a stranger: its bytes are those of its name, and a release key signed them."""
        content = self._files.get(_name(sha256))
        envelope = open_envelope(content, BUNDLE_TYPE, MAX_ENVELOPE_BYTES) if content is not None else None
        if not isinstance(envelope, Envelope) or address(envelope.payload) != sha256:
            return None
        if not _is_released(envelope, root):
            return None
        bundle = parse_bundle(envelope.payload, root.hosts)
        sections = sections_of(decode(envelope.payload, MAX_BUNDLE_BYTES))
        return Kept(bundle, sections) if isinstance(bundle, Bundle) else None

    def tidy(self, state: Applying) -> None:
        """Deletes bundles that nothing names any more, and what power cuts left."""
        named = {_name(held.bundle_sha256) for held in _held(state)}
        found = [f"{_BUNDLES}/{name}" for name in self._files.names(_BUNDLES)]
        self._files.drop(*(name for name in found if name not in named))

    # --- trust and time ----------------------------------------------------------------------------------------------

    def root(self) -> Root | None:
        content = self._files.get(ROOT)
        root = first_root(content) if content is not None else None
        return root if isinstance(root, Root) else None

    def keep_root(self, envelope: bytes) -> None:
        self._files.put(ROOT, envelope)

    def time_floor(self) -> datetime | None:
        """The latest moment that was ever proved by a signature."""
        content = self._files.get(FLOOR)
        try:
            return _MOMENT.validate_json(content) if content is not None else None
        except ValidationError:
            return None

    def keep_time_floor(self, moment: datetime) -> None:
        self._files.put(FLOOR, _MOMENT.dump_json(moment))

    # --- numbers of reports ------------------------------------------------------------------------------------------

    def next_sequences(self) -> range:
        """Numbers nobody has used, also not before a power cut: they are set aside before the first one is used."""
        content = self._files.get(SEQUENCE) or b"0"
        begin = int(content) + 1 if content.isdigit() else 1
        self._files.put(SEQUENCE, str(begin + _SEQUENCES_AT_ONCE - 1).encode())
        return range(begin, begin + _SEQUENCES_AT_ONCE)

    def wipe(self) -> None:
        """Everything, whatever it is called."""
        self._files.drop(*(f"{_BUNDLES}/{name}" for name in self._files.names(_BUNDLES)))
        self._files.drop(STATE, *(name for name in self._files.names("") if "." in name or name == SEQUENCE))


def _name(sha256: str) -> str:
    return f"{_BUNDLES}/{sha256}.json"


def _held(state: Applying) -> tuple[Held, ...]:
    return tuple(held for held in (state.staged, state.runs, state.good) if held is not None)


def _is_released(envelope: Envelope, root: Root) -> bool:
    keyids = (*root.roles.release.keyids, *root.roles.sensitive.keyids)
    return not isinstance(check_signatures(envelope, root.keys, keyids, 1), Refused)
