"""A disk in memory below the fleet's files, on which the power can be cut between any two steps.

The model: what was written and not synced may be there, torn, or missing; a rename or a deletion whose folder was not
synced may have happened or not, and those before it in order. What was synced stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product


class PowerCutError(BaseException):
    """The steps end here; nothing may catch it, as nothing catches a power cut."""


@dataclass(frozen=True)
class _File:
    content: bytes
    synced: bytes | None = None
    """What is certainly on disk; None: nothing yet."""


@dataclass
class CutDisk:
    """`steps_left`: how many steps there is power for. Is a `kiosk.services.fleet.files.Steps`."""

    files: dict[str, _File] = field(default_factory=dict[str, _File])
    durable: dict[str, _File] = field(default_factory=dict[str, _File])
    """The folder as it certainly is."""
    pending: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Renames (from, to) and deletions (name, "") since the folder was synced, in order."""
    steps_left: int | None = None
    taken: int = 0

    def write(self, name: str, content: bytes, mode: int) -> None:
        self._step()
        self.files[name] = _File(content)

    def sync(self, name: str) -> None:
        self._step()
        held = self.files[name]
        self.files[name] = replace(held, synced=held.content)

    def rename(self, name: str, target: str) -> None:
        self._step()
        self.files[target] = self.files.pop(name)
        self.pending.append((name, target))

    def delete(self, name: str) -> None:
        self._step()
        self.files.pop(name, None)
        self.pending.append((name, ""))

    def sync_folder(self, name: str) -> None:
        self._step()
        self.durable, self.pending = dict(self.files), []

    def read(self, name: str) -> bytes:
        if name not in self.files:
            raise FileNotFoundError(name)
        return self.files[name].content

    def names(self, folder: str) -> Sequence[str]:
        prefix = folder + "/" if folder else ""
        return sorted(name.removeprefix(prefix) for name in self.files if name.startswith(prefix))

    def after_cut(self) -> Iterator[CutDisk]:
        """Every disk that a machine may find when the power comes back."""
        for survived in range(len(self.pending) + 1):
            entries = self._folder_after(survived)
            names = sorted(entries)
            for contents in product(*(_possible(entries[name]) for name in names)):
                kept = {
                    name: _File(content, content)
                    for name, content in zip(names, contents, strict=True)
                    if content is not None
                }
                yield CutDisk(dict(kept), dict(kept))

    def _folder_after(self, survived: int) -> dict[str, _File]:
        """The first `survived` changes of the folder happened, the others did not; files keep what was synced."""
        entries = {**self.durable, **{name: held for name, held in self.files.items() if name.endswith(".new")}}
        moved = {target: self.files[target] for _, target in self.pending if target and target in self.files}
        for name, target in self.pending[:survived]:
            if target:
                entries[target] = moved.get(target, entries.get(name, _File(b"", None)))
                entries.pop(name, None)
            else:
                entries.pop(name, None)
        return entries

    def _step(self) -> None:
        if self.steps_left is not None and self.taken >= self.steps_left:
            raise PowerCutError
        self.taken += 1


def _possible(held: _File) -> tuple[bytes | None, ...]:
    """What of a file may be found: all of it if it was synced, otherwise anything."""
    if held.synced is not None:
        return (held.synced,)
    return (None, b"", held.content[: len(held.content) // 2], held.content)
