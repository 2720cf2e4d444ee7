"""A disk in memory below SQLite that writes down everything, so that every power cut can be tried afterwards.

The model: what was not synced may survive in any part, torn at 512 bytes and out of order; directory operations
survive in order, and are durable once the file system was told to sync the directory (as SQLite's own unix layer does
for journals and WALs). A power cut does not harm bytes that were not being written.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import apsw

SECTOR_BYTES = 512
DIRECTORY_SYNCED_WITH = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_WAL
Image = dict[str, bytes]
"""Contents of the disk, by file name."""


# --- what is written down --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Create:
    name: str
    inode: int
    syncs_directory: bool


@dataclass(frozen=True)
class Write:
    inode: int
    offset: int
    data: bytes


@dataclass(frozen=True)
class Truncate:
    inode: int
    size: int


@dataclass(frozen=True)
class Sync:
    inode: int


@dataclass(frozen=True)
class Delete:
    name: str
    syncs_directory: bool


@dataclass(frozen=True)
class Acknowledged:
    """The code above was told that its operation number `operation` is durable."""

    operation: int


Entry = Create | Write | Truncate | Sync | Delete | Acknowledged
Change = Write | Truncate


# --- the disk --------------------------------------------------------------------------------------------------------


@dataclass
class Disk:
    """Files in memory. `before_call` hears of every call and may raise an error of `apsw` instead."""

    files: dict[str, tuple[int, bytearray]] = field(default_factory=dict[str, tuple[int, bytearray]])
    log: list[Entry] = field(default_factory=list[Entry])
    calls: Counter[str] = field(default_factory=Counter[str])
    before_call: Callable[[str], object] = lambda _call: None
    inodes: int = 0

    @classmethod
    def holding(cls, image: Image) -> Disk:
        return cls({name: (-1, bytearray(data)) for name, data in image.items()})

    def acknowledge(self, operation: int) -> None:
        self.log.append(Acknowledged(operation))

    def image(self) -> Image:
        return {name: bytes(data) for name, (_, data) in self.files.items()}

    def call(self, name: str) -> None:
        self.calls[name] += 1
        self.before_call(name)

    def open(self, name: str, flags: int) -> tuple[int, bytearray]:
        if name not in self.files:
            self.inodes += 1
            self.files[name] = (self.inodes, bytearray())
            self.log.append(Create(name, self.inodes, bool(flags & DIRECTORY_SYNCED_WITH)))
        return self.files[name]


class MemoryVfs(apsw.VFS):
    """SQLite's way to a `Disk`. Registered under `name` until `unregister`."""

    def __init__(self, name: str, disk: Disk) -> None:
        self.disk = disk
        super().__init__(name, "")

    def excepthook(self, etype: Any, evalue: Any, etraceback: Any) -> bool:  # SQLite carries on without that call
        return True

    def xOpen(self, name: apsw.URIFilename | str | None, flags: list[int]) -> Any:  # noqa: N802  SQLite's names
        self.disk.call("open")
        path = name.filename() if isinstance(name, apsw.URIFilename) else name or "unnamed"
        flags[1] = flags[0]
        return _File(self.disk, *self.disk.open(path, flags[0]))

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self.disk.call("delete")
        del self.disk.files[filename]
        self.disk.log.append(Delete(filename, syncdir))

    def xAccess(self, pathname: str, flags: int) -> bool:  # noqa: N802
        return pathname in self.disk.files

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name


