"""What a terminal keeps, in memory: as durable as the simulation."""

from __future__ import annotations

from collections.abc import Sequence


class MemoryDisk:
    """Is a `kiosk.services.fleet.files.Steps`. Bytes that many terminals keep are kept once."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def write(self, name: str, content: bytes, mode: int) -> None:  # noqa: ARG002  nobody else is here
        self._files[name] = content

    def sync(self, name: str) -> None:
        pass

    def rename(self, name: str, target: str) -> None:
        self._files[target] = self._files.pop(name)

    def delete(self, name: str) -> None:
        self._files.pop(name, None)

    def sync_folder(self, name: str) -> None:
        pass

    def read(self, name: str) -> bytes:
        if name not in self._files:
            raise FileNotFoundError(name)
        return self._files[name]

    def names(self, folder: str) -> Sequence[str]:
        prefix = folder + "/" if folder else ""
        return sorted(name.removeprefix(prefix) for name in self._files if name.startswith(prefix))