class _File:
    def __init__(self, disk: Disk, inode: int, data: bytearray) -> None:
        self._disk = disk
        self._inode = inode
        self._data = data

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        self._disk.call("read")
        return bytes(self._data[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.call("write")
        write = Write(self._inode, offset, bytes(data))
        self._disk.log.append(write)
        _apply(self._data, write)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._disk.call("truncate")
        truncate = Truncate(self._inode, size)
        self._disk.log.append(truncate)
        _apply(self._data, truncate)

    def xSync(self, _flags: int) -> None:  # noqa: N802
        self._disk.call("sync")
        self._disk.log.append(Sync(self._inode))

    def xFileSize(self) -> int:  # noqa: N802
        return len(self._data)

    def xClose(self) -> None:  # noqa: N802
        pass

    def xLock(self, _level: int) -> None:  # noqa: N802
        pass

    def xUnlock(self, _level: int) -> None:  # noqa: N802
        pass

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xFileControl(self, _op: int, _pointer: int) -> bool:  # noqa: N802
        return False

    def xSectorSize(self) -> int:  # noqa: N802  what SQLite assumes of a modern disk
        return 4096

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE


def _apply(data: bytearray, change: Change) -> None:
    match change:
        case Write(_, offset, new):
            if len(data) < offset:
                data.extend(bytes(offset - len(data)))
            data[offset : offset + len(new)] = new
        case Truncate(_, size):
            del data[size:]
            data.extend(bytes(size - len(data)))


# --- power cuts ------------------------------------------------------------------------------------------------------


@dataclass
class _Inode:
    durable: bytearray = field(default_factory=bytearray)
    pending: list[Change] = field(default_factory=list[Change])
    syncs_directory: bool = False


@dataclass(frozen=True)
class PowerCut:
    """A disk as it may look after the power went, and the last operation that had been acknowledged before."""

    image: Image
    acknowledged: int


class Platter:
    """Replays a log entry by entry and knows what is durable, what is pending."""

    def __init__(self) -> None:
        self._inodes: dict[int, _Inode] = {}
        self._directory: list[Create | Delete] = []
        self._durable_directory = 0
        self.acknowledged = 0

    def replay(self, entry: Entry) -> None:
        match entry:
            case Create(_, inode, syncs_directory):
                self._inodes[inode] = _Inode(syncs_directory=syncs_directory)
                self._directory.append(entry)
            case Write(inode) | Truncate(inode):
                self._inodes[inode].pending.append(entry)
            case Sync(inode):
                self._sync(self._inodes[inode])
            case Delete(_, syncs_directory):
                self._directory.append(entry)
                if syncs_directory:
                    self._durable_directory = len(self._directory)
            case Acknowledged(operation):
                self.acknowledged = operation

    def _sync(self, inode: _Inode) -> None:
        for change in inode.pending:
            _apply(inode.durable, change)
        inode.pending.clear()
        if inode.syncs_directory:
            inode.syncs_directory = False
            self._durable_directory = len(self._directory)

    def cut(self, dice: random.Random, survival: float) -> Image:
        """One possible disk; `survival`: the share of what was pending that made it (0: nothing, 1: everything)."""
        most = len(self._directory)
        kept = round(self._durable_directory + survival * (most - self._durable_directory))
        if 0 < survival < 1:
            kept = dice.randint(self._durable_directory, most)
        image: Image = {}
        for entry in self._directory[:kept]:
            if isinstance(entry, Create):
                image[entry.name] = _surviving(self._inodes[entry.inode], dice, survival)
            else:
                image.pop(entry.name, None)
        return image


def _surviving(inode: _Inode, dice: random.Random, survival: float) -> bytes:
    data = bytearray(inode.durable)
    for change in inode.pending:
        for part in _torn(change):
            if dice.random() < survival:
                _apply(data, part)
    return bytes(data)


def _torn(change: Change) -> Iterator[Change]:
    """At the borders of sectors, where a cut can tear a write."""
    if isinstance(change, Truncate):
        yield change
        return
    offset, end = change.offset, change.offset + len(change.data)
    while offset < end:
        border = min(end, (offset // SECTOR_BYTES + 1) * SECTOR_BYTES)
        yield Write(change.inode, offset, change.data[offset - change.offset : border - change.offset])
        offset = border


def power_cuts(log: list[Entry], dice: random.Random, random_images: int = 4) -> Iterator[PowerCut]:
    """For every moment of the log: nothing unsynced survives, everything does, and random parts of it."""
    platter = Platter()
    for entry in log:
        platter.replay(entry)
        for survival in (0.0, 1.0, *(dice.uniform(0.1, 0.9) for _ in range(random_images))):
            yield PowerCut(platter.cut(dice, survival), platter.acknowledged)
